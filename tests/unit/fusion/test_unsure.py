"""What tells less of pain than is known of anybody is no answer."""

import math
from itertools import pairwise

import pytest

from solamen.core.estimates import PainEstimate
from solamen.core.states import Consent, SelfReport
from solamen.fusion import FusionFilter, FusionSettings


def estimate(stamp_s, intensity, stddev, modality="face"):
    return PainEstimate(stamp_s, modality, intensity, stddev, quality=0.9, abstained=False)


def _heard(*stddevs, modality="voice", until_s=12.0):
    """A filter that is told the same level twice a second, each stretch of equal length with another stddev."""
    fusion = FusionFilter(FusionSettings(), Consent.OBSERVE)
    each_s = until_s / len(stddevs)
    said = []
    for half in range(1, round(2 * until_s)):
        at_s = half / 2
        wobble = 0.1 * (half % 3)
        stddev = stddevs[min(int(at_s / each_s), len(stddevs) - 1)]
        fusion.add(estimate(at_s, 6.0 + wobble, stddev, modality=modality))
        said.append(fusion.state(at_s))
    return fusion, said


def test_what_tells_less_than_is_known_of_anybody_is_no_answer():
    fusion, said = _heard(3.8)
    assert all(state.abstained and math.isnan(state.pain_mean) for state in said)
    assert "voice: too unsure" in said[-1].reason
    assert [(each.modality, each.level > 5.0) for each in said[-1].weights] == [("voice", True)]  # told all the same
    fusion.add(estimate(12.0, 6.0, 1.2))
    assert not fusion.state(12.0).abstained


def test_the_persons_word_is_an_answer_however_unsure_the_sensors_are():
    fusion, _ = _heard(3.8)
    fusion.report(SelfReport(12.0, "NRS", 7.0, 7.0))
    state = fusion.state(12.1)
    assert not state.abstained and state.pain_mean == pytest.approx(7.0, abs=0.7)


def test_an_answer_begins_and_ends_once_where_a_modality_comes_to_be_surer_and_less_sure():
    _, said = _heard(3.8, 1.5, 3.8, until_s=60.0)
    answered = [not state.abstained for state in said]
    assert sum(one != other for one, other in pairwise(answered)) == 2
    assert answered[60] and not answered[-1]
