"""Where the body tells of pain that nobody shows, the state abstains and asks for the person's word."""

import numpy as np

from solamen.core.estimates import PainEstimate
from solamen.core.states import Consent, SelfReport
from solamen.fusion.filter import FusionFilter
from solamen.fusion.settings import FusionSettings


def _watched(face: float, signals: float, *, frozen: bool = False) -> FusionFilter:
    fusion, rng = FusionFilter(FusionSettings(), Consent.OBSERVE), np.random.default_rng(1)
    for tick in range(300):
        at_s = 0.1 * tick
        noise = float(rng.normal(0.0, 0.1))
        fusion.add(PainEstimate(at_s, "face", max(face + noise, 0.0), 1.2, quality=0.9, abstained=False))
        if tick % 10 == 0:
            level = signals if frozen else signals + noise
            fusion.add(PainEstimate(at_s, "biosignals", level, 1.6, quality=0.9, abstained=False))
        fusion.state(at_s)
    return fusion


def test_strong_signals_beside_a_still_face_are_no_answer() -> None:
    state = _watched(face=0.3, signals=8.0).state(30.0)

    assert state.abstained
    assert state.reason == "biosignals: 8 of 10, but little of it in face"
    assert state.words == "what is seen does not fit; ask the person"


def test_a_face_that_fits_the_signals_is_answered() -> None:
    assert not _watched(face=7.0, signals=8.0).state(30.0).abstained
    assert not _watched(face=0.2, signals=1.0).state(30.0).abstained


def test_the_persons_word_ends_the_silence() -> None:
    fusion = _watched(face=0.3, signals=8.0)
    fusion.report(SelfReport(30.0, "NRS", 8.0, 8.0))

    state = fusion.state(30.1)

    assert not state.abstained
    assert state.pain_mean > 6.5


def test_signals_that_are_stuck_silence_nobody() -> None:
    assert not _watched(face=0.3, signals=8.0, frozen=True).state(30.0).abstained


def test_a_sensor_that_is_gone_for_some_seconds_has_not_taken_back_what_it_told() -> None:
    fusion = _watched(face=0.3, signals=8.0)
    for tick in range(301, 500):
        fusion.add(PainEstimate(0.1 * tick, "face", 0.3 + 0.01 * (tick % 5), 1.2, quality=0.9, abstained=False))
        state = fusion.state(0.1 * tick)
        if tick == 390:
            assert state.abstained and state.reason.startswith("biosignals: 8 of 10")

    assert not state.abstained
