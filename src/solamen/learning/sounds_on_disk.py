"""Recordings on disk, one by one in a folder or in an archive, in any rate and format that FFmpeg's libraries read."""

from __future__ import annotations

import csv
import functools
import io
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from solamen.core.errors import OutsideError

Sound = NDArray[np.float32]

RATE_HZ = 16_000
EMOGATOR, DONATEACRY, ESC10 = "emogator_train.zip", "donateacry.zip", "esc10.zip"

PAIN = "Pain"
CATEGORIES = (
    "Adoration", "Amusement", "Anger", "Awe", "Confusion", "Contempt", "Contentment", "Desire", "Disappointment",
    "Disgust", "Distress", "Ecstasy", "Elation", "Embarrassment", "Fear", "Guilt", "Interest", "Neutral", PAIN, "Pride",
    "Realization", "Relief", "Romantic Love", "Sadness", "Serenity", "Shame", "Surprise (Negative)",
    "Surprise (Positive)", "Sympathy", "Triumph",
)  # fmt: skip
"""What the speakers of EmoGator (arXiv 2301.00508) acted, 01 to 30."""


@dataclass(frozen=True)
class SoundFile:
    """A file, or the member of an archive; it can be told to another process.

    Attributes:
        path: of the file or of the archive.
        member: name within the archive; empty for a file.
    """

    path: Path
    member: str = ""

    def load(self) -> Sound:
        """The samples, 16 kHz mono.

        Raises:
            OutsideError: they cannot be read.
        """
        if not self.member:
            return decode(self.path)
        return decode(_open(self.path).read(self.member), f"{self.path}, {self.member}")


@functools.lru_cache(maxsize=8)
def _open(path: Path) -> zipfile.ZipFile:
    return zipfile.ZipFile(path)


@dataclass(frozen=True)
class LabelledSound:
    """A recording and what is known of it.

    Attributes:
        file: where the samples are.
        speaker: who is heard, or who recorded it; no speaker may train and test.
        category: what is heard; empty where that is not known.
        pain: whether pain is expressed; None where that is not known.
    """

    file: SoundFile
    speaker: str = ""
    category: str = ""
    pain: bool | None = None


def decode(source: Path | bytes, name: str = "") -> Sound:
    """The first sound track of a file, mixed to one channel and resampled to 16 kHz, as float32 from -1 to 1.

    Raises:
        OutsideError: it cannot be read, or holds no sound.
    """
    where = name or (str(source) if isinstance(source, Path) else "the archive")
    remedy = "Give a WAV, MP3, Opus, FLAC or other sound file that is whole."
    try:
        with av.open(io.BytesIO(source) if isinstance(source, bytes) else str(source)) as container:
            if not container.streams.audio:
                raise OutsideError("the file holds no sound", where, remedy)
            parts = list(_pieces(container))
    except (OSError, ValueError, av.FFmpegError) as error:
        raise OutsideError(f"the sound cannot be read ({error})", where, remedy) from error
    if not parts:
        raise OutsideError("the file holds no sound", where, remedy)
    sound: Sound = np.concatenate(parts).astype(np.float32)
    return np.where(np.isfinite(sound), sound, np.float32(0.0))


def _pieces(container: Any) -> Iterator[Sound]:
    """Resampled pieces, channels averaged: a mix of FFmpeg's own would be louder than each channel."""
    resampler = av.AudioResampler(format="fltp", rate=RATE_HZ)
    for frame in container.decode(audio=0):
        yield from (piece.to_ndarray().mean(axis=0) for piece in resampler.resample(frame))
    yield from (piece.to_ndarray().mean(axis=0) for piece in resampler.resample(None))


def read_emogator(folder: Path) -> list[LabelledSound]:
    """Acted vocal bursts; a file is called `speaker-category-take`.

    Raises:
        OutsideError: the archive is missing or is none.
    """
    return _archive(folder / EMOGATOR, _emogator)


def _emogator(name: str) -> dict[str, Any]:
    speaker, number, _ = Path(name).stem.split("-")
    category = CATEGORIES[int(number) - 1]
    return {"speaker": f"emogator {speaker}", "category": category, "pain": category == PAIN}


def read_donateacry(folder: Path) -> list[LabelledSound]:
    """Infant cries; the folder is the parent's guess of the reason, the speaker is the recorder.

    Raises:
        OutsideError: the archive is missing or is none.
    """
    return _archive(
        folder / DONATEACRY,
        lambda name: {
            "speaker": f"donateacry {Path(name).name[:36].lower()}",
            "category": Path(name).parent.name,
            "pain": Path(name).parent.name == "belly_pain",
        },
    )


def read_esc10(folder: Path) -> list[LabelledSound]:
    """Five seconds each of ten sounds around us; the speaker is the recording from which a piece was cut.

    Raises:
        OutsideError: the archive is missing or is none.
    """
    return _archive(
        folder / ESC10,
        lambda name: {
            "speaker": f"esc10 {Path(name).stem.split('-')[1]}",
            "category": Path(name).parent.name.partition(" - ")[2],
            "pain": None,
        },
    )


def _archive(path: Path, about: Callable[[str], dict[str, Any]]) -> list[LabelledSound]:
    remedy = f"Put {path.name} into the folder, or name its folder with --data."
    try:
        names = sorted(name for name in _open(path).namelist() if name.endswith(".opus"))
        return [LabelledSound(SoundFile(path, name), **about(name)) for name in names]
    except (OSError, zipfile.BadZipFile, ValueError, IndexError) as error:
        raise OutsideError(f"the archive of sounds cannot be read ({error})", str(path), remedy) from error


def read_sounds(folder: Path, labels: Path) -> list[LabelledSound]:
    """The rows of a CSV table: `file`, `pain` (0 or 1), optional `speaker` and `category`.

    Raises:
        OutsideError: the table is malformed or names a file that is not there; names file and line.
    """
    try:
        with labels.open(newline="", encoding="utf-8-sig") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise OutsideError(
            f"the table cannot be read ({error})", str(labels), "Check the path and the file."
        ) from error
    if not rows or not {"file", "pain"} <= set(rows[0]):
        remedy = "Write a header with `file` and `pain` (0 or 1), optional `speaker` and `category`, and rows below it."
        raise OutsideError("the table has no rows with a file and its label", str(labels), remedy)
    return [_row(row, folder, f"{labels}, line {line}") for line, row in enumerate(rows, start=2)]


def _row(row: dict[str, str | None], folder: Path, where: str) -> LabelledSound:
    name, pain = (row.get("file") or "").strip(), (row.get("pain") or "").strip()
    if pain not in ("0", "1"):
        raise OutsideError(f"pain is {pain!r}, but must be 0 or 1", where, "Correct the row.")
    path = folder / name
    if not name or not path.is_file():
        raise OutsideError(f"there is no file {name!r}", where, f"Put it into {folder}, or drop the row.")
    category = (row.get("category") or "").strip()
    speaker = (row.get("speaker") or "").strip() or f"file {name}"
    return LabelledSound(SoundFile(path), speaker, category, pain == "1")
