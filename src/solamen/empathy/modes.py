"""Modes for people and for studies, and what caregivers lock or forbid. None of them touches stopping or calling."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from solamen.core.action_units import PAIN_UNITS
from solamen.core.clock import Clock
from solamen.core.errors import OutsideError
from solamen.empathy.script import Script, load_script
from solamen.empathy.settings import EmpathySettings
from solamen.empathy.timers import seconds

MODES = ("companion", "mirror_only", "still", "delayed", "incongruent", "sham", "scripted")
DECEIVING = frozenset({"incongruent", "sham"})
"""Modes that need an experimenter and a study, and a debriefing afterwards."""
DUTIES = frozenset({"call", "quiet_company", "wait", "rest", "still"})
"""Behaviours that no mode, lock or ban takes away."""
_COMPANY = DUTIES | {"attend"}
_DELAY_MAX_S = 1.0


class Modes:
    """The mode that is on, the locks, and what they permit.

    Attributes:
        mode: one of `MODES`.
        study_id, experimenter: of the study, where it was told.
    """

    def __init__(self, settings: EmpathySettings, clock: Clock, behaviors: Collection[str]) -> None:
        self._settings = settings
        self._behaviors = frozenset(behaviors)
        self._clock, self._began_s = clock, seconds(clock)
        self._delay_s = 0.0
        self._script: Script | None = None
        self._forbidden: frozenset[str] = frozenset()
        self._locked = ""
        self.mode, self.study_id, self.experimenter = "companion", "", ""

    def set(self, mode: str, delay_s: float, study_id: str, experimenter: str) -> str:
        """Switches the mode; gives back what is wrong with that, or an empty string."""
        problem = _problem(mode, delay_s, study_id, experimenter)
        if problem:
            return problem
        if mode == "scripted":
            try:
                self._script = self._read_script()
            except OutsideError as error:
                return str(error)
        self.mode, self.study_id, self.experimenter = mode, study_id, experimenter
        self._delay_s = delay_s if mode == "delayed" else 0.0
        self._began_s = seconds(self._clock)
        return ""

    def lock(self, forbidden: Sequence[str], locked: str) -> str:
        """Forbids behaviours, or locks one; gives back what is wrong with that, or an empty string."""
        unknown = sorted({*forbidden, *([locked] if locked else [])} - self._behaviors)
        if unknown:
            return f"there is no behaviour {unknown[0]!r}; use some of: {', '.join(sorted(self._behaviors - DUTIES))}"
        duties = sorted(DUTIES.intersection(forbidden))
        if duties:
            return f"{duties[0]} cannot be forbidden: it is what keeps the person safe"
        if locked in forbidden:
            return f"{locked} cannot be both locked and forbidden"
        self._forbidden, self._locked = frozenset(forbidden), locked
        return ""

    def as_dict(self) -> dict[str, Any]:
        """Plain values that `resume` reads."""
        return {
            "mode": [self.mode, self._delay_s, self.study_id, self.experimenter],
            "forbidden": sorted(self._forbidden),
            "locked": self._locked,
            "began_s": self._began_s,
        }

    def resume(self, values: dict[str, Any]) -> None:
        """Goes on with what was set in a process that died; its script is where it would be by now."""
        self.lock(values["forbidden"], values["locked"])
        self.set(*values["mode"])
        self._began_s = min(float(values["began_s"]), self._began_s)

    def permits(self, behavior: str) -> bool:
        """Whether mode and locks permit a behaviour."""
        if behavior in DUTIES:
            return True
        if behavior in self._forbidden or (self._locked and behavior not in _COMPANY | {self._locked}):
            return False
        if self.mode == "mirror_only":
            return behavior in _COMPANY | {"mirror"}
        if self.mode == "scripted":
            return behavior in _COMPANY | {self.scripted}
        return self.mode != "still"

    @property
    def scripted(self) -> str:
        """The behaviour that the script asks for now; empty where none."""
        return (
            self._script.at(seconds(self._clock) - self._began_s)
            if self.mode == "scripted" and self._script is not None
            else ""
        )

    @property
    def delay_s(self) -> float:
        """How late the mirroring is, seconds, by design."""
        if self.mode == "sham":
            return self._settings.sham_lag_s
        return self._delay_s if self.mode == "delayed" else self._settings.mirror_delay_s

    @property
    def cause(self) -> str:
        """The cause of a mirrored expression: `mirror` where it shows what is seen now, else `mirror_` and how.

        The robot mirrors posture at once, and only for `mirror`; late or false mirroring must not be given away by it.
        """
        if self.mode in DECEIVING:
            return f"mirror_{self.mode}"
        return "mirror_delayed" if self.delay_s > 0.0 else "mirror"

    def shown(self, mirrored: Mapping[int, float]) -> dict[int, float]:
        """What is shown of what is mirrored: in incongruent mode a smile for pain, and concern for a smile."""
        if self.mode != "incongruent":
            return dict(mirrored)
        smile = mirrored.get(12, 0.0)
        pain = 0.0 if smile > 0.0 else max((mirrored.get(unit, 0.0) for unit in PAIN_UNITS), default=0.0)
        swapped = {12: pain, 1: smile, 15: 0.5 * smile}
        return {unit: value for unit, value in swapped.items() if value > 0.0}

    def _read_script(self) -> Script:
        if not self._settings.script:
            remedy = "Set `script` to a file, or to a name in config/scripts."
            raise OutsideError("no script is set", "config/behavior.yaml", remedy)
        return load_script(self._settings.script, self._behaviors)


def _problem(mode: str, delay_s: float, study_id: str, experimenter: str) -> str:
    """What is wrong with a request for a mode, or an empty string."""
    if mode not in MODES:
        return f"there is no mode {mode!r}; use one of: {', '.join(MODES)}"
    if mode == "delayed" and not (math.isfinite(delay_s) and 0.0 <= delay_s <= _DELAY_MAX_S):
        return f"delay_s is {delay_s:g}, but must be a number from 0 to 1"
    if mode in DECEIVING and not (study_id.strip() and experimenter.strip()):
        return f"{mode} misleads the person: it needs a study_id and an experimenter, and a debriefing afterwards"
    return ""
