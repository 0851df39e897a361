from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="training needs the extra `train` (torch)")
pytest.importorskip("onnx", reason="training needs the extra `train` (onnx)")

import torch

from solamen.core.errors import OutsideError
from solamen.learning.mixing import noise_around
from solamen.voice.activity import VoiceActivity
from solamen.voice.reader import VoiceReader
from solamen.voice.settings import VoiceSettings
from solamen.voice.steps import CHANNELS, LEVEL
from solamen.voice.train import Done
from solamen.voice.train_bursts import LongEmbedding, bursts_of, in_room, spoilt
from solamen.voice.train_judge import fit_odds
from solamen.voice.train_moans import hum, in_turn, moans, rush
from solamen.voice.train_perceptron import Learning, fit_perceptron
from solamen.voice.train_stack import pool
from tests.unit.voice.sounds import noise, voice


def test_what_is_learned_from_is_what_the_reader_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    sound = in_room(voice(1.1, 210.0, 0.3, glide=-0.4), -75.0, 0.7, 0.3, np.random.default_rng(0))
    reader, read = VoiceReader(VoiceSettings()), []
    tell = reader._model.tell
    monkeypatch.setattr(reader._model, "tell", lambda steps: (read.append(steps), tell(steps))[1])
    for start in range(0, len(sound), 1600):
        reader.hear(sound[start : start + 1600], 10.0 + start / 16_000)
    (learned,) = bursts_of(sound, VoiceSettings(), LongEmbedding(), VoiceActivity(), lasting=False)
    assert learned.steps.shape == read[-1].shape
    assert np.allclose(learned.steps, read[-1], atol=1e-4)


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


def test_the_loud_steps_of_a_burst_count_as_much_as_their_amplitude_says() -> None:
    steps = torch.zeros(1, 3, CHANNELS)
    steps[0, :, 0] = torch.tensor([1.0, 5.0, 9.0])
    steps[0, :, LEVEL] = torch.tensor([-1.0, -3.0, -100.0])  # -20 dB, -60 dB, and behind the end
    found = pool(steps)[0]
    assert found[0] == pytest.approx(3.0)
    assert found[5 * CHANNELS] == pytest.approx((1.0 + 0.01 * 5.0) / 1.01)
    assert found[-1] == 2.0


def test_a_perceptron_tells_a_rare_answer_where_rarity_weighs() -> None:
    rng = torch.Generator().manual_seed(0)
    wanted = (torch.arange(4000) % 20 == 0).long()
    x = torch.randn(4000, 8, generator=rng) + 1.5 * wanted[:, None]

    def found(balance: float) -> float:
        net = fit_perceptron(x, wanted, Learning(balance=balance, smoothing=0.0), seed=0)
        with torch.no_grad():
            return float((net(x[wanted == 1]).argmax(dim=1) == 1).float().mean())

    assert found(1.0) > found(0.0)
    assert found(1.0) > 0.9


def test_what_silero_has_said_by_each_step_never_falls_and_ends_as_the_reader_has_it() -> None:
    sound = in_room(voice(1.1, 210.0, 0.3, glide=-0.4), -75.0, 0.7, 0.3, np.random.default_rng(0))
    (learned,) = bursts_of(sound, VoiceSettings(), LongEmbedding(), VoiceActivity(), lasting=False)
    assert len(learned.speech) == len(learned.steps)
    assert (np.diff(learned.speech) >= 0.0).all()
    activity, whole = VoiceActivity(), len(sound) // 1600
    most = max(activity.push(sound[start * 1600 : (start + 1) * 1600]) for start in range(whole))
    assert learned.speech[-1] == pytest.approx(most)


def test_synthetic_moans_and_hums_are_the_same_each_time_and_never_clip() -> None:
    for draw in (moans, hum, rush):
        first, second = (draw(np.random.default_rng(5)) for _ in range(2))
        assert np.array_equal(first, second)
        assert 0.019 <= np.abs(first).max() <= 0.71 and np.isfinite(first).all()


def test_sounds_in_turn_have_pauses_between_them_and_none_behind() -> None:
    one = np.ones(160, np.float32)
    found = in_turn([one, 2.0 * one], np.array([0.02, 0.5]))
    assert len(found) == 160 + 320 + 160
    assert found[0] == 1.0 and found[300] == 0.0 and found[-1] == 2.0


def test_two_witnesses_who_agree_are_believed_more_than_either_alone() -> None:
    rng = np.random.default_rng(0)
    wanted = np.arange(400) % 2 == 0
    sides = np.where(wanted, 1.0, -1.0)[:, None] + rng.normal(0.0, 1.0, (400, 2))
    terms = np.concatenate([np.ones((400, 1)), sides], axis=1)
    weights = fit_odds(terms, wanted)
    assert weights[1] > 0.5 and weights[2] > 0.5
    assert weights @ [1.0, 1.0, 1.0] > 2.0 * abs(weights @ [1.0, 1.0, -1.0])
