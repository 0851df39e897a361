"""A film of one face over time: units, index with bounds, pain with its spread, and a picture of it all."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from solamen.core.action_units import UNITS
from solamen.core.errors import OutsideError
from solamen.core.frames import Frame, Image
from solamen.face.evaluate_figures import known
from solamen.face.landmarks import FaceLandmarker
from solamen.face.pipeline import FacePipeline, FaceResult
from solamen.face.settings import FaceSettings
from solamen.learning.decisions import auc
from solamen.learning.progress import Step, progress

Numbers = NDArray[np.float64]

RATE_MOST_HZ = 12.5
LEARNING_PASSES = 2
"""Times that the film is seen before it is judged, so that its own calm frames give the neutral."""
_BETWEEN_S = 5.0
_THUMBNAILS = 12
_THUMBNAIL_PX = 96


@dataclass(frozen=True)
class Stretch:
    """A labelled part of a film; kind is `pain` or anything else."""

    start_s: float
    end_s: float
    kind: str


@dataclass(frozen=True)
class Film:
    """What was said of a film, frame by frame; (n,) or (n, 16).

    Attributes:
        times_s: of the frames, from the film's start.
        units: intensities 0–5 in the order of `UNITS`, NaN where not seen.
        index: 0–16, NaN unless every term is seen.
        lower: of the index.
        upper: of the index.
        pain: points 0–10, NaN while abstaining.
        spread: points of standard deviation.
        quality: 0–1.
        thumbnails: some small pictures, evenly over the film.
    """

    times_s: Numbers
    units: Numbers
    index: Numbers
    lower: Numbers
    upper: Numbers
    pain: Numbers
    spread: Numbers
    quality: Numbers
    thumbnails: tuple[Image, ...]


def watch(video: Path) -> Film:
    """Watches a film of one face; its own calm frames give the neutral.

    Raises:
        OutsideError: the file cannot be read as a film.
    """
    rate_hz, count = _opened(video)
    every = max(1, math.ceil(rate_hz / RATE_MOST_HZ - 1e-6))
    passes = LEARNING_PASSES + 1
    settings = FaceSettings()
    results: list[tuple[float, FaceResult]] = []
    thumbnails: list[Image] = []
    with (
        FacePipeline(settings, FaceLandmarker(settings)) as pipeline,
        progress(f"watching {video.name}", passes * math.ceil(count / every)) as step,
    ):
        start_s = 0.0
        for number in range(passes):
            last = number == passes - 1
            for time_s, image in _frames(video, every, rate_hz, step):
                result = pipeline.process(Frame(image, start_s + time_s, 0, 0))
                if last:
                    results.append((time_s, result))
                    if (len(results) - 1) % max(1, count // every // _THUMBNAILS) == 0:
                        thumbnails.append(_small(image))
            start_s += count / rate_hz + _BETWEEN_S
    if not results:
        raise OutsideError("the film holds no picture", str(video), "Give a film that a player can show.")
    return _film(results, tuple(thumbnails[:_THUMBNAILS]))


def _opened(video: Path) -> tuple[float, int]:
    """Frames a second and their number."""
    remedy = "Give a film that OpenCV can read, such as MP4."
    if not video.is_file():
        raise OutsideError("there is no such film", str(video), "Check the path.")
    capture = cv2.VideoCapture(str(video))
    try:
        rate_hz, count = float(capture.get(cv2.CAP_PROP_FPS)), int(capture.get(cv2.CAP_PROP_FRAME_COUNT))
        if not capture.isOpened() or not 1.0 <= rate_hz <= 1000.0 or count < 1:
            raise OutsideError("the film cannot be read", str(video), remedy)
    finally:
        capture.release()
    return rate_hz, count


def _frames(video: Path, every: int, rate_hz: float, step: Step) -> Iterator[tuple[float, Image]]:
    """Time and picture (RGB) of every so-manieth frame."""
    capture = cv2.VideoCapture(str(video))
    number = 0
    try:
        while capture.grab():
            if number % every == 0:
                ok, image = capture.retrieve()
                if not ok:
                    break
                yield number / rate_hz, np.ascontiguousarray(image[:, :, ::-1])
                step()
            number += 1
    finally:
        capture.release()


def _small(image: Image) -> Image:
    width = round(_THUMBNAIL_PX * image.shape[1] / image.shape[0])
    return np.asarray(cv2.resize(image, (width, _THUMBNAIL_PX), interpolation=cv2.INTER_AREA), np.uint8)


def _film(results: Sequence[tuple[float, FaceResult]], thumbnails: tuple[Image, ...]) -> Film:
    units = [result.action_units for _, result in results]
    pain = [result.pain for _, result in results]
    return Film(
        times_s=np.array([time_s for time_s, _ in results], np.float64),
        units=np.array([[u.get(unit) for unit in UNITS] for u in units], np.float64),
        index=np.array([u.index.value for u in units], np.float64),
        lower=np.array([u.index.lower for u in units], np.float64),
        upper=np.array([u.index.upper for u in units], np.float64),
        pain=np.array([p.intensity for p in pain], np.float64),
        spread=np.array([p.stddev for p in pain], np.float64),
        quality=np.array([u.quality for u in units], np.float64),
        thumbnails=thumbnails,
    )


def read_stretches(labels: Path) -> list[Stretch]:
    """Labelled stretches: CSV with the header `start_s,end_s,kind`; kind is `pain` or anything else.

    Raises:
        OutsideError: the file cannot be read, or a row makes no sense; names the row.
    """
    try:
        with labels.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise OutsideError(f"the labels cannot be read ({error})", str(labels), "Check the path.") from error
    stretches = []
    for number, row in enumerate(rows, start=2):
        try:
            start_s, end_s, kind = float(row["start_s"]), float(row["end_s"]), row["kind"].strip()
            if not (0.0 <= start_s < end_s < math.inf and kind):
                raise ValueError
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            remedy = "Write the header start_s,end_s,kind and seconds with start_s below end_s."
            raise OutsideError(f"row {number} is no labelled stretch", str(labels), remedy) from error
        stretches.append(Stretch(start_s, end_s, kind))
    if not stretches:
        raise OutsideError("there are no labelled stretches", str(labels), "Write at least one row.")
    return stretches


def film_report(film: Film, stretches: Sequence[Stretch] = ()) -> dict[str, Any]:
    """What is printed as JSON: each frame, and where stretches are labelled how well pain is told from the rest."""
    frames = [
        {
            "time_s": round(float(film.times_s[i]), 4),
            "units": {str(unit): _rounded(film.units[i, row]) for row, unit in enumerate(UNITS)},
            "pspi": {
                "value": _rounded(film.index[i]),
                "lower": _rounded(film.lower[i]),
                "upper": _rounded(film.upper[i]),
            },
            "pain": {"intensity": _rounded(film.pain[i]), "stddev": _rounded(film.spread[i])},
            "quality": _rounded(film.quality[i]),
        }
        for i in range(len(film.times_s))
    ]
    return {
        "n": len(frames),
        "abstained": float(np.mean(~np.isfinite(film.pain))),
        **(stretch_figures(film, stretches) if stretches else {}),
        "frames": frames,
    }


def stretch_figures(film: Film, stretches: Sequence[Stretch]) -> dict[str, Any]:
    """AUC of the labelled pain against all other labelled stretches, and the mean of each; silence scores 0."""
    kind = np.full(len(film.times_s), "", "U64")
    for stretch in stretches:
        kind[(film.times_s >= stretch.start_s) & (film.times_s < stretch.end_s)] = stretch.kind
    labelled = kind != ""
    score = np.nan_to_num(film.pain)
    means = {name: known(float(score[kind == name].mean())) for name in sorted(set(kind[labelled].tolist()))}
    return {"auc": known(auc(kind[labelled] == "pain", score[labelled])), "mean_pain": means}


def _rounded(value: float) -> float | None:
    return round(float(value), 3) if math.isfinite(value) else None


def draw_film(film: Film, path: Path, title: str, stretches: Sequence[Stretch] = ()) -> None:
    """Draws the film: pictures, pain with its 90 % interval, the index with its bounds, the units.

    Raises:
        OutsideError: the picture cannot be written.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(12, 9), layout="constrained")
    top, pain, index, units = figure.subplots(4, 1, height_ratios=[1.1, 2.0, 1.6, 2.6])
    t = film.times_s
    top.imshow(np.concatenate(film.thumbnails, axis=1))
    top.set_axis_off()
    top.set_title(title)
    reach = 1.645 * film.spread
    low, high = np.clip(film.pain - reach, 0, 10), np.clip(film.pain + reach, 0, 10)
    pain.fill_between(t, low, high, alpha=0.25, color="tab:red", linewidth=0)
    pain.plot(t, film.pain, color="tab:red", label="expressed pain, 0-10, with 90 % interval")
    pain.axhline(4.0, color="grey", linewidth=0.8, linestyle="--")
    for stretch in stretches:
        colour = "tab:red" if stretch.kind == "pain" else "tab:blue"
        pain.axvspan(stretch.start_s, stretch.end_s, ymin=0.95, color=colour, alpha=0.6, linewidth=0)
        pain.text(stretch.start_s, 9.0, stretch.kind, fontsize=8, color=colour)
    index.fill_between(t, film.lower, film.upper, alpha=0.2, color="tab:purple", linewidth=0, label="bounds")
    index.plot(t, film.index, color="tab:purple", label="PSPI, 0-16")
    for axis, most in ((pain, 10.0), (index, 16.0)):
        axis.set_xlim(t[0], t[-1])
        axis.set_ylim(0.0, most)
        axis.legend(loc="upper right", fontsize=8)
    image = units.imshow(
        film.units.T, aspect="auto", vmin=0.0, vmax=5.0, cmap="magma", extent=(t[0], t[-1], len(UNITS) - 0.5, -0.5)
    )
    units.set_yticks(range(len(UNITS)), [f"AU{unit}" for unit in UNITS], fontsize=7)
    units.set_xlabel("seconds")
    figure.colorbar(image, ax=units, label="intensity, 0-5", pad=0.01)
    try:
        figure.savefig(path, dpi=100)
    except (OSError, ValueError) as error:
        raise OutsideError(f"the picture cannot be written ({error})", str(path), "Name another --out.") from error
