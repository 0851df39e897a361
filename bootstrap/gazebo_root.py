"""Gazebo Classic 11 in a Debian of its own, under the cache: installed once, then used again."""

from __future__ import annotations

import os
import platform
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bootstrap.command import run
from bootstrap.environment import cleaned
from bootstrap.errors import SetupError
from bootstrap.machine import Need, provide, rights
from bootstrap.places import Site
from bootstrap.steps import digest, timed

RELEASE = "bullseye"
"""The last Debian that has Gazebo Classic with a plugin interface of C++17."""

MIRROR_VARIABLE = "SOLAMEN_DEBIAN_MIRROR"
"""Names another mirror of Debian than debootstrap's own."""

KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
PROXIES = ("http_proxy", "https_proxy", "no_proxy")

PACKAGES = ("gazebo", "libgazebo-dev", "g++")
SIZE_GB = 3.5
NETWORK = "Check the network and call again."

COMPILE = "g++ -std=c++17 -O2 -shared -fPIC servos.cc -o libservos.so $(pkg-config --cflags --libs gazebo)"


class NotHereError(SetupError):
    """Gazebo cannot be had on this machine; no fault of the robot's."""


@dataclass(frozen=True)
class GazeboRoot:
    """Where Gazebo lives.

    Attributes:
        path: of its root folder.
        prefix: what to put before a command that needs root's rights.
    """

    path: Path
    prefix: tuple[str, ...]

    @property
    def room(self) -> Path:
        """The folder in it that belongs to the caller: models, plugin, logs."""
        return self.path / "solamen"

    def chroot(self, *words: str) -> list[str]:
        """A command that runs inside, with an environment of its own."""
        variables = ["PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C.UTF-8", "DEBIAN_FRONTEND=noninteractive"]
        variables += [f"{name}={os.environ[name]}" for name in PROXIES if name in os.environ]
        return [*self.prefix, "chroot", str(self.path), "/usr/bin/env", "-i", *variables, *words]


def prepared(site: Site) -> GazeboRoot:
    """Gazebo with our plugin, installed where it is not.

    Raises:
        NotHereError: no root's rights, another processor, no room, or the packages are not to be had.
        SetupError: our own plugin does not compile.
    """
    root = GazeboRoot(site.cache / "gazebo" / "root", _rights())
    if not _stamp(root).is_file():
        _check_machine(site)
        with timed("gazebo"):
            _install(root, site)
    _compile(root, site)
    return root


def _rights() -> tuple[str, ...]:
    prefix = rights()
    if prefix is None:
        raise NotHereError("root's rights are needed (or sudo without a password), as Gazebo is installed in a chroot")
    return tuple(prefix)


def _stamp(root: GazeboRoot) -> Path:
    return root.path.parent / f"complete.{digest([RELEASE, *PACKAGES])}"


def _check_machine(site: Site) -> None:
    if platform.system() != "Linux" or platform.machine() != "x86_64":
        raise NotHereError(f"set up on x86-64 Linux only, and this is {platform.system()} on {platform.machine()}")
    site.cache.mkdir(parents=True, exist_ok=True)
    free_gb = shutil.disk_usage(site.cache).free / 1e9
    if free_gb < SIZE_GB:
        raise NotHereError(f"{site.cache} has {free_gb:.1f} GB left, {SIZE_GB} GB are needed")
    debootstrap = Need("debootstrap", _debootstrap_is_there, ("debootstrap", "debian-archive-keyring"))
    if not debootstrap.present():
        try:
            provide([debootstrap], site)
        except SetupError as error:
            raise NotHereError(str(error)) from error


def _debootstrap_is_there() -> bool:
    found = shutil.which("debootstrap", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    return found is not None and KEYRING.is_file()


def _install(root: GazeboRoot, site: Site) -> None:
    """Debian first, then Gazebo; what an interrupted call left behind goes away before."""
    log, environment = site.build / "gazebo.log", cleaned(os.environ)
    environment["PATH"] += ":/usr/sbin:/sbin"
    mirror = [os.environ[MIRROR_VARIABLE]] if MIRROR_VARIABLE in os.environ else []
    root.path.parent.mkdir(parents=True, exist_ok=True)
    commands: Sequence[Sequence[object]] = (
        # debootstrap leaves /proc mounted where it was killed.
        [*root.prefix, "sh", "-c", 'if mountpoint -q "$0/proc"; then umount "$0/proc"; fi', root.path],
        [*root.prefix, "rm", "-rf", "--one-file-system", root.path],
        [*root.prefix, *_LIMIT, "debootstrap", *_SMALL_AND_SIGNED, RELEASE, root.path, *mirror],
        root.chroot("sh", "-c", f"{_NO_SERVICES} > /usr/sbin/policy-rc.d && chmod 755 /usr/sbin/policy-rc.d"),
        # Names are resolved as they are outside.
        [*root.prefix, "cp", "--dereference", "/etc/resolv.conf", root.path / "etc/resolv.conf"],
        root.chroot(*_LIMIT, "apt-get", "-qq", "install", "-y", "--no-install-recommends", *_FAST, *PACKAGES),
        root.chroot("apt-get", "clean"),
        [*root.prefix, "install", "-d", "-o", os.getuid(), "-g", os.getgid(), root.room],
    )
    try:
        for command in commands:
            run(command, log, environment, NETWORK)
    except (SetupError, OSError) as error:
        raise NotHereError(str(error)) from error
    _stamp(root).touch()


_LIMIT = ("timeout", "900")
_SMALL_AND_SIGNED = ("--variant=minbase", "--force-check-gpg", "--keyring", KEYRING)

_NO_SERVICES = r"printf '#!/bin/sh\nexit 101\n'"
"""What Debian asks before a package starts a service; 101 is no."""

_FAST = ("-o", "DPkg::Options::=--force-unsafe-io", "-o", "Acquire::Retries=3")
"""The root is thrown away when its installation is interrupted: nothing need be synced to the disk."""


def _compile(root: GazeboRoot, site: Site) -> None:
    """Compiles the plugin, unless it stands there already."""
    source = site.root / "sim" / "gazebo" / "plugin" / "servos.cc"
    stamp = root.room / f"plugin.{digest([source, COMPILE])}"
    if stamp.is_file():
        return
    with timed("plugin"):
        for old in root.room.glob("plugin.*"):
            old.unlink()
        shutil.copyfile(source, root.room / "servos.cc")
        command = root.chroot("sh", "-c", f"cd /solamen && {COMPILE}")
        run(command, site.build / "gazebo.log", cleaned(os.environ), f"Correct {source}.")
    stamp.touch()
