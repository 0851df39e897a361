"""Scripts: a list of timed behaviours from a file, for studies in which the robot must not choose."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from solamen.core.errors import OutsideError
from solamen.core.resources import resource
from solamen.core.settings import Checked, from_mapping, read_yaml, setting


@dataclass(frozen=True, kw_only=True)
class Item(Checked):
    """One entry: what to do from a time on, for how long."""

    at_s: float = setting(0.0, low=0.0, high=86400.0, doc="seconds after the script began")
    behavior: str = setting("attend", doc="name of a behaviour")
    for_s: float = setting(86400.0, low=0.1, high=86400.0, doc="until then, or until the next entry")


@dataclass(frozen=True)
class Script:
    """Entries in the order of their times."""

    items: tuple[Item, ...]

    def at(self, time_s: float) -> str:
        """The behaviour at a time after the beginning, seconds; empty where none is asked for."""
        begun = [item for item in self.items if item.at_s <= time_s]
        return begun[-1].behavior if begun and time_s < begun[-1].at_s + begun[-1].for_s else ""


def load_script(name: str, behaviors: Collection[str]) -> Script:
    """Reads a script by its path, or by its name in config/scripts.

    Raises:
        OutsideError: it cannot be read, is no list of entries, is out of order, or names an unknown behaviour.
    """
    path = Path(name) if name.endswith((".yaml", ".yml")) else resource("config", "scripts", f"{name}.yaml")
    content: Any = read_yaml(path)
    if not isinstance(content, list) or not content or not all(isinstance(entry, dict) for entry in content):
        raise OutsideError("a script must be a list of entries", str(path), "Write - {at_s: 0, behavior: attend}.")
    items = tuple(from_mapping(Item, entry, f"{path}, entry {n}") for n, entry in enumerate(content, 1))
    latest_s = -math.inf
    for n, item in enumerate(items, 1):
        if item.behavior not in behaviors:
            known = ", ".join(sorted(behaviors))
            raise OutsideError(f"no behaviour {item.behavior!r}", f"{path}, entry {n}", f"Use one of: {known}.")
        if item.at_s <= latest_s:
            raise OutsideError("at_s must rise from entry to entry", f"{path}, entry {n}", "Sort the entries.")
        latest_s = item.at_s
    return Script(items)
