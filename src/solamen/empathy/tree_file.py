"""The tree of behaviours as a file, for people and for Graphviz."""

from __future__ import annotations

from pathlib import Path

from solamen.core.clock import SteppedClock
from solamen.core.errors import OutsideError
from solamen.core.resources import resource
from solamen.core.settings import load
from solamen.empathy.drawing import as_svg
from solamen.empathy.scene import Desk
from solamen.empathy.settings import EmpathySettings
from solamen.empathy.tree import grow
from solamen.empathy.tree_words import as_dot, as_text

_WRITERS = {".svg": as_svg, ".dot": as_dot, ".txt": as_text}


def write_tree(out: str) -> str:
    """Writes the tree as it ships to a file ending in .svg, .dot or .txt; gives what is to be printed.

    That is the path, or for `-` the tree as text.

    Raises:
        OutsideError: the ending is another, or the file cannot be written.
    """
    tree = grow(Desk(load(EmpathySettings, resource("config", "behavior.yaml")), SteppedClock()))
    if out == "-":
        return as_text(tree)
    path = Path(out)
    if path.suffix not in _WRITERS:
        raise OutsideError(f"a tree cannot be drawn as {path.suffix or out!r}", out, "Use .svg, .dot, .txt or -.")
    try:
        path.write_text(_WRITERS[path.suffix](tree), encoding="utf-8")
    except OSError as error:
        raise OutsideError(f"cannot write the file ({error.strerror})", out, "Choose another place.") from error
    return f"{path}\n"
