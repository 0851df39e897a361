from __future__ import annotations

import librosa
import numpy as np
import pytest

from solamen.voice.front_end import FrontEnd, joined_frames
from solamen.voice.pitch import pitches
from solamen.voice.spectrum import FRAME, HOP, RATE_HZ, Sound, mel_weights, spectra
from tests.unit.voice.sounds import noise, voice


@pytest.fixture(scope="module")
def sound() -> Sound:
    return voice(1.5, 180.0, glide=0.7) + noise(1.5, 0.003)


def of_librosa(sound: Sound) -> dict[str, Sound]:
    """The same features from the reference library."""
    grid = {"n_fft": FRAME, "hop_length": HOP, "center": False}
    steps = {"frame_length": FRAME, "hop_length": HOP, "center": False}
    magnitude = np.abs(librosa.stft(sound, **grid))
    mel = librosa.feature.melspectrogram(y=sound, sr=RATE_HZ, n_mels=64, fmin=50.0, fmax=8000.0, **grid)
    decibel = librosa.power_to_db(mel, top_db=None)
    return {
        "log_mel": np.log(np.maximum(mel, 1e-10)).T,
        "mfcc": librosa.feature.mfcc(S=decibel, n_mfcc=13).T,
        "level_db": 20.0 * np.log10(librosa.feature.rms(y=sound, **steps)[0]),
        "crossings": librosa.feature.zero_crossing_rate(sound, **steps)[0],
        "centroid_hz": librosa.feature.spectral_centroid(S=magnitude, sr=RATE_HZ)[0],
        "rolloff_hz": librosa.feature.spectral_rolloff(S=magnitude, sr=RATE_HZ)[0],
        "flatness": librosa.feature.spectral_flatness(S=magnitude)[0],
    }


# Largest difference that is allowed, in the unit of each feature; the library computes in other precisions and orders.
TOLERANCE = {
    "log_mel": 2e-3,
    "mfcc": 2e-2,
    "level_db": 1e-3,
    "crossings": 1e-6,
    "centroid_hz": 0.1,
    "rolloff_hz": 1e-3,
    "flatness": 1e-4,
}


@pytest.mark.parametrize("name", sorted(TOLERANCE))
def test_a_feature_is_that_of_the_reference_library(sound: Sound, name: str) -> None:
    frames = np.lib.stride_tricks.sliding_window_view(sound, FRAME)[::HOP]
    reference = of_librosa(sound)[name]
    assert np.abs(vars(spectra(frames))[name] - reference).max() < TOLERANCE[name]


def test_mel_bands_are_those_of_the_reference_library() -> None:
    reference = librosa.filters.mel(sr=RATE_HZ, n_fft=FRAME, n_mels=64, fmin=50.0, fmax=8000.0)
    assert np.abs(mel_weights().T - reference).max() < 1e-7


@pytest.mark.parametrize("chunk", [1, 37, 160, 1600, 5000])
def test_streaming_gives_the_same_frames_whatever_the_size_of_the_pieces(sound: Sound, chunk: int) -> None:
    short = sound[:6000]
    front = FrontEnd()
    streamed = joined_frames([front.push(short[at : at + chunk]) for at in range(0, len(short), chunk)])
    whole = FrontEnd().push(short)
    assert len(streamed) == len(short) // HOP
    assert np.allclose(streamed.spectra.log_mel, whole.spectra.log_mel, atol=1e-4)
    assert np.allclose(streamed.spectra.flux, whole.spectra.flux, atol=1e-4)
    assert np.allclose(streamed.pitches.hz, whole.pitches.hz, equal_nan=True, rtol=1e-3)


def test_streaming_gives_the_reference_library_s_log_mel(sound: Sound) -> None:
    offset = 4 * HOP - FRAME
    reference = of_librosa(sound[offset:])["log_mel"]
    streamed = FrontEnd().push(sound).spectra.log_mel[3:]
    assert np.abs(streamed[: len(reference)] - reference[: len(streamed)]).max() < TOLERANCE["log_mel"]


@pytest.mark.parametrize("pitch_hz", [75.0, 110.0, 220.0, 440.0, 800.0])
def test_the_pitch_of_a_vowel_is_found_within_one_percent(pitch_hz: float) -> None:
    frames = np.lib.stride_tricks.sliding_window_view(voice(0.4, pitch_hz), 1024)[1600:4000:160]
    found = pitches(frames)
    assert np.abs(found.hz / pitch_hz - 1.0).max() < 0.01
    assert found.harmonicity_db.min() > 10.0


def test_pitch_agrees_with_the_reference_library_s_yin(sound: Sound) -> None:
    reference = librosa.yin(sound, fmin=60, fmax=1000, sr=RATE_HZ, frame_length=1024, hop_length=HOP, center=False)
    found = pitches(np.lib.stride_tricks.sliding_window_view(sound, 1024)[::HOP]).hz
    inner = slice(10, len(reference) - 10)
    assert np.nanmedian(np.abs(found[inner] / reference[inner] - 1.0)) < 0.01


def test_noise_has_no_pitch() -> None:
    frames = np.lib.stride_tricks.sliding_window_view(noise(0.5), 1024)[::160]
    assert np.isnan(pitches(frames).hz).mean() > 0.9
