"""The look of a face: the same crop in any size and light, mirrored with the picture, and what the net makes of it."""

import cv2
import numpy as np
import pytest

from solamen.core.errors import OutsideError
from solamen.face.geometry import frontal
from solamen.face.landmarks import FaceLandmarks
from solamen.face.look import SIDE, as_input, is_mirrored, looked_at
from solamen.face.look_model import LOOKS, LookModel, LookWatch, look_model
from solamen.face.settings import FaceSettings
from solamen.face.steady import SteadyLandmarker
from solamen.patient.variety import VariedPatient


@pytest.fixture(scope="module")
def image() -> np.ndarray:
    with VariedPatient(6, "test") as patient:
        return patient.still("pain", 0.8, np.random.default_rng(4), calm=0.5, cover=0.0).image


@pytest.fixture(scope="module")
def found(model_file, image) -> FaceLandmarks:
    with SteadyLandmarker(FaceSettings()) as landmarker:
        return landmarker.find(image)


def crop_of(image: np.ndarray, points: np.ndarray) -> np.ndarray:
    return looked_at(image, points, frontal(points.astype(np.float64)))


def apart(one: np.ndarray, other: np.ndarray) -> float:
    return float(np.abs(as_input(one) - as_input(other)).mean())


def test_the_crop_is_square_and_grey_whatever_the_picture(image, found):
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    of_grey, of_colour = crop_of(grey, found.points), crop_of(image, found.points)
    assert of_grey.shape == of_colour.shape == (SIDE, SIDE) and of_colour.dtype == np.uint8
    assert apart(of_grey, of_colour) < 0.02


@pytest.mark.parametrize(("scale", "most"), [(0.6, 0.15), (2.0, 0.03), (3.0, 0.04), (5.3, 0.05)])
def test_the_size_of_the_picture_does_not_matter(image, found, scale, most):
    how = cv2.INTER_AREA if scale < 1.0 else cv2.INTER_CUBIC
    resized = cv2.resize(image, None, fx=scale, fy=scale, interpolation=how)
    points = found.points * scale
    points[:, :2] += 0.5 * (scale - 1.0)  # pixels are counted from the middle of the first one
    assert apart(crop_of(image, found.points), crop_of(resized, points)) < most


def test_the_nearer_side_of_the_face_is_always_on_the_left(model_file, image, found):
    with SteadyLandmarker(FaceSettings()) as landmarker:
        other = landmarker.find(np.ascontiguousarray(image[:, ::-1]))
    faces = [frontal(points.astype(np.float64)) for points in (found.points, other.points)]
    assert is_mirrored(faces[0]) != is_mirrored(faces[1])
    here, there = crop_of(image, found.points), crop_of(np.ascontiguousarray(image[:, ::-1]), other.points)
    assert apart(here, there) < 0.5 * apart(here, np.ascontiguousarray(there[:, ::-1]))


def test_brightness_and_contrast_do_not_matter(image, found):
    darker = (0.5 * image).astype(np.uint8)
    assert apart(crop_of(image, found.points), crop_of(darker, found.points)) < 0.05


def test_a_blank_picture_has_a_finite_look(found):
    blank = np.full((320, 320, 3), 127, np.uint8)
    look = look_model().look(blank, found.points, frontal(found.points.astype(np.float64)))
    assert look.shape == (LOOKS,) and np.isfinite(look).all()


def test_points_far_outside_the_picture_do_no_harm(image, found):
    points = found.points + np.array([5000.0, -3000.0, 0.0], np.float32)
    assert np.isfinite(look_model().look(image, points, frontal(points.astype(np.float64)))).all()


def test_a_look_at_a_single_picture_depends_less_on_where_its_landmarks_fell(image, found):
    model, face = look_model(), frontal(found.points.astype(np.float64))
    shifts = [np.array([x, y, 0.0], np.float32) for x, y in ((0, 0), (2, 0), (0, 2), (-2, 0), (0, -2))]
    once, steady = (
        np.array([take(image, found.points + shift, face) for shift in shifts])
        for take in (model.look, model.steady_look)
    )
    assert steady.std(axis=0).mean() < 0.75 * once.std(axis=0).mean()
    assert np.corrcoef(once[0], steady[0])[0, 1] > 0.9


def test_missing_weights_are_one_clear_sentence(tmp_path):
    with pytest.raises(OutsideError, match="solamen train face"):
        LookModel(tmp_path / "none.onnx")


def looks_taken(image, found, rate_hz):
    """Frames of three seconds at which the look was taken anew, one picture a bit different from the other."""
    watch, face, before, taken = LookWatch(), frontal(found.points.astype(np.float64)), None, []
    for number in range(round(3.0 * rate_hz)):
        picture = np.clip(image.astype(int) + number % 7, 0, 255).astype(np.uint8)
        look = watch.update(picture, found.points, face, 1.0 / rate_hz if number else 0.0)
        taken.append(look is not before)
        before = look
    return taken


@pytest.mark.parametrize(("rate_hz", "second", "every"), [(8.0, 1, 1), (10.0, 1, 1), (20.0, 1, 2), (30.0, 2, 3)])
def test_in_a_film_the_look_is_taken_anew_ten_times_a_second(image, found, rate_hz, second, every):
    taken = looks_taken(image, found, rate_hz)
    assert taken == [n == 0 or (n >= second and (n - second) % every == 0) for n in range(len(taken))]


def test_the_look_is_taken_anew_where_the_other_side_of_the_face_comes_to_the_front(image, found):
    mirrored, points = np.ascontiguousarray(image[:, ::-1]), found.points * (-1, 1, 1) + (image.shape[1], 0, 0)
    faces = [frontal(each.astype(np.float64)) for each in (found.points, points)]
    assert is_mirrored(faces[0]) != is_mirrored(faces[1])
    watch = LookWatch()
    for dt_s in (0.0, 0.04):
        watch.update(image, found.points, faces[0], dt_s)
    first = watch.update(image, found.points, faces[0], 0.04)
    assert watch.update(mirrored, points, faces[1], 0.001) is not first
