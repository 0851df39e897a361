"""Sounds to learn and to judge stop words by: espeak-ng voices that say them and other things, in noise and rooms.

All of it is synthetic speech; voices, noise clips and sentences of the test are none of those of the training.
"""

from __future__ import annotations

import functools
import io
import itertools
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import numpy as np
import soxr

from solamen.core.errors import OutsideError
from solamen.core.resources import resource
from solamen.core.settings import read_yaml
from solamen.patient.speech import Speaker, speak
from solamen.voice.spectrum import RATE_HZ, Sound

TRAIN_VARIANTS = ("+m1", "+m2", "+m3", "+m4", "+m6", "+f1", "+f3", "+f5", "+Alex", "+adam", "+Annie", "+linda")
TEST_VARIANTS = ("", "+m5", "+m7", "+m8", "+f2", "+f4", "+Andrea", "+steph", "+edward")
ACCENTS = ("en-us", "en-gb", "en-gb-x-rp", "en-gb-scotland", "en-029", "en-gb-x-gbclan")


@dataclass(frozen=True)
class Split:
    """What may be used for training, or for the test.

    Attributes:
        variants: of voices.
        words: key of the columns that sentences are made of.
        noises: number of the clips: every second one from here on.
    """

    variants: Sequence[str]
    words: str
    noises: int


TRAIN, TEST = Split(TRAIN_VARIANTS, "train", 0), Split(TEST_VARIANTS, "test", 1)


@functools.cache
def spoken() -> dict[str, Any]:
    """What is said: `stops`, what the detector listens for; `talk`, short things; columns of sentences.

    Raises:
        OutsideError: the file cannot be read.
    """
    content: dict[str, Any] = read_yaml(resource("sim", "speech", "en.yaml"))
    return content


def sentence(split: Split, rng: np.random.Generator) -> str:
    """Something that people say of other things; none of it is a stop word."""
    if rng.random() < 0.2:
        return str(rng.choice(spoken()["talk"]))
    return " ".join(str(rng.choice(column)) for column in spoken()[split.words]).strip()


def said(text: str, split: Split, rng: np.random.Generator) -> Sound:
    """A text in one of the voices, at a speed and a pitch of its own."""
    voice = str(rng.choice(ACCENTS)) + str(rng.choice(split.variants))
    return speak(text, Speaker(voice, int(rng.integers(110, 220)), int(rng.integers(15, 85))))


def in_noise(sound: Sound, noise: Sound, snr_db: float, level_db: float) -> Sound:
    """Sound in noise, the ratio taken over what is heard of the sound; level is that of its loud parts."""
    loud = sound[np.abs(sound) > 0.05 * (np.max(np.abs(sound)) + 1e-9)]
    power = float(np.mean(loud**2)) if len(loud) else 1e-9
    scale = np.sqrt(power / (float(np.mean(noise**2)) + 1e-12) / 10.0 ** (snr_db / 10.0))
    mixed = sound + np.resize(noise, len(sound)) * scale
    return np.asarray(np.clip(mixed * (10.0 ** (level_db / 20.0) / np.sqrt(power)), -1.0, 1.0), np.float32)


def in_room(sound: Sound, rng: np.random.Generator) -> Sound:
    """Sound with the echo of a small room: noise that dies away within 0.1 to 0.5 s."""
    length = int(RATE_HZ * rng.uniform(0.1, 0.5))
    tail = rng.normal(size=length) * np.exp(-6.9 * np.arange(length) / length)
    tail *= rng.uniform(0.05, 0.4) / np.sqrt(np.sum(tail**2))
    tail[0] = 1.0
    size = len(sound) + length
    echoed = np.fft.irfft(np.fft.rfft(sound, size) * np.fft.rfft(tail, size), size)
    return np.asarray(echoed[: len(sound)], np.float32)


def noise_clips(archive: Path, split: Split) -> list[Sound]:
    """Clips of environmental sounds without voices.

    Raises:
        OutsideError: the archive is not there or holds none.
    """
    try:
        with zipfile.ZipFile(archive) as file:
            names = sorted(name for name in file.namelist() if name.endswith(".opus") and "baby" not in name.lower())
            clips = [decoded(file.read(name)) for name in itertools.islice(names, split.noises, None, 2)]
    except (OSError, zipfile.BadZipFile, av.FFmpegError) as error:
        remedy = "Give the folder with esc10.zip: --data DIR."
        raise OutsideError("there are no clips of noise", str(archive), remedy) from error
    return clips


def decoded(content: bytes) -> Sound:
    """A sound file of any format as 16 kHz mono."""
    pieces: list[Sound] = []
    with av.open(io.BytesIO(content)) as file:
        rate_hz = RATE_HZ
        resampler = av.AudioResampler(format="flt", layout="mono")
        for frame in file.decode(audio=0):
            rate_hz = frame.sample_rate
            pieces += [made.to_ndarray().reshape(-1) for made in resampler.resample(frame)]
    return np.asarray(soxr.resample(np.concatenate(pieces), rate_hz, RATE_HZ), np.float32)


def stops(count: int, split: Split, rng: np.random.Generator) -> Iterator[tuple[str, Sound]]:
    """Stop words, each in turn."""
    for number in range(count):
        texts = spoken()["stops"]
        text = texts[number % len(texts)]
        yield text, said(text, split, rng)
