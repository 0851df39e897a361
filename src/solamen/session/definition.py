"""Message definitions as MCAP wants them, from the .msg files that ROS packages install."""

from __future__ import annotations

import functools
import os
import re
import sys
from pathlib import Path

from solamen.core.errors import OutsideError

_SEPARATOR = "=" * 80
_PRIMITIVE = re.compile(r"bool|byte|char|w?string|float(32|64)|u?int(8|16|32|64)")


@functools.cache
def message_definition(type_name: str) -> str:
    """The definition of a message type and of all types that it holds, one after the other (schema encoding 'ros2msg').

    Args:
        type_name: such as `std_msgs/msg/Header` or `std_msgs/Header`.

    Raises:
        OutsideError: a definition is not installed below AMENT_PREFIX_PATH.
    """
    first = _short(type_name)
    texts = {first: _text(first)}
    waiting = _held_types(first, texts[first])
    while waiting:
        name = waiting.pop(0)
        if name not in texts:
            texts[name] = _text(name)
            waiting += _held_types(name, texts[name])
    rest = [f"{_SEPARATOR}\nMSG: {name}\n{text}" for name, text in texts.items() if name != first]
    return "\n".join([texts[first], *rest])


def _short(type_name: str) -> str:
    """`pkg/Name`, without the `msg` between."""
    parts = type_name.split("/")
    return f"{parts[0]}/{parts[-1]}"


def _text(name: str) -> str:
    """What the .msg file of a type says."""
    package, _, message = name.partition("/")
    prefixes = [*filter(None, os.environ.get("AMENT_PREFIX_PATH", "").split(os.pathsep)), sys.prefix]
    for prefix in prefixes:
        path = Path(prefix) / "share" / package / "msg" / f"{message}.msg"
        if path.is_file():
            return path.read_text(encoding="utf-8")
    remedy = "Build and source the workspace, or run the set-up again."
    raise OutsideError(f"the message type {name} is not installed", os.pathsep.join(prefixes), remedy)


def _held_types(name: str, text: str) -> list[str]:
    """The message types among the fields of a definition, `pkg/Name`."""
    package = name.partition("/")[0]
    held = []
    for line in text.splitlines():
        words = line.partition("#")[0].split()
        kind = re.split(r"[\[<]", words[0])[0] if len(words) > 1 else ""
        if kind and not _PRIMITIVE.fullmatch(kind):
            held.append(_short(kind) if "/" in kind else f"{package}/{kind}")
    return held
