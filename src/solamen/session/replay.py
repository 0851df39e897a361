"""Re-running a recorded session through the library, without ROS and faster than it was lived.

What the modalities told is fed to fusion and companion on a stepped clock that follows the recording. The same
recording and the same settings give the same bytes, however fast the machine is.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from solamen.core.action_units import ActionUnits
from solamen.core.clock import Clock, SteppedClock
from solamen.core.cues import Cue
from solamen.core.errors import OutsideError
from solamen.core.estimates import PainEstimate
from solamen.core.person import PersonTraits
from solamen.core.resources import resource
from solamen.core.settings import load
from solamen.core.states import Company, Consent, SelfReport
from solamen.empathy import Companion, EmpathySettings
from solamen.fusion.filter import FusionFilter
from solamen.fusion.settings import FusionSettings
from solamen.session.folder import open_private
from solamen.session.replay_reading import Told, told

REPLAY_FILE = "replay.jsonl"
TICK_S = 0.1
_DIGITS = 6
_LONGEST_GAP_S = 60.0
"""Of silence in a recording, the rest is passed over."""

S = TypeVar("S")


@dataclass(frozen=True)
class Replayed:
    """What a replay was.

    Attributes:
        lasted_s: of the session, seconds.
        took_s: of the replay, seconds of this machine.
        messages: that were fed.
        lines: that were written.
        sha256: of what was written.
        file: where it stands.
        damaged: files of the recording that were cut off or damaged; what stands in them before that was fed.
    """

    lasted_s: float
    took_s: float
    messages: int
    lines: int
    sha256: str
    file: Path
    damaged: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Plain values, with how many times faster than real time it was."""
        speed = self.lasted_s / self.took_s if self.took_s > 0.0 else None
        return {**dataclasses.asdict(self), "file": str(self.file), "times_real_time": speed}


class Session:
    """Fusion and companion on a clock of their own.

    Args:
        start_s: when the recording begins, seconds since 1970.
        traits: of the person; anybody's where it is None.
    """

    def __init__(self, start_s: float, traits: PersonTraits | None = None) -> None:
        self.clock = SteppedClock(start_s)
        self._companion = Companion(_read(EmpathySettings, "behavior"), self.clock)
        self._fusion = FusionFilter(_read(FusionSettings, "fusion"), Consent.RECORD)
        if traits is not None:
            self._fusion.traits = traits
        self._companion.console(1)
        self._due_s = start_s + TICK_S
        self._lines: list[dict[str, Any]] = []

    def hear(self, at_s: float, what: Told) -> list[dict[str, Any]]:
        """Lives on until a time and takes in what was told then; gives what came of it."""
        self._live_until(at_s)
        if isinstance(what, PainEstimate):
            self._fusion.add(what)
            self._tell_state()
        elif isinstance(what, ActionUnits):
            self._fusion.presence(what.face_present, what.stamp_s)
            self._write("robot/expression", self._companion.see(what, None))
        elif isinstance(what, SelfReport):
            self._fusion.report(what)
            self._companion.report(what)
            self._tell_state()
        elif isinstance(what, Cue):
            self._companion.hear(what)
        elif isinstance(what, Company):
            self._companion.surroundings(what)
        else:
            self._fusion.consent = what
        lines, self._lines = self._lines, []
        return lines

    def _live_until(self, at_s: float) -> None:
        if at_s - self.clock.now_s() > _LONGEST_GAP_S:
            self.clock.advance(at_s - self.clock.now_s())
            self._due_s = at_s
        while self._due_s <= at_s:
            self.clock.advance(max(0.0, self._due_s - self.clock.now_s()))
            self._due_s += TICK_S
            turn = self._companion.tick()
            self._write("behavior/status", turn.status)
        self.clock.advance(max(0.0, at_s - self.clock.now_s()))

    def _tell_state(self) -> None:
        state = self._fusion.state(self.clock.now_s())
        self._companion.know(state)
        self._write("user_state", state)

    def _write(self, topic: str, content: Any) -> None:
        values = _plain(content)
        # Times of this machine are no part of what is decided.
        values.pop("answers_monotonic_ns", None)
        self._lines.append({"t_s": round(self.clock.now_s(), _DIGITS), "topic": topic, **values})


def replay(run: Path, clock: Clock, out: Path | None = None, traits: PersonTraits | None = None) -> Replayed:
    """Re-runs a recording and writes what came of it as JSON, one line for each output.

    Args:
        run: folder of a recorded run.
        clock: measures how long it takes; nothing else rests on it.
        out: the file; `replay.jsonl` in the folder where it is None.
        traits: of the person; anybody's where it is None.

    Raises:
        OutsideError: the folder holds no recording or nothing to replay, it is damaged from the start, or a message
            cannot be decoded; a file of an earlier replay then stays.
    """
    begun_ns = clock.monotonic_ns()
    file, digest = out or run / REPLAY_FILE, hashlib.sha256()
    if not run.is_dir():
        raise OutsideError("there is no such folder", str(run), "Give the folder of a recorded run.")
    unfinished = file.with_name(f".{file.name}.part")
    messages = lines = 0
    first_ns = last_ns = 0
    session: Session | None = None
    damaged: list[str] = []
    with _removed_on_error(unfinished), open_private(unfinished) as stream:
        for log_ns, what in told(run, lambda path: damaged.append(str(path))):
            first_ns, last_ns = first_ns or log_ns, max(last_ns, log_ns)
            session = session or Session(log_ns * 1e-9, traits)
            messages += 1
            for line in session.hear(log_ns * 1e-9, what):
                text = json.dumps(line, allow_nan=False).encode() + b"\n"
                digest.update(text)
                stream.write(text)
                lines += 1
        if damaged and not messages:
            problem = "the recording is damaged or cut off before anything that can be replayed"
            raise OutsideError(problem, damaged[0], "Bring back a copy of the file, or give another run.")
        if not messages:
            raise OutsideError("nothing that can be replayed was recorded", str(run), "Give another run.")
    unfinished.replace(file)
    took_s = (clock.monotonic_ns() - begun_ns) * 1e-9
    lasted_s = (last_ns - first_ns) * 1e-9
    return Replayed(lasted_s, took_s, messages, lines, digest.hexdigest(), file, tuple(damaged))


@contextlib.contextmanager
def _removed_on_error(path: Path) -> Iterator[None]:
    try:
        yield
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _plain(content: Any) -> dict[str, Any]:
    values = _value(content)
    return values if isinstance(values, dict) else {"value": values}


def _value(content: Any) -> Any:
    """Plain values with a fixed number of digits; NaN is null."""
    if dataclasses.is_dataclass(content) and not isinstance(content, type):
        return {item.name: _value(getattr(content, item.name)) for item in dataclasses.fields(content)}
    if isinstance(content, dict):
        return {str(key): _value(value) for key, value in sorted(content.items())}
    if isinstance(content, list | tuple):
        return [_value(each) for each in content]
    if isinstance(content, float):
        return round(content, _DIGITS) if math.isfinite(content) else None
    return int(content) if isinstance(content, int) and not isinstance(content, bool) else content


def _read(kind: type[S], concern: str) -> S:
    return load(kind, resource("config", f"{concern}.yaml"))
