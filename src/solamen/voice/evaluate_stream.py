"""Plays recordings to the reader as the node would, and keeps what it says of each."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from solamen.core.estimates import PAIN_THRESHOLD, PainEstimate
from solamen.core.workers import shared
from solamen.learning.mixing import noise_around, with_noise
from solamen.learning.progress import progress
from solamen.learning.sounds_on_disk import LabelledSound, Sound
from solamen.voice.reader import VoiceReader
from solamen.voice.reading import VoiceReading
from solamen.voice.settings import VoiceSettings

_RATE_HZ, _CHUNK = 16_000, 1600
EVEN = 0.5
"""What is said of a recording of which nothing could be said."""
# What the room sounds like before and after a recording, so that its burst begins and ends.
_ROOM_DB, _ROOM_S = -75.0, 1.0


@dataclass(frozen=True)
class Judged:
    """What the reader said of one recording.

    Attributes:
        pain: whether it is pain.
        speaker: who is heard.
        category: what is heard.
        at: probability of pain at even odds 0.3 s and 1.0 s after the onset, and at the end of the longest burst.
        abstained: nothing was ever said.
        called: pain of at least 4 was told at the end of the burst.
        alarms: bursts in which it was told at any time.
        cues: kinds of sounds that were named.
        cry: mean probability of an infant's cry while something is heard.
        unasked: the model's probability of pain at the end, even where the room abstains as an infant cries.
    """

    pain: bool
    speaker: str
    category: str
    at: dict[str, float]
    abstained: bool
    called: bool
    alarms: int
    cues: tuple[str, ...]
    cry: float
    unasked: float = EVEN


def even_odds(estimate: PainEstimate) -> float:
    """The probability of pain at even odds that an estimate rests on."""
    return estimate.evidence[0].value


def play(samples: Sound, reader: VoiceReader) -> Iterator[tuple[float, VoiceReading]]:
    """Time since the recording began and what the reader says, every 100 ms; quiet stands before and after it."""
    rng = np.random.default_rng(len(samples))
    quiet = rng.normal(0.0, 10.0 ** (_ROOM_DB / 20.0), (2, round(_ROOM_S * _RATE_HZ))).astype(np.float32)
    whole = np.concatenate([quiet[0], samples, quiet[1]])
    for start in range(0, len(whole), _CHUNK):
        piece = whole[start : start + _CHUNK]
        end_s = (start + len(piece)) / _RATE_HZ
        yield end_s - _ROOM_S, reader.hear(piece, 100.0 + end_s)


def judge(sound: LabelledSound, samples: Sound, reader: VoiceReader) -> Judged:
    """What the reader says of one recording."""
    reader.reset()
    reader.forget_person()
    bursts: list[list[tuple[float, float, float]]] = []
    cues: list[str] = []
    cries: list[float] = []
    answering, unasked = False, EVEN
    for _, reading in play(samples, reader):
        cues += [cue.kind for cue in reading.cues]
        estimate = reading.estimate
        if estimate is None:
            continue
        if reading.heard is not None:
            cries.append(reading.heard.kinds["cry"])
            unasked = reading.heard.pain
        if not estimate.abstained:
            if not answering:
                bursts.append([])
            bursts[-1].append((reading.burst_s, even_odds(estimate), estimate.intensity))
        answering = not estimate.abstained or (answering and reading.burst_s > 0.0)
    told = max(bursts, key=lambda burst: burst[-1][0] - burst[0][0], default=[])
    return Judged(
        pain=bool(sound.pain),
        speaker=sound.speaker,
        category=sound.category,
        at={"0.3": _first(told, 0.3), "1.0": _first(told, 1.0), "end": told[-1][1] if told else EVEN},
        abstained=not told,
        called=bool(told) and told[-1][2] >= PAIN_THRESHOLD,
        alarms=sum(any(intensity >= PAIN_THRESHOLD for _, _, intensity in burst) for burst in bursts),
        cues=tuple(cues),
        cry=float(np.mean(cries)) if cries else 0.0,
        unasked=unasked,
    )


def _first(told: Sequence[tuple[float, float, float]], after_s: float) -> float:
    """What was said when the burst had lasted so long, or at its end."""
    late = [chance for burst_s, chance, _ in told if burst_s >= after_s - 1e-6]
    return late[0] if late else (told[-1][1] if told else EVEN)


@dataclass(frozen=True)
class Job:
    """Recordings for one process, the weights that judge them, and the noise that is mixed in.

    `throughout`: the noise is there for a while before and after each recording, too.
    """

    sounds: Sequence[LabelledSound]
    settings: VoiceSettings
    weights: Path
    judge: Path
    noises: Sequence[LabelledSound] = ()
    snr_db: float = 10.0
    seed: int = 0
    throughout: bool = False


def run(job: Job) -> list[Judged]:
    """Judges the recordings of a job, one after the other."""
    reader, rng = VoiceReader(job.settings, job.weights, job.judge), np.random.default_rng(job.seed)
    noises = [noise.file.load() for noise in job.noises]
    found = []
    for sound in job.sounds:
        samples = sound.file.load()
        if noises and job.throughout:
            samples = noise_around(samples, noises, job.snr_db, rng)
        elif noises:
            samples = with_noise(samples, noises, job.snr_db, rng)
        found.append(judge(sound, samples, reader))
    return found


def run_all(jobs: Sequence[Job]) -> list[list[Judged]]:
    """Judges all jobs, on as many processes as there are cores; a lone one in this process."""
    results: dict[int, list[Judged]] = {}
    with progress("listening", len(jobs)) as step:
        for number, result in shared(run, jobs, min(len(jobs), os.cpu_count() or 1)):
            results[number] = result
            step()
    return [results[number] for number in range(len(jobs))]
