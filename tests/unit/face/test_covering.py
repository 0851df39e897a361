"""What of a face is covered is seen, and what cannot be seen is not told."""

import math

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solamen.core.frames import Frame
from solamen.face.covering import (
    BROWS,
    EYES,
    MOUTH,
    NOSE,
    ONE_EYE,
    UNITS_OF,
    CoverWatch,
    covered,
    faint_parts,
    in_words,
    mostly_covered,
)
from solamen.face.landmarks import FaceLandmarker
from solamen.face.pipeline import FacePipeline
from solamen.face.settings import FaceSettings

from .occluders import bar, dark_glasses, eye_patch, hand, mask
from .rendered import PERSONS, pictures

LOWER = {9, 10, 12, 15, 17, 20, 25, 26}
THINGS = {
    "white mask": (lambda image, points: mask(image, points), {MOUTH, NOSE}),
    "blue mask": (lambda image, points: mask(image, points, (120, 170, 210)), {MOUTH, NOSE}),
    "black mask": (lambda image, points: mask(image, points, (30, 30, 35)), {MOUTH, NOSE}),
    "dark glasses": (dark_glasses, {EYES}),
    "bar over the eyes": (lambda image, points: bar(image, points, "eyes", (0, 0, 0)), {EYES}),
    "bar over the mouth": (lambda image, points: bar(image, points, "mouth"), {MOUTH}),
}


@pytest.fixture(scope="module")
def landmarks(model_file):
    with FaceLandmarker(FaceSettings(), video=False) as opened:
        yield opened


@pytest.fixture(scope="module")
def watched(model_file):
    def watch(image, frames=12):
        """The last result of some frames of one picture, with the noise of a camera."""
        rng = np.random.default_rng(0)
        with FacePipeline(FaceSettings(cover_every_s=0.0)) as pipeline:
            for index in range(frames):
                noisy = np.clip(image + rng.normal(0.0, 2.0, image.shape), 0, 255).astype(np.uint8)
                result = pipeline.process(Frame(noisy, 0.05 * index, 0, index))
        return result

    return watch


@pytest.mark.parametrize("state", ["calm", "pain"])
@pytest.mark.parametrize("person", PERSONS)
def test_of_a_clear_face_nothing_is_covered(landmarks, person, state):
    image = pictures(person)[state]
    assert covered(image, landmarks.find(image).points) == frozenset()


def without_colour(image):
    """A picture in grey."""
    return cv2.cvtColor(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)


@pytest.mark.parametrize("person", PERSONS)
def test_of_a_clear_face_nothing_is_covered_in_a_dark_grey_picture(landmarks, person):
    image = pictures(person)["calm"]
    dark = (0.45 * without_colour(image)).astype(np.uint8)
    assert covered(dark, landmarks.find(image).points) == frozenset()


def lit_from_a_side(image, points):
    """The picture in yellow light from one side, so strong there that the sensor clips."""
    face = (points[:, 0].min(), points[:, 0].max())
    strength = np.interp(np.arange(image.shape[1]), face, (0.9, 2.5))[None, :, None]
    return np.clip(image * strength * (1.0, 0.9, 0.7), 0, 255).astype(np.uint8)


@pytest.mark.parametrize("person", PERSONS)
def test_of_a_clear_face_nothing_is_covered_where_a_light_clips(landmarks, person):
    image = pictures(person)["calm"]
    points = landmarks.find(image).points
    assert covered(lit_from_a_side(image, points), points) == frozenset()


@pytest.mark.parametrize("thing", ["white mask", "blue mask", "black mask", "bar over the mouth"])
@pytest.mark.parametrize("person", PERSONS)
def test_what_hides_the_mouth_is_seen_where_a_light_clips(landmarks, person, thing):
    image = pictures(person)["calm"]
    points = landmarks.find(image).points
    hide, _ = THINGS[thing]
    assert MOUTH in covered(lit_from_a_side(hide(image, points), points), points)


@pytest.mark.parametrize("thing", ["white mask", "black mask", "bar over the mouth"])
@pytest.mark.parametrize("person", PERSONS)
def test_what_hides_the_mouth_is_seen_in_a_grey_picture(landmarks, person, thing):
    paint, _ = THINGS[thing]
    image = pictures(person)["calm"]
    image = paint(image, landmarks.find(image).points)
    assert MOUTH in covered(without_colour(image), landmarks.find(image).points)


