import math

import cv2
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from solamen.core.frames import Frame
from solamen.core.resources import resource
from solamen.core.settings import load
from solamen.face.landmarks import FaceLandmarks
from solamen.face.pipeline import FacePipeline
from solamen.face.settings import FaceSettings

from .test_geometry import average_face, turned
from .test_pain import check_estimate

SHARP = np.random.default_rng(1).integers(60, 200, (480, 640, 3), np.uint8)
SMALL = SHARP[:120, :160]
SHAPES = {"browDownLeft": 0.1, "eyeBlinkLeft": 0.1, "eyeBlinkRight": 0.1}


class Stub:
    """Finds what it is told to find."""

    def __init__(self, points, shapes=SHAPES):
        self.points, self.shapes, self.closed = points, shapes, False

    def find(self, image):
        return None if self.points is None else FaceLandmarks(self.points.astype(np.float32), self.shapes)

    def close(self):
        self.closed = True


def watching(points, image=SHARP, **values):
    """One frame of a face seen by a new pipeline."""
    return FacePipeline(FaceSettings(settle_s=0.0, **values), Stub(points)).process(Frame(image, 1.0, 5, 0))


def noisy(image, number):
    return np.roll(image, number, axis=1)


def test_the_shipped_settings_are_the_defaults():
    assert load(FaceSettings, resource("config", "face.yaml")) == FaceSettings()


def test_a_repeated_picture_is_a_frozen_camera():
    pipeline = FacePipeline(FaceSettings(settle_s=0.0), Stub(average_face()))
    results = [pipeline.process(Frame(SHARP, 0.05 * i, 0, i)) for i in range(30)]
    assert not results[18].pain.abstained
    assert results[-1].pain.abstained
    assert results[-1].pain.reason == "the camera repeats one picture"
    assert math.isnan(results[-1].action_units.get(4))


def test_a_camera_that_moves_on_is_read_again():
    pipeline = FacePipeline(FaceSettings(settle_s=0.0), Stub(average_face()))
    for i in range(30):
        pipeline.process(Frame(SHARP, 0.05 * i, 0, i))
    assert not pipeline.process(Frame(noisy(SHARP, 1), 1.5, 0, 30)).pain.abstained


