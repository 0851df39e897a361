"""Reads the folder of a run, whole or cut off, into arrays."""

from __future__ import annotations

import json
import math
import struct
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from mcap.records import Schema
from mcap_ros2.decoder import DecoderFactory

from solamen.core.action_units import UNITS
from solamen.core.errors import OutsideError
from solamen.session.folder import RUN_FILE
from solamen.session.joint_states import JointStateDecoder
from solamen.session.recording import SESSION_FILE, Recorded, part_paths, recorded_messages
from solamen.session.run_clock import ClockSteps
from solamen.session.series import (
    Behavior,
    Bools,
    Face,
    Floats,
    Frames,
    Ints,
    Joints,
    Pain,
    RunSeries,
    Safety,
    Series,
    Shown,
    SimSpeed,
    State,
    Trace,
    Truth,
)

_COLUMN = {unit: column for column, unit in enumerate(UNITS)}
Message = tuple[float, Any]
"""Log time in seconds, and the decoded message."""


def read_run(run: Path) -> RunSeries:
    """Reads `session.mcap`, or the parts of a run that was cut off, and `run.json`.

    Topics are known by the end of their names, so that any namespace will do.

    Raises:
        OutsideError: there is no such folder, or nothing in it is a recording that can be read.
    """
    if not run.is_dir():
        raise OutsideError("there is no such folder", str(run), "Give the folder of a run, such as runs/<stamp>.")
    notes = _notes(run / RUN_FILE)
    files = [run / SESSION_FILE] if (run / SESSION_FILE).is_file() else part_paths(run)
    if not files and not notes:
        raise OutsideError("the folder holds no run", str(run), "Give the folder of a run, such as runs/<stamp>.")
    steps = ClockSteps()
    messages = _decoded(files, steps)
    if files and not messages and all(path.stat().st_size for path in files):
        _refuse_unreadable(files)
    found = {name: build(messages[suffix]) for suffix, (name, build) in _TOPICS.items() if messages[suffix]}
    found = {name: _settled(series, steps) for name, series in found.items()}
    cut_off = bool(part_paths(run)) or not notes.get("ended_s")
    return RunSeries(run=notes, cut_off=cut_off, clock_steps_s=tuple(steps.seconds), **found)


def _settled(series: Series, steps: ClockSteps) -> Series:
    """With stamps in the time of the run, whoever set the machine's clock."""
    if len(steps.seconds) == 1:
        return series
    return replace(series, stamp_s=steps.settled(series.stamp_s, series.log_s))


def _refuse_unreadable(files: Sequence[Path]) -> None:
    """A recording without any message may be an early end; one that is no MCAP file is an error."""
    for path in files:
        with path.open("rb") as stream:
            if stream.read(8) == b"\x89MCAP0\r\n":
                return
    raise OutsideError("the recording cannot be read", str(files[0]), "It is no MCAP file; give another run.")


def _notes(path: Path) -> dict[str, Any]:
    """What `run.json` says; empty where it is missing."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise OutsideError(f"cannot read the file ({error})", str(path), "Remove it, or give another run.") from error
    if not isinstance(content, dict):
        raise OutsideError("the file does not describe a run", str(path), "Remove it, or give another run.")
    return content


def _decoded(files: Iterable[Path], steps: ClockSteps) -> dict[str, list[Message]]:
    """The messages of the topics that are known, by the end of the topic's name, sorted by log time."""
    decoders: dict[str, Callable[[bytes], Any]] = {}
    found: dict[str, list[Message]] = defaultdict(list)
    for message in _messages(files):
        suffix = _suffix(message.topic)
        steps.see(message.stamp_ns, message.log_ns)
        if suffix:
            if message.type_name not in decoders:
                decoders[message.type_name] = _decoder(message)
            found[suffix].append((message.log_ns * 1e-9, _decode(message, decoders[message.type_name])))
    for messages in found.values():
        messages.sort(key=lambda each: each[0])
    return found


def _decode(message: Recorded, decoder: Callable[[bytes], Any]) -> Any:
    try:
        return decoder(message.cdr)
    except (struct.error, ValueError, LookupError) as error:
        what = f"a message of type {message.type_name} cannot be decoded ({error})"
        raise OutsideError(what, message.topic, "Record the run again with this version.") from error


def _messages(files: Iterable[Path]) -> Iterator[Recorded]:
    for path in files:
        try:
            yield from recorded_messages(path)
        except OSError as error:
            what = f"cannot read the recording ({error.strerror})"
            raise OutsideError(what, str(path), "Check who may read it.") from error


def _suffix(topic: str) -> str:
    """The name in `_TOPICS` that a topic ends with, or an empty string."""
    return next((suffix for suffix in _TOPICS if topic == suffix or topic.endswith("/" + suffix)), "")


def _decoder(message: Recorded) -> Callable[[bytes], Any]:
    if message.type_name == "sensor_msgs/msg/JointState":
        return JointStateDecoder()
    schema = Schema(id=1, name=message.type_name, encoding="ros2msg", data=message.definition)
    decoder: Callable[[bytes], Any] | None = DecoderFactory().decoder_for("cdr", schema)
    if decoder is None:
        raise OutsideError(f"cannot decode {message.type_name}", message.topic, "Record the run again.")
    return decoder


def _log(messages: Sequence[Message]) -> Floats:
    return np.array([log_s for log_s, _ in messages])


def _seconds(time: Any) -> float:
    return float(time.sec) + float(time.nanosec) * 1e-9


def _times(messages: Sequence[Message]) -> dict[str, Floats]:
    return {"log_s": _log(messages), "stamp_s": np.array([_seconds(each.header.stamp) for _, each in messages])}


