import math

import numpy as np
import pytest

from solamen.core.action_units import ActionUnits
from solamen.core.estimates import PainEstimate
from solamen.face.calibration import NeutralCalibration
from solamen.face.cues import CUES
from solamen.face.neutral import POPULATION, Neutral

DT = 0.1
CALM = np.linspace(0.1, 0.5, len(CUES))


def units(quality=1.0, reason="", present=True, **intensity):
    return ActionUnits(
        0.0, present, {int(k[2:]): v for k, v in intensity.items()}, quality=quality, quality_reason=reason
    )


def pain(points=0.5):
    return PainEstimate(0.0, "face", intensity=points)


def watch(calibration, seconds, seen=None, felt=None, measures=CALM, confirmed=True):
    for _ in range(round(seconds / DT)):
        calibration.see(seen or units(), felt or pain(), measures, DT, confirmed=confirmed)
    return calibration.state


def test_quiet_seconds_become_the_neutral():
    calibration = NeutralCalibration(5.0)
    half = watch(calibration, 2.5)
    assert half.progress == pytest.approx(0.5)
    assert not half.done
    whole = watch(calibration, 2.5)
    assert whole.success
    assert whole.message == "the neutral face was learned in 5 s"
    assert calibration.measures.shape == (50, len(CUES))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"felt": pain(5.0)}, "never learned from pain"),
        ({"seen": units(present=False)}, "sees your face"),
        ({"seen": units(quality=0.3, reason="the face is too dark")}, "the face is too dark"),
        ({"seen": units(quality=0.9, reason="covered: mouth")}, "covered: mouth"),
        ({"seen": units(AU12=4.0)}, "at rest"),
        ({"seen": units(AU43=5.0)}, "at rest"),
        ({"confirmed": False}, "confirm who is in care"),
    ],
)
def test_what_hinders_it_is_asked_for_and_told_at_the_end(change, told):
    calibration = NeutralCalibration(5.0)
    assert told in watch(calibration, 1.0, **change).instruction
    ended = watch(calibration, 15.0, **change)
    assert ended.done
    assert not ended.success
    assert told in ended.message
    assert len(calibration.measures) == 0


def test_measures_that_are_not_finite_teach_nothing():
    calibration = NeutralCalibration(5.0)
    assert watch(calibration, 1.0, measures=np.full(len(CUES), math.nan)).progress == 0.0
    assert watch(calibration, 1.0, measures=None).progress == 0.0


@pytest.mark.parametrize("seconds", [0.0, 4.9, 121.0, math.nan, math.inf, -5.0])
def test_a_duration_out_of_range_is_refused(seconds):
    with pytest.raises(ValueError, match="must be from 5 to 120"):
        NeutralCalibration(seconds)


def test_given_up_it_stays_so():
    calibration = NeutralCalibration(5.0)
    calibration.give_up("the person left")
    state = watch(calibration, 6.0)
    assert (state.done, state.success, state.message) == (True, False, "the person left")


def test_the_collected_neutral_is_the_persons_and_narrow():
    neutral = Neutral(20.0, 900.0)
    rng = np.random.default_rng(0)
    own = POPULATION.mean + POPULATION.spread
    neutral.settle(own + 0.1 * POPULATION.spread * rng.standard_normal((50, len(CUES))))
    assert np.allclose(neutral.face.mean, own, atol=0.1 * POPULATION.spread.max())
    assert neutral.uncertainty < 0.5
    neutral.settle(np.zeros((2, len(CUES))))
    assert np.allclose(neutral.face.mean, own, atol=0.1 * POPULATION.spread.max())
