"""Draws what the voice room heard in a recording: waveform, spectrogram, named sounds, and pain over time."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from solamen.core.cues import Cue
from solamen.core.errors import OutsideError
from solamen.core.estimates import PAIN_MAX, PAIN_THRESHOLD, PainEstimate
from solamen.learning.sounds_on_disk import decode
from solamen.voice.evaluate_stream import play
from solamen.voice.front_end import FrontEnd
from solamen.voice.reader import VoiceReader
from solamen.voice.settings import VoiceSettings
from solamen.voice.spectrum import HOP, RATE_HZ, Sound, mel_of_hz

_MOST_S = 120.0
_RED, _BLUE, _GREY = "#b3261e", "#1f5fa8", "#777777"


@dataclass
class Story:
    """What was said of a recording.

    Attributes:
        times: seconds since it began, of each estimate.
        estimates: as many.
        cues: with stamps on the same clock.
    """

    times: list[float]
    estimates: list[PainEstimate]
    cues: list[Cue]


def explain(sound: Path, out: Path, settings: VoiceSettings) -> Story:
    """Plays a recording to the reader and writes the picture.

    Raises:
        OutsideError: the recording cannot be read or is too long, or the picture cannot be written.
    """
    samples = decode(sound)
    if len(samples) > _MOST_S * RATE_HZ:
        remedy = f"Cut out at most {_MOST_S:.0f} s."
        raise OutsideError(f"the recording lasts {len(samples) / RATE_HZ:.0f} s", str(sound), remedy)
    story = listen(samples, settings)
    figure = _draw(samples, story, sound.name)
    try:
        figure.savefig(out)
    except (OSError, ValueError) as error:
        raise OutsideError(
            f"the picture cannot be written ({error})", str(out), "Give a path that ends in .png."
        ) from error
    return story


def listen(samples: Sound, settings: VoiceSettings) -> Story:
    """What the reader says of a recording."""
    story, reader, offset_s = Story([], [], []), VoiceReader(settings), 0.0
    for time_s, reading in play(samples, reader):
        if reading.estimate is not None:
            offset_s = reading.estimate.stamp_s - time_s
            story.times.append(time_s)
            story.estimates.append(reading.estimate)
        story.cues += list(reading.cues)
    story.cues = [_shifted(cue, offset_s) for cue in story.cues]
    return story


def _shifted(cue: Cue, offset_s: float) -> Cue:
    return Cue(
        cue.stamp_s - offset_s,
        cue.kind,
        cue.value,
        cue.place,
        cue.onset_s - offset_s,
        cue.duration_s,
        cue.confidence,
        cue.source,
    )


def _draw(samples: Sound, story: Story, name: str) -> Any:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11.0, 8.0), dpi=110, layout="constrained")
    FigureCanvasAgg(figure)
    wave, picture, pain = figure.subplots(3, 1, sharex=True, height_ratios=(1.0, 1.6, 1.6))
    _draw_wave(wave, samples, story.cues)
    _draw_spectrogram(picture, samples)
    _draw_pain(pain, story)
    wave.set_title(f"{name}: what the voice room heard", loc="left")
    figure.supxlabel(
        "seconds      Expressed pain as it can be heard from outside; not a diagnosis, not a medical device.",
        fontsize=9,
    )
    return figure


def _draw_wave(axes: Any, samples: Sound, cues: list[Cue]) -> None:
    axes.plot(np.arange(len(samples)) / RATE_HZ, samples, color=_GREY, linewidth=0.4)
    axes.set_ylim(-1.05, 1.45)
    axes.set_ylabel("samples")
    for cue in cues:
        axes.axvspan(cue.onset_s, cue.onset_s + cue.duration_s, color=_BLUE, alpha=0.15)
        axes.text(cue.onset_s, 1.12, f"{cue.kind} {100 * cue.confidence:.0f} %", color=_BLUE, fontsize=10)
    if not cues:
        axes.text(0.0, 1.12, "no sound was named", color=_GREY, fontsize=10)


def _draw_spectrogram(axes: Any, samples: Sound) -> None:
    frames = FrontEnd().push(samples)
    if len(frames):
        decibel = frames.spectra.log_mel.T * (10.0 / math.log(10.0))
        extent = (0.0, len(frames) * HOP / RATE_HZ, 0.0, float(len(decibel)))
        axes.imshow(decibel, origin="lower", aspect="auto", extent=extent, cmap="magma", vmin=decibel.max() - 70.0)
        pitch = frames.pitches.hz.astype(np.float64)
        ends = mel_of_hz(np.array([50.0, 8000.0]))
        row = (mel_of_hz(pitch) - ends[0]) / (ends[1] - ends[0]) * len(decibel)
        axes.plot((np.arange(len(frames)) + 1) * HOP / RATE_HZ, row, ".", color="#7fe3ff", markersize=2.5)
        hz = np.array([100.0, 500.0, 1000.0, 2000.0, 4000.0])
        axes.set_yticks(
            (mel_of_hz(hz) - ends[0]) / (ends[1] - ends[0]) * len(decibel), [f"{value:.0f}" for value in hz]
        )
    axes.set_ylabel("Hz (dots: pitch)")


def _draw_pain(axes: Any, story: Story) -> None:
    times = np.array(story.times)
    points = np.array([estimate.intensity for estimate in story.estimates])
    spread = np.array([estimate.stddev for estimate in story.estimates])
    chance = np.array([math.nan if estimate.abstained else estimate.probability for estimate in story.estimates])
    axes.fill_between(
        times, np.maximum(points - spread, 0.0), np.minimum(points + spread, PAIN_MAX), color=_RED, alpha=0.15
    )
    axes.plot(times, points, color=_RED, marker=".", label="points of 10, with one standard deviation")
    axes.plot(times, PAIN_MAX * chance, color=_BLUE, linestyle="--", label="probability of at least 4, in tenths")
    axes.axhline(PAIN_THRESHOLD, color=_GREY, linewidth=0.8, linestyle=":")
    axes.set_ylim(0.0, PAIN_MAX)
    axes.set_ylabel("expressed pain")
    axes.legend(loc="upper right", fontsize=8)
    _say_why(axes, story)


def _say_why(axes: Any, story: Story) -> None:
    """Why nothing was said, at the beginning of each stretch without an answer."""
    last = ""
    for time_s, estimate in zip(story.times, story.estimates, strict=True):
        if estimate.abstained and estimate.reason != last and time_s >= 0.0:
            axes.text(time_s, 0.3, estimate.reason, rotation=90, fontsize=6, color=_GREY, verticalalignment="bottom")
        last = estimate.reason if estimate.abstained else ""
