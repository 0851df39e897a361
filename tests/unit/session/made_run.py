"""Makes recordings of runs that never took place, with known answers."""

from __future__ import annotations

import functools
import json
import math
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from mcap_ros2._dynamic import serialize_dynamic

from solamen.session.definition import message_definition
from solamen.session.recording import MessageRecorder

EPOCH_S = 1_800_000_000.0
"""When made runs begin."""

LATE_S = 0.05
"""A message comes so long after its stamp was taken."""

Message = tuple[float, str, str, dict[str, Any]]
"""Seconds after the beginning, topic, type, fields."""


@functools.cache
def encoder(type_name: str) -> Callable[[Any], bytes]:
    return serialize_dynamic(type_name, message_definition(type_name))[type_name]


def time(seconds: float) -> dict[str, int]:
    nanoseconds = round((EPOCH_S + seconds) * 1e9)
    return {"sec": nanoseconds // 10**9, "nanosec": nanoseconds % 10**9}


def never_set(at_s: float) -> float:
    return 0.0


def record(
    run: Path, messages: Iterable[Message], part_s: float = 10.0, set_s: Callable[[float], float] = never_set
) -> None:
    """Records messages in the order of their times; `set_s` tells what the machine's clock is ahead of the run's."""
    with MessageRecorder(run, part_s) as recorder:
        for at_s, topic, type_name, fields in sorted(messages, key=lambda each: each[0]):
            fields = {"header": {"stamp": time(at_s + set_s(at_s - LATE_S))}, **fields}
            at_ns = round((EPOCH_S + at_s) * 1e9)
            wall_ns = at_ns + round(set_s(at_s) * 1e9)
            cdr = encoder(type_name)(fields)
            recorder.write(topic, type_name, message_definition(type_name), cdr, wall_ns, at_ns)
    assert not recorder.failed


def truth(at_s: float, pain: float, units: dict[int, float] | None = None) -> Message:
    units = units or {}
    fields = {"pain": pain, "unit": list(units), "intensity": list(units.values()), "event": "pain"}
    return at_s, "/truth/face", "solamen_msgs/msg/GroundTruth", fields


def state(at_s: float, mean: float, **fields: Any) -> Message:
    known = {
        "pain_mean": mean,
        "pain_lower": max(mean - 1.2, 0.0),
        "pain_upper": mean + 1.4,
        "abstained": not math.isfinite(mean),
        "words": "signs of pain in brow and eyes" if mean > 2.0 else "no signs seen",
    }
    return at_s, "/user_state", "solamen_msgs/msg/UserState", {**known, **fields}


def face(at_s: float, units: dict[int, float]) -> Message:
    fields = {"face_present": True, "unit": list(units), "intensity": list(units.values()), "quality": 1.0}
    return at_s, "/face/action_units", "solamen_msgs/msg/ActionUnits", fields


def expression(at_s: float, units: dict[int, float], cause: str = "mirror") -> Message:
    fields = {"unit": list(units), "activation": list(units.values()), "cause": cause}
    return at_s, "/robot/expression", "solamen_msgs/msg/Expression", fields


def joints(at_s: float, **position: float) -> Message:
    fields = {"name": list(position), "position": list(position.values()), "velocity": [0.0] * len(position)}
    return at_s, "/joint_states", "sensor_msgs/msg/JointState", fields


def trace(at_s: float, answers_ms: float, latency_ms: float) -> Message:
    answers_ns = round(answers_ms * 1e6)
    fields = {"answers_monotonic_ns": answers_ns, "command_monotonic_ns": answers_ns + round(latency_ms * 1e6)}
    return at_s, "/robot/trace", "solamen_msgs/msg/CommandTrace", fields


def frame_status(at_s: float, frames: int, dropped: int) -> Message:
    fields = {"frames": frames, "processed": frames - dropped, "dropped": dropped, "source": "patient"}
    return at_s, "/camera/status", "solamen_msgs/msg/FrameStatus", fields


def behavior(at_s: float, name: str, reason: str) -> Message:
    fields = {"behavior": name, "reason": reason, "since": time(at_s), "system": 2}
    return at_s, "/behavior/status", "solamen_msgs/msg/BehaviorStatus", fields


def sim_speed(at_s: float, factor: str) -> Message:
    fields = {"status": [{"name": "sim", "values": [{"key": "realtime_factor", "value": factor}]}]}
    return at_s, "/diagnostics", "diagnostic_msgs/msg/DiagnosticArray", fields


def note(run: Path, **notes: Any) -> None:
    run.mkdir(exist_ok=True)
    (run / "run.json").write_text(
        json.dumps({"options": {"source": "patient", "robot": "sol"}, "started_s": EPOCH_S, **notes})
    )
