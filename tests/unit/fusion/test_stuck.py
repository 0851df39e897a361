"""A modality that freezes while others move says nothing; one that comes is let in slowly however late it answers."""

import numpy as np
import pytest

from solamen.core.estimates import PainEstimate
from solamen.core.states import Consent, UserState
from solamen.fusion.filter import FusionFilter
from solamen.fusion.settings import FusionSettings


def _read(fusion: FusionFilter, at_s: float, modality: str, intensity: float) -> None:
    fusion.add(PainEstimate(at_s, modality, intensity, 1.2, quality=0.9, abstained=False))


def _with_frozen_face(body: float) -> UserState:
    """The face freezes at 8 points after 5 s; the body goes on to read 1 point, moving by so much."""
    fusion, rng = FusionFilter(FusionSettings(), Consent.OBSERVE), np.random.default_rng(3)
    for at_s in np.arange(0.0, 20.0, 0.2):
        _read(fusion, at_s, "face", 8.0 if at_s >= 5.0 else float(rng.normal(1.0, 0.3)))
        _read(fusion, at_s, "body", 1.0 + body * float(rng.uniform(-1.0, 1.0)))
        state = fusion.state(at_s)
    return state


def test_a_face_that_freezes_while_the_body_moves_loses_its_weight() -> None:
    state = _with_frozen_face(body=0.5)

    assert {each.modality: each.weight for each in state.weights}["face"] < 0.01
    assert state.pain_mean < 2.0
    assert "face does not fit the rest" in state.words


def test_what_all_hold_still_is_not_stuck() -> None:
    fusion = FusionFilter(FusionSettings(), Consent.OBSERVE)
    for at_s in np.arange(0.0, 20.0, 0.2):
        _read(fusion, at_s, "face", 4.0)
        _read(fusion, at_s, "body", 4.0)
        state = fusion.state(at_s)

    assert "fit" not in state.words
    assert state.pain_mean == pytest.approx(4.0, abs=1.0)


def test_a_face_that_rests_at_nothing_is_not_stuck() -> None:
    fusion, rng = FusionFilter(FusionSettings(), Consent.OBSERVE), np.random.default_rng(3)
    for at_s in np.arange(0.0, 20.0, 0.2):
        _read(fusion, at_s, "face", 0.0)
        _read(fusion, at_s, "body", float(rng.uniform(0.0, 1.0)))
        state = fusion.state(at_s)

    assert "fit" not in state.words


def test_what_comes_with_a_delay_never_steps_the_mean() -> None:
    """The body comes after 10 s, each estimate a second late, and reads more than the face."""
    fusion, means = FusionFilter(FusionSettings(), Consent.OBSERVE), []
    for tick in range(1, 180):
        now_s = 0.1 * tick
        _read(fusion, now_s, "face", 2.0)
        if now_s >= 11.0 and tick % 10 == 0:
            _read(fusion, now_s - 1.0, "body", 5.0)
        means.append(fusion.state(now_s).pain_mean)

    moves = np.abs(np.array(means[60:])[10:] - np.array(means[60:])[:-10])
    assert moves.max() < 1.0
    assert means[-1] - means[100] > 0.3


def test_what_is_frozen_slows_nothing_that_comes_at_the_same_time() -> None:
    def fused(*order: str) -> float:
        fusion, rng = FusionFilter(FusionSettings(), Consent.OBSERVE), np.random.default_rng(4)
        for half in range(1, 20):
            reads = {"voice": 3.5, "face": float(rng.normal(6.0, 0.3))}
            for modality in order:
                _read(fusion, half / 2.0, modality, reads[modality])
            state = fusion.state(half / 2.0)
        assert {each.modality: each.weight for each in state.weights}["voice"] < 0.01
        return state.pain_mean

    assert fused("voice", "face") == pytest.approx(fused("face", "voice"), abs=0.02)
