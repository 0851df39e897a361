"""What a process of a run has to tell whoever watches the run, through the runtime folder."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

SUFFIX = ".trouble"


class TroubleWatch:
    """Finds what processes left to be told (see `nodes.runtime.tell_trouble`), each thing once.

    Args:
        runtime: the runtime folder of the run.
    """

    def __init__(self, runtime: Path) -> None:
        self._runtime = runtime
        self._told: set[tuple[str, str]] = set()

    def news(self) -> Iterator[tuple[str, str]]:
        """Process and sentence of what is new."""
        for path in sorted(self._runtime.glob(f"*{SUFFIX}")):
            try:
                what = str(json.loads(path.read_text(encoding="utf-8"))["what"])
            except (OSError, ValueError, LookupError, TypeError):
                continue  # half written, or gone
            if (path.stem, what) not in self._told:
                self._told.add((path.stem, what))
                yield path.stem, what
