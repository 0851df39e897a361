"""The sound of an utterance: samples, how loud they are over time, tones, and what lasts as long as words would."""

from __future__ import annotations

import io
import math
import wave
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]

FRAME_S = 0.02
"""Loudness is told for pieces of this length."""
_FULL_SHARE, _FULL_PERCENTILE = 1.0, 95.0
_SYLLABLE_S_AT_REST = 0.22
_VOWELS = "aeiouyäöüéèêáàâíóúæøå"
_CHIME_HZ, _CHIME_S, _CHIME_RATE_HZ = (660.0, 880.0, 1100.0), 0.25, 16000


@dataclass(frozen=True)
class Sound:
    """What is heard, or would be.

    Attributes:
        samples: -1 to 1, one channel; empty where there is no sound at all.
        rate_hz: of the samples.
        loudness: 0–1 for each `FRAME_S`; the mouth moves by it.
        mouth: whether the mouth moves with it.
    """

    samples: Samples
    rate_hz: int
    loudness: NDArray[np.float32]
    mouth: bool = True

    @property
    def length_s(self) -> float:
        """How long it lasts."""
        return len(self.loudness) * FRAME_S

    def loudness_at(self, since_s: float) -> float:
        """0–1 at a time since its beginning; NaN before it, after it, and where no mouth belongs to it."""
        index = math.floor(since_s / FRAME_S)
        return float(self.loudness[index]) if self.mouth and 0 <= index < len(self.loudness) else math.nan

    def pcm(self) -> bytes:
        """As signed 16-bit samples, little endian."""
        return np.asarray(np.clip(self.samples, -1.0, 1.0) * 32767.0).astype("<i2").tobytes()


def sound_of(samples: Samples, rate_hz: int) -> Sound:
    """A sound from samples; loudness is the RMS of each piece against the loud parts of the same utterance.

    So a soft voice opens the mouth as far as a loud one.
    """
    frame = round(FRAME_S * rate_hz)
    count = math.ceil(len(samples) / frame)
    padded = np.zeros(count * frame, np.float32)
    padded[: len(samples)] = np.nan_to_num(samples)
    rms = np.sqrt(np.mean(np.square(padded.reshape(count, frame)), axis=1)) if count else np.zeros(0)
    full = float(np.percentile(rms, _FULL_PERCENTILE)) if count else 0.0
    loudness = np.clip(rms / full, 0.0, 1.0) if full > 1e-4 else np.zeros(count)
    return Sound(np.asarray(samples, np.float32), rate_hz, loudness.astype(np.float32))


def sound_from_wav(data: bytes) -> Sound:
    """A sound from a WAV file of 16 bits, mono; a stream's header does not know the length, so the end is its end.

    Raises:
        ValueError: it is no such file, or holds no sound.
    """
    try:
        with wave.open(io.BytesIO(data)) as stream:
            if stream.getsampwidth() != 2 or stream.getnchannels() != 1:
                raise ValueError("the voice gave sound that is not 16-bit mono")
            rate_hz = stream.getframerate()
            frames = stream.readframes(stream.getnframes())
    except (wave.Error, EOFError) as error:
        raise ValueError(f"the voice gave no WAV sound ({error})") from error
    return sound_from_pcm(frames, rate_hz)


def sound_from_pcm(frames: bytes, rate_hz: int) -> Sound:
    """A sound from signed 16-bit samples, little endian.

    Raises:
        ValueError: there is none.
    """
    samples = np.frombuffer(frames[: len(frames) // 2 * 2], "<i2").astype(np.float32) / 32768.0
    if len(samples) == 0:
        raise ValueError("the voice gave no sound")
    return sound_of(samples, rate_hz)


def silent_words(text: str, words_per_min: float, rate: float) -> Sound:
    """What lasts as long as the words would, without sound; the mouth opens once for each vowel. An estimate.

    A word of English has 1.5 syllables on average; a pause of punctuation lasts as long as two.
    """
    syllable_s = 60.0 / (1.5 * words_per_min * rate)
    pieces: list[NDArray[np.float32]] = []
    before = ""
    for letter in text.lower():
        if letter in _VOWELS and before not in _VOWELS:
            count = max(2, round(syllable_s / FRAME_S))
            pieces.append(np.sin(np.linspace(0.0, math.pi, count)).astype(np.float32))
        elif letter.isdigit():
            pieces.append(np.tile(np.sin(np.linspace(0.0, math.pi, 10)).astype(np.float32), 2))
        elif letter in ".,;:!?":
            pieces.append(np.zeros(max(1, round(2.0 * syllable_s / FRAME_S)), np.float32))
        before = letter or " "
    loudness = np.concatenate(pieces) if pieces else np.zeros(round(_SYLLABLE_S_AT_REST / FRAME_S), np.float32)
    return Sound(np.zeros(0, np.float32), 0, loudness)


def chime() -> Sound:
    """Three rising tones, that call for a human."""
    time_s = np.arange(round(_CHIME_S * _CHIME_RATE_HZ)) / _CHIME_RATE_HZ
    edge = np.minimum(1.0, np.minimum(time_s, _CHIME_S - time_s) / 0.02)
    tones = [0.5 * edge * np.sin(2.0 * math.pi * hertz * time_s) for hertz in _CHIME_HZ]
    sound = sound_of(np.concatenate(tones).astype(np.float32), _CHIME_RATE_HZ)
    return Sound(sound.samples, sound.rate_hz, sound.loudness, mouth=False)
