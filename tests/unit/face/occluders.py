"""Things painted before a face: a mask, dark glasses, a hand of the face's own colour, a bar."""

import cv2
import numpy as np

_MASK = (
    *(227, 116, 117, 118, 50, 101, 100, 47, 114, 188, 6, 412, 343, 277, 329, 330, 280, 347, 346, 345, 447),
    *(323, 361, 288, 397, 365, 379, 378, 400, 377, 152, 148, 176, 149, 150, 136, 172, 58, 132, 93),
)
_SKIN = (50, 280, 151, 205, 425)
_CIRCLE = np.linspace(0.0, 2.0 * np.pi, 24)


def _fill(image, outline, colour, blur=1.2):
    cover = np.zeros(image.shape[:2], np.float32)
    cv2.fillPoly(cover, [np.round(outline).astype(np.int32)], 1.0)
    cover = cv2.GaussianBlur(cover, (0, 0), blur)[..., None]
    weave = np.random.default_rng(0).normal(0.0, 6.0, image.shape[:2]).astype(np.float32)
    painted = np.array(colour, np.float32) + 2.0 * cv2.GaussianBlur(weave, (0, 0), 1.2)[..., None]
    return np.clip(image * (1.0 - cover) + cover * painted, 0, 255).astype(np.uint8)


def _eyes_px(points):
    return float(np.linalg.norm(points[33, :2] - points[263, :2]))


def _ellipse(centre, across, down):
    return centre + np.stack([across * np.cos(_CIRCLE), down * np.sin(_CIRCLE)], axis=1)


def mask(image, points, colour=(235, 240, 245)):
    return _fill(image, points[list(_MASK), :2], colour, blur=2.0)


def eye_patch(image, points, colour=(20, 20, 24)):
    """Over the eye on the picture's left alone."""
    width = float(np.linalg.norm(points[33, :2] - points[133, :2]))
    return _fill(image, _ellipse(points[[33, 133], :2].mean(axis=0), 1.0 * width, 0.8 * width), colour)


def dark_glasses(image, points, colour=(20, 20, 24)):
    for one, other in ((33, 133), (263, 362)):
        width = float(np.linalg.norm(points[one, :2] - points[other, :2]))
        centre = points[[one, other], :2].mean(axis=0) + np.array((0.0, 0.08 * width))
        image = _fill(image, _ellipse(centre, 0.95 * width, 0.7 * width), colour)
    return image


def hand(image, points, over, seed=0):
    """Four fingers of about the skin's own colour, here and there."""
    rng = np.random.default_rng(seed)
    at = points[list(_SKIN), :2].astype(int)
    skin = np.median(image[at[:, 1], at[:, 0]], axis=0) * (1.02, rng.uniform(0.9, 1.0), rng.uniform(0.85, 1.0))
    skin = skin * rng.uniform(0.75, 1.15)
    centre = points[list({"mouth": (13, 14, 61, 291), "eyes": (168, 6, 159, 386)}[over]), :2].mean(axis=0)
    centre = centre + rng.normal(0.0, 0.05 * _eyes_px(points), 2)
    for finger in range(4):
        middle = centre + np.array((0.0, (finger - 1.5) * 0.24 * _eyes_px(points)))
        outline = _ellipse(middle, _eyes_px(points), 0.16 * _eyes_px(points))
        image = _fill(image, outline, skin * (0.86 + 0.08 * finger))
    return image


def bar(image, points, over, colour=(128, 128, 128)):
    centre = points[list({"mouth": (13, 14), "eyes": (33, 263, 159, 386)}[over]), :2].mean(axis=0)
    half = np.array([0.9, {"mouth": 0.42, "eyes": 0.28}[over]]) * _eyes_px(points)
    corners = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)])
    return _fill(image, centre + corners * half, colour, blur=1.0)
