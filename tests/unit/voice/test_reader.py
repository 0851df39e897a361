from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solamen.core.estimates import PainEstimate
from solamen.voice.reader import VoiceReader
from solamen.voice.reading import VoiceReading
from solamen.voice.settings import VoiceSettings
from solamen.voice.spectrum import RATE_HZ, Sound
from tests.unit.voice.sounds import heard, noise, silence, voice


def estimates(sound: Sound, **how: object) -> list[PainEstimate]:
    return [reading.estimate for reading in heard(sound, **how) if reading.estimate is not None]  # type: ignore[arg-type]


def test_a_vowel_gets_an_estimate_within_300_ms_of_its_onset() -> None:
    found = estimates(np.concatenate([silence(1.0), voice(1.0)]))
    first = next(estimate for estimate in found if not estimate.abstained)
    assert first.stamp_s <= 10.0 + 1.0 + 0.3
    assert first.modality == "voice"


def test_estimates_come_every_100_ms_with_the_stamp_of_the_newest_sample() -> None:
    stamps = [estimate.stamp_s for estimate in estimates(np.concatenate([silence(0.5), voice(0.5)]), chunk=160)]
    assert np.allclose(np.diff(stamps), 0.1)


def test_silence_abstains_and_is_no_sign_of_no_pain() -> None:
    last = estimates(silence(3.0))[-1]
    assert last.abstained and "silence is no sign" in last.reason
    assert math.isnan(last.intensity) and last.log_likelihood_ratio == 0.0


def test_steady_noise_abstains() -> None:
    assert all(estimate.abstained for estimate in estimates(noise(4.0)))


def test_the_robot_s_own_voice_is_not_read() -> None:
    found = estimates(np.concatenate([silence(0.5), voice(1.5)]), robot=True)
    assert {estimate.reason for estimate in found} == {"the robot is speaking"}


def test_its_echo_is_waited_for() -> None:
    reader = VoiceReader(VoiceSettings())
    list(heard(voice(0.5), reader=reader, robot=True))
    after = [r.estimate for r in heard(voice(0.8), reader=reader, start_s=10.5) if r.estimate]
    assert after[0].reason == "the robot is speaking"
    assert after[-1].reason != "the robot is speaking"


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda x: np.where(np.arange(len(x)) % 1000 == 0, np.nan, x), "broken samples"),
        (lambda x: np.where(np.arange(len(x)) % 1000 == 0, np.inf, x), "broken samples"),
        (lambda x: np.clip(20.0 * x, -1.0, 1.0), "clipped"),
        (lambda x: np.zeros_like(x), "dead"),
        (lambda x: np.full_like(x, 0.25), "dead"),
    ],
)
def test_what_is_wrong_with_the_microphone_is_said(spoil: object, reason: str) -> None:
    sound = spoil(voice(3.0))  # type: ignore[operator]
    last = estimates(np.asarray(sound, np.float32))[-1]
    assert last.abstained and reason in last.reason


def test_a_gap_starts_anew() -> None:
    reader = VoiceReader(VoiceSettings())
    list(heard(voice(0.5), reader=reader))
    after = next(r.estimate for r in heard(voice(0.5), reader=reader, start_s=60.0) if r.estimate)
    assert after.abstained


def test_malformed_calls_are_refused() -> None:
    reader = VoiceReader(VoiceSettings())
    with pytest.raises(ValueError, match="shape"):
        reader.hear(np.zeros((2, 100), np.float32), 1.0)
    with pytest.raises(ValueError, match="stamp"):
        reader.hear(np.zeros(100, np.float32), math.nan)


def in_range(reading: VoiceReading) -> bool:
    estimate = reading.estimate
    if estimate is None:
        return True
    if estimate.abstained:
        return math.isnan(estimate.intensity) and bool(estimate.reason)
    return (
        0.0 <= estimate.intensity <= 10.0
        and estimate.stddev > 0.0
        and 0.0 < estimate.probability < 1.0
        and 0.0 <= estimate.quality <= 1.0
        and math.isfinite(estimate.log_likelihood_ratio)
    )


PIECES = st.sampled_from(["voice", "silence", "noise", "full", "zero", "nan", "one", "none", "square"])


def piece(kind: str, length: int) -> Sound:
    seconds = length / RATE_HZ
    made = {
        "voice": lambda: voice(seconds, 300.0) if length > 100 else silence(seconds),
        "silence": lambda: silence(seconds),
        "noise": lambda: noise(seconds, 0.3),
        "full": lambda: np.ones(length, np.float32),
        "zero": lambda: np.zeros(length, np.float32),
        "nan": lambda: np.full(length, np.nan, np.float32),
        "one": lambda: np.full(1, 5.0, np.float32),
        "none": lambda: np.zeros(0, np.float32),
        "square": lambda: np.sign(np.sin(np.arange(length) / 20.0)).astype(np.float32),
    }
    return made[kind]()


@settings(deadline=None, max_examples=10)
@given(st.lists(st.tuples(PIECES, st.integers(1, 9000), st.sampled_from([0.0, 0.0, 0.1, 3.0, -2.0])), max_size=8))
def test_nothing_breaks_the_reader_and_no_value_leaves_its_range(pieces: list[tuple[str, int, float]]) -> None:
    reader, stamp_s = VoiceReader(VoiceSettings()), 5.0
    for kind, length, jump_s in pieces:
        sound = piece(kind, length)
        stamp_s += len(sound) / RATE_HZ + jump_s
        assert in_range(reader.hear(sound, stamp_s, robot_speaking=length % 7 == 0))


def talk_after(monkeypatch: pytest.MonkeyPatch, odds_before: float, length_s: float) -> float:
    """How much a sound that could be either counts as talk, after another one."""
    reader = VoiceReader(VoiceSettings())
    monkeypatch.setattr(reader._judge, "tell", lambda *_: (9.0, odds_before))
    before = np.concatenate([voice(length_s), silence(1.5)])
    list(heard(before, reader=reader))
    monkeypatch.setattr(reader._judge, "tell", lambda *_: (9.0, VoiceSettings().talk_log_odds))
    after = heard(voice(1.0), reader=reader, start_s=10.0 + len(before) / RATE_HZ)
    return [e.value for r in after if r.estimate for e in r.estimate.evidence if e.cue == "talk"][-1]


@pytest.mark.parametrize(("odds", "length_s"), [(5.0, 1.0), (-0.5, 0.6)])
def test_who_has_just_talked_is_expected_to_talk_on(
    monkeypatch: pytest.MonkeyPatch, odds: float, length_s: float
) -> None:
    assert talk_after(monkeypatch, odds, length_s) > 0.9


@pytest.mark.parametrize(("odds", "length_s"), [(-5.0, 1.0), (-1.5, 1.0), (5.0, 0.2)])
def test_what_is_less_like_talk_or_very_short_starts_no_talk(
    monkeypatch: pytest.MonkeyPatch, odds: float, length_s: float
) -> None:
    assert talk_after(monkeypatch, odds, length_s) == pytest.approx(0.5)
