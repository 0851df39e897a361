"""From the probability of pain in a sound to an estimate on an observer's scale."""

from __future__ import annotations

import math

from solamen.core.estimates import PAIN_MAX, PAIN_THRESHOLD, Evidence, PainEstimate
from solamen.voice.prosody import Change
from solamen.voice.settings import VoiceSettings

# Points for a sound without and with pain. There are no intensities to learn from: acted pain is of some strength, so
# an observer's mean of 7 and a spread of 2 are taken, and 4, the threshold of pain, lies at even odds. If it is pain,
# how strong the sound is moves it by so much either way.
_CALM, _PAIN, _BY_STRENGTH = 1.0, 7.0, 2.5
_SPREAD = 2.0
# What talk counts as, and what may not be a voice's, 0-1 between calm and pain: not enough to be called pain.
_UNSURE = 0.3
_JUST_BELOW = 0.01
# A useless recording would add so many points of spread.
_QUALITY_SPREAD = 2.0
# Points of prosody count so much in the log-likelihood ratio.
_PROSODY_LLR = 0.5
# People suffer in silence and shout in joy: bounds of the log-likelihood ratio of one sound.
LEAST_LLR, MOST_LLR = -1.5, 3.0


def abstain(stamp_s: float, reason: str, settings: VoiceSettings, quality: float = 0.0) -> PainEstimate:
    """No estimate, and why."""
    return PainEstimate(
        stamp_s, "voice", prior=settings.prior, probability=settings.prior, quality=quality, reason=reason
    )


def estimate(
    stamp_s: float,
    probability: float,
    quality: float,
    settings: VoiceSettings,
    model: tuple[str, str, str],
    prosody: Change | None = None,
    sure: float = 1.0,
    strength: float = 0.5,
    talk: float = 0.0,
) -> PainEstimate:
    """The estimate for a sound.

    Args:
        stamp_s: of its newest sample.
        probability: 0–1, that pain is expressed, where pain is as frequent as everything else.
        quality: 0–1.
        settings: prior.
        model: name, version, hash of what gave the probability.
        prosody: how the person's last utterance differed from how they spoke before, where that is known.
        sure: 0–1, how much the sound counts as a voice's; of another sound nothing is learned.
        strength: 0–1, of `strength_of`: it moves the intensity of what is pain, and not whether it is.
        talk: 0–1, how much a voice's sound counts as talk, which says nothing of pain but by its prosody.
    """
    even = min(1.0 - 1e-6, max(1e-6, probability))
    added = prosody.points if prosody else 0.0
    told = sure * (1.0 - talk)
    ratio = min(MOST_LLR, max(LEAST_LLR, math.log(even / (1.0 - even)) + _PROSODY_LLR * added))
    spoken = min(MOST_LLR, max(LEAST_LLR, _PROSODY_LLR * added))
    ratio = math.log(told * math.exp(ratio) + sure * talk * math.exp(spoken) + 1.0 - sure)
    share = told * even + (1.0 - told) * _UNSURE
    step = _PAIN - _CALM
    points = _CALM + step * share
    moved = _moved(points, _BY_STRENGTH * (2.0 * strength - 1.0) * told * even)
    spread = math.hypot(_SPREAD, step * math.sqrt(share * (1.0 - share)), _QUALITY_SPREAD * (1.0 - quality))
    return PainEstimate(
        stamp_s,
        "voice",
        intensity=min(PAIN_MAX, max(0.0, moved + sure * added)),
        stddev=spread,
        probability=_posterior(settings.prior, ratio),
        prior=settings.prior,
        log_likelihood_ratio=ratio,
        quality=quality,
        abstained=False,
        evidence=(
            Evidence("pain in the voice", even, "0-1 at even odds", step * told * even),
            Evidence("not a voice", 1.0 - sure, "0-1", step * (1.0 - sure) * _UNSURE),
            Evidence("talk", talk, "0-1", step * sure * talk * _UNSURE),
            Evidence("strength of the sound", strength, "0-1 of acted pain", moved - points),
            *((Evidence("prosody", prosody.strain, "SD of own speech", sure * added),) if prosody else ()),
        ),
        model=model,
    )


def _moved(points: float, more: float) -> float:
    """Points with what strength adds to them: it moves them up to the threshold of pain, and never over it."""
    if points >= PAIN_THRESHOLD:
        return max(PAIN_THRESHOLD, points + more)
    return min(PAIN_THRESHOLD - _JUST_BELOW, points + more)


def _posterior(prior: float, ratio: float) -> float:
    return 1.0 / (1.0 + math.exp(-(math.log(prior / (1.0 - prior)) + ratio)))
