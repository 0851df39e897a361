"""The labelled picture: read it as well as test it."""

import dataclasses
import math

import numpy as np
import pytest
from PIL import Image

from solamen import cli
from solamen.core.errors import OutsideError
from solamen.core.estimates import PainEstimate
from solamen.face.explain import draw, explain, words_of
from solamen.face.landmarks import FaceLandmarker
from solamen.face.settings import FaceSettings
from solamen.face.still import read_picture, read_still

from .occluders import mask
from .rendered import pictures

SETTINGS = FaceSettings()


@pytest.fixture(scope="module")
def reading(model_file):
    return read_still(pictures("adult")["pain"], SETTINGS)


@pytest.fixture
def saved(tmp_path):
    def save(image, name="person.png"):
        Image.fromarray(image).save(tmp_path / name)
        return tmp_path / name

    return save


def test_a_picture_becomes_a_labelled_picture(model_file, saved, tmp_path):
    out = tmp_path / "out.png"
    found = explain(saved(pictures("adult")["pain"]), out, SETTINGS)
    assert Image.open(out).size == (1360, 900)
    assert found.units.face_present
    assert math.isfinite(found.units.index.value)


def test_a_closed_eye_counts_in_a_still_picture(model_file):
    calm, pained = (read_still(pictures("adult")[state], SETTINGS) for state in ("calm", "pain"))
    assert calm.units.get(43) < 2.5 <= pained.units.get(43)
    assert pained.units.index.value > calm.units.index.value + 2.0


def test_what_is_not_seen_is_drawn_so(reading, model_file):
    with FaceLandmarker(SETTINGS, video=False) as landmarks:
        points = landmarks.find(pictures("adult")["pain"]).points
    masked = read_still(mask(pictures("adult")["pain"], points), SETTINGS)
    assert math.isnan(masked.units.index.value)
    assert masked.pain.partial or masked.pain.abstained
    assert not np.array_equal(draw(masked), draw(reading))


def test_of_several_faces_only_the_nearest_is_read_and_kept(model_file):
    near, far = pictures("adult")["calm"][:, 120:520], pictures("child")["calm"][:, 120:520]
    found = read_still(np.concatenate([near, far], axis=1), SETTINGS)
    assert found.found.points[:, 0].max() < 400
    assert any(box.holds((600.0, 240.0)) for box in found.others)


def test_a_small_face_is_found_by_a_closer_look(model_file, clip):
    picture = read_picture(clip("multi_face.jpg"))
    reading = read_still(picture, SETTINGS)
    assert reading.image.size < picture.size
    assert len(reading.others) >= 2


def test_a_broad_grin_is_not_taken_for_pain(model_file, clip):
    grin = read_still(read_picture(clip("multi_face.jpg")), SETTINGS)
    assert grin.units.get(12) > 4.0
    assert grin.pain.intensity < 4.0


@pytest.mark.parametrize(
    ("content", "told"), [(b"", "no picture"), (b"not a picture", "no picture"), (None, "cannot read")]
)
def test_a_file_that_is_no_picture_is_told_in_one_sentence(tmp_path, content, told):
    path = tmp_path / "odd.png"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(OutsideError, match=told):
        read_picture(path)


def test_a_picture_without_a_face_is_told(model_file, saved, tmp_path):
    with pytest.raises(OutsideError, match="no face was found"):
        explain(saved(np.full((200, 200, 3), 90, np.uint8)), tmp_path / "out.png", SETTINGS)


def test_a_path_that_cannot_be_written_is_told(model_file, saved, tmp_path):
    with pytest.raises(OutsideError, match="cannot write"):
        explain(saved(pictures("adult")["calm"]), tmp_path / "nowhere" / "out.png", SETTINGS)


@pytest.mark.parametrize(
    ("intensity", "stddev", "words"),
    [
        (0.4, 1.0, "No signs of pain seen"),
        (3.0, 1.0, "Slight signs of pain"),
        (5.0, 1.0, "Clear signs of pain"),
        (8.0, 1.0, "Strong signs of pain"),
        (0.4, 5.0, "Not sure: this picture tells too little"),
    ],
)
def test_words_say_no_more_than_was_seen(intensity, stddev, words):
    pain = PainEstimate(0.0, "face", intensity=intensity, stddev=stddev, abstained=False)
    assert words_of(pain) == words
    assert words_of(dataclasses.replace(pain, abstained=True, reason="the face is too dark")).endswith("too dark")


def test_the_command_writes_the_picture(model_file, saved, tmp_path, capsys):
    out = tmp_path / "out.png"
    with pytest.raises(SystemExit) as ended:
        cli.main(["explain", "face", str(saved(pictures("elder")["calm"])), "-o", str(out)])
    assert ended.value.code == 0
    assert capsys.readouterr().out.strip() == str(out)
    assert out.is_file()
