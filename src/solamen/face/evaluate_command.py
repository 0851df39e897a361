"""What `solamen evaluate face` was asked for, and who does it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from solamen.core.errors import OutsideError


@dataclass(frozen=True)
class FaceEvaluation:
    """What to judge; without pictures and film, rendered persons.

    Attributes:
        images: folder of labelled pictures.
        labels: their table, or the labelled stretches of the film.
        video: a film.
        out: picture of the film.
        persons: rendered persons; 0 is the usual number.
        workers: processes that share them.
    """

    images: Path | None = None
    labels: Path | None = None
    video: Path | None = None
    out: Path | None = None
    persons: int = 0
    workers: int = 2


def evaluate_face(asked: FaceEvaluation) -> dict[str, Any]:
    """Figures of what was asked for, ready for JSON.

    Raises:
        OutsideError: what was asked for makes no sense together, or something cannot be read.
    """
    if asked.images is not None and asked.video is not None:
        raise OutsideError("pictures and a film at once", "--images and --video", "Give one of them.")
    if asked.video is not None:
        return _film(asked.video, asked.labels, asked.out)
    if asked.images is not None:
        from solamen.face.evaluate_images import evaluate_images

        if not asked.images.is_dir():
            raise OutsideError("there is no such folder", str(asked.images), "Check the path.")
        if asked.labels is not None and not asked.labels.is_file():
            raise OutsideError("there is no such table", str(asked.labels), "Check the path.")
        return evaluate_images(asked.images, asked.labels)
    if asked.labels is not None:
        raise OutsideError("labels of nothing", "--labels", "Give --images or --video with it.")
    from solamen.face.evaluate import CLIP_PERSONS, STILL_PERSONS, evaluate

    if asked.persons:
        return evaluate(asked.persons, min(asked.persons, CLIP_PERSONS), workers=asked.workers)
    return evaluate(STILL_PERSONS, CLIP_PERSONS, workers=asked.workers)


def _film(video: Path, labels: Path | None, out: Path | None) -> dict[str, Any]:
    from solamen.face.evaluate_video import draw_film, film_report, read_stretches, watch

    stretches = read_stretches(labels) if labels is not None else []
    film = watch(video)
    picture = out or Path(f"{video.stem}-pain.png")
    draw_film(film, picture, video.name, stretches)
    return {**film_report(film, stretches), "picture": str(picture)}
