"""Steps of the set-up: each is stamped when it has succeeded, and done again when what it rests on has changed."""

from __future__ import annotations

import hashlib
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bootstrap.places import Site


def digest(inputs: Iterable[str | Path]) -> str:
    """16 hexadecimal digits over texts and the content of files; a folder counts with all files below it."""
    total = hashlib.sha256()
    for item in inputs:
        for part in _parts(item):
            # The length keeps neighbouring parts apart.
            total.update(f"{len(part)}:".encode() + part)
    return total.hexdigest()[:16]


def _parts(item: str | Path) -> Iterable[bytes]:
    if isinstance(item, str):
        yield item.encode()
    elif item.is_dir():
        for path in sorted(path for path in item.rglob("*") if path.is_file() and "__pycache__" not in path.parts):
            yield path.relative_to(item).as_posix().encode()
            yield path.read_bytes()
    else:
        yield item.read_bytes()


@dataclass(frozen=True)
class Step:
    """One step of the set-up.

    Attributes:
        name: what it is called in stamps and in the progress display.
        inputs: texts, files and folders; the step is done again when one of them changes.
        work: does it; may be called over what an interrupted call left behind.
        stands: whether what it made is still there; a cheap look.
    """

    name: str
    inputs: Sequence[str | Path]
    work: Callable[[], None]
    stands: Callable[[], bool] = field(default=lambda: True)

    def stamp(self, site: Site) -> Path:
        """The file that tells that this step was done with these inputs."""
        return site.stamps / f"{self.name}.{digest(self.inputs)}"

    def done(self, site: Site) -> bool:
        """Whether nothing is left to do."""
        return self.stamp(site).is_file() and self.stands()


def perform(step: Step, site: Site) -> bool:
    """Does a step unless it is done, and says how long it took.

    Returns:
        Whether there was something to do.
    """
    if step.done(site):
        return False
    with timed(step.name):
        forget(step.name, site)
        step.work()
    site.stamps.mkdir(parents=True, exist_ok=True)
    step.stamp(site).touch()
    return True


@contextmanager
def timed(name: str) -> Iterator[None]:
    """Says what is being done, and when it is done, how long it took."""
    print(f"{name:<12}", end=" ", file=sys.stderr, flush=True)
    begun_s = time.monotonic()
    yield
    print(f"{time.monotonic() - begun_s:6.1f} s", file=sys.stderr, flush=True)


def forget(name: str, site: Site) -> None:
    """Removes the stamps of a step, whatever its inputs were."""
    for stamp in site.stamps.glob(f"{name}.*"):
        stamp.unlink()
