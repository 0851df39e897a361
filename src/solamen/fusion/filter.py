"""The filter that fuses what the modalities show, and the person's own word, into one state."""

from __future__ import annotations

import math
from bisect import insort
from typing import Any

from solamen.core.estimates import PAIN_MAX, Evidence, PainEstimate
from solamen.core.person import PersonTraits
from solamen.core.states import Company, Consent, ModalityWeight, SelfReport, UserState
from solamen.fusion import words
from solamen.fusion.affect import Affect
from solamen.fusion.context import in_company, motion
from solamen.fusion.contributions import contributions
from solamen.fusion.families import FamilyFusion
from solamen.fusion.grid import Density, Motion, Reading, mean_of, read
from solamen.fusion.interval import EVEN, calibrated
from solamen.fusion.report import LastWord
from solamen.fusion.seen import Seen, judges
from solamen.fusion.settings import FusionSettings
from solamen.fusion.timeline import BayesFusion
from solamen.fusion.trend import Trend
from solamen.fusion.unseen import Unseen

_WAITING_MOST = 2048
"""Estimates that may wait for a state to be asked for."""
_TOLD, _TOLD_S = 0.1, 6.0
"""Nats by which what is believed must differ from what is known of anybody to be an answer, and for how many seconds it
still is one after that: between two sounds of a voice it does not come and go."""


