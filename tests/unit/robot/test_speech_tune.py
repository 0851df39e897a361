import numpy as np
import pytest

from solamen.core.tunes import is_tune, parse_tune
from solamen.robot.speech_engines import Voices
from solamen.robot.speech_settings import SpeechSettings
from solamen.robot.speech_text import speakable
from solamen.robot.speech_tune import tune_sound


def pitch_hz(sound, from_s, to_s):
    part = sound.samples[round(from_s * sound.rate_hz) : round(to_s * sound.rate_hz)]
    power = np.abs(np.fft.rfft(part * np.hanning(len(part)), 1 << 17))
    return float(np.argmax(power)) * sound.rate_hz / (1 << 17)


def test_notes_are_read_with_their_pitch_and_length():
    notes = parse_tune("♪ A4:1 C5:0.5 -:2 Bb3:1 F#4:1")
    assert [note.length_s for note in notes] == [1.0, 0.5, 2.0, 1.0, 1.0]
    assert [note.hertz for note in notes] == pytest.approx([440.0, 523.25, 0.0, 233.08, 369.99], abs=0.01)


@pytest.mark.parametrize("text", ["A4:1", "♪", "♪ H4:1", "♪ A4", "♪ A9:1", "♪ A4:nan", "♪ A4:50 A4:50", "♪ A4:0"])
def test_what_is_no_tune_is_told(text):
    with pytest.raises(ValueError, match=r"note|tune"):
        parse_tune(text)


def test_a_tune_sounds_as_written_softly_and_without_clicks():
    sound = tune_sound("♪ A4:1.5 -:1.5 C5:1.5")
    assert pitch_hz(sound, 0.3, 1.2) == pytest.approx(440.0, abs=2.0)
    assert pitch_hz(sound, 3.3, 4.2) == pytest.approx(523.25, abs=2.0)
    assert np.max(np.abs(sound.samples)) < 0.5 and np.max(np.abs(np.diff(sound.samples))) < 0.1
    assert abs(sound.samples[0]) < 1e-3 and abs(sound.samples[-1]) < 1e-3 and not sound.mouth


def test_a_tune_is_played_whatever_voice_is_there():
    text = speakable("♪ A4:1 G4:1")
    assert is_tune(text)
    sound = Voices(SpeechSettings(engine="text")).say(text, "en", 1.0)
    assert sound.length_s == pytest.approx(2.9, abs=0.05) and len(sound.samples) > 16000


def test_a_tune_that_is_none_is_a_problem_in_words_and_not_a_crash():
    voices = Voices(SpeechSettings(engine="text"))
    voices.say("♪ H4:1", "en", 1.0)
    assert voices.problem.startswith("'H4:1' is no note")
