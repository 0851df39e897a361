"""What the companion has been told, cached, and how old it is."""

from __future__ import annotations

import math

from solamen.core.action_units import ActionUnits
from solamen.core.estimates import PAIN_MAX, PAIN_THRESHOLD
from solamen.core.states import Company, Consent, SelfReport, UserState
from solamen.empathy.mimicry import blinks, pain_level, smiles
from solamen.empathy.regulation import Regulation
from solamen.empathy.scene import Scene
from solamen.empathy.settings import EmpathySettings

_OUT_OF_ORDER_S = 0.5
_HOVERS = 0.5
"""Points by which pain must fall below the bound until it counts as gone."""
"""A stamp further back than this is a new source, not a late frame."""


class Perception:
    """The last frame and the last state. Times are monotonic seconds, except stamps.

    Attributes:
        regulation: onsets of pain.
        stamp_s: capture time of the newest frame; NaN where none.
        consent: None where it was never told.
    """

    def __init__(self, settings: EmpathySettings) -> None:
        self._settings = settings
        self.regulation = Regulation(settings)
        self.consent: Consent | None = None
        self._told = False
        self._quality = math.nan
        self._peak_level = 0.0
        self._state_s = self._message_s = self._frame_s = -math.inf
        self._face_s = self._smile_s = self._hurt_s = self._present_s = -math.inf
        self._aching_since_s = math.inf
        self._report, self._report_s = math.nan, -math.inf
        self._told_company, self._place, self._procedure = Company.UNKNOWN, "", ""
        self.forget()

    def forget(self) -> None:
        """Clears all that bears a stamp of the wall time; ages are monotonic and stay, and so does consent."""
        self.stamp_s = math.nan
        self._state: UserState | None = None

    def await_frame(self) -> None:
        """As if none had come for long."""
        self._message_s = -math.inf

    def see(self, units: ActionUnits, now_s: float, monotonic_s: float, dt_s: float) -> ActionUnits | None:
        """Caches a frame; gives it back where it may be answered, or None where it is late or stale."""
        self._message_s = monotonic_s
        if not self._fresh(units, now_s):
            return None
        self.stamp_s, self._frame_s, self._quality = units.stamp_s, monotonic_s, units.quality
        if units.face_present:
            self._face_s = self._present_s = monotonic_s
            if self.consent != Consent.NONE:
                self._watch(units, monotonic_s, dt_s)
        return units

    def know(self, state: UserState, monotonic_s: float) -> None:
        """Caches a state; where consent is withdrawn, all that was seen is forgotten."""
        self._state, self._state_s, self._told = state, monotonic_s, True
        if state.consent == Consent.NONE and self.consent != Consent.NONE:
            self.regulation.reset()
            self._smile_s = self._hurt_s = -math.inf
            self._report, self._report_s = math.nan, -math.inf
        self.consent = state.consent
        if state.present:
            self._present_s = monotonic_s
        aching = self.pain(monotonic_s) >= PAIN_THRESHOLD
        self._aching_since_s = min(self._aching_since_s, monotonic_s) if aching else math.inf
        # A state that is as wide as before anyone was known says nothing, whatever its mean.
        sure = not state.pain_stddev > self._settings.sure_stddev
        # An estimate that hovers at the bound would let the robot come and go.
        hurting = monotonic_s - self._hurt_s < self._settings.calm_after_s
        least = self._settings.hurting_points - (_HOVERS if hurting else 0.0)
        if sure and self.pain(monotonic_s) >= least:
            self._hurt_s = monotonic_s

    def report(self, report: SelfReport, monotonic_s: float) -> None:
        """Caches what the person said."""
        if 0.0 <= report.normalised <= PAIN_MAX:
            self._report, self._report_s = report.normalised, monotonic_s

    def surroundings(self, company: Company, place: str, procedure: str) -> None:
        """Caches where and with whom the person is."""
        self._told_company, self._place, self._procedure = company, place, procedure

    def pain(self, monotonic_s: float) -> float:
        """Mean of the state, 0–10; NaN where it is not known, or no longer."""
        state = self._state
        if state is None or state.abstained or monotonic_s - self._state_s > self._settings.state_timeout_s:
            return math.nan
        return min(max(state.pain_mean, 0.0), 10.0) if math.isfinite(state.pain_mean) else math.nan

    def trust(self, monotonic_s: float) -> float:
        """0–1: how well the person can be read, from the quality of the face and the spread of the state."""
        quality = min(max(self._quality / self._settings.quality_full, 0.0), 1.0)
        by_face = quality if math.isfinite(self._quality) else self._settings.unsure_share
        return by_face * self._sureness(monotonic_s)

    def face_age_s(self, monotonic_s: float) -> float:
        """Seconds since a face was seen."""
        return monotonic_s - self._face_s

    def message_age_s(self, monotonic_s: float) -> float:
        """Seconds since any frame was told."""
        return monotonic_s - self._message_s

    def scene(self, monotonic_s: float) -> Scene:
        """All of it, for a tick of the tree."""
        pain = self.pain(monotonic_s)
        fresh = monotonic_s - self._state_s <= self._settings.state_timeout_s
        return Scene(
            frame_age_s=monotonic_s - self._frame_s,
            face_age_s=monotonic_s - self._face_s,
            smile_age_s=monotonic_s - self._smile_s,
            hurt_age_s=monotonic_s - self._hurt_s,
            onset_age_s=self.regulation.age_s(monotonic_s),
            onsets=self.regulation.onsets,
            peak_level=self._peak_level,
            pain=pain,
            words=self._state.words if self._state is not None and math.isfinite(pain) else "",
            trust=self.trust(monotonic_s),
            consent=self.consent,
            present=self._state is not None and self._state.present,
            present_age_s=monotonic_s - self._present_s,
            trend_per_min=self._state.pain_trend_per_min if self._state and math.isfinite(pain) else math.nan,
            arousal=self._state.arousal if self._state and fresh else math.nan,
            aching_s=max(monotonic_s - self._aching_since_s, 0.0) if math.isfinite(pain) else 0.0,
            report=self._report,
            report_age_s=monotonic_s - self._report_s,
            company=self._company(),
            place=self._place,
            procedure=self._procedure,
        )

    def _company(self) -> Company:
        """As a human told it, else as the state has it."""
        if self._told_company != Company.UNKNOWN or self._state is None:
            return self._told_company
        return self._state.company

    def _watch(self, units: ActionUnits, monotonic_s: float, dt_s: float) -> None:
        level = pain_level(units, self._settings)
        onsets = self.regulation.onsets
        self.regulation.observe(level, monotonic_s, dt_s, blinks(units))
        self._peak_level = level if self.regulation.onsets > onsets else max(level, self._peak_level)
        # Before the first onset a low level may be a new face's own.
        least = self._settings.hurting_level if self.regulation.onsets else self._settings.first_sight_level
        if level >= least:
            self._hurt_s = monotonic_s
        if smiles(units, self._settings):
            self._smile_s = monotonic_s

    def _fresh(self, units: ActionUnits, now_s: float) -> bool:
        """Whether a frame is in order and of now."""
        in_order = not -_OUT_OF_ORDER_S < units.stamp_s - self.stamp_s < 0.0
        return in_order and abs(now_s - units.stamp_s) <= self._settings.frame_stale_s

    def _sureness(self, monotonic_s: float) -> float:
        """0–1, in full before the first state: system I needs no inference."""
        settings = self._settings
        if not self._told:
            return 1.0
        if self._state is None or math.isnan(self.pain(monotonic_s)):
            return settings.unsure_share
        stddev = self._state.pain_stddev
        sure = settings.sure_stddev / stddev if math.isfinite(stddev) and stddev > 0.0 else 0.0
        return min(max(sure, settings.unsure_share), 1.0)