class FusionFilter:
    """A filter over the pain that the person would report, 0–10.

    Estimates come at any rate, from any of the modalities, and in any order. Without consent nothing but presence is
    kept or told.

    Attributes:
        rejected: estimates and reports that were no numbers or out of range.
        late: estimates that came too late to be used.
        outranked: words of a caregiver that came while the person's own still counted.
        belief: over `grid.PAIN`, behind the last state; None where that told nothing.
    """

    def __init__(self, settings: FusionSettings, consent: Consent = Consent.NONE) -> None:
        self._settings = settings
        self._consent = consent
        self._traits = PersonTraits()
        self._company, self._procedure = Company.UNKNOWN, ""
        self._present, self._present_s = False, math.nan
        self._now_s = math.nan
        self._answered_s = -math.inf
        self._unseen = Unseen()
        self._told_much_s = -math.inf
        self._waiting: list[tuple[float, int, PainEstimate]] = []
        self._count = 0
        self._seen: dict[str, Seen] = {}
        self._word = LastWord(settings)
        self._affect = Affect(settings)
        self._trend = Trend(settings.trend_window_s, settings.trend_least_s)
        self._tails = calibrated() if settings.family == "bayes" else EVEN
        self.belief: Density | None = None
        self._begin()
        self.rejected = 0
        self.outranked = 0
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

    @property
    def traits(self) -> PersonTraits:
        """How the person in care shows pain; anybody's at first. A change begins the belief anew, from the newest."""
        return self._traits

    @traits.setter
    def traits(self, traits: PersonTraits) -> None:
        if traits != self._traits:
            self._traits = traits
            self._begin()

    def presence(self, present: bool, stamp_s: float) -> None:
        """Tells whether a person is there."""
        if math.isfinite(stamp_s):
            self._present, self._present_s = present, stamp_s

    def surroundings(self, company: Company, procedure: str = "") -> None:
        """Tells who is with the person, and what is being done to them, in words; empty where nothing is."""
        changed = procedure != self._procedure or (self._settings.social_terms and company != self._company)
        self._company, self._procedure = company, procedure
        if changed:
            self._begin()

    def add(self, estimate: PainEstimate) -> None:
        """Takes in one modality's estimate, once; one that is no number or out of range is counted and dropped."""
        if self._consent == Consent.NONE:
            return
        if not _sound(estimate):
            self.rejected += 1
            return
        self._affect.use(estimate)
        if self._unusable(estimate):
            return
        if self._fusion.late(estimate.stamp_s):
            self.late += 1
            return
        self._count += 1
        insort(self._waiting, (estimate.stamp_s, self._count, estimate))
        if len(self._waiting) > _WAITING_MOST:
            self._take(self._waiting.pop(0)[2])

    def report(self, report: SelfReport) -> None:
        """Takes in a word, which outranks the sensors and fades; a caregiver's not beside the person's own."""
        if self._consent == Consent.NONE:
            return
        if not (math.isfinite(report.stamp_s) and 0.0 <= report.normalised <= PAIN_MAX):
            self.rejected += 1
            return
        if self._word.outranks(report):
            self.outranked += 1
            return
        self._word.report = report

    def state(self, now_s: float) -> UserState:
        """The state at a time of the same clock as the stamps.

        Raises:
            ValueError: `now_s` is not finite.
        """
        if not math.isfinite(now_s):
            raise ValueError(f"the time must be finite, not {now_s}")
        self._mind_the_clock(now_s)
        self.belief = None
        if self._consent == Consent.NONE:
            there = self._there(now_s)
            why = "no consent to more than presence"
            return UserState(now_s, there, self._consent, reason=why, words=words.presence(there))
        self._take_waiting(now_s)
        live = self._live(now_s)
        if self._word.enough(now_s):
            self._unseen.forget()
        else:
            self._unseen.look(live, [name for name in live if self._fusion.stuck(name)], now_s)
        little = self._tells_little(live, now_s) and not self._word.enough(now_s)
        silent = self._unseen.reason or little
        return self._abstained(now_s, live) if silent else self._answered(now_s, live)

    def _tells_little(self, live: dict[str, Seen], now_s: float) -> bool:
        """Whether what is live tells no more than what is known of anybody, which else would be told."""
        if live and self._fusion.told(now_s, live) >= _TOLD:
            self._told_much_s = now_s
        return not live or now_s - self._told_much_s > _TOLD_S

    def _answered(self, now_s: float, live: dict[str, Seen]) -> UserState:
        self._answered_s = now_s
        sensed = self._fusion.pain(now_s, live)
        belief = self.belief = self._word.pooled(sensed, now_s)
        reading = read(belief, self._tails)
        stamp_s = max((seen.stamp_s for seen in live.values()), default=now_s)
        self._trend.add(stamp_s, reading.mean)
        shares = self._shares(live)
        return self._told(
            stamp_s,
            now_s,
            pain_mean=reading.mean,
            pain_stddev=reading.stddev,
            pain_lower=reading.lower,
            pain_upper=reading.upper,
            pain_probability=reading.probability,
            pain_trend_per_min=self._trend.per_min,
            weights=self._weights(now_s, shares, live),
            contributions=self._contributions(now_s, reading, sensed, live, shares),
            last_self_report=self._word.report,
            abstained=False,
            words=self._words(now_s, live, reading),
        )

    def _contributions(
        self, now_s: float, reading: Reading, sensed: Density, live: dict[str, Seen], shares: dict[str, float]
    ) -> tuple[Evidence, ...]:
        word = self._word.report
        said = word.normalised if word is not None and self._word.weight(now_s) > 1e-3 else math.nan
        return contributions(reading.mean, mean_of(sensed), self._usual, live, shares, said)

    def _live(self, now_s: float) -> dict[str, Seen]:
        """The modalities that have a usable estimate that is not too old."""
        oldest_s = now_s - self._settings.abstain_after_s
        return {modality: seen for modality, seen in self._seen.items() if seen.stamp_s >= oldest_s}

    def _shares(self, live: dict[str, Seen]) -> dict[str, float]:
        """Share of each live modality in the precision."""
        precision = {modality: self._fusion.precision(modality) for modality in live}
        total = math.fsum(precision.values())
        return {modality: each / total if total else 1.0 / len(precision) for modality, each in precision.items()}

    def _weights(self, now_s: float, shares: dict[str, float], live: dict[str, Seen]) -> tuple[ModalityWeight, ...]:
        """Levels are told of what is live even while nothing is said: a report then teaches most."""
        return tuple(
            ModalityWeight(
                modality,
                shares.get(modality, 0.0),
                self._why(modality, now_s),
                *(seen.reads if modality in live else (math.nan, math.nan)),
            )
            for modality, seen in sorted(self._seen.items())
        )

    def _why(self, modality: str, now_s: float) -> str:
        """Why a modality counts as it does."""
        seen = self._seen[modality]
        if seen.estimate is None:
            return seen.note
        age_s = max(0.0, now_s - seen.stamp_s)
        parts = [f"quality {seen.estimate.quality:.1f}"]
        parts += [f"{age_s:.1f} s old"] if age_s > 0.5 else []
        parts += [doubt] if (doubt := self._fusion.doubt(modality)) else []
        parts += [f"since then: {seen.note}"] if seen.note else []
        return ", ".join(parts)

    def _words(self, now_s: float, live: dict[str, Seen], reading: Reading) -> str:
        parts = [words.signs(reading.median)] if live else []
        doubted = [modality for modality in live if self._fusion.doubt(modality)]
        if doubted:
            parts.append(words.conflict(doubted))
        if self._word.report is not None and self._word.enough(now_s):
            parts.append(words.said(self._word.report, max(0.0, now_s - self._word.report.stamp_s)))
        return "; ".join(parts)

    def _abstained(self, now_s: float, live: dict[str, Seen]) -> UserState:
        notes = "; ".join(f"{name}: {seen.note}" for name, seen in sorted(self._seen.items()) if seen.note)
        stamps = [seen.stamp_s for seen in self._seen.values() if math.isfinite(seen.stamp_s)]
        silent = f"no usable estimate for {now_s - max(stamps):.1f} s" if stamps else "no usable estimate yet"
        if live:
            silent = f"{' and '.join(sorted(live))}: too unsure to tell more than is known of anybody"
        why = self._unseen.reason or (f"{silent} ({notes})" if notes else silent)
        return self._told(
            max(stamps, default=now_s),
            now_s,
            reason=why,
            weights=self._weights(now_s, {}, live),
            last_self_report=self._word.report,
            words="what is seen does not fit; ask the person" if self._unseen.reason else "too little is seen to say",
        )

    def _told(self, stamp_s: float, now_s: float, **found: Any) -> UserState:
        """A state with presence, company and affect, and what else was found."""
        arousal, valence, dominance = self._affect.values(now_s)
        return UserState(
            stamp_s,
            self._there(now_s),
            self._consent,
            self._company,
            arousal=arousal,
            valence=valence,
            dominance=dominance,
            **found,
        )

    def _there(self, now_s: float) -> bool:
        return self._present and now_s - self._present_s <= self._settings.presence_timeout_s

    def _unusable(self, estimate: PainEstimate) -> bool:
        """Whether an estimate says nothing of pain; the reason is kept."""
        note = ""
        if estimate.abstained:
            note = estimate.reason or "abstained"
        elif estimate.quality < self._settings.quality_least:
            note = f"quality is only {estimate.quality:.2f}"
        if note:
            self._seen.setdefault(estimate.modality, Seen(self._settings)).unused(estimate.stamp_s, note)
        return bool(note)

    def _take_waiting(self, now_s: float) -> None:
        """Takes in what has come since the last state, in the order of the stamps."""
        waiting, self._waiting = self._waiting, []
        for stamp_s, _, estimate in waiting:
            if stamp_s > now_s + self._settings.ahead_s:
                self.rejected += 1
            else:
                self._take(estimate)

    def _take(self, estimate: PainEstimate) -> None:
        seen = self._seen.setdefault(estimate.modality, Seen(self._settings))
        fresh_s = self._settings.abstain_after_s
        stale = not estimate.stamp_s - seen.stamp_s <= fresh_s  # also before the first
        if stale and estimate.stamp_s - self._answered_s <= fresh_s:
            self._fusion.comes(estimate.modality, estimate.stamp_s)
        self._fusion.use(estimate)
        seen.use(estimate)

    def _mind_the_clock(self, now_s: float) -> None:
        """Clears everything at a step back of the clock."""
        if now_s < self._now_s - self._settings.clock_jump_s:
            self._forget()
            self._present, self._present_s = False, math.nan
        self._now_s = now_s

    def _begin(self) -> None:
        """A new belief, of what is known of the person and of where they are."""
        moves = motion(self._settings, self._procedure)
        self._usual = mean_of(moves.prior)
        self._fusion = self._made(moves)
        newest = [seen.estimate for seen in self._seen.values() if seen.estimate is not None]
        for estimate in sorted(newest, key=lambda each: each.stamp_s):
            self._fusion.use(estimate)

    def _made(self, moves: Motion) -> BayesFusion | FamilyFusion:
        if self._settings.family != "bayes":
            return FamilyFusion(self._settings.family)
        return BayesFusion(self._settings, in_company(self._traits, self._company, self._settings), moves)

    def _forget(self) -> None:
        self._fusion.clear()
        self._seen.clear()
        self._waiting.clear()
        self._affect.clear()
        self._trend.clear()
        self._word.report = None
        self._answered_s = -math.inf
        self._unseen.forget()
        self._told_much_s = -math.inf
        self.belief = None


def _sound(estimate: PainEstimate) -> bool:
    """Whether all numbers are finite and in range; of an abstained estimate, only the stamp must be."""
    if not math.isfinite(estimate.stamp_s):
        return False
    if estimate.abstained:
        return True
    if judges(estimate) and not math.isfinite(estimate.log_likelihood_ratio):
        return False
    in_range = 0.0 <= estimate.intensity <= PAIN_MAX and 0.0 <= estimate.quality <= 1.0
    return in_range and math.isfinite(estimate.stddev) and estimate.stddev > 0.0
