"""A face or a body that comes to read wrong by always the same is told from pain by what the others read."""

import numpy as np
import pytest

from solamen.core.estimates import PainEstimate
from solamen.core.person import PersonTraits
from solamen.core.states import Consent, UserState
from solamen.fusion.context import motion
from solamen.fusion.filter import FusionFilter
from solamen.fusion.joint import JointBelief
from solamen.fusion.settings import FusionSettings

RATE_S = {"face": 0.1, "body": 0.2, "biosignals": 1.0}


def watched(levels, seconds: float = 40.0, seed: int = 5) -> list[UserState]:
    """States at each second; `levels(modality, time)` is what is read but for a little noise."""
    fusion, rng = FusionFilter(FusionSettings(), Consent.OBSERVE), np.random.default_rng(seed)
    said = []
    for tick in range(round(10 * seconds)):
        at_s = 0.1 * tick
        for modality, every_s in RATE_S.items():
            if tick % round(10 * every_s) == 0:
                read = np.clip(levels(modality, at_s) + 0.3 * rng.normal(), 0.0, 10.0)
                fusion.add(PainEstimate(at_s, modality, float(read), 1.2, quality=0.9, abstained=False))
        if tick % 10 == 0:
            said.append(fusion.state(at_s))
    return said


def weight_of(state: UserState, modality: str) -> float:
    return {each.modality: each.weight for each in state.weights}[modality]


@pytest.mark.parametrize("liar", ["face", "body"])
@pytest.mark.parametrize(("level", "bias"), [(1.0, 4.0), (6.0, -4.0)])
def test_what_comes_to_read_wrong_for_good_hardly_moves_the_mean(liar, level, bias):
    honest = watched(lambda modality, at_s: level)
    lied = watched(lambda modality, at_s: level + (bias if modality == liar and at_s >= 10.0 else 0.0))
    apart = [abs(one.pain_mean - other.pain_mean) for one, other in zip(lied[12:], honest[12:], strict=True)]
    assert np.mean(apart) < 1.0
    assert weight_of(lied[-1], liar) < 0.1
    assert f"{liar} does not fit the rest" in lied[-1].words


def test_pain_that_all_show_is_taken_for_no_bias():
    said = watched(lambda modality, at_s: 6.0 if at_s >= 10.0 else 1.0)
    assert said[-1].pain_mean == pytest.approx(6.0, abs=1.0)
    assert not any("fit" in state.words for state in said[15:])


def test_what_is_biased_still_tells_how_pain_changes():
    """The body is gone when pain rises; the face, of which it is known that it reads 4 too high, rises by 3."""

    def levels(modality, at_s):
        pain = 4.0 if at_s >= 30.0 else 1.0
        return pain + (4.0 if modality == "face" and at_s >= 5.0 else 0.0)

    def still(modality, at_s):
        return levels(modality, min(at_s, 29.0))

    assert watched(levels, 38.0)[-1].pain_mean - watched(still, 38.0)[-1].pain_mean > 2.0


def test_a_bias_that_is_over_is_forgotten():
    said = watched(lambda modality, at_s: 5.0 + (4.0 if modality == "face" and 5.0 <= at_s < 20.0 else 0.0), 60.0)
    assert "face does not fit the rest" in said[18].words
    assert said[-1].words == "signs of moderate pain"
    assert weight_of(said[-1], "face") > 0.2


def test_what_the_others_read_tells_of_a_bias_too():
    settings = FusionSettings()
    belief, rng = JointBelief(settings, PersonTraits(), motion(settings, "")), np.random.default_rng(7)
    for tick in range(1, 100):
        at_s = 0.1 * tick
        for modality in RATE_S:
            belief.advance(at_s, modality)
            belief.use(modality, 1.0 + 0.2 * rng.normal() + (4.0 if modality == "face" and tick == 99 else 0.0), 1.2)
    before = belief.doubt("face")
    for tick in range(1, 10):
        belief.advance(9.9 + 0.1 * tick, "body")
        belief.use("body", 1.0 + 0.2 * rng.normal(), 1.2)
    assert belief.doubt("face") > before
    assert belief.doubt("voice") == 0.0  # of which nothing came


def test_a_copy_of_the_belief_stays_as_it_was():
    settings = FusionSettings()
    belief = JointBelief(settings, PersonTraits(), motion(settings, ""))
    for at_s, modality, read in ((0.0, "face", 2.0), (0.0, "body", 2.5), (0.2, "face", 3.0)):
        belief.advance(at_s, modality)
        belief.use(modality, read, 1.2)
    kept = belief.copy()
    before, told = (
        kept.pain(0.2).copy(),
        {name: (each.sound.copy(), kept.doubt(name)) for name, each in kept.errors.items()},
    )
    for at_s, modality, read in ((0.2, "body", 9.0), (0.2, "face", 9.0), (1.4, "face", 9.0)):
        belief.advance(at_s, modality)
        belief.use(modality, read, 1.2)
    assert np.array_equal(kept.pain(0.2), before)
    assert {name: (each.sound, kept.doubt(name)) for name, each in kept.errors.items()} == told
    assert not np.allclose(belief.pain(1.4), before, atol=1e-3)
