"""The two back ends are the same nets, and give the same landmarks."""

import cv2
import numpy as np
import pytest

from solamen.core.errors import OutsideError
from solamen.face import backends
from solamen.face.landmarks import FaceFinder, FaceLandmarker
from solamen.face.litert import LiteRtFinder, LiteRtLandmarker, suppressed
from solamen.face.settings import FaceSettings

SETTINGS = FaceSettings()
PICTURES = ("single_face.jpg", "0-f1-su-ph.jpg", "0-f15-hao-ph.jpg", "15-f13-anc-ph.jpg", "45-m7-di-ph.jpg")
FRAMES = 60


@pytest.fixture(scope="session", autouse=True)
def litert():
    pytest.importorskip("ai_edge_litert", reason="the extra `litert` is not installed")


def picture(path):
    return np.ascontiguousarray(cv2.imread(str(path))[:, :, ::-1])


def apart(one, other):
    """Worst distance of two landmarks, px and in eye distances, and the worst difference of two blendshapes."""
    px = float(np.abs(one.points - other.points)[:, :2].max())
    eyes = float(np.linalg.norm(one.points[33] - one.points[263]))
    shapes = max(abs(one.blendshapes[name] - other.blendshapes[name]) for name in one.blendshapes)
    return px, px / eyes, shapes


@pytest.mark.parametrize("name", PICTURES)
def test_both_see_the_same_face_in_a_picture(model_file, clip, name):
    image = picture(clip(name))
    with FaceLandmarker(SETTINGS, video=False) as one, LiteRtLandmarker(SETTINGS, video=False) as other:
        px, _, shapes = apart(one.find(image), other.find(image))
    assert px <= 0.5
    assert shapes <= 0.1


@pytest.mark.parametrize("name", ["WolfgangLanger_Pexels.mp4", "single_face.mp4"])
def test_both_follow_the_same_face_through_a_film(model_file, clip, name):
    capture = cv2.VideoCapture(str(clip(name)))
    found = []
    with FaceLandmarker(SETTINGS) as one, LiteRtLandmarker(SETTINGS) as other:
        for _ in range(FRAMES):
            ok, image = capture.read()
            if ok:
                image = np.ascontiguousarray(image[:, :, ::-1])
                found.append(apart(one.find(image), other.find(image)))
    capture.release()
    px, share, shapes = np.array(found).T
    assert ((px <= 0.5) | (share <= 0.01)).all()
    assert np.median(shapes) <= 0.1


@pytest.mark.parametrize("name", [*PICTURES, "multi_face.jpg", "free-mountain-vector-01.jpg"])
def test_both_find_the_same_faces(model_file, clip, name):
    image = picture(clip(name))
    with FaceFinder(SETTINGS) as one, LiteRtFinder(SETTINGS) as other:
        first, second = one.find_all(image), other.find_all(image)
    assert len(first) == len(second) == {"multi_face.jpg": 3, "free-mountain-vector-01.jpg": 0}.get(name, 1)
    for a, b in zip(first, second, strict=True):
        assert a.box.overlap(b.box) > 0.97
        assert a.centre_px == pytest.approx(b.centre_px, abs=0.5)
        assert a.score == pytest.approx(b.score, abs=0.01)


def test_overlapping_boxes_are_one_face_at_their_weighted_mean():
    boxes = np.array([[[0, 0], [10, 10]], [[2, 0], [12, 10]], [[50, 50], [60, 60]]], np.float32)
    found = suppressed(np.array([0.9, 0.3, 0.6], np.float32), boxes, 0.3)
    assert [score for score, _ in found] == pytest.approx([0.9, 0.6])
    assert found[0][1][0] == pytest.approx([0.5, 0.0])


def test_where_no_back_end_is_installed_one_sentence_says_so(monkeypatch):
    monkeypatch.setattr(backends.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(OutsideError, match=r"mediapipe or litert.*make setup"):
        backends.backend(SETTINGS)


def test_where_mediapipe_does_not_install_litert_serves(monkeypatch):
    monkeypatch.setattr(backends.importlib.util, "find_spec", lambda name: name if name == "ai_edge_litert" else None)
    assert backends.backend(SETTINGS) == "litert"
