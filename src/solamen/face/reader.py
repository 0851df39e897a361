"""Action units of one person over time: the learned model against their own neutral, which is learned on the way.

Where only cues are given (as in tests of the rules) the rules of `units` speak; with features the model does. Calm is
told by the cues in both cases, as they know the pattern of pain.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solamen.core.action_units import MAX_INTENSITY, UNITS
from solamen.face.calm import calmness
from solamen.face.closure import NARROWED, Closure, eyes_closed, without_closure
from solamen.face.cues import CUES, Cues
from solamen.face.features import FaceFeatures
from solamen.face.neutral import Neutral, NeutralFace
from solamen.face.settings import FaceSettings
from solamen.face.unit_model import UnitModel, neutral_of
from solamen.face.units import MEASURED, PAIN_PATTERN, measure_units

GUARDED, ORBIT = (4, 6, 7, 9, 10), (6, 7)
# Intensity points a second: pain takes about a second to show in full, lids a tenth.
FASTEST_RISE = 6.0
# Intensity points a second in which the orbit's units fade under shut lids.
FADE = 0.4
# Intensity of AU4 from which eyes that stay shut are pressed shut.
_PRESSED_BROW = 1.5
# Turn of the head up to which a neutral may be learned.
_FRONTAL_RAD = math.radians(18.0)
# AU12 from which a grin begins to explain away AU9 and AU10, where it does so fully, and how much more than the rules
# leave of them may stand. It changes nothing on generated faces; in real broad grins the model saw a sneer.
_GRIN_FROM, _GRIN_FULL, _GRIN_SLACK = 2.0, 4.0, 0.5
# Share of the model in the units of pain in films; the rest is the rules'.
_MODEL_SHARE = 0.75
# AU12 from which, and over how much of it, the rules alone come to speak in films.
_MOVING_GRIN_FROM, _MOVING_GRIN_OVER = 1.0, 1.5
# A frame teaches the neutral so often, for the time since the last one that could have.
_LEARN_EVERY_S = 0.095
# Intensity points that a unit is off by, more than with a known neutral, where nothing is known of the person.
_UNKNOWN_SPREAD = 0.8
# Share of the noise between pictures that is left in a neutral learned from many frames.
_SETTLED = 0.45
# Name of the model's features in a baseline, before their number.
_FEATURE = "feature_"

Intensities = dict[int, float]


@functools.cache
def unit_model() -> UnitModel:
    """The shipped model, opened once.

    Raises:
        OutsideError: its weights are missing.
    """
    return UnitModel()


@dataclass(frozen=True)
class _Measured:
    """What one frame says by itself: intensities, their spreads, and how far the eyes are closed (0–1)."""

    intensity: Mapping[int, float]
    spread: Mapping[int, float]
    closed: float


class UnitReader:
    """Reads action units from faces and learns the person's neutral on the way."""

    def __init__(self, settings: FaceSettings) -> None:
        self._settings = settings
        self._closure = Closure(settings.blink_max_s)
        self.reset()

    def reset(self) -> None:
        """Forgets the person."""
        self.neutral = Neutral(self._settings.adapt_s, self._settings.forget_s)
        self._own: Neutral | None = None
        self.index_spread = 0.0
        self.pause()

    def pause(self) -> None:
        """The face was not seen for a while: forgets what was going on, but not the neutral."""
        self._closure.reset()
        self._before: dict[int, float] = {}
        self._unlearned_s = 0.0

    def settle(self, measures: NDArray[np.float64]) -> None:
        """Takes quiet frames as the person's neutral.

        Args:
            measures: (n, k) of `as_measures`, finite: cues, and behind them features where there are any.
        """
        if len(measures) == 0:
            return
        self.neutral.settle(measures[:, : len(CUES)])
        if measures.shape[1] > len(CUES):
            self._features_neutral().settle(measures[:, len(CUES) :])

    def baseline(self) -> dict[str, tuple[float, float]]:
        """The person's neutral as it is known now: name to mean and standard deviation."""
        known = dict(zip(CUES, zip(*_columns(self.neutral.face), strict=True), strict=True))
        if self._own is not None:
            pairs = zip(*_columns(self._own.face), strict=True)
            known |= {f"{_FEATURE}{number}": pair for number, pair in enumerate(pairs)}
        return known

    def recall(self, baseline: Mapping[str, tuple[float, float]]) -> bool:
        """Takes a neutral that was learned before; False where it does not fit this version."""
        features = [name for name in baseline if name.startswith(_FEATURE)]
        if not set(CUES) <= set(baseline) or len(features) + len(CUES) != len(baseline):
            return False
        if features and len(features) != len(self._features_neutral().face.mean):
            return False
        self.neutral.face = _face_of([baseline[name] for name in CUES])
        if features:
            own = [baseline[f"{_FEATURE}{number}"] for number in range(len(features))]
            self._features_neutral().face = _face_of(own)
        return True

    def settle_on_pictures(self, pictures: Sequence[FaceFeatures], cues: NDArray[np.float64] | None = None) -> None:
        """Takes single pictures of the calm face, in any pose and light, as the evidence for the neutral.

        Args:
            pictures: features of each.
            cues: (n, k) of `cues.measure` of the same, for the rules.
        """
        if cues is not None:
            self.neutral.settle(cues)
        population, own = unit_model().population, self._features_neutral()
        mean, spread = neutral_of(population, np.array([picture.values for picture in pictures], np.float32))
        own.face = NeutralFace(mean.astype(np.float64), spread.astype(np.float64))

    def read(
        self, cues: Cues, turn_rad: float, quality: float, dt_s: float, seen: FaceFeatures | None = None
    ) -> tuple[Intensities, Intensities]:
        """Intensity 0–5 and confidence 0–1 of each unit; NaN and 0 where a unit cannot be seen.

        Args:
            cues: of `cues.measure`; NaN where not known.
            turn_rad: how far the head is turned or nodded away from the camera.
            quality: 0–1.
            dt_s: seconds since the frame before; 0 where there is none.
            seen: features of the same face; None leaves it to the rules.
        """
        if seen is None:
            measured = self._by_rules(cues)
        elif self._settings.units_in_film == "both":
            measured = self._by_both(seen, cues)
        else:
            measured = self._by_model(seen, cues)
        intensity = dict.fromkeys(UNITS, math.nan)
        intensity.update(measured.intensity)
        self.index_spread = _index_spread(measured, modelled=seen is not None)
        intensity[43], intensity[45] = self._closure.update(measured.closed, dt_s)
        self._guard_from_lids(intensity, dt_s)
        self._unlearned_s += max(dt_s, 0.0)
        if self._unlearned_s >= _LEARN_EVERY_S and turn_rad < _FRONTAL_RAD and measured.closed < NARROWED:
            self._learn(cues, seen, intensity, quality, min(self._unlearned_s, _LEARN_EVERY_S + dt_s))
            self._unlearned_s = 0.0
        return intensity, _confidence(intensity, measured.spread, quality)

    def read_still(
        self, seen: FaceFeatures, quality: float, cues: Cues | None = None
    ) -> tuple[Intensities, Intensities]:
        """The same for one picture by itself: a closed eye counts as AU43, and nothing is learned.

        With its cues, what a grin does to nose and lip is taken out of AU9 and AU10.
        """
        measured = self._by_model(seen, cues)
        intensity = dict.fromkeys(UNITS, math.nan)
        intensity.update(measured.intensity)
        intensity[43], intensity[45] = MAX_INTENSITY * measured.closed, 0.0
        self.index_spread = _index_spread(measured, modelled=True)
        return intensity, _confidence(intensity, measured.spread, quality)

    def _features_neutral(self) -> Neutral:
        """The person's neutral in the model's features, begun at the population's."""
        if self._own is None:
            population = unit_model().population
            start = NeutralFace(population.mean.astype(np.float64), population.spread.astype(np.float64))
            noise = _SETTLED * population.noise.astype(np.float64)
            self._own = Neutral(self._settings.adapt_s, self._settings.forget_s, start, noise)
        return self._own

    def _by_model(self, seen: FaceFeatures, cues: Cues | None) -> _Measured:
        model, own = unit_model(), self._features_neutral().face
        mean, spread = own.mean.astype(np.float32), own.spread.astype(np.float32)
        unknown = _UNKNOWN_SPREAD * self._features_neutral().uncertainty ** 2
        said = model.read(np.where(seen.known, seen.values, mean), mean, spread, seen.turn_rad)
        intensity = said.as_mapping()
        spreads = {unit: math.hypot(value, unknown) for unit, value in said.spread().items()}
        closed = intensity.pop(43) / MAX_INTENSITY
        if cues is not None and intensity[12] > _GRIN_FROM:
            intensity = _without_grin(intensity, self._by_rules(cues).intensity)
        return _Measured(intensity, spreads, closed)

    def _by_both(self, seen: FaceFeatures, cues: Cues) -> _Measured:
        """For the units of pain the model with some of the rules, as a check on it; in a grin the rules alone."""
        model, rules = self._by_model(seen, None), self._by_rules(cues)
        grin = min(max((model.intensity[12] - _MOVING_GRIN_FROM) / _MOVING_GRIN_OVER, 0.0), 1.0)
        share = _MODEL_SHARE * (1.0 - grin)
        intensity = dict(model.intensity)
        for unit in GUARDED:
            by_rules = rules.intensity[unit]
            if math.isfinite(by_rules):
                intensity[unit] = share * intensity[unit] + (1.0 - share) * by_rules
        closed = model.closed
        if math.isfinite(rules.closed):
            closed = share * closed + (1.0 - share) * rules.closed
        return _Measured(intensity, model.spread, closed)

    def _by_rules(self, cues: Cues) -> _Measured:
        closed = eyes_closed(cues, self.neutral.face)
        measured = measure_units(without_closure(cues, closed), self.neutral.face)
        if self._closure.lasting and closed > NARROWED:
            squeezed = float(np.clip(np.nan_to_num(measured.of(4) / _PRESSED_BROW), 0.0, 1.0))
            measured = measure_units(without_closure(cues, closed, squeezed), self.neutral.face)
        return _Measured(measured.as_mapping(), dict(zip(MEASURED, measured.spread.tolist(), strict=True)), closed)

    def _learn(
        self, cues: Cues, seen: FaceFeatures | None, intensity: Mapping[int, float], quality: float, dt_s: float
    ) -> None:
        """Lets a calm frame teach the neutral."""
        calm, pained = calmness(cues, self.neutral.face, intensity, self.neutral.uncertainty)
        weights = {"toward_calm": quality * calm, "toward_pain": quality * pained}
        self.neutral.learn(cues, dt_s, pain=PAIN_PATTERN, **weights)
        if seen is not None:
            values = np.where(seen.known, seen.values, np.nan).astype(np.float64)
            pattern = unit_model().population.pain.astype(np.float64)
            self._features_neutral().learn(values, dt_s, pain=pattern, **weights)

    def _guard_from_lids(self, intensity: dict[int, float], dt_s: float) -> None:
        """Keeps falling and rising lids out of the units of pain, which they imitate.

        In a blink no unit of pain rises, and those of the orbit never faster than in pain. In a lasting closure, under
        which the orbit is hard to see, what the open eyes showed of it fades slowly.
        """
        blink, lasting = self._closure.blinking, self._closure.lasting
        for unit in GUARDED:
            before, now = self._before.get(unit, math.nan), intensity[unit]
            if dt_s > 0.0 and math.isfinite(before) and math.isfinite(now):
                rise = FASTEST_RISE if unit in ORBIT else math.inf
                now = min(now, before + (0.0 if blink else rise * dt_s))
                intensity[unit] = max(now, before - FADE * dt_s) if unit in ORBIT and lasting else now
            self._before[unit] = intensity[unit]


