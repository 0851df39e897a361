"""When the state itself asks for a human: severe for long, or unknown after it may have been severe."""

from __future__ import annotations

import math
from typing import Literal

from solamen.core.states import Consent, UserState
from solamen.empathy.settings import EmpathySettings

Due = Literal["severe", "silent", ""]

_DIP_S = 2.0
"""A state that falls below severe for less than this has stayed severe."""


class SeverityWatch:
    """Watches the state. Times are monotonic seconds.

    Two things fall due: `severe`, where the mean stays severe for `severe_s`; and `silent`, where nothing can be said
    for `abstain_ask_s` after an interval that reached severe, the person was asked, and gave no answer within
    `answer_s`. A state that stops coming counts as one that says nothing.
    """

    def __init__(self, settings: EmpathySettings) -> None:
        self._settings = settings
        self._last_s = math.inf
        self.reset()

    def reset(self) -> None:
        """Forgets all; for consent that is withdrawn."""
        self._severe_since_s = self._silent_since_s = self._asked_s = math.inf
        self._severe_s = -math.inf
        self._reached = False

    def know(self, state: UserState, now_s: float) -> None:
        """Takes a state."""
        self._last_s = now_s
        if state.consent == Consent.NONE:
            self.reset()
        elif state.abstained or not math.isfinite(state.pain_mean):
            self._silent_since_s = min(self._silent_since_s, now_s)
        else:
            self._speaks(state, now_s)

    def answered(self) -> None:
        """The person said something of how it is: no one needs to ask any more."""
        if self.must_ask:
            self._resolve()

    @property
    def must_ask(self) -> bool:
        """The person must be asked now."""
        return math.isfinite(self._asked_s)

    def due(self, now_s: float) -> Due:
        """What asks for a human now: `silent` once, `severe` until someone is called (see `called`)."""
        settings = self._settings
        if now_s - self._last_s > settings.state_timeout_s:
            self._silent_since_s = min(self._silent_since_s, self._last_s)
        if self._reached and not self.must_ask and now_s - self._silent_since_s >= settings.abstain_ask_s:
            self._asked_s = now_s
        if now_s - self._asked_s >= settings.answer_s:
            self._resolve()
            return "silent"
        if now_s - self._severe_s > _DIP_S:
            self._severe_since_s = math.inf
        return "severe" if now_s - self._severe_since_s >= settings.severe_s else ""

    def called(self, now_s: float) -> None:
        """Someone was called: a state that stays severe asks again after as long."""
        if math.isfinite(self._severe_since_s):
            self._severe_since_s = now_s

    def _speaks(self, state: UserState, now_s: float) -> None:
        """A state that says something."""
        severe = self._settings.severe_points
        self._silent_since_s = self._asked_s = math.inf
        self._reached = state.pain_upper >= severe or state.pain_mean >= severe
        if state.pain_mean >= severe:
            self._severe_since_s, self._severe_s = min(self._severe_since_s, now_s), now_s

    def _resolve(self) -> None:
        self._asked_s, self._reached = math.inf, False
