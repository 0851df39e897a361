"""Settings: frozen dataclasses, filled from ROS parameter files and checked when they are made.

A settings class is a frozen, keyword-only dataclass of bool, int, float, str and lists of them. A field made with
`setting(default, low=…, high=…)` is checked against its range; the message names the key and the range.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

import yaml

from solamen.core.errors import OutsideError

S = TypeVar("S")


def setting(
    default: Any, *, low: float = -math.inf, high: float = math.inf, choices: tuple[str, ...] = (), doc: str = ""
) -> Any:
    """A field with a default, a range or a set of choices, and a sentence that says what it is for."""
    metadata = {"low": low, "high": high, "choices": choices, "doc": doc}
    if isinstance(default, list):
        return dataclasses.field(default_factory=lambda: list(default), metadata=metadata)
    return dataclasses.field(default=default, metadata=metadata)


class Checked:
    """Base of settings: each value is checked against its type and range when the object is made."""

    def __post_init__(self) -> None:
        hints = get_type_hints(type(self))
        for item in dataclasses.fields(self):  # type: ignore[arg-type]
            value = _as_declared(hints[item.name], getattr(self, item.name))
            object.__setattr__(self, item.name, value)
            problem = _problem(hints[item.name], value, item.metadata)
            if problem:
                raise ValueError(f"{item.name} is {value!r}, but must be {problem}")


def _as_declared(kind: Any, value: Any) -> Any:
    """An int where a float is declared becomes one, as YAML writes 1 for 1.0."""
    return float(value) if kind is float and type(value) is int else value


def _problem(kind: Any, value: Any, metadata: Mapping[str, Any]) -> str:
    """What a value must be, or an empty string where it is so."""
    if kind in (bool, int, float, str) and type(value) is not kind:
        return f"of type {kind.__name__}"
    if kind is not float and kind is not int:
        choices = metadata.get("choices", ())
        return f"one of {', '.join(choices)}" if choices and value not in choices else ""
    low, high = metadata.get("low", -math.inf), metadata.get("high", math.inf)
    if not math.isfinite(value) or not low <= value <= high:
        return f"a number from {low:g} to {high:g}"
    return ""


def from_mapping(kind: type[S], values: Mapping[str, Any], where: str) -> S:
    """Makes settings from key and value pairs.

    Raises:
        OutsideError: an unknown key, a value of the wrong type or out of its range; names the key and the place.
    """
    known = {item.name for item in dataclasses.fields(kind)}  # type: ignore[arg-type]
    unknown = sorted(set(values) - known)
    if unknown:
        raise OutsideError(
            f"unknown key {unknown[0]!r}", where, f"Remove it or use one of: {', '.join(sorted(known))}."
        )
    try:
        return kind(**values)
    except ValueError as error:
        raise OutsideError(str(error), where, "Correct the value.") from error


_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The one in C takes a tenth of the time, which a node that comes back after a crash does not have."""


def read_yaml(path: Path) -> Any:
    """What a YAML file says.

    Raises:
        OutsideError: the file cannot be read or is no YAML.
    """
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)
    except OSError as error:
        raise OutsideError(f"cannot read the file ({error.strerror})", str(path), "Check the path.") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        first = str(error).splitlines()[0]
        raise OutsideError(f"the file is no valid YAML ({first})", str(path), "Correct the file.") from error


def load(kind: type[S], path: Path) -> S:
    """Settings from a ROS 2 parameter file: the block `ros__parameters` below its one node name."""
    content = read_yaml(path)
    try:
        ((_, node),) = content.items()
        values = node["ros__parameters"] or {}
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        remedy = "Write one node name, below it `ros__parameters:`, below that the keys."
        raise OutsideError("the file is no ROS 2 parameter file", str(path), remedy) from error
    return from_mapping(kind, values, str(path))
