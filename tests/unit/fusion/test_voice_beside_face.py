"""A voice beside a face: each sound is misread anew, and what is told often of one counts once."""

from solamen.core.estimates import PainEstimate
from solamen.core.states import Consent
from solamen.fusion import FusionFilter, FusionSettings

RATE_HZ = 20.0


def estimate(stamp_s, intensity, stddev, modality="face"):
    return PainEstimate(stamp_s, modality, intensity, stddev, quality=0.9, abstained=False)


def with_an_unsure_voice(shown):
    """A calm face, then one that shows pain, beside sounds that tell the same, unsurely, all along."""
    fusion = FusionFilter(FusionSettings(), Consent.OBSERVE)
    for k in range(200):
        stamp_s = k / RATE_HZ
        fusion.add(estimate(stamp_s, 0.0 if stamp_s < 6.0 else shown, stddev=1.5))
        if k % 2:
            fusion.add(estimate(stamp_s, 2.5, stddev=3.0, modality="voice"))
    return fusion.state(10.0)


def test_a_voice_that_is_unsure_of_each_sound_does_not_outvote_the_face():
    assert with_an_unsure_voice(8.0).pain_mean > 6.5


def test_sounds_that_differ_do_not_make_a_failure_of_the_voice():
    fusion = FusionFilter(FusionSettings(), Consent.OBSERVE)
    for k in range(200):
        fusion.add(estimate(k / RATE_HZ, 3.0, stddev=1.5))
        fusion.add(estimate(k / RATE_HZ, 6.0 if (k // 60) % 2 else 1.0, stddev=3.0, modality="voice"))
    assert "does not fit" not in next(each.reason for each in fusion.state(10.0).weights if each.modality == "voice")
