"""Calling a human: the duty that comes first. It stands beside the tree, so that no behaviour can hold it up."""

from __future__ import annotations

import math
from typing import Any

from solamen.core.clock import Clock
from solamen.core.cues import Cue
from solamen.core.estimates import PAIN_MAX
from solamen.core.intents import HumanCall
from solamen.core.states import SelfReport, UserState
from solamen.empathy.ear import HELP, NO, STOP, YES, heeded
from solamen.empathy.scene import OpenCall
from solamen.empathy.settings import EmpathySettings
from solamen.empathy.severity import SeverityWatch
from solamen.empathy.timers import Elapsed, seconds

AUDIBLE, LOUDEST = 2, 3
_ASKED_FOR = {
    "voice": "The person asked for someone.",
    "face": "The person asked for someone by a gesture.",
    "body": "The person asked for someone by a gesture.",
    "console": "Someone was asked for with the button.",
}
_ANSWERS = YES | NO | STOP | {"number"}
_NO_LONGER_TOLD = "A human was asked for. Why is no longer told, as consent was taken back."
_NOBODY = "No receiver of calls is connected: connect the console, or set a command of your own."


class HumanCalls:
    """Opens a call, repeats it louder until someone says that they are coming, and keeps it for a while.

    Attributes:
        receivers: connected receivers of calls, such as consoles.
    """

    def __init__(self, settings: EmpathySettings, clock: Clock) -> None:
        self._settings, self._clock = settings, clock
        self._watch = SeverityWatch(settings)
        self._outgoing: list[HumanCall] = []
        self._call: HumanCall | None = None
        self._age, self._at_level, self._acknowledged = Elapsed(clock), Elapsed(clock), Elapsed(clock)
        self._opened = 0
        self.receivers = 0

    def hear(self, cue: Cue) -> None:
        """A request for help opens a call; any answer settles a question that was due."""
        if cue.kind in HELP and heeded(cue):
            self._raise(_ASKED_FOR.get(cue.source, "The person asked for someone."))
        if cue.kind in _ANSWERS and heeded(cue):
            self._watch.answered()

    def report(self, report: SelfReport) -> None:
        """A report of severe pain opens a call."""
        if not 0.0 <= report.normalised <= PAIN_MAX:
            return
        self._watch.answered()
        if report.normalised >= self._settings.severe_points:
            who = "A caregiver reported" if report.by_proxy else "The person reported"
            self._raise(f"{who} pain of {report.normalised:.0f} of 10.")

    def know(self, state: UserState) -> None:
        """Watches the state."""
        self._watch.know(state, seconds(self._clock))

    def forget(self) -> None:
        """Consent was taken back: a call stays, and grows louder, as a human was needed; why is told no longer."""
        call = self._call
        if call is not None:
            self._send(call.level, _NO_LONGER_TOLD, call.acknowledged)

    def acknowledge(self, call_id: str) -> str:
        """Someone is coming. Gives back what is wrong with that, or an empty string."""
        call = self._call
        if call is None or call.call_id != call_id:
            return f"there is no call {call_id!r}" + (f"; the last one is {call.call_id!r}" if call else "")
        if not call.acknowledged:
            self._acknowledged.start()
            self._send(call.level, call.reason, acknowledged=True)
        return ""

    def tick(self) -> tuple[HumanCall, ...]:
        """What is to be sent now."""
        now_s = seconds(self._clock)
        due = self._watch.due(now_s)
        # While someone is coming, a state that stays severe waits, and calls again as soon as that time is over.
        if due and not self._acknowledged.within(self._settings.call_again_s):
            self._watch.called(now_s)
            self._raise(_WHY[due])
        self._escalate()
        outgoing, self._outgoing = tuple(self._outgoing), []
        return outgoing

    def as_dict(self) -> dict[str, Any]:
        """Plain values that `resume` reads: the call that is open, and how many there were."""
        call = self._call
        if call is None or call.acknowledged:
            return {"opened": self._opened, "call": None}
        return {"opened": self._opened, "call": [call.level, call.reason], "since_s": call.since_s}

    def resume(self, values: dict[str, Any]) -> None:
        """Goes on with a call that was open in a process that died: it is sent again, and grows louder from there."""
        self._opened = int(values["opened"])
        if values["call"] is None:
            return
        level, reason = values["call"]
        self._age.resume(max(self._clock.now_s() - float(values["since_s"]), 0.0))
        self._at_level.start()
        self._send(int(level), str(reason))

    @property
    def must_ask(self) -> bool:
        """The person must be asked how it is, or a human is called."""
        return self._watch.must_ask

    @property
    def problem(self) -> str:
        """What stands in the way of calls, or an empty string. It is a red state."""
        return "" if self.receivers > 0 else _NOBODY

    def open(self) -> OpenCall | None:
        """The call that is open, or was acknowledged not long ago."""
        call = self._call
        if call is None or (call.acknowledged and not self._acknowledged.within(self._settings.call_again_s)):
            return None
        return OpenCall(call.reason, call.level, self._age.s(), call.acknowledged)

    def _raise(self, reason: str) -> None:
        """Opens a call, or adds a reason to the one that is open and sends it again."""
        call = self._call
        if call is not None and not call.acknowledged:
            told = call.reason if reason in call.reason else f"{call.reason} {reason}"
            self._send(call.level, told)
            return
        self._opened += 1
        self._call = None
        self._age.start()
        self._at_level.start()
        # Where nobody is connected to be informed, the first call is one that can be heard.
        self._send(1 if self.receivers > 0 else AUDIBLE, reason)

    def _escalate(self) -> None:
        call = self._call
        if call is None or call.acknowledged or self._at_level.within(self._settings.escalate_s):
            return
        self._at_level.start()
        self._send(min(call.level + 1, LOUDEST), call.reason)

    def _send(self, level: int, reason: str, acknowledged: bool = False) -> None:
        now_s = self._clock.now_s()
        since_s = now_s - self._age.s() if math.isfinite(self._age.s()) else now_s
        self._call = HumanCall(now_s, f"call-{self._opened}", level, reason, since_s, acknowledged)
        self._outgoing.append(self._call)


_WHY = {
    "severe": "Signs of severe pain have lasted for a minute.",
    "silent": "After signs of severe pain the person cannot be read any more, and gave no answer.",
}
