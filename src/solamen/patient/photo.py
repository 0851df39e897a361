"""How a picture is taken: camera, light, and what lens, sensor and a hand before the face do to it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from solamen.core.frames import Image
from solamen.patient.pose import head_rotation

Floats = NDArray[np.float64]
Rng = np.random.Generator

TURN_MOST_RAD = math.radians(35.0)
COVERED = ("mouth", "eye", "eyes", "brow", "nose")
"""What a hand or a cloth may hide."""
HIDES = {"mouth": (9, 10, 12, 15, 17, 20, 25, 26), "eye": (), "eyes": (5, 6, 7, 43), "brow": (1, 2, 4), "nose": (9,)}
"""Units that cannot be told where it does; one hidden eye leaves the other."""


@dataclass(frozen=True)
class View:
    """One arrangement of head, camera and light.

    Attributes:
        head_rad: yaw to the person's left, pitch down, roll to the right shoulder.
        camera_m: place of the camera in the patient's frame; it looks at `target_m`.
        target_m: point in the middle of the picture.
        camera_roll_rad: of the camera about its axis.
        field_rad: vertical field of view.
        lights: three directions and colours.
        ambient: light from everywhere, RGB.
        wall: colour of the wall, RGB.
        shine: how wet or oily the skin is, 0–1.
    """

    head_rad: tuple[float, float, float]
    camera_m: Floats
    target_m: Floats
    camera_roll_rad: float
    field_rad: float
    lights: tuple[tuple[Floats, Floats], ...]
    ambient: Floats
    wall: Floats
    shine: float

    @property
    def head(self) -> Floats:
        """3 × 3, rotation of the head in the patient's frame."""
        return head_rotation(*self.head_rad)

    @property
    def camera_axes(self) -> Floats:
        """3 × 3: the camera's right, up and backward axes as columns, in the patient's frame."""
        back = (self.camera_m - self.target_m) / np.linalg.norm(self.camera_m - self.target_m)
        right = np.cross((0.0, 0.0, 1.0), back)
        right /= np.linalg.norm(right)
        up = np.cross(back, right)
        c, s = math.cos(self.camera_roll_rad), math.sin(self.camera_roll_rad)
        return np.stack([c * right + s * up, c * up - s * right, back], axis=1)

    def pixel(self, point: Floats, side_px: int) -> Floats:
        """Where a point of the patient's frame is in a square picture: x, y in pixels, and pixels per metre there."""
        seen = self.camera_axes.T @ (point - self.camera_m)
        focal = 0.5 * side_px / math.tan(0.5 * self.field_rad)
        depth = max(-seen[2], 0.05)
        return np.array(
            [0.5 * side_px + focal * seen[0] / depth, 0.5 * side_px - focal * seen[1] / depth, focal / depth]
        )


def draw_view(rng: Rng, scale: float, *, calm: float = 1.0) -> View:
    """A random view.

    Args:
        rng: what is left to chance.
        scale: of the head by an adult's, so that it fills the picture.
        calm: 1 draws from the whole range, less keeps to the middle of it.
    """
    turn = [float(np.clip(rng.normal(0.0, 0.42 * calm), -1.0, 1.0)) * TURN_MOST_RAD for _ in range(2)]
    head = (turn[0], 0.85 * turn[1], float(rng.normal(0.0, 0.10 * calm)))
    field = float(rng.uniform(0.3, 0.95))
    fill = float(rng.uniform(0.6, 1.1))
    distance = 0.5 * 0.23 * scale / fill / math.tan(0.5 * field) + 0.08 * scale
    target = np.array([0.0, rng.normal(0.0, 0.008), -0.045 + rng.normal(0.0, 0.01)]) * scale
    azimuth, rise = rng.normal(0.0, 0.06), rng.normal(-0.03, 0.08)
    ray = np.array([math.cos(azimuth) * math.cos(rise), math.sin(azimuth) * math.cos(rise), math.sin(rise)])
    strengths = (rng.uniform(0.15, 0.6), rng.uniform(0.0, 0.3), rng.uniform(0.0, 0.2))
    lights = tuple(_light(rng, strength) for strength in strengths)
    tint = rng.lognormal(0.0, 0.06, 3)
    return View(
        head_rad=head,
        camera_m=target + distance * ray,
        target_m=target,
        camera_roll_rad=float(rng.normal(0.0, 0.06)),
        field_rad=field,
        lights=lights,
        ambient=rng.uniform(0.15, 0.42) * tint,
        wall=rng.uniform(0.1, 1.0) * rng.lognormal(0.0, 0.2, 3),
        shine=float(rng.uniform(0.0, 0.3)),
    )


def _light(rng: Rng, strength: float) -> tuple[Floats, Floats]:
    """A lamp somewhere before or beside the face: the direction of its light, and its colour."""
    azimuth, rise = rng.uniform(-1.4, 1.4), rng.uniform(-0.3, 1.2)
    way = -np.array([math.cos(azimuth) * math.cos(rise), math.sin(azimuth) * math.cos(rise), math.sin(rise)])
    return way, strength * rng.lognormal(0.0, 0.08, 3)