@pytest.mark.parametrize(
    ("points", "image", "reason"),
    [
        (average_face(eyes_px=15.0), SHARP, "the face is too small"),
        (average_face(turned(yaw=0.9)), SHARP, "the face is turned aside"),
        (average_face(turned(pitch=0.9)), SHARP, "the face is nodded away"),
        (average_face(), SHARP // 20, "the face is too dark"),
        (average_face(), np.full_like(SHARP, 120), "the picture is blurred"),
        (None, SHARP, "no face in the picture"),
    ],
)
def test_what_cannot_be_read_is_abstained_from_with_the_reason(points, image, reason):
    result = watching(points, image)
    assert result.pain.abstained
    assert result.pain.reason == reason
    assert result.action_units.quality == 0.0
    assert math.isnan(result.action_units.get(4))
    assert (result.action_units.index.lower, result.action_units.index.upper) == (0.0, 16.0)


def test_a_half_turned_face_has_less_quality_and_its_units_less_confidence():
    straight, aside = watching(average_face()), watching(average_face(turned(yaw=0.6)))
    assert aside.action_units.quality < 0.6 < straight.action_units.quality
    assert aside.action_units.quality_reason == "the face is turned aside"
    assert aside.action_units.confidence[9] < straight.action_units.confidence[9]


def test_stamps_of_the_frame_go_through():
    result = watching(average_face())
    assert (result.action_units.stamp_s, result.pain.stamp_s) == (1.0, 1.0)
    assert (result.action_units.monotonic_ns, result.pain.monotonic_ns) == (5, 5)


@pytest.mark.parametrize("stamps", [(math.nan,) * 3, (5.0, 4.0, 3.0), (1.0, 1.0, 1.0), (0.0, 1e12, -1e12)])
def test_odd_stamps_never_raise(stamps):
    pipeline = FacePipeline(FaceSettings(settle_s=0.0), Stub(average_face()))
    for i, stamp_s in enumerate(stamps):
        estimate = pipeline.process(Frame(noisy(SHARP, i), stamp_s, 0, i)).pain
        check_estimate(estimate)
        assert estimate.abstained == (not math.isfinite(stamp_s))


def test_points_are_in_pixels_of_the_frame_even_where_it_was_made_smaller():
    small = watching(average_face())
    large = watching(average_face(), np.repeat(np.repeat(SHARP, 4, axis=0), 4, axis=1), max_side_px=640)
    assert np.allclose(large.points, 4.0 * small.points, atol=1e-3)
    assert large.head.position == pytest.approx(small.head.position)


def test_reset_forgets_the_person():
    pipeline = FacePipeline(FaceSettings(settle_s=0.0), Stub(average_face()))
    first = pipeline.process(Frame(SHARP, 0.0, 0, 0)).pain
    for i in range(1, 40):
        pipeline.process(Frame(noisy(SHARP, i), 0.1 * i, 0, i))
    pipeline.reset()
    again = pipeline.process(Frame(SHARP, 0.0, 0, 0)).pain
    assert (again.intensity, again.stddev) == (first.intensity, first.stddev)


def test_leaving_the_block_closes_what_finds_landmarks():
    stub = Stub(None)
    with FacePipeline(FaceSettings(), stub):
        assert not stub.closed
    assert stub.closed


LANDMARK_SETS = 10_000
AT_ONCE = 20
"""Sets of one example: drawing an example takes longer than judging a face."""


@settings(max_examples=LANDMARK_SETS // AT_ONCE, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 2**32 - 1), st.floats(0.1, 3000.0), st.floats(-1000.0, 1000.0))
def test_any_of_ten_thousand_landmark_sets_gives_results_in_range(seed, scale, shift):
    rng = np.random.default_rng(seed)
    for odd in rng.random(AT_ONCE) < 0.5:
        result = read(rng, odd, *rng.random(2) * (scale, shift), wrong=rng.random())
        assert 0.0 <= result.action_units.quality <= 1.0
        assert all(math.isnan(v) or 0.0 <= v <= 5.0 for v in result.action_units.intensity.values())
        assert all(0.0 <= v <= 1.0 for v in result.action_units.confidence.values())
        index = result.action_units.index
        assert 0.0 <= index.lower <= index.upper <= 16.0
        assert math.isnan(index.value) or 0.0 <= index.value <= 16.0
        check_estimate(result.pain)
        assert result.head is None or np.isfinite((*result.head.position, *result.head.rotation)).all()


def read(rng, odd, scale, shift, wrong):
    """What is made of landmarks that may be anything."""
    points = average_face() * rng.normal(1.0, 0.2) if odd else np.zeros((478, 3))
    points = points + rng.normal(shift, scale, (478, 3)) * (0.02 if odd else 1.0)
    points[rng.random(478) < (wrong > 0.9) * 0.01] = np.nan
    shapes = {name: float(rng.choice([rng.random(), math.nan, -5.0, 1e9])) for name in SHAPES}
    return FacePipeline(FaceSettings(), Stub(points, shapes)).process(Frame(SMALL, 1.0, 0, 0))


def test_without_consent_only_place_and_presence_are_told(pipeline, clip):
    image = cv2.imread(str(clip("single_face.jpg")))[:, :, ::-1]
    result = pipeline.presence(Frame(image, 1.0, 5, 0))
    assert result.action_units.face_present
    assert result.points is None
    assert all(math.isnan(value) for value in result.action_units.intensity.values())
    assert result.pain.abstained
    assert 0.2 < result.head.position[2] < 2.0


def test_presence_and_landmarks_agree_on_where_the_head_is(pipeline, clip):
    image = cv2.imread(str(clip("single_face.jpg")))[:, :, ::-1]
    frame = Frame(image, 1.0, 5, 0)
    near, full = pipeline.presence(frame).head.position, pipeline.process(frame).head.position
    assert near == pytest.approx(full, abs=0.12 * full[2])


def test_presence_never_opens_the_landmark_net(model_file, clip):
    stub = Stub(average_face())
    stub.find = lambda image: pytest.fail("landmarks were computed without consent")
    with FacePipeline(FaceSettings(), stub) as pipeline:
        image = cv2.imread(str(clip("single_face.jpg")))[:, :, ::-1]
        assert pipeline.presence(Frame(image, 1.0, 5, 0)).action_units.face_present