@pytest.mark.parametrize("share", [1.0, 0.45])
@pytest.mark.parametrize("thing", ["dark glasses", "bar over the eyes"])
@pytest.mark.parametrize("person", PERSONS)
def test_what_hides_the_eyes_is_seen_in_a_grey_and_in_a_dark_picture(landmarks, person, thing, share):
    paint, _ = THINGS[thing]
    image = pictures(person)["calm"]
    image = paint(image, landmarks.find(image).points)
    points = landmarks.find(image).points
    assert EYES in covered((share * image).astype(np.uint8), points)
    assert EYES in covered((share * without_colour(image)).astype(np.uint8), points)


@pytest.mark.parametrize("thing", THINGS)
@pytest.mark.parametrize("state", ["calm", "pain"])
@pytest.mark.parametrize("person", PERSONS)
def test_what_stands_before_a_face_is_seen(landmarks, person, state, thing):
    paint, parts = THINGS[thing]
    image = pictures(person)[state]
    image = paint(image, landmarks.find(image).points)
    assert parts <= covered(image, landmarks.find(image).points)


@pytest.mark.parametrize(("over", "part", "states"), [("mouth", MOUTH, ("calm", "pain")), ("eyes", EYES, ("calm",))])
def test_four_of_five_hands_of_the_faces_own_colour_are_seen(landmarks, over, part, states):
    seen = []
    for image in (pictures(person)[state] for person in PERSONS for state in states):
        points = landmarks.find(image).points
        for seed in range(10):
            before = hand(image, points, over, seed)
            found = landmarks.find(before)
            seen.append(found is None or part in covered(before, found.points))
    assert np.mean(seen) >= 0.8


@pytest.mark.parametrize("name", ["single_face.jpg", "0-f1-su-ph.jpg", "0-f15-hao-ph.jpg", "15-f13-anc-ph.jpg"])
def test_of_a_clear_face_in_a_photograph_nothing_is_covered(landmarks, clip, name):
    image = np.ascontiguousarray(cv2.imread(str(clip(name)))[:, :, ::-1])
    points = landmarks.find(image).points
    assert covered(image, points) == frozenset()
    assert {MOUTH, NOSE} <= covered(mask(image, points), points)
    assert EYES in covered(bar(image, points, "eyes", (0, 0, 0)), points)


def of_one_paint(image):
    """The picture with its light and shade, all in one colour of skin."""
    grey = cv2.GaussianBlur(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), (0, 0), 3.0)
    return (0.5 + 0.5 * grey[..., None] / 255.0) * np.array([225.0, 170.0, 140.0])


def test_a_face_of_one_paint_is_not_taken_for_a_covered_one(landmarks):
    image = of_one_paint(pictures(PERSONS[0])["calm"]).astype(np.uint8)
    assert covered(image, landmarks.find(image).points) == frozenset()


def test_a_mask_on_a_face_of_one_paint_is_seen(landmarks):
    image = of_one_paint(pictures(PERSONS[0])["calm"]).astype(np.uint8)
    points = landmarks.find(image).points
    assert MOUTH in covered(mask(image, points), points)


def test_what_does_not_stand_out_on_the_open_face_is_not_missed_later(landmarks):
    calm, pain = (
        cv2.cvtColor(of_one_paint(pictures(PERSONS[1])[state]).astype(np.uint8), cv2.COLOR_RGB2GRAY)
        for state in ("calm", "pain")
    )
    calm, pain = (np.repeat(image[..., None], 3, axis=2) for image in (calm, pain))
    faint = faint_parts([(calm, landmarks.find(calm).points)])
    assert covered(pain, landmarks.find(pain).points, faint=faint) == frozenset()


def test_the_parts_of_a_painted_face_stand_out(landmarks):
    calm = pictures(PERSONS[0])["calm"]
    assert faint_parts([(calm, landmarks.find(calm).points)]) == frozenset()
    assert faint_parts([]) == frozenset()


