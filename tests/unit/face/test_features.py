"""Features of a face: the same in any size, known where they are known, and mirrored with the picture."""

import numpy as np
import pytest

from solamen.face.features import FEATURES, GEOMETRY, SHAPES, evened, features, mirror_order
from solamen.face.landmarks import FaceLandmarks
from solamen.face.look_model import LOOKS
from solamen.face.settings import FaceSettings
from solamen.face.steady import SteadyLandmarker
from solamen.patient.variety import VariedPatient


@pytest.fixture(scope="module")
def image():
    with VariedPatient(5, "test") as patient:
        return patient.still("smile", 0.8, np.random.default_rng(8), calm=0.05, cover=0.0).image


@pytest.fixture(scope="module")
def found(model_file, image) -> FaceLandmarks:
    with SteadyLandmarker(FaceSettings()) as landmarker:
        return landmarker.find(image)


def test_every_face_has_all_features(found):
    seen = features(found.points, found.blendshapes, look=np.ones(LOOKS, np.float32))
    assert seen.values.shape == (len(FEATURES),) and seen.values.dtype == np.float32
    assert seen.known.all() and np.isfinite(seen.values).all()
    assert len(GEOMETRY) + len(SHAPES) + LOOKS == len(FEATURES) == len(set(FEATURES))


def test_size_and_place_in_the_picture_do_not_matter(found):
    near = features(found.points, found.blendshapes)
    moved = features(2.5 * found.points + np.array([40.0, -30.0, 5.0]), found.blendshapes)
    assert moved.values == pytest.approx(near.values, abs=1e-4)
    assert moved.turn_rad == pytest.approx(near.turn_rad, abs=1e-4)


def test_a_missing_blendshape_is_not_known(found):
    shapes = {name: value for name, value in found.blendshapes.items() if name != "browDownLeft"}
    seen = features(found.points, shapes)
    assert not seen.known[FEATURES.index("browDownLeft")] and seen.known.sum() == len(FEATURES) - LOOKS - 1


def test_points_that_are_no_face_have_no_features():
    assert features(np.zeros((478, 3)), {}) is None
    assert features(np.full((478, 3), np.nan), {}) is None


def test_mirroring_twice_changes_nothing():
    order = mirror_order()
    assert np.array_equal(order[order], np.arange(len(FEATURES)))


def test_the_mirrored_face_has_the_mirrored_features(model_file, image, found):
    with SteadyLandmarker(FaceSettings()) as landmarker:
        other = landmarker.find(np.ascontiguousarray(image[:, ::-1]))
    here, there = features(found.points, found.blendshapes), features(other.points, other.blendshapes)
    measures = slice(0, len(GEOMETRY))
    apart = np.abs(here.values - there.values[mirror_order()])[measures]
    assert np.median(apart) < 0.02
    assert here.turn_rad[0] == pytest.approx(-there.turn_rad[0], abs=0.06)


def test_a_picture_and_its_mirror_image_are_read_the_same(model_file, image, found):
    with SteadyLandmarker(FaceSettings()) as landmarker:
        other = landmarker.find(np.ascontiguousarray(image[:, ::-1]))
    here, there = features(found.points, found.blendshapes), features(other.points, other.blendshapes)
    one, mirrored = evened(here, there), evened(there, here)
    assert np.allclose(one.values, mirrored.values[mirror_order()], atol=1e-6)
    assert one.turn_rad == pytest.approx((-mirrored.turn_rad[0], mirrored.turn_rad[1], -mirrored.turn_rad[2]))
    assert min(here.turn_rad[0], -there.turn_rad[0]) <= one.turn_rad[0] <= max(here.turn_rad[0], -there.turn_rad[0])


def test_a_picture_looked_at_steadily_does_not_depend_on_the_one_before(model_file, image):
    with SteadyLandmarker(FaceSettings()) as landmarker:
        alone = landmarker.find(image).points
        landmarker.find(np.ascontiguousarray(np.roll(image, 25, axis=1)))
        after = landmarker.find(image).points
    assert np.abs(alone - after).max() < 0.5


def test_a_picture_without_a_face_has_no_landmarks(model_file):
    with SteadyLandmarker(FaceSettings()) as landmarker:
        assert landmarker.find(np.full((240, 240, 3), 90, np.uint8)) is None
