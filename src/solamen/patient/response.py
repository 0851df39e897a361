"""The virtual patient as one who reacts: pain, distress, arousal and breathing under what the robot does.

A model for testing the loop: effect sizes stand in `response_effects`, everything else is assumed and said to be so.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from solamen.core.estimates import PAIN_MAX
from solamen.patient.response_effects import EFFECTS, EXPRESSION_WITH_TRUSTED, MIRROR_SENSITIVE_SHARE, SHARE_PER_SD
from solamen.patient.response_temper import Temper

_LEAST_SHARE, _MOST_SHARE = 0.3, 1.3
_EXPOSURE_S, _EXPOSURE_BORNE = 20.0, 0.03
_DISTRESS_S, _AROUSAL_S, _FOLLOWING_S = 8.0, 15.0, 8.0
_REST_AROUSAL = 0.2
_PERSON = 7


@dataclass(frozen=True)
class Around:
    """What acts on the patient at a moment.

    Attributes:
        helping: names of `EFFECTS` that are at work.
        mirrored: 0–1, how strongly the robot's face shows pain.
        breath: 0 (out) to 1 (in), the breath that the robot leads; NaN where it leads none.
    """

    helping: frozenset[str] = frozenset()
    mirrored: float = 0.0
    breath: float = math.nan


@dataclass(frozen=True)
class Felt:
    """What the patient feels.

    Attributes:
        pain: 0–10.
        distress: 0–10.
        arousal: 0–1.
        breath: 0 (out) to 1 (in).
        breaths_per_min: of the patient's own breathing.
        expressiveness: factor on what the face shows.
    """

    pain: float
    distress: float
    arousal: float
    breath: float
    breaths_per_min: float
    expressiveness: float = 1.0


@dataclass(frozen=True)
class Nature:
    """How one person differs from the mean.

    Attributes:
        pain, distress, arousal: name of an effect to this person's SMD.
        anxiety: 0–3 points of distress without pain.
        mirror_sensitivity: share of pain added per unit of exposure to mirrored pain beyond what is borne; mostly 0.
        rest_breaths_per_min: at rest.
        follows: 0–1, how well a breathing guide is followed.
    """

    pain: dict[str, float]
    distress: dict[str, float]
    arousal: dict[str, float]
    anxiety: float
    mirror_sensitivity: float
    rest_breaths_per_min: float
    follows: float

    @classmethod
    def draw(cls, seed: int, temper: Temper) -> Nature:
        """One person; always the same for the same seed (at least 0) and temper."""
        rng = np.random.default_rng((seed, _PERSON))
        sizes: tuple[dict[str, float], dict[str, float], dict[str, float]] = ({}, {}, {})
        for name, effect in EFFECTS.items():
            responds = rng.random() >= effect.no_response
            # One draw for all three: who is eased in pain is mostly eased in distress.
            own = effect.spread * float(rng.normal())
            for size, mean in zip(sizes, (effect.pain, effect.distress, effect.arousal), strict=True):
                size[name] = (mean + own) / (1.0 - effect.no_response) if responds and mean else 0.0
        sensitive = rng.random() < MIRROR_SENSITIVE_SHARE
        return cls(
            *sizes,
            anxiety=float(np.clip(rng.gamma(2.0, 0.6), 0.0, 3.0)),
            mirror_sensitivity=float(rng.uniform(0.5, 2.0)) if sensitive else 0.0,
            rest_breaths_per_min=float(np.clip(rng.normal(14.0, 2.0), 9.0, 20.0)),
            follows=float(np.clip(rng.normal(temper.follows_share, 0.15), 0.0, 1.0)),
        )


class Response:
    """One person's reaction, step by step.

    Attributes:
        nature: how this person differs.
        felt: the last that was felt.
    """

    def __init__(self, nature: Nature) -> None:
        self.nature = nature
        self._at_work = dict.fromkeys(EFFECTS, 0.0)
        self._exposure = 0.0
        self._following = 0.0
        self._phase = 0.0
        self.felt = Felt(0.0, nature.anxiety, _REST_AROUSAL, 0.0, nature.rest_breaths_per_min)

    def step(self, stimulus: float, around: Around, dt_s: float) -> Felt:
        """What is felt after `dt_s`, where `stimulus` (0–10) is the pain that would be felt with nobody there."""
        for name, effect in EFFECTS.items():
            on = name in around.helping
            constant_s = effect.rise_s if on else effect.fade_s
            self._at_work[name] += (float(on) - self._at_work[name]) * min(dt_s / constant_s, 1.0)
        self._exposure += (around.mirrored - self._exposure) * min(dt_s / _EXPOSURE_S, 1.0)
        pain = self._pain(stimulus)
        before = self.felt
        distress = _towards(before.distress, self._distress(pain), dt_s, _DISTRESS_S)
        arousal = _towards(before.arousal, self._arousal(pain), dt_s, _AROUSAL_S)
        breath, breaths_per_min = self._breathe(around.breath, arousal, dt_s)
        shows = 1.0 + SHARE_PER_SD * EXPRESSION_WITH_TRUSTED * self._at_work["trusted"]
        self.felt = Felt(pain, distress, arousal, breath, breaths_per_min, shows)
        return self.felt

    def _sum(self, sizes: dict[str, float]) -> float:
        """SMD of all that is at work together; simply added, and bounded where it is used."""
        return math.fsum(sizes[name] * share for name, share in self._at_work.items())

    def _pain(self, stimulus: float) -> float:
        worse = self.nature.mirror_sensitivity * max(self._exposure - _EXPOSURE_BORNE, 0.0)
        share = 1.0 + SHARE_PER_SD * self._sum(self.nature.pain) + worse
        return min(max(stimulus, 0.0) * min(max(share, _LEAST_SHARE), _MOST_SHARE), PAIN_MAX)

    def _distress(self, pain: float) -> float:
        share = 1.0 + SHARE_PER_SD * self._sum(self.nature.distress)
        return min((self.nature.anxiety + 0.8 * pain) * min(max(share, _LEAST_SHARE), _MOST_SHARE), 10.0)

    def _arousal(self, pain: float) -> float:
        raised = 0.05 * pain + 0.05 * self.nature.anxiety
        share = 1.0 + SHARE_PER_SD * self._sum(self.nature.arousal)
        return min(_REST_AROUSAL + raised * min(max(share, _LEAST_SHARE), _MOST_SHARE), 1.0)

    def _breathe(self, led: float, arousal: float, dt_s: float) -> tuple[float, float]:
        """The breath and its own rate: led breath is followed more and more, as well as this person follows."""
        leading = math.isfinite(led)
        target = self.nature.follows if leading else 0.0
        self._following = _towards(self._following, target, dt_s, _FOLLOWING_S)
        breaths_per_min = self.nature.rest_breaths_per_min + 12.0 * max(arousal - _REST_AROUSAL, 0.0)
        self._phase = (self._phase + dt_s * breaths_per_min / 60.0) % 1.0
        own = 0.5 - 0.5 * math.cos(2.0 * math.pi * self._phase)
        share = self._following if leading else 0.0
        return own + share * ((led if leading else 0.0) - own), breaths_per_min


def _towards(value: float, target: float, dt_s: float, constant_s: float) -> float:
    return value + (target - value) * min(dt_s / constant_s, 1.0)
