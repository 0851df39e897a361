"""Landmarks under mediapipe: what is read straight from its memory is what it hands out."""

import cv2
import numpy as np

from solamen.face.landmarks import FaceLandmarker
from solamen.face.settings import FaceSettings


def test_a_result_read_from_memory_is_the_one_that_mediapipe_hands_out(model_file, clip):
    image = np.ascontiguousarray(cv2.imread(str(clip("single_face.jpg")))[:, :, ::-1])
    with FaceLandmarker(FaceSettings()) as at_once, FaceLandmarker(FaceSettings()) as handed_out:
        handed_out._result_type = None
        for shown in (image, np.roll(image, 3, axis=1), image):
            one, other = at_once.find(shown), handed_out.find(shown)
            assert np.array_equal(one.points, other.points)
            assert list(one.blendshapes.items()) == list(other.blendshapes.items())


def test_in_a_blank_picture_nothing_is_read(model_file):
    with FaceLandmarker(FaceSettings()) as landmarker:
        assert landmarker.find(np.full((240, 320, 3), 127, np.uint8)) is None
