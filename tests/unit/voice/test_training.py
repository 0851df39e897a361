from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="training needs the extra `train` (torch)")
pytest.importorskip("onnx", reason="training needs the extra `train` (onnx)")

from solamen.core.errors import OutsideError
from solamen.learning.mixing import noise_around
from solamen.voice.activity import VoiceActivity
from solamen.voice.reader import VoiceReader
from solamen.voice.settings import VoiceSettings
from solamen.voice.train import Done
from solamen.voice.train_bursts import LongEmbedding, bursts_of, in_room, spoilt
from tests.unit.voice.sounds import noise, voice


def test_what_is_learned_from_is_what_the_reader_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    sound = in_room(voice(1.1, 210.0, 0.3, glide=-0.4), -75.0, 0.7, 0.3, np.random.default_rng(0))
    reader, read = VoiceReader(VoiceSettings()), []
    tell = reader._model.tell
    monkeypatch.setattr(reader._model, "tell", lambda steps: (read.append(steps), tell(steps))[1])
    for start in range(0, len(sound), 1600):
        reader.hear(sound[start : start + 1600], 10.0 + start / 16_000)
    (learned,) = bursts_of(sound, VoiceSettings(), LongEmbedding(), VoiceActivity(), lasting=False)
    assert learned.shape == read[-1].shape
    assert np.allclose(learned, read[-1], atol=1e-4)


def test_a_sound_that_lasts_is_taken_several_times() -> None:
    sound = in_room(voice(4.0, 300.0, 0.3), -75.0, 0.7, 0.3, np.random.default_rng(0))
    assert len(bursts_of(sound, VoiceSettings(), LongEmbedding(), VoiceActivity(), lasting=True)) >= 4


def test_spoilt_sound_is_the_same_each_time_and_stays_in_range() -> None:
    first, second = (spoilt(voice(0.8), np.random.default_rng(3)) for _ in range(2))
    assert np.array_equal(first, second)
    assert np.abs(first).max() <= 1.0 and 0.88 < len(first) / len(voice(0.8)) < 1.13


def test_noise_around_a_recording_is_as_loud_against_it_as_asked_for() -> None:
    clean = voice(1.0)
    mixed = noise_around(clean, [noise(3.0)], 10.0, np.random.default_rng(0))
    assert len(mixed) == len(clean) + 32_000
    around = mixed[:16_000]
    assert 10.0 * np.log10(np.mean(clean**2) / np.mean(around**2)) == pytest.approx(10.0, abs=0.5)


def test_what_is_done_is_remembered_for_the_same_training_alone(tmp_path: Path) -> None:
    path = tmp_path / "progress.json"
    Done(path, 0).add("fold 0", {"AUC": 0.8})
    again = Done(path, 0)
    assert (again.names, again.figures) == (["fold 0"], {"AUC": 0.8})
    with pytest.raises(OutsideError, match="another training"):
        Done(path, 1)
    again.forget()
    assert Done(path, 1).names == []
