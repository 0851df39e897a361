from __future__ import annotations

import wave
import zipfile
from pathlib import Path

import numpy as np
import pytest

from solamen.core.errors import OutsideError
from solamen.learning.mixing import with_noise
from solamen.learning.sounds_on_disk import decode, read_emogator, read_esc10, read_sounds


def write_wave(path: Path, rate_hz: int, seconds: float = 0.5, hz: float = 440.0, channels: int = 1) -> Path:
    t = np.arange(round(rate_hz * seconds)) / rate_hz
    samples = np.repeat((0.5 * np.sin(2.0 * np.pi * hz * t) * 32767.0).astype("<i2"), channels)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate_hz)
        file.writeframes(samples.tobytes())
    return path


@pytest.mark.parametrize(("rate_hz", "channels"), [(8000, 1), (16000, 1), (44100, 2), (48000, 1)])
def test_any_rate_becomes_16_khz_mono_with_its_pitch_kept(tmp_path: Path, rate_hz: int, channels: int) -> None:
    sound = decode(write_wave(tmp_path / "a.wav", rate_hz, channels=channels))
    assert abs(len(sound) - 8000) < 200
    loudest = np.argmax(np.abs(np.fft.rfft(sound[1000:7000]))) * 16_000 / 6000
    assert abs(loudest - 440.0) < 5.0
    assert 0.45 < np.abs(sound[1000:7000]).max() < 0.55


@pytest.mark.parametrize("content", [b"", b"no sound at all", b"RIFF\x00\x00"])
def test_a_file_that_is_no_sound_is_told_with_its_name(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken.wav"
    path.write_bytes(content)
    with pytest.raises(OutsideError, match=r"broken\.wav"):
        decode(path)


def test_a_table_gives_labels_speakers_and_categories(tmp_path: Path) -> None:
    write_wave(tmp_path / "a.wav", 16000)
    table = tmp_path / "labels.csv"
    table.write_text("file,pain,speaker,category\na.wav,1,p1,Pain\na.wav,0,,\n")
    first, second = read_sounds(tmp_path, table)
    assert (first.pain, first.speaker, first.category) == (True, "p1", "Pain")
    assert (second.pain, second.speaker) == (False, "file a.wav")
    assert len(first.file.load()) == 8000


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("name,pain\na.wav,1\n", "no rows with a file"),
        ("file,pain\n", "no rows"),
        ("file,pain\na.wav,yes\n", "line 2"),
        ("file,pain\nb.wav,1\n", "b.wav"),
    ],
)
def test_a_malformed_table_is_told_with_its_place(tmp_path: Path, text: str, told: str) -> None:
    write_wave(tmp_path / "a.wav", 16000)
    (tmp_path / "labels.csv").write_text(text)
    with pytest.raises(OutsideError, match=told):
        read_sounds(tmp_path, tmp_path / "labels.csv")


def test_archives_give_speaker_category_and_label(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "emogator_train.zip", "w") as archive:
        archive.writestr("000001-19-2.opus", b"")
        archive.writestr("000002-18-1.opus", b"")
    pain, neutral = read_emogator(tmp_path)
    assert (pain.speaker, pain.category, pain.pain) == ("emogator 000001", "Pain", True)
    assert (neutral.speaker, neutral.category, neutral.pain) == ("emogator 000002", "Neutral", False)
    with zipfile.ZipFile(tmp_path / "esc10.zip", "w") as archive:
        archive.writestr("004 - Baby cry/5-198411-C.opus", b"")
    (cry,) = read_esc10(tmp_path)
    assert (cry.speaker, cry.category) == ("esc10 198411", "Baby cry")


def test_a_missing_archive_is_told() -> None:
    with pytest.raises(OutsideError, match=r"emogator_train\.zip"):
        read_emogator(Path("nowhere"))


def test_noise_stands_as_far_below_as_was_asked() -> None:
    rng = np.random.default_rng(0)
    voice, noise = (rng.normal(0.0, spread, 16000).astype(np.float32) for spread in (0.1, 0.7))
    added = with_noise(voice, [noise], 10.0, rng) - voice
    assert abs(10.0 * np.log10(np.mean(voice**2) / np.mean(added**2)) - 10.0) < 0.2
