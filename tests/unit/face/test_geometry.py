import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from solamen.face.geometry import _REFERENCE, RIGID, back_project, frontal, head_pose, quaternion


def turned(yaw=0.0, pitch=0.0, roll=0.0):
    """Optical axes: a positive yaw turns the face to its own left, a positive pitch nods it down."""
    cy, sy, cp, sp, cr, sr = (f(a) for a in (yaw, pitch, roll) for f in (math.cos, math.sin))
    about_y = np.array([[cy, 0, -sy], [0, 1, 0], [sy, 0, cy]])
    about_x = np.array([[1, 0, 0], [0, cp, -sp], [0, sp, cp]])
    about_z = np.array([[cr, -sr, 0], [sr, cr, 0], [0, 0, 1]])
    return about_y @ about_x @ about_z


def average_face(rotation=None, eyes_px=100.0, centre=(320.0, 240.0)):
    points = np.zeros((478, 3))
    points[list(RIGID)] = _REFERENCE
    points[468], points[473] = (-0.35, 0.0, -0.05), (0.35, 0.0, -0.05)
    seen = points @ (np.eye(3) if rotation is None else rotation).T * eyes_px
    return seen + np.array((*centre, 0.0))


@given(st.floats(-0.7, 0.7), st.floats(-0.5, 0.5), st.floats(-0.6, 0.6), st.floats(20.0, 400.0))
def test_a_turned_face_is_turned_back(yaw, pitch, roll, eyes_px):
    straight = frontal(average_face())
    face = frontal(average_face(turned(yaw, pitch, roll), eyes_px))
    assert np.allclose(face.points, straight.points, atol=1e-6)
    assert face.eye_distance_px == pytest.approx(eyes_px, rel=0.01)


@given(st.floats(-0.7, 0.7))
def test_yaw_is_positive_to_the_persons_left(yaw):
    assert frontal(average_face(turned(yaw=yaw))).yaw_rad == pytest.approx(yaw, abs=1e-6)


@given(st.floats(-0.7, 0.7))
def test_pitch_is_positive_downward(pitch):
    assert frontal(average_face(turned(pitch=pitch))).pitch_rad == pytest.approx(pitch, abs=1e-6)


@pytest.mark.parametrize("points", [np.zeros((478, 3)), np.full((478, 3), np.nan), np.full((478, 3), 7.0)])
def test_points_that_are_no_face_give_none(points):
    assert frontal(points) is None


@given(st.integers(0, 2**32 - 1), st.floats(1e-6, 1e6))
def test_any_points_give_a_finite_face_or_none(seed, scale):
    face = frontal(np.random.default_rng(seed).normal(0.0, scale, (478, 3)))
    if face is not None:
        assert np.isfinite(face.points).all()
        assert abs(face.yaw_rad) <= math.pi
        assert abs(face.pitch_rad) <= math.pi / 2
        assert np.allclose(face.rotation @ face.rotation.T, np.eye(3), atol=1e-9)


def test_a_face_that_looks_at_the_camera_has_its_forward_axis_towards_it():
    pose = head_pose(average_face(), np.eye(3), 640, 480, fov_rad=math.radians(60.0), eyes_m=0.063)
    forward, left, up = np.array(matrix(pose.rotation)).T
    assert np.allclose(forward, (0.0, 0.0, -1.0), atol=1e-9)
    assert np.allclose(left, (1.0, 0.0, 0.0), atol=1e-9)
    assert np.allclose(up, (0.0, -1.0, 0.0), atol=1e-9)


def test_a_face_seen_frontally_beside_the_axis_looks_at_the_camera():
    points = average_face(centre=(520.0, 240.0))
    pose = head_pose(points, np.eye(3), 640, 480, fov_rad=math.radians(60.0), eyes_m=0.063)
    forward = np.array(matrix(pose.rotation))[:, 0]
    towards_camera = -np.array(pose.position) / np.linalg.norm(pose.position)
    assert np.allclose(forward, towards_camera, atol=0.02)


def test_distance_follows_from_the_distance_of_the_eyes():
    focal_px = 320.0 / math.tan(math.radians(30.0))
    x, y, z = back_project((420.0, 240.0), 63.0, 640, 480, fov_rad=math.radians(60.0), eyes_m=0.063)
    assert z == pytest.approx(focal_px / 1000.0)
    assert x == pytest.approx(100.0 * z / focal_px)
    assert y == pytest.approx(0.0)


@given(st.floats(-3.1, 3.1), st.floats(-1.5, 1.5), st.floats(-3.1, 3.1))
def test_a_quaternion_stands_for_its_matrix(yaw, pitch, roll):
    rotation = turned(yaw, pitch, roll)
    q = quaternion(rotation)
    assert np.linalg.norm(q) == pytest.approx(1.0)
    assert np.allclose(matrix(q), rotation, atol=1e-9)


def matrix(q):
    w, x, y, z = q
    return [
        [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
        [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
        [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
    ]