def _columns(face: NeutralFace) -> tuple[list[float], list[float]]:
    return face.mean.tolist(), face.spread.tolist()


def _face_of(pairs: Sequence[tuple[float, float]]) -> NeutralFace:
    mean, spread = np.array(pairs, dtype=np.float64).T
    return NeutralFace(mean, spread)


def as_measures(cues: Cues, seen: FaceFeatures | None) -> NDArray[np.float64]:
    """One row for `UnitReader.settle`; NaN where something is not known."""
    if seen is None:
        return cues
    return np.concatenate([cues, np.where(seen.known, seen.values, np.nan)])


def _without_grin(intensity: Mapping[int, float], by_rules: Mapping[int, float]) -> dict[int, float]:
    """AU9 and AU10 no further above what the rules leave of them than a grin allows: it shortens nose and lip too."""
    grin = min((intensity[12] - _GRIN_FROM) / (_GRIN_FULL - _GRIN_FROM), 1.0)
    capped = dict(intensity)
    for unit in (9, 10):
        left = by_rules[unit]
        if math.isfinite(left):
            capped[unit] -= grin * max(0.0, capped[unit] - max(left, 0.0) - _GRIN_SLACK)
    return capped


def _index_spread(measured: _Measured, *, modelled: bool) -> float:
    """Points of the pain index of standard deviation that one frame leaves."""
    spread = measured.spread
    if not modelled:
        return math.hypot(*(spread[unit] for unit in (4, 7, 9)))
    strongest = (max(pair, key=lambda unit: measured.intensity[unit]) for pair in ((6, 7), (9, 10)))
    return math.hypot(spread[4], *(spread[unit] for unit in strongest))


def _confidence(intensity: Mapping[int, float], spread: Mapping[int, float], quality: float) -> Intensities:
    """Quality, less where a unit is uncertain by much of the scale; 0 where the unit is not seen."""
    return {unit: quality / (1.0 + spread.get(unit, 0.3)) if math.isfinite(intensity[unit]) else 0.0 for unit in UNITS}
