"""Sounds to learn and to judge stop words by: espeak-ng voices that say them and other things, in noise and rooms.

All of it is synthetic speech; voices, noise clips and sentences of the test are none of those of the training.
"""

from __future__ import annotations

import io
import itertools
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
import soxr

from solamen.core.errors import OutsideError
from solamen.voice.speaker import Speaker, speak
from solamen.voice.spectrum import RATE_HZ, Sound

STOPS = (
    "stop", "stop it", "please stop", "stop that", "stop please", "no stop", "stop now",
    "leave me", "leave me alone", "go away", "don't touch me", "let me go",
)  # fmt: skip
"""What the detector listens for."""

TRAIN_VARIANTS = ("+m1", "+m2", "+m3", "+m4", "+m6", "+f1", "+f3", "+f5", "+Alex", "+adam", "+Annie", "+linda")
TEST_VARIANTS = ("", "+m5", "+m7", "+m8", "+f2", "+f4", "+Andrea", "+steph", "+edward")
ACCENTS = ("en-us", "en-gb", "en-gb-x-rp", "en-gb-scotland", "en-029", "en-gb-x-gbclan")

_TRAIN_WORDS = (
    "the nurse|my sister|the doctor|he|she|we|they|the man next door|my friend|you|I|nobody|the old lady|our neighbour",
    "took|saw|knows|wants|likes|shops for|steps over|starts with|left|found|stocked|notices|told me about|lived near|asked for"
    "|is at|goes to|walked away from|let us see|needs|does not mind",
    "the top shelf|a new stuffed bear|some tea|the shop on the corner|the step|my old coat|a leaf|the lamp|the news|a long way home"
    "|the stock report|the staff room|a pot of soup|the spot on the wall|a nice day|stone bridges|the meat|the living room|an old loan"
    "|the touch screen|another way|the goat|the snow|no sugar|nothing at all|the phone",
    "yesterday|in the morning|after lunch|with the others|again|before it rains|on the way to the station||for the children|at seven"
    "|because it hurts|for a while|if you like",
)
_TEST_WORDS = (
    "my brother|the girl|someone|his father|the driver|a visitor|that cook|everybody|my aunt|the teacher|the cat|this cup",
    "bought|painted|remembers|hopes for|dropped|watches|carried|opened|sings of|moved|stays near|spoke about|stored|stepped on|leads to"
    "|looks like|will need",
    "two red apples|the kitchen window|a letter from Paris|the top of the hill|our garden|the big storm|warm bread|the stove|a story"
    "|the radio|stamps|the alarm clock|a lonely road|the piano|fresh fish|the church|a ship|the market|his glasses|the open door|a note",
    "last summer|every evening|at the weekend|quite often|near the sea|without a word||this afternoon|on Monday|when the sun is out"
    "|with great care|for the first time",
)
TALK = (
    "my knee hurts a little", "it is seven out of ten", "I have a headache", "can you tell me a story", "yes please", "okay",
    "good morning", "thank you very much", "what time is it", "how are you today", "I am tired", "that is nice", "help me please",
    "is it over", "I don't know", "maybe later", "the pain is better now", "could I have some water", "no", "well", "hello",
)  # fmt: skip


@dataclass(frozen=True)
class Split:
    """What may be used for training, or for the test.

    Attributes:
        variants: of voices.
        words: columns of words that sentences are made of.
        noises: number of the clips: every second one from here on.
    """

    variants: Sequence[str]
    words: Sequence[str]
    noises: int


TRAIN, TEST = Split(TRAIN_VARIANTS, _TRAIN_WORDS, 0), Split(TEST_VARIANTS, _TEST_WORDS, 1)


def sentence(split: Split, rng: np.random.Generator) -> str:
    """Something that people say of other things; none of it is a stop word."""
    if rng.random() < 0.2:
        return str(rng.choice(TALK))
    return " ".join(str(rng.choice(column.split("|"))) for column in split.words).strip()


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
    return np.clip(mixed * (10.0 ** (level_db / 20.0) / np.sqrt(power)), -1.0, 1.0).astype(np.float32)


def in_room(sound: Sound, rng: np.random.Generator) -> Sound:
    """Sound with the echo of a small room: noise that dies away within 0.1 to 0.5 s."""
    length = int(RATE_HZ * rng.uniform(0.1, 0.5))
    tail = rng.normal(size=length) * np.exp(-6.9 * np.arange(length) / length)
    tail *= rng.uniform(0.05, 0.4) / np.sqrt(np.sum(tail**2))
    tail[0] = 1.0
    size = len(sound) + length
    return np.fft.irfft(np.fft.rfft(sound, size) * np.fft.rfft(tail, size), size)[: len(sound)].astype(np.float32)


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
        text = STOPS[number % len(STOPS)]
        yield text, said(text, split, rng)
