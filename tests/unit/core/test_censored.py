"""A reading fits as it should, and one that is held at an end of the scale says only that it lies beyond."""

import math

import numpy as np
import pytest

from solamen.core.censored import fit
from solamen.core.person import PersonTraits
from solamen.fusion.context import motion
from solamen.fusion.joint import JointBelief
from solamen.fusion.settings import FusionSettings


def test_a_reading_inside_the_scale_fits_by_the_normal_density() -> None:
    fits, learned, falls = fit(4.0, np.array([0.0, 2.0]), 4.0, 1.0)

    density = 1.0 / math.sqrt(8.0 * math.pi)
    assert fits == pytest.approx([density, density * math.exp(-0.5)])
    assert learned == pytest.approx([0.0, 2.0])
    assert falls is None


def test_nothing_read_fits_whatever_lies_below_nothing() -> None:
    """Foretold were -4, 0 and 4 points, each with a standard deviation of 2."""
    fits, learned, falls = fit(0.0, np.array([4.0, 0.0, -4.0]), 4.0, 1.0)

    assert fits == pytest.approx([0.97725, 0.5, 0.02275], abs=1e-4)
    # Means of the normal distribution cut off at 0: what was foretold far below it teaches next to nothing.
    assert learned == pytest.approx([-0.1105, -1.5958, -4.7464], abs=1e-3)
    assert falls is not None
    assert falls == pytest.approx([0.1136, 0.6366, 0.8856], abs=2e-3)


def test_the_upper_end_mirrors_the_lower_one() -> None:
    low, high = fit(0.0, np.array([1.0, -3.0]), 2.0, 0.5), fit(10.0, np.array([-1.0, 3.0]), 2.0, 0.5)

    assert high[0] == pytest.approx(low[0])
    assert high[1] == pytest.approx(-low[1])


def test_what_is_impossible_stays_finite() -> None:
    fits, learned, falls = fit(0.0, np.array([-1000.0, 1000.0]), 0.5, 1.0)

    assert np.isfinite(fits).all()
    assert np.isfinite(learned).all()
    assert falls is not None
    assert ((falls >= 0.0) & (falls <= 1.0)).all()


def test_what_a_modality_was_wrong_by_shrinks_as_it_becomes_surer() -> None:
    settings = FusionSettings()
    belief = JointBelief(settings, PersonTraits(), motion(settings))
    belief.advance(0.0)
    belief.use("face", 3.0, 4.0)
    unsure = belief.errors["face"].sound.slow
    for tick in range(1, 100):
        belief.advance(0.1 * tick)
        belief.use("face", 3.0, 1.0)

    assert belief.errors["face"].sound.slow < 0.3 * unsure
    assert belief.pain(9.9).sum() == pytest.approx(1.0)
