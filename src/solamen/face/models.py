"""The landmark model's file: where it is looked for, and that it is the right one."""

from __future__ import annotations

import functools
import hashlib
import os
import sys
import zipfile
from pathlib import Path

from solamen.core.errors import OutsideError

FILE_NAME = "face_landmarker.task"
SHA256 = "64184e229b263107bc2b804c6625db1341ff2bb731874b0bcc2fe6544e0bc9ff"
"""Google's face landmarker with blendshapes, float16, version 1 (Apache-2.0)."""

VARIABLE = "SOLAMEN_FACE_MODEL"


def face_landmarker_path() -> Path:
    """The verified model file: from SOLAMEN_FACE_MODEL, the virtual environment, or the user's cache.

    Raises:
        OutsideError: it is in none of the places, or it is another file.
    """
    places = _places()
    for place in places:
        if place.is_file():
            _verify(place)
            return place
    remedy = f"Run `make setup`, or set {VARIABLE} to a copy of the file."
    raise OutsideError("the face landmark model is missing", ", ".join(map(str, places)), remedy)


def read_net(path: Path, name: str) -> bytes:
    """One of the nets in the landmark model's archive.

    Raises:
        OutsideError: it is not there.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.read(f"{name}.tflite")
    except (OSError, KeyError, zipfile.BadZipFile) as error:
        raise OutsideError(f"the face landmark model holds no {name}", str(path), "Run `make setup`.") from error


def _places() -> list[Path]:
    """Where the file may stand; what the variable names is the only place where it is set."""
    named = os.environ.get(VARIABLE, "")
    if named:
        return [Path(named)]
    return [
        Path(sys.prefix) / "share" / "solamen" / "models" / FILE_NAME,
        Path.home() / ".cache" / "solamen" / "models" / FILE_NAME,
    ]


def _verify(path: Path) -> None:
    try:
        status = path.stat()
        digest = _sha256(path, status.st_size, status.st_mtime_ns)
    except OSError as error:
        raise OutsideError(
            f"cannot read the face landmark model ({error.strerror})", str(path), "Check its permissions."
        ) from error
    if digest != SHA256:
        remedy = f"Delete it and run `make setup`, or set {VARIABLE} to a copy whose sha256 begins with {SHA256[:8]}."
        raise OutsideError("the face landmark model is not the expected file", str(path), remedy)


@functools.lru_cache(maxsize=8)
def _sha256(path: Path, size: int, modified_ns: int) -> str:
    """Digest of a file; its size and time of change are part of the key, so that a changed file is read again."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