@dataclass(frozen=True)
class Flaws:
    """What is wrong with a picture.

    Attributes:
        exposure: factor of brightness.
        gamma: of the tones.
        blur_px: standard deviation of the blur.
        smear_px: length of a smear by motion.
        noise: standard deviation of the sensor's noise, of 255.
        jpeg: quality 1–100; 0 leaves it out.
        grey: whether colour is lost.
        covered: what is hidden, of `COVERED`; empty: nothing.
    """

    exposure: float = 1.0
    gamma: float = 1.0
    blur_px: float = 0.0
    smear_px: int = 0
    noise: float = 0.0
    jpeg: int = 0
    grey: bool = False
    covered: str = ""


def draw_flaws(rng: Rng, side_px: int, *, cover: float = 0.05) -> Flaws:
    """Random flaws; `cover` is how often something is hidden."""
    size = side_px / 320.0
    return Flaws(
        exposure=float(np.clip(rng.lognormal(0.0, 0.22), 0.35, 1.7)),
        gamma=float(rng.lognormal(0.0, 0.12)),
        blur_px=float(size * rng.uniform(0.0, 1.5)) if rng.random() < 0.3 else 0.0,
        smear_px=int(rng.integers(3, 8)) if rng.random() < 0.1 else 0,
        noise=float(rng.uniform(0.0, 8.0)) if rng.random() < 0.5 else 0.0,
        jpeg=int(rng.integers(30, 95)) if rng.random() < 0.6 else 0,
        grey=bool(rng.random() < 0.07),
        covered=str(rng.choice(COVERED)) if rng.random() < cover else "",
    )


def develop(image: Image, flaws: Flaws, places: dict[str, Floats], rng: Rng) -> Image:
    """The picture with its flaws.

    Args:
        image: height × width × 3.
        flaws: what is wrong with it.
        places: of the parts that may be covered: x, y, half width, half height in pixels.
        rng: of noise and of the cover's shape.
    """
    picture = image.copy()
    if flaws.covered:
        _cover(picture, places[flaws.covered], rng)
    if flaws.blur_px > 0.2:
        picture = cv2.GaussianBlur(picture, (0, 0), flaws.blur_px)
    if flaws.smear_px > 1:
        kernel = np.zeros((flaws.smear_px, flaws.smear_px), np.float32)
        kernel[flaws.smear_px // 2] = 1.0 / flaws.smear_px
        picture = cv2.filter2D(picture, -1, kernel if rng.random() < 0.5 else kernel.T)
    result = _sensed(picture, flaws, rng)
    if flaws.jpeg:
        _, data = cv2.imencode(".jpg", result, [cv2.IMWRITE_JPEG_QUALITY, flaws.jpeg])
        result = np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)
    return np.ascontiguousarray(result)


def _sensed(picture: Image, flaws: Flaws, rng: Rng) -> Image:
    """Tones, noise and colour of the sensor."""
    tones = 255.0 * np.clip(flaws.exposure * (np.arange(256) / 255.0) ** flaws.gamma, 0.0, 1.0)
    light = tones.astype(np.float32)[picture]
    if flaws.noise > 0.0:
        light = light + flaws.noise * rng.standard_normal(light.shape, np.float32)
    if flaws.grey:
        light = np.repeat(light.mean(axis=2, keepdims=True), 3, axis=2)
    return np.asarray(np.clip(light, 0, 255), np.uint8)


def _cover(picture: Image, place: Floats, rng: Rng) -> None:
    """Paints a hand-like blob or a cloth over a part of the face."""
    colour = (np.array((0.75, 0.56, 0.46)) * rng.uniform(0.35, 1.2) * rng.lognormal(0.0, 0.12, 3) * 255).clip(0, 255)
    x, y, wide, high = place
    centre = (int(x + rng.normal(0.0, 0.15) * wide), int(y + rng.normal(0.0, 0.15) * high))
    axes = (max(int(wide * rng.uniform(0.9, 1.3)), 2), max(int(high * rng.uniform(0.9, 1.4)), 2))
    if rng.random() < 0.7:
        cv2.ellipse(picture, centre, axes, float(rng.uniform(-25, 25)), 0.0, 360.0, colour.tolist(), -1, cv2.LINE_AA)
        for finger in np.linspace(-0.7, 0.7, 4):
            start = (int(centre[0] + finger * axes[0]), centre[1])
            end = (int(start[0] + rng.normal(0.0, 0.2) * axes[0]), int(centre[1] - 1.1 * axes[1]))
            cv2.line(picture, start, end, (0.9 * colour).tolist(), max(axes[0] // 4, 2), cv2.LINE_AA)
    else:
        low, high_corner = (centre[0] - axes[0], centre[1] - axes[1]), (centre[0] + axes[0], centre[1] + axes[1])
        cv2.rectangle(picture, low, high_corner, colour.tolist(), -1)
