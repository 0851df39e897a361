"""Where things stand: the checkout, its virtual environment, the caches."""

from __future__ import annotations

import platform
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Site:
    """The folders that the set-up works in.

    Attributes:
        root: the checkout.
        cache: what outlives the checkout: the interfaces' wheel, the test clips.
    """

    root: Path
    cache: Path

    @property
    def venv(self) -> Path:
        """The virtual environment that Solamen runs in."""
        return self.root / ".venv"

    @property
    def python(self) -> Path:
        """The interpreter of that environment."""
        return self.venv / "bin" / "python"

    @property
    def stamps(self) -> Path:
        """What has been done, one empty file for each step."""
        return self.venv / ".solamen"

    @property
    def build(self) -> Path:
        """What is made on the way and may be deleted: build environments, logs."""
        return self.root / "build"

    def locked(self, name: str) -> Path:
        """A list of packages with their hashes, such as `locked("run")`."""
        return self.root / "bootstrap" / f"{name}.txt"


def this_site() -> Site:
    """The checkout that this file belongs to."""
    return Site(Path(__file__).resolve().parents[1], Path.home() / ".cache" / "solamen")


def interpreter() -> str:
    """What compiled code depends on, such as `cp311-x86_64`."""
    return f"cp{sys.version_info.major}{sys.version_info.minor}-{platform.machine()}"
