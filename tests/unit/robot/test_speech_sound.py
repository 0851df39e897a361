"""How loud an utterance is at each moment, and how long it lasts."""

import math
import shutil
import stat
from pathlib import Path

import numpy as np
import pytest

from solamen.robot.speech_engines import EspeakVoice, PiperVoice, SpeechError, Voices
from solamen.robot.speech_player import Player, find_player
from solamen.robot.speech_settings import SpeechSettings
from solamen.robot.speech_sound import chime, silent_words, sound_from_pcm, sound_from_wav, sound_of

RATE_HZ = 16000


def tone(amplitude: float, length_s: float) -> np.ndarray:
    time_s = np.arange(round(length_s * RATE_HZ)) / RATE_HZ
    return (amplitude * np.sin(2 * math.pi * 200.0 * time_s)).astype(np.float32)


def test_loudness_follows_the_sound_and_is_not_known_outside_of_it() -> None:
    sound = sound_of(np.concatenate([tone(0.2, 0.5), tone(0.1, 0.5), tone(0.0, 0.5)]), RATE_HZ)
    assert sound.length_s == pytest.approx(1.5)
    assert sound.loudness_at(0.2) == pytest.approx(1.0, abs=0.02)
    assert sound.loudness_at(0.7) == pytest.approx(0.5, abs=0.02)
    assert sound.loudness_at(1.2) == 0.0
    assert math.isnan(sound.loudness_at(-0.1)) and math.isnan(sound.loudness_at(1.6))


def test_a_soft_voice_opens_the_mouth_as_far_as_a_loud_one() -> None:
    soft, loud = (sound_of(tone(amplitude, 1.0), RATE_HZ) for amplitude in (0.02, 0.8))
    assert soft.loudness_at(0.5) == pytest.approx(loud.loudness_at(0.5), abs=0.01)


def test_silence_and_sound_that_is_no_number_are_not_loud() -> None:
    assert sound_of(tone(0.0, 0.3), RATE_HZ).loudness.max() == 0.0
    assert np.isfinite(sound_of(np.full(800, np.nan, np.float32), RATE_HZ).loudness).all()


def test_text_alone_lasts_longer_when_it_is_longer_or_slower() -> None:
    words = "I am here with you."
    length_s = silent_words(words, 140.0, 1.0).length_s
    assert 1.0 < length_s < 4.0
    assert silent_words(words + " " + words, 140.0, 1.0).length_s > 1.8 * length_s
    assert silent_words(words, 140.0, 0.5).length_s > 1.7 * length_s


def test_a_chime_has_sound_but_moves_no_mouth() -> None:
    sound = chime()
    assert sound.length_s == pytest.approx(0.75, abs=0.03)
    assert np.abs(sound.samples).max() > 0.4
    assert math.isnan(sound.loudness_at(0.3))


@pytest.mark.parametrize("data", [b"", b"RIFF", b"nothing that sounds"])
def test_what_is_no_sound_is_told_in_words(data: bytes) -> None:
    with pytest.raises(ValueError, match="no WAV sound"):
        sound_from_wav(data)


def test_no_samples_are_no_sound() -> None:
    with pytest.raises(ValueError, match="no sound"):
        sound_from_pcm(b"\x01", 22050)


needs_espeak = pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is not installed")


@needs_espeak
@pytest.mark.parametrize(("language", "text"), [("en", "I am here with you."), ("de", "Ich bin hier bei dir.")])
def test_espeak_says_a_sentence_in_about_the_time_that_it_takes(language: str, text: str) -> None:
    voice = EspeakVoice(SpeechSettings())
    sound = voice.say(text, language, 1.0)
    assert 0.8 < sound.length_s < 4.0
    assert sound.loudness.max() == 1.0 and np.median(sound.loudness) < 0.9
    assert voice.say(text, language, 0.5).length_s > 1.4 * sound.length_s