@pytest.mark.parametrize("thing", ["white mask", "blue mask", "bar over the mouth"])
@pytest.mark.parametrize("person", PERSONS)
def test_with_the_lower_face_hidden_the_index_is_open_and_the_estimate_partial(landmarks, watched, person, thing):
    image = pictures(person)["pain"]
    result = watched(THINGS[thing][0](image, landmarks.find(image).points))
    units, pain = result.action_units, result.pain
    assert all(math.isnan(units.get(unit)) for unit in LOWER)
    assert math.isfinite(units.get(4))
    assert math.isnan(units.index.value)
    assert 0.0 <= units.index.lower < units.index.upper <= 16.0
    assert "mouth" in units.quality_reason
    assert pain.partial
    assert not pain.abstained
    assert pain.reason


@pytest.mark.parametrize("thing", ["dark glasses", "bar over the eyes"])
@pytest.mark.parametrize("person", PERSONS)
def test_with_the_eyes_hidden_the_closure_is_unknown_and_the_estimate_partial(landmarks, watched, person, thing):
    image = pictures(person)["pain"]
    result = watched(THINGS[thing][0](image, landmarks.find(image).points))
    units = result.action_units
    assert math.isnan(units.get(43))
    assert math.isnan(units.index.value)
    assert units.index.upper - units.index.lower >= 1.0
    assert "eyes" in units.quality_reason
    assert result.pain.partial or result.pain.abstained


@pytest.mark.parametrize("person", PERSONS)
def test_one_hidden_eye_leaves_the_other(landmarks, watched, person):
    image = pictures(person)["pain"]
    patched = eye_patch(image, landmarks.find(image).points)
    parts = covered(patched, landmarks.find(patched).points)
    assert ONE_EYE in parts and EYES not in parts
    result, whole = watched(patched), watched(image)
    assert math.isfinite(result.action_units.index.value)
    assert "one eye" in result.action_units.quality_reason
    assert result.action_units.quality < whole.action_units.quality
    assert not result.pain.partial


def test_a_clear_face_is_whole(watched):
    result = watched(pictures("adult")["pain"])
    assert math.isfinite(result.action_units.index.value)
    assert result.action_units.index.lower == result.action_units.index.upper
    assert not result.pain.partial


def test_a_face_of_which_most_is_covered_is_not_read(landmarks, watched):
    image = pictures("adult")["calm"]
    points = landmarks.find(image).points
    result = watched(dark_glasses(mask(image, points), points))
    assert not any(map(math.isfinite, result.action_units.intensity.values()))
    assert result.pain.abstained
    assert result.action_units.quality_reason in ("most of the face is covered", "no face in the picture")


def test_one_look_that_is_wrong_changes_nothing(landmarks):
    image = pictures("adult")["calm"]
    points = landmarks.find(image).points
    hidden = bar(image, points, "mouth")
    watch = CoverWatch(0.1)
    assert watch.update(image, points, 0.1) == frozenset()
    assert watch.update(hidden, points, 0.1) == frozenset()
    assert MOUTH in watch.update(hidden, points, 0.1)
    assert watch.update(image, points, 0.1) == frozenset()


def test_between_two_looks_the_last_one_counts(landmarks):
    image = pictures("adult")["calm"]
    points = landmarks.find(image).points
    watch = CoverWatch(0.5)
    assert MOUTH in watch.update(bar(image, points, "mouth"), points, 0.0)
    assert MOUTH in watch.update(image, points, 0.1)


def test_parts_are_told_in_words():
    assert in_words([]) == ""
    assert in_words([MOUTH, BROWS]) == "covered: brows, mouth"
    assert mostly_covered([MOUTH, BROWS, EYES])
    assert in_words([MOUTH, BROWS, EYES]) == "most of the face is covered"


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(0.1, 2000.0), st.floats(-500.0, 900.0), st.sampled_from([0, 40, 255]))
def test_any_landmarks_on_any_picture_give_parts(seed, scale, shift, level):
    rng = np.random.default_rng(seed)
    image = rng.integers(0, level + 1, (60, 80, 3), np.uint8)
    assert covered(image, rng.normal(shift, scale, (478, 3))) <= frozenset(UNITS_OF)
