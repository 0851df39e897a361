"""Between two estimates, or while one that has failed goes on, the mean is not pulled down and thrown up again."""

from __future__ import annotations

import numpy as np
import pytest

from solamen.core.censored import fit
from solamen.core.estimates import PainEstimate
from solamen.core.states import Consent
from solamen.fusion import FusionFilter, FusionSettings
from solamen.fusion.evaluate_steps import Steps, largest


def _estimate(stamp_s: float, modality: str, intensity: float) -> PainEstimate:
    return PainEstimate(stamp_s, modality, intensity, 1.6, quality=0.9, abstained=False)


def _means(every_s: dict[str, float], level: float, seconds: float, frozen: str = "") -> list[float]:
    """Means at each tenth of a second from 5 s on; each modality reads the level, never quite the same."""
    fusion, means = FusionFilter(FusionSettings(), Consent.OBSERVE), []
    rng = np.random.default_rng(2)
    for tick in range(round(seconds * 10)):
        for modality, apart_s in every_s.items():
            if tick % round(apart_s * 10) == 0:
                wobble = 0.0 if modality == frozen else 0.05 * rng.normal()
                fusion.add(_estimate(tick / 10, modality, level + wobble))
        state = fusion.state(tick / 10)
        if tick >= 50:
            means.append(state.pain_mean)
    return means


def test_slow_modalities_alone_do_not_pulse() -> None:
    means = _means({"voice": 1.0, "biosignals": 1.0}, 7.5, 12.0)

    assert max(means) - min(means) < 1.0
    assert max(abs(np.diff(means))) < 0.6


def test_one_that_has_frozen_does_not_pull_between_two_sounds() -> None:
    means = _means({"voice": 1.0, "body": 0.2}, 7.5, 15.0, frozen="body")

    assert max(abs(np.diff(means[-50:]))) < 0.6


@pytest.mark.parametrize("end", [0.0, 10.0])
def test_what_wavers_about_an_end_of_the_scale_tells_about_the_same(end: float) -> None:
    inward = 1.0 if end == 0.0 else -1.0
    shown = np.array([0.0, 2.0, 4.0, 6.0, 8.0, 10.0])
    at, near = (fit(read, read - shown, 1.5, 1.0)[0] for read in (end, end + 0.04 * inward))

    ratios = (near / near.sum()) / (at / at.sum())
    assert ratios.max() < 2.0


def test_the_largest_step_is_told_with_its_person_modality_and_time() -> None:
    def steps(most: list[list[float]]) -> Steps:
        values = np.array(most)
        return Steps(values, values + 20.0, values * 0.0 + 0.5, values + 1.0, values + 2.0)

    told = largest({"face": steps([[0.1, 0.2], [0.3, 0.1]]), "voice": steps([[0.1, 0.2], [0.2, 0.7]])})

    assert told["modality"] == "voice"
    assert (told["person"], told["change"], told["begins_s"]) == (1, "gained", 20.7)