@needs_espeak
def test_espeak_speaks_what_looks_like_an_option() -> None:
    assert EspeakVoice(SpeechSettings()).say("--version", "en", 1.0).length_s > 0.4


@needs_espeak
def test_espeak_does_not_know_every_language() -> None:
    voice = EspeakVoice(SpeechSettings())
    assert [voice.speaks(language) for language in ("en", "de", "qqq")] == [True, True, False]


def program(folder: Path, text: str) -> str:
    file = folder / "engine"
    file.write_text("#!/bin/sh\n" + text)
    file.chmod(file.stat().st_mode | stat.S_IXUSR)
    return str(file)


def test_a_voice_that_fails_hangs_or_is_missing_says_so(tmp_path: Path) -> None:
    settings = SpeechSettings(synthesis_s=0.5)
    for text, reason in (
        ("exit 3\n", "status 3"),
        ("exec sleep 60\n", "longer than 0.5 s"),
        ("echo no sound\n", "WAV"),
    ):
        with pytest.raises(SpeechError, match=reason):
            EspeakVoice(settings, program(tmp_path, text)).say("a", "en", 1.0)
    with pytest.raises(SpeechError, match="cannot be started"):
        EspeakVoice(settings, str(tmp_path / "nothing")).say("a", "en", 1.0)


def test_piper_is_a_process_that_gets_the_text_by_standard_input(tmp_path: Path) -> None:
    (tmp_path / "voice.onnx").write_bytes(b"")
    (tmp_path / "voice.onnx.json").write_text('{"audio": {"sample_rate": 22050}}')
    engine = program(tmp_path, f'echo "$@" > {tmp_path}/options\ncat > {tmp_path}/text\nhead -c 44100 /dev/urandom\n')
    voice = PiperVoice(SpeechSettings(piper_en=str(tmp_path / "voice.onnx")), engine)
    assert voice.speaks("en") and not voice.speaks("de")
    assert voice.say("hello; touch x", "en", 0.5).length_s == pytest.approx(1.0, abs=0.02)
    assert (tmp_path / "text").read_text() == "hello; touch x\n"
    assert (tmp_path / "options").read_text().split()[-2:] == ["--length-scale", "2.000"]


def test_without_any_voice_the_words_are_text_only_and_what_to_install_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    voices = Voices(SpeechSettings())
    assert voices.name == "text only" and "apt-get install espeak-ng" in voices.lacks
    sound = voices.say("I am here.", "en", 1.0)
    assert len(sound.samples) == 0 and sound.length_s > 0.5


def test_a_voice_that_fails_leaves_the_words_to_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "espeak-ng").write_text("#!/bin/sh\nexit 1\n")
    (tmp_path / "espeak-ng").chmod(0o700)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    voices = Voices(SpeechSettings())
    monkeypatch.setattr(EspeakVoice, "speaks", lambda *_: True)
    assert voices.say("I am here.", "en", 1.0).length_s > 0.5
    assert (voices.name, voices.problem) == ("text only", "espeak-ng failed with status 1")


def test_without_a_sound_card_nothing_plays_and_the_reason_is_said(tmp_path: Path) -> None:
    cards = tmp_path / "cards"
    cards.write_text("--- no soundcards ---\n")
    found, why = find_player("auto", {}, cards)
    assert found == "" and "no sound device" in why
    assert Player(found).play(chime()) == ""
    assert find_player("none", {}, cards)[1].startswith("sound is switched off")


def test_a_player_gets_the_samples_from_memory_and_ends_when_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "aplay").write_text(f"#!/bin/sh\ncat > {tmp_path}/heard\nexec sleep 60\n")
    (tmp_path / "aplay").chmod(0o700)
    cards = tmp_path / "cards"
    cards.write_text(" 0 [PCH ]: HDA-Intel\n")
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    found, why = find_player("auto", {}, cards)
    assert (found, why) == ("aplay", "")
    player = Player(found)
    assert player.play(chime()) == ""
    player.stop()
    assert player.problem() == ""
