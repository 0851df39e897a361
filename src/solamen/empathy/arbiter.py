"""The arbiter between the two systems (Heyes 2018): what is mirrored at once, and what the tree adds to it."""

from __future__ import annotations

import math
from dataclasses import dataclass

from solamen.core.action_units import ActionUnits
from solamen.core.clock import Clock
from solamen.core.intents import Expression, Point
from solamen.core.states import Consent
from solamen.empathy.delay import DelayLine
from solamen.empathy.follower import Follower
from solamen.empathy.gaze import Gaze
from solamen.empathy.mimicry import Mimicry
from solamen.empathy.modes import Modes
from solamen.empathy.perception import Perception
from solamen.empathy.scene import Choice, Desk
from solamen.empathy.timers import seconds

_MIRRORED = 0.02
_STEP_MAX_S = 0.2
_FAST_BLEND_S, _SLOW_BLEND_S = 0.06, 0.3


@dataclass(frozen=True)
class _Mirrored:
    """What answers a frame: activations, and the stamps of the frame."""

    activation: dict[int, float]
    answers_s: float = math.nan
    answers_monotonic_ns: int = 0


class Arbiter:
    """Makes one expression of what system I mirrors and what system II chose.

    System I needs no inference and waits for no tick. What regulates it (onsets, pain, quality, spread) can only lower
    its fixed gains, all below 1, so that two faces that mirror each other come to rest.
    """

    def __init__(self, desk: Desk, clock: Clock, perception: Perception, modes: Modes) -> None:
        self._settings, self._desk, self._clock = desk.settings, desk, clock
        self._perception, self._modes = perception, modes
        self._mimicry = Mimicry(desk.settings)
        self._pose = Follower(desk.settings.pose_s, desk.settings.pose_s)
        self._gaze = Gaze(desk.settings)
        self._line: DelayLine[_Mirrored] = DelayLine()
        self._moved_s = math.nan

    def answer(self, units: ActionUnits, head_in_base: Point | None, now_s: float) -> Expression:
        """Answers a frame at once; `now_s` is the wall time."""
        monotonic_s, dt_s = self._step()
        seen = self._perception.see(units, now_s, monotonic_s, dt_s)
        if seen is not None and seen.face_present:
            self._gaze.see(head_in_base)
        if self._perception.regulation.over(monotonic_s):
            self._mimicry.end_pain()
        mirrored = _Mirrored(self._mirror(seen, monotonic_s, dt_s), units.stamp_s, units.monotonic_ns)
        return self._expression(now_s, monotonic_s, dt_s, mirrored, _FAST_BLEND_S)

    def unanswered(self, now_s: float) -> Expression | None:
        """What to show where no frame has come to be answered; None where one has, just now."""
        monotonic_s = seconds(self._clock)
        if self._perception.message_age_s(monotonic_s) < self._settings.frame_timeout_s:
            return None
        monotonic_s, dt_s = self._step()
        self._mimicry.end_pain()
        mirrored = _Mirrored(self._mimicry.mirror(None, dt_s, 0.0, 0.0))
        return self._expression(now_s, monotonic_s, dt_s, mirrored, _SLOW_BLEND_S)

    def gain(self) -> float:
        """The gain on mirrored units of pain in force, 0–0.4."""
        monotonic_s = seconds(self._clock)
        if not self._mirrors():
            return 0.0
        return self._settings.pain_gain * self._factor(monotonic_s) * self._perception.trust(monotonic_s)

    def forget(self) -> None:
        """Clears what bears a stamp or is on its way."""
        self._gaze.forget()
        self._line.clear()

    def rest(self) -> None:
        """Leaves nothing of what was mirrored, and shows so with the next tick; for consent that is taken back."""
        self._line.clear()
        self._mimicry.end()
        self._perception.await_frame()

    def still(self) -> None:
        """Leaves nothing of what was mirrored, now or on its way; for a switch of the mode."""
        self._line.clear()
        self._mimicry.end_pain()

    def _mirrors(self) -> bool:
        """Whether consent, the person's stop, mode and locks let it mirror."""
        permitted = self._modes.permits("mirror") and not self._desk.refusals.quiet
        return permitted and self._perception.consent != Consent.NONE

    def _mirror(self, seen: ActionUnits | None, monotonic_s: float, dt_s: float) -> dict[int, float]:
        """What system I makes of a frame; None is a frame that may not be answered."""
        if not self._mirrors():
            return self._mimicry.fade(dt_s)
        readable = seen is not None and seen.face_present
        factor, trust = self._factor(monotonic_s), self._perception.trust(monotonic_s)
        return self._mimicry.mirror(seen if readable else None, dt_s, factor, trust)

    def _factor(self, monotonic_s: float) -> float:
        return self._perception.regulation.factor(monotonic_s, self._perception.pain(monotonic_s))

    def _expression(
        self, now_s: float, monotonic_s: float, dt_s: float, mirrored: _Mirrored, blend_s: float
    ) -> Expression:
        choice = self._desk.choice
        shown = self._delayed(mirrored, monotonic_s)
        pose = self._pose.follow(choice.pose, dt_s)
        units = sorted({*shown.activation, *pose})
        nodding = 0.0 <= monotonic_s - choice.nod_s < self._settings.nod_s
        mirroring = max(shown.activation.values(), default=0.0) > _MIRRORED and not nodding
        return Expression(
            stamp_s=now_s,
            activation={unit: max(shown.activation.get(unit, 0.0), pose.get(unit, 0.0)) for unit in units},
            gaze_target=self._look(choice, monotonic_s, dt_s),
            blend_s=blend_s,
            cause=self._modes.cause if mirroring else choice.behavior,
            answers_s=shown.answers_s,
            answers_monotonic_ns=shown.answers_monotonic_ns,
            breath=choice.breath,
            glow=choice.glow,
            lean=choice.lean,
        )

    def _delayed(self, mirrored: _Mirrored, monotonic_s: float) -> _Mirrored:
        """After the programmed delay, as the mode shows it; nothing that must not be mirrored any more."""
        if not self._mirrors():
            self._line.clear()
            return mirrored
        due = self._line.pass_on(mirrored, monotonic_s, self._modes.delay_s) or _Mirrored({})
        return _Mirrored(self._modes.shown(due.activation), due.answers_s, due.answers_monotonic_ns)

    def _look(self, choice: Choice, monotonic_s: float, dt_s: float) -> Point:
        """At a face that is seen, unless the robot is to stay still; else where the tree says."""
        lost_s = self._perception.face_age_s(monotonic_s)
        look = "face" if lost_s < self._settings.face_memory_s and choice.look != "straight" else choice.look
        return self._gaze.look(look, dt_s, lost_s - self._settings.face_memory_s, monotonic_s - choice.nod_s)

    def _step(self) -> tuple[float, float]:
        """The monotonic time, and the seconds since something was shown last."""
        monotonic_s = seconds(self._clock)
        dt_s = monotonic_s - self._moved_s if math.isfinite(self._moved_s) else 0.05
        self._moved_s = monotonic_s
        return monotonic_s, min(max(dt_s, 0.0), _STEP_MAX_S)
