"""What the machine itself must have, and Debian's packages for what it has not."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from bootstrap.command import run
from bootstrap.environment import cleaned
from bootstrap.errors import SetupError
from bootstrap.places import Site

EGL_VENDORS = ("/usr/share/glvnd/egl_vendor.d", "/etc/glvnd/egl_vendor.d")
"""Where a graphics driver, or Mesa's software one, says that it can draw off screen."""

INCLUDES = ("/usr/include", "/usr/local/include")


@dataclass(frozen=True)
class Need:
    """One thing that the machine must have.

    Attributes:
        name: what is missing, in words.
        present: whether it is there.
        packages: what brings it on Debian and Ubuntu.
    """

    name: str
    present: Callable[[], bool]
    packages: tuple[str, ...]


def needs() -> list[Need]:
    """All that Solamen needs of the machine beside Python. Found on a bare Debian 12, one package at a time."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    return [
        Need("a C++ compiler", lambda: bool(shutil.which("c++") and shutil.which("cc")), ("build-essential",)),
        Need("Python's headers", _has_headers, (f"{version}-dev",)),
        Need("Python's venv", lambda: find_spec("venv") is not None and _has_pip(), (f"{version}-venv",)),
        Need("OpenGL", lambda: loads("libGL.so.1"), ("libgl1",)),
        Need("EGL", lambda: loads("libEGL.so.1"), ("libegl1",)),
        Need("a driver for EGL", _has_egl_vendor, ("libegl-mesa0", "libgl1-mesa-dri")),
        Need("GLib", lambda: loads("libgthread-2.0.so.0"), ("libglib2.0-0",)),
    ]


def wishes() -> list[Need]:
    """What makes Solamen better and is not needed.

    Without a voice, what the robot says is text only; without PortAudio it hears a topic and no microphone.
    """
    return [
        Need("a voice", lambda: shutil.which("espeak-ng") is not None, ("espeak-ng",)),
        Need("microphones", has_portaudio, ("portaudio19-dev",)),
    ]


def has_portaudio() -> bool:
    """Whether PyAudio can be built: PortAudio's header is where a compiler looks."""
    return any(Path(folder, "portaudio.h").is_file() for folder in INCLUDES)


def loads(library: str) -> bool:
    """Whether the dynamic linker finds a library."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _has_headers() -> bool:
    return Path(sysconfig.get_path("include"), "Python.h").is_file()


def _has_pip() -> bool:
    """Debian takes ensurepip out of Python and ships it with python3-venv."""
    return find_spec("ensurepip") is not None


def _has_egl_vendor() -> bool:
    return any(any(Path(folder).glob("*.json")) for folder in EGL_VENDORS)


def missing() -> list[Need]:
    """What the machine lacks."""
    return [need for need in needs() if not need.present()]


def packages_of(lacking: Sequence[Need]) -> list[str]:
    """Debian's names for it, each once."""
    return list(dict.fromkeys(package for need in lacking for package in need.packages))


def provide(lacking: Sequence[Need], site: Site) -> None:
    """Installs what is missing, where that is allowed without asking for a password.

    Raises:
        SetupError: it may not, or something is missing still; the text says what to type.
    """
    packages = packages_of(lacking)
    names = ", ".join(need.name for need in lacking)
    prefix = rights()
    if shutil.which("apt-get") is None:
        raise SetupError(f"Missing: {names}. Install what your system calls {' '.join(packages)}, then call again.")
    if prefix is None:
        raise SetupError(f"Missing: {names}. Type: sudo apt-get update && sudo apt-get install -y {' '.join(packages)}")
    _install(prefix, packages, site)
    left = [need for need in lacking if not need.present()]
    if left:
        raise SetupError(
            f"{left[0].name} is still missing after installing {' '.join(left[0].packages)}. Install it by hand."
        )


def provide_wishes(site: Site) -> str:
    """Installs what is wished for, where that is allowed; gives what is missing still, in words, and never fails."""
    lacking = [wish for wish in wishes() if not wish.present()]
    if not lacking:
        return ""
    packages = packages_of(lacking)
    prefix = rights() if shutil.which("apt-get") else None
    try:
        if prefix is not None:
            _install(prefix, packages, site)
    except SetupError:
        pass  # the log has it; nothing rests on it
    left = [wish.name for wish in lacking if not wish.present()]
    return f"Without {', '.join(left)}. For it: sudo apt-get install {' '.join(packages)}" if left else ""


def rights() -> list[str] | None:
    """What to put before a command that installs packages; None where it would need a password."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") is None:
        return None
    asked = subprocess.run(["sudo", "-n", "true"], stdin=subprocess.DEVNULL, capture_output=True, check=False)
    return ["sudo", "-n"] if asked.returncode == 0 else None


def _install(prefix: list[str], packages: list[str], site: Site) -> None:
    log = site.build / "setup.log"
    apt = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-o", "DPkg::Lock::Timeout=120", "-qq"]
    environment = cleaned(os.environ)
    by_hand = f"Type: sudo apt-get update && sudo apt-get install -y {' '.join(packages)}"
    run([*apt, "update"], log, environment, by_hand)
    run([*apt, "install", "-y", "--no-install-recommends", *packages], log, environment, by_hand)
