"""`python -m bootstrap COMMAND [ARGUMENTS]`, called by the Makefile."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence

from bootstrap.checks import bench, lint, test
from bootstrap.environment import running
from bootstrap.errors import SetupError
from bootstrap.gazebo import gazebo_test
from bootstrap.installation import install
from bootstrap.lock import lock
from bootstrap.places import Site, this_site
from bootstrap.ros_build import ros_build


def _setup(site: Site, arguments: Sequence[str]) -> int:
    install(site)
    return 0


def _run(site: Site, arguments: Sequence[str]) -> int:
    return _solamen(site, ["run", *arguments])


def _doctor(site: Site, arguments: Sequence[str]) -> int:
    return _solamen(site, ["doctor", *arguments])


def _solamen(site: Site, arguments: Sequence[str]) -> int:
    """Sets up and becomes the program itself, so that Ctrl-C and the status are its own."""
    install(site)
    program = str(site.venv / "bin" / "solamen")
    os.execve(program, [program, *arguments], running(os.environ, site))


def _test(site: Site, arguments: Sequence[str]) -> int:
    install(site, with_tests=True)
    return test(site, arguments)


def _gazebo_test(site: Site, arguments: Sequence[str]) -> int:
    install(site, with_tests=True)
    return gazebo_test(site, arguments)


def _lint(site: Site, arguments: Sequence[str]) -> int:
    install(site, with_tests=True)
    return 1 if lint(site) else 0


def _bench(site: Site, arguments: Sequence[str]) -> int:
    install(site, with_tests=True)
    return bench(site, arguments)


def _lock(site: Site, arguments: Sequence[str]) -> int:
    lock(site)
    return 0


def _ros_build(site: Site, arguments: Sequence[str]) -> int:
    install(site)
    ros_build(site)
    return 0


COMMANDS: dict[str, Callable[[Site, Sequence[str]], int]] = {
    "setup": _setup,
    "run": _run,
    "test": _test,
    "gazebo-test": _gazebo_test,
    "lint": _lint,
    "bench": _bench,
    "lock": _lock,
    "ros-build": _ros_build,
    "doctor": _doctor,
}


def main(arguments: Sequence[str]) -> int:
    """Does what the first argument names.

    Returns:
        Status: 0, or 2 where something outside is not as it must be.
    """
    if not arguments or arguments[0] not in COMMANDS:
        print(f"say one of: {', '.join(COMMANDS)}", file=sys.stderr)
        return 2
    try:
        return COMMANDS[arguments[0]](this_site(), arguments[1:])
    except SetupError as error:
        print(f"\n{error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\ninterrupted; call again to go on", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
