"""The filter that fuses what the modalities show, and the person's own word, into one state."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from solamen.core.estimates import PAIN_MAX, PainEstimate
from solamen.core.states import Consent, ModalityWeight, SelfReport, UserState
from solamen.fusion import words
from solamen.fusion.settings import FusionSettings
from solamen.fusion.severity import SEVERITY, Density, Reading, read, report_likelihood, severity_likelihood
from solamen.fusion.track import ModalityTrack
from solamen.fusion.trend import Trend


class FusionFilter:
    """A Bayesian filter over the pain that the person would report, 0–10.

    Each modality is followed by a track of its own; the state is the product of their likelihoods and of that of the
    last report. Estimates come at any rate and in any order. Without consent nothing but presence is kept or told.

    Attributes:
        rejected: estimates and reports that were no numbers or out of range.
        late: estimates that came too late to be used.
    """

    def __init__(self, settings: FusionSettings, consent: Consent = Consent.NONE) -> None:
        self._settings = settings
        self._consent = consent
        self._present, self._present_s = False, math.nan
        self._now_s = math.nan
        self._tracks: dict[str, ModalityTrack] = {}
        self._report: SelfReport | None = None
        self._trend = Trend(settings.trend_window_s, settings.trend_least_s)
        self.rejected = 0
        self.late = 0

    @property
    def consent(self) -> Consent:
        """What the person agreed to; at NONE all that was taken in is wiped."""
        return self._consent

    @consent.setter
    def consent(self, consent: Consent) -> None:
        self._consent = consent
        if consent == Consent.NONE:
            self._forget()

    def presence(self, present: bool, stamp_s: float) -> None:
        """Tells whether a person is there."""
        if math.isfinite(stamp_s):
            self._present, self._present_s = present, stamp_s

    def add(self, estimate: PainEstimate) -> None:
        """Takes in one modality's estimate, once; one that is no number or out of range is counted and dropped."""
        if self._consent == Consent.NONE:
            return
        if not _sound(estimate):
            self.rejected += 1
            return
        track = self._tracks.setdefault(estimate.modality, ModalityTrack(self._settings))
        if estimate.abstained:
            track.note = estimate.reason or "abstained"
        elif estimate.quality < self._settings.quality_least:
            track.note = f"quality is only {estimate.quality:.2f}"
        elif track.stamp_s - estimate.stamp_s > self._settings.late_s:
            self.late += 1
        else:
            track.use(estimate)

    def report(self, report: SelfReport) -> None:
        """Takes in the person's word, which outranks the sensors and fades by its half-life."""
        if self._consent == Consent.NONE:
            return
        if not (math.isfinite(report.stamp_s) and 0.0 <= report.normalised <= PAIN_MAX):
            self.rejected += 1
            return
        self._report = report

    def state(self, now_s: float) -> UserState:
        """The state at a time of the same clock as the stamps.

        Raises:
            ValueError: `now_s` is not finite.
        """
        if not math.isfinite(now_s):
            raise ValueError(f"the time must be finite, not {now_s}")
        self._mind_the_clock(now_s)
        if self._consent == Consent.NONE:
            return self._blank(now_s, "no consent to more than presence")
        ages = self._usable_ages(now_s)
        if not ages and self._report_weight(now_s) < self._settings.report_least_weight:
            return self._abstained(now_s)
        return self._answered(now_s, ages)

    def _answered(self, now_s: float, ages: dict[str, float]) -> UserState:
        reading = read(self._belief(now_s, ages))
        stamp_s = max((self._tracks[modality].stamp_s for modality in ages), default=now_s)
        self._trend.add(stamp_s, reading.mean)
        return replace(
            self._blank(stamp_s, "", now_s),
            pain_mean=reading.mean,
            pain_stddev=reading.stddev,
            pain_lower=reading.lower,
            pain_upper=reading.upper,
            pain_probability=reading.probability,
            pain_trend_per_min=self._trend.per_min,
            weights=self._weights(now_s, ages),
            last_self_report=self._report,
            abstained=False,
            words=self._words(now_s, ages, reading),
        )

    def _belief(self, now_s: float, ages: dict[str, float]) -> Density:
        """Over severity: the prior times what each track says; then pooled with the last report by its weight.

        Pooled by addition, so that the word counts in full at once, whatever the sensors say, and by half after its
        half-life; where the two differ, the spread tells so.
        """
        belief = np.where(SEVERITY > 0.0, 1.0, self._settings.rest_odds)
        for modality, age_s in ages.items():
            track = self._tracks[modality]
            belief *= severity_likelihood(track.belief, track.spread(age_s), self._settings.hiding_share)
        belief /= belief.sum()
        if self._report is None:
            return belief
        stddev = self._settings.proxy_stddev if self._report.by_proxy else self._settings.report_stddev
        reported = belief * report_likelihood(self._report.normalised, stddev)
        weight = self._report_weight(now_s)
        pooled: Density = weight * reported / reported.sum() + (1.0 - weight) * belief
        return pooled

    def _usable_ages(self, now_s: float) -> dict[str, float]:
        """Seconds since the newest estimate of each modality that has a usable one."""
        ages = {modality: now_s - track.stamp_s for modality, track in self._tracks.items()}  # NaN before the first
        oldest_s = self._settings.abstain_after_s
        return {modality: max(0.0, age_s) for modality, age_s in ages.items() if age_s <= oldest_s}

    def _weights(self, now_s: float, ages: dict[str, float]) -> tuple[ModalityWeight, ...]:
        """Share of each modality in the precision, and why."""
        precision = {modality: self._tracks[modality].spread(age_s) ** -2 for modality, age_s in ages.items()}
        total = math.fsum(precision.values())
        return tuple(
            ModalityWeight(modality, precision.get(modality, 0.0) / total if total else 0.0, self._why(modality, now_s))
            for modality in sorted(self._tracks)
        )

    def _why(self, modality: str, now_s: float) -> str:
        """Why a modality counts as it does."""
        track = self._tracks[modality]
        if math.isnan(track.stamp_s):
            return track.note
        age_s = max(0.0, now_s - track.stamp_s)
        seen = f"quality {track.quality:.1f}" + (f", {age_s:.1f} s old" if age_s > self._settings.hold_s else "")
        return f"{seen}, since then: {track.note}" if track.note else seen

    def _words(self, now_s: float, ages: dict[str, float], reading: Reading) -> str:
        parts = [words.signs(reading.median)] if ages else []
        if self._report is not None and self._report_weight(now_s) >= self._settings.report_least_weight:
            parts.append(words.said(self._report, max(0.0, now_s - self._report.stamp_s)))
        return "; ".join(parts)

    def _report_weight(self, now_s: float) -> float:
        """0–1, halved with each half-life since the report; 0 where there is none."""
        if self._report is None:
            return 0.0
        return float(0.5 ** (max(0.0, now_s - self._report.stamp_s) / self._settings.report_half_life_s))

    def _abstained(self, now_s: float) -> UserState:
        notes = "; ".join(f"{name}: {track.note}" for name, track in sorted(self._tracks.items()) if track.note)
        stamps = [track.stamp_s for track in self._tracks.values() if math.isfinite(track.stamp_s)]
        silent = f"no usable estimate for {now_s - max(stamps):.1f} s" if stamps else "no usable estimate yet"
        return replace(
            self._blank(max(stamps, default=now_s), f"{silent} ({notes})" if notes else silent, now_s),
            weights=self._weights(now_s, {}),
            last_self_report=self._report,
            words="too little is seen to say",
        )

    def _blank(self, stamp_s: float, reason: str, now_s: float | None = None) -> UserState:
        """A state that tells nothing but presence."""
        age_s = (stamp_s if now_s is None else now_s) - self._present_s
        present = self._present and age_s <= self._settings.presence_timeout_s
        return UserState(stamp_s, present, self._consent, reason=reason, words=words.presence(present))

    def _mind_the_clock(self, now_s: float) -> None:
        """Clears everything at a step back of the clock, and a track whose stamps lie in the future."""
        if now_s < self._now_s - self._settings.clock_jump_s:
            self._forget()
            self._present, self._present_s = False, math.nan
        self._now_s = now_s
        for modality, track in list(self._tracks.items()):
            if track.stamp_s > now_s + self._settings.ahead_s:
                del self._tracks[modality]
                self.rejected += 1

    def _forget(self) -> None:
        self._tracks.clear()
        self._trend.clear()
        self._report = None


def _sound(estimate: PainEstimate) -> bool:
    """Whether all numbers are finite and in range; of an abstained estimate, only the stamp must be."""
    if not math.isfinite(estimate.stamp_s):
        return False
    if estimate.abstained:
        return True
    in_range = 0.0 <= estimate.intensity <= PAIN_MAX and 0.0 <= estimate.quality <= 1.0
    return in_range and math.isfinite(estimate.stddev) and estimate.stddev > 0.0
