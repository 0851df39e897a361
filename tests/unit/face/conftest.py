import os
from pathlib import Path

import pytest

from solamen.core.errors import OutsideError
from solamen.face.models import face_landmarker_path
from solamen.face.pipeline import FacePipeline
from solamen.face.settings import FaceSettings


@pytest.fixture(scope="session")
def model_file():
    try:
        return face_landmarker_path()
    except OutsideError as error:
        pytest.skip(f"no landmark model: {error}")


@pytest.fixture(scope="module")
def pipeline(model_file):
    with FacePipeline(FaceSettings()) as opened:
        yield opened


@pytest.fixture(scope="session")
def clip_folder():
    return Path(os.environ.get("SOLAMEN_CLIPS", Path.home() / ".cache" / "solamen" / "clips"))


@pytest.fixture
def clip(clip_folder):
    def find(name):
        path = clip_folder / name
        if not path.is_file():
            pytest.skip(f"no test clip {name} in {clip_folder}")
        return path

    return find
