#!/bin/sh
# Prints a Python that Solamen runs on (3.11 to 3.14), installing Debian's where it may. SOLAMEN_PYTHON names another.
unset PYTHONPATH PYTHONHOME

# Prints the interpreter behind a name where its version is right; behind a virtual environment stands the one it was made from.
interpreter() {
    "$1" -c 'import sys
if not (3, 11) <= sys.version_info[:2] <= (3, 14): sys.exit(1)
print(sys._base_executable)' 2>/dev/null
}

search() {
    for name in $SOLAMEN_PYTHON python3 python3.12 python3.13 python3.11 python3.14; do
        interpreter "$name" && return 0
    done
    return 1
}

search && exit 0

packages="python3 python3-venv python3-dev"
rights="none"
if [ "$(id -u)" = 0 ]; then rights=""; elif sudo -n true 2>/dev/null; then rights="sudo -n"; fi
if command -v apt-get >/dev/null && [ "$rights" != none ]; then
    echo "no Python 3.11 to 3.14 found: installing $packages" >&2
    $rights apt-get -qq update >&2 &&
        $rights env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends $packages >/dev/null 2>&1
    search && exit 0
fi
echo "Python 3.11 to 3.14 is missing. Type: sudo apt-get update && sudo apt-get install -y $packages" \
    "(or set SOLAMEN_PYTHON to one that you have)." >&2
exit 2
