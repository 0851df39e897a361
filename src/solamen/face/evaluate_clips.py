"""Rendered clips of persons that training never saw, watched by the whole face room frame by frame."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from solamen.core.action_units import MAX_INTENSITY, UNITS, ActionUnits, pain_index
from solamen.core.clock import SteppedClock
from solamen.core.frames import Frame, Image
from solamen.face.closure import Closure
from solamen.face.evaluate_baseline import baseline_index
from solamen.face.evaluate_figures import DECOYS
from solamen.face.landmarks import FaceLandmarker, FaceLandmarks
from solamen.face.pain import PainFromFace, intensity_of
from solamen.face.pain_model import SCALE
from solamen.face.pain_terms import RuleTerms
from solamen.face.pipeline import FacePipeline
from solamen.face.settings import FaceSettings
from solamen.patient.variety import Still, VariedPatient

RATE_HZ = 10.0
CALM_S = 12.0
"""In which the person's neutral is learned before anything is shown."""
PAIN_LEVELS = (0.35, 0.6, 0.85, 1.0)
_CLIP_S = {"sneeze": 2.2, "blink": 1.6, "yawn": 4.0, "speech": 3.5}
_BETWEEN_S = 3.0
# Of the calm clips, so much is collected as in the `Calibrate` action.
_QUIET_S = 6.0
_SHOWS = 0.3


@dataclass
class Watched:
    """Frames of one person: what was true and what was said.

    Attributes:
        person: name.
        kind: act in force; rest between.
        truth: expressed pain, points.
        said: by the model, points, NaN while abstaining; and its spread.
        spread: see there.
        rule: by the rule, points.
        baseline: by the index straight from blendshapes, points.
        oracle: by the model, had the units been read without error, points.
        units_truth: 16 intensities.
        units_said: 16 intensities.
    """

    person: str
    kind: list[str] = field(default_factory=list)
    truth: list[float] = field(default_factory=list)
    said: list[float] = field(default_factory=list)
    spread: list[float] = field(default_factory=list)
    rule: list[float] = field(default_factory=list)
    baseline: list[float] = field(default_factory=list)
    oracle: list[float] = field(default_factory=list)
    units_truth: list[list[float]] = field(default_factory=list)
    units_said: list[list[float]] = field(default_factory=list)


class _Remembering:
    """A landmarker whose last result can be asked for."""

    def __init__(self, settings: FaceSettings) -> None:
        self._landmarker = FaceLandmarker(settings)
        self.last: FaceLandmarks | None = None

    def find(self, image: Image) -> FaceLandmarks | None:
        self.last = self._landmarker.find(image)
        return self.last

    def close(self) -> None:
        self._landmarker.close()


class _Watcher:
    """The face room over one person, with the references beside it."""

    def __init__(self, person: str, settings: FaceSettings) -> None:
        self.seen = Watched(person)
        self._settings, self._clock = settings, SteppedClock()
        self._landmarks = _Remembering(settings)
        self.pipeline = FacePipeline(settings, self._landmarks)
        self._rule = PainFromFace(settings, RuleTerms(settings))
        self._oracle, self._lids = PainFromFace(settings), Closure(settings.blink_max_s)
        self._number = 0

    def cut(self) -> None:
        """Another clip: a gap in time."""
        self._clock.advance(_BETWEEN_S)
        self._rule.reset()
        self._oracle.reset()
        self._lids.reset()

    def watch(self, still: Still, kind: str, dt_s: float, *, count: bool) -> None:
        """One more frame."""
        frame = Frame(still.image, self._clock.now_s(), self._clock.monotonic_ns(), self._number)
        self._number += 1
        self._clock.advance(1.0 / RATE_HZ)
        result = self.pipeline.process(frame)
        readable = result.action_units.quality > 0.0
        rule = math.nan
        if readable:
            rule = self._rule.update(result.action_units, 0.0, dt_s).intensity
        oracle = self._oracle.update(self._true_units(still, frame.stamp_s, dt_s), 0.0, dt_s).intensity
        if not count:
            return
        seen = self.seen
        pained = kind == "pain"
        seen.kind.append(kind if max(still.intensity.values()) > _SHOWS else "rest")
        seen.truth.append(intensity_of(still.pspi, SCALE) if pained else 0.0)
        seen.said.append(result.pain.intensity)
        seen.spread.append(result.pain.stddev)
        seen.rule.append(rule)
        seen.oracle.append(oracle)
        shapes = self._landmarks.last.blendshapes if self._landmarks.last else None
        seen.baseline.append(intensity_of(baseline_index(shapes), SCALE) if shapes else math.nan)
        seen.units_truth.append([still.intensity[unit] for unit in UNITS])
        seen.units_said.append([result.action_units.get(unit) for unit in UNITS])

    def _true_units(self, still: Still, stamp_s: float, dt_s: float) -> ActionUnits:
        """The units that are shown, a blink told from a closure by time alone."""
        shut, blink = self._lids.update(still.intensity[43] / MAX_INTENSITY, dt_s)
        intensity = {**still.intensity, 43: shut, 45: blink}
        return ActionUnits(stamp_s, True, intensity, {}, pain_index(intensity), 1.0)


def watch_person(seed: int, split: str = "test") -> Watched:
    """All clips of one person: calm first, then each decoy and pain of several strengths, in random order."""
    settings = FaceSettings()
    rng = np.random.default_rng([seed, 7])
    with VariedPatient(seed, split) as patient:
        watcher = _Watcher(patient.name, settings)
        with watcher.pipeline:
            watcher.pipeline.calibrate(_QUIET_S)
            for kind, level, seconds in _programme(rng):
                watcher.cut()
                for number, (_, still) in enumerate(patient.clip(kind, level, seconds, RATE_HZ, rng)):
                    settled = number / RATE_HZ > settings.settle_s + 0.1
                    dt_s = 1.0 / RATE_HZ if number else 0.0
                    watcher.watch(still, kind, dt_s, count=settled and kind != "neutral")
    return watcher.seen


def _programme(rng: np.random.Generator) -> Iterator[tuple[str, float, float]]:
    """Kind, level and seconds of each clip."""
    for _ in range(2):
        yield "neutral", 0.0, CALM_S / 2
    acts = [(kind, float(rng.uniform(0.4, 1.0))) for kind in DECOYS] + [("pain", level) for level in PAIN_LEVELS]
    for place in rng.permutation(len(acts)):
        kind, level = acts[place]
        yield kind, level, _CLIP_S.get(kind, 3.0)