def _floats(messages: Sequence[Message], key: str) -> Floats:
    return np.array([getattr(each, key) for _, each in messages], dtype=float)


def _bools(messages: Sequence[Message], key: str) -> Bools:
    return np.array([getattr(each, key) for _, each in messages], dtype=bool)


def _ints(messages: Sequence[Message], key: str) -> Ints:
    return np.array([getattr(each, key) for _, each in messages], dtype=np.int64)


def _words(messages: Sequence[Message], key: str) -> tuple[str, ...]:
    return tuple(getattr(each, key) for _, each in messages)


def _units(messages: Sequence[Message], key: str, missing: float) -> Floats:
    """Rows of units in the order of UNITS."""
    rows = np.full((len(messages), len(UNITS)), missing)
    for row, (_, each) in zip(rows, messages, strict=True):
        for unit, value in zip(each.unit, getattr(each, key), strict=False):
            if unit in _COLUMN:
                row[_COLUMN[unit]] = value
    return rows


def _truth(messages: Sequence[Message]) -> Truth:
    return Truth(
        **_times(messages),
        pain=_floats(messages, "pain"),
        pspi=_floats(messages, "pspi"),
        intensity=_units(messages, "intensity", math.nan),
        event=_words(messages, "event"),
    )


def _state(messages: Sequence[Message]) -> State:
    return State(
        **_times(messages),
        mean=_floats(messages, "pain_mean"),
        lower=_floats(messages, "pain_lower"),
        upper=_floats(messages, "pain_upper"),
        probability=_floats(messages, "pain_probability"),
        abstained=_bools(messages, "abstained"),
        present=_bools(messages, "present"),
        words=_words(messages, "words"),
        reason=_words(messages, "reason"),
    )


def _face(messages: Sequence[Message]) -> Face:
    return Face(
        **_times(messages),
        present=_bools(messages, "face_present"),
        intensity=_units(messages, "intensity", math.nan),
        pspi=_floats(messages, "pspi"),
        quality=_floats(messages, "quality"),
    )


def _pain(messages: Sequence[Message]) -> Pain:
    return Pain(
        **_times(messages),
        intensity=_floats(messages, "intensity"),
        stddev=_floats(messages, "stddev"),
        abstained=_bools(messages, "abstained"),
        reason=_words(messages, "reason"),
    )


def _expression(messages: Sequence[Message]) -> Shown:
    return Shown(
        **_times(messages),
        activation=_units(messages, "activation", 0.0),
        cause=_words(messages, "cause"),
        breath=_floats(messages, "breath"),
    )


def _joints(messages: Sequence[Message]) -> Joints:
    """Columns are the joints that were ever named; NaN where a message does not name one."""
    names = tuple(sorted({name for named in {each.name for _, each in messages} for name in named}))
    column = {name: index for index, name in enumerate(names)}
    position, velocity = np.full((2, len(messages), len(names)), math.nan)
    columns: list[int] = []
    named: tuple[str, ...] = ()
    for row, (_, each) in enumerate(messages):
        if each.name is not named:
            named, columns = each.name, [column[name] for name in each.name]
        position[row, columns[: len(each.position)]] = each.position
        velocity[row, columns[: len(each.velocity)]] = each.velocity
    return Joints(**_times(messages), name=names, position=position, velocity=velocity)


def _behavior(messages: Sequence[Message]) -> Behavior:
    return Behavior(
        **_times(messages),
        behavior=_words(messages, "behavior"),
        reason=_words(messages, "reason"),
        since_s=np.array([_seconds(each.since) for _, each in messages]),
        mirror_gain=_floats(messages, "mirror_gain"),
    )


def _safety(messages: Sequence[Message]) -> Safety:
    return Safety(
        **_times(messages),
        stopped=_bools(messages, "stopped"),
        stop_reason=_words(messages, "stop_reason"),
        accepted=_ints(messages, "accepted"),
        limited=_ints(messages, "limited"),
        rejected=_ints(messages, "rejected"),
    )


def _trace(messages: Sequence[Message]) -> Trace:
    return Trace(
        **_times(messages),
        answers_ns=_ints(messages, "answers_monotonic_ns"),
        command_ns=_ints(messages, "command_monotonic_ns"),
    )


def _frames(messages: Sequence[Message]) -> Frames:
    return Frames(
        **_times(messages),
        frames=_ints(messages, "frames"),
        processed=_ints(messages, "processed"),
        dropped=_ints(messages, "dropped"),
        source=_words(messages, "source"),
        state=_words(messages, "state"),
    )


def _sim(messages: Sequence[Message]) -> SimSpeed:
    """The key `realtime_factor` of every status whose name ends with `sim`."""
    rows = [
        (log_s, _seconds(each.header.stamp), float(pair.value))
        for log_s, each in messages
        for status in each.status
        if status.name.rpartition("/")[2] == "sim"
        for pair in status.values
        if pair.key == "realtime_factor" and _is_number(pair.value)
    ]
    log_s, stamp_s, factor = np.array(rows).reshape(-1, 3).T
    return SimSpeed(log_s=log_s, stamp_s=stamp_s, realtime_factor=factor)


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


_TOPICS: dict[str, tuple[str, Callable[[Sequence[Message]], Any]]] = {
    "truth/face": ("truth", _truth),
    "user_state": ("user_state", _state),
    "face/action_units": ("face", _face),
    "face/pain": ("pain", _pain),
    "robot/expression": ("expression", _expression),
    "joint_states": ("joints", _joints),
    "behavior/status": ("behavior", _behavior),
    "safety/status": ("safety", _safety),
    "robot/trace": ("trace", _trace),
    "camera/status": ("frames", _frames),
    "diagnostics": ("sim", _sim),
}
"""End of the topic's name, field of `RunSeries`, and what makes it."""
