"""Scripted crossings of two faces: two painted boxes that move, one before the other, and nets that see just these."""

import math
from dataclasses import dataclass

import numpy as np

from solamen.core.frames import Frame
from solamen.face.boxes import Box
from solamen.face.landmarks import FaceLandmarks, FacePlace

from .test_geometry import average_face

WIDTH, HEIGHT = 320, 240
CARE, BYSTANDER = "care", "bystander"
COLOUR = {CARE: (200, 40, 40), BYSTANDER: (40, 40, 200)}
BROW = {CARE: 0.05, BYSTANDER: 0.95}
HIDDEN = 0.35
_AVERAGE = average_face()
_AVERAGE_BOX = Box.around(_AVERAGE)
_NOISE = np.random.default_rng(3).integers(0, 30, (HEIGHT, WIDTH, 3), np.uint8)


@dataclass(frozen=True)
class Face:
    who: str
    x: float
    y: float
    size: float

    @property
    def box(self):
        half = self.size / 2
        return Box(self.x - half, self.y - half * 1.2, self.x + half, self.y + half * 1.2)


@dataclass(frozen=True)
class Script:
    """One crossing: where both faces are at each time, and which of them is before the other."""

    seed: int
    rate_hz: float
    care_leaves: bool
    bystander_before: bool
    miss: float
    start_s: float
    speed: float
    stops_at: float
    sizes: tuple[float, float]

    @staticmethod
    def drawn(seed):
        rng = np.random.default_rng(seed)
        return Script(
            seed,
            rate_hz=float(rng.uniform(10.0, 30.0)),
            care_leaves=bool(rng.random() < 0.4),
            bystander_before=bool(rng.random() < 0.6),
            miss=float(rng.choice([0.0, 0.1, 0.25])),
            start_s=float(rng.uniform(0.3, 1.0)),
            speed=float(rng.uniform(60.0, 260.0)),
            stops_at=float(rng.choice([-200.0, WIDTH / 2, 0.8 * WIDTH, 2.0 * WIDTH])),
            sizes=(float(rng.uniform(56.0, 80.0)), float(rng.uniform(40.0, 80.0))),
        )

    def at(self, time_s):
        """Both faces at a time, the one behind first."""
        moved = self.speed * max(0.0, time_s - self.start_s)
        x = -60.0 + moved
        if self.stops_at > 0.0:
            x = min(x, self.stops_at)
        care_x = WIDTH / 2 + (moved if self.care_leaves else 4.0 * math.sin(3.0 * time_s))
        care = Face(CARE, care_x, HEIGHT / 2, self.sizes[0])
        other = Face(BYSTANDER, x, HEIGHT / 2 + 6.0, self.sizes[1])
        return [care, other] if self.bystander_before else [other, care]

    def frames(self, seconds):
        for index in range(int(seconds * self.rate_hz)):
            time_s = index / self.rate_hz
            yield Scene(self.at(time_s), time_s, index)


class Scene:
    def __init__(self, faces, time_s, index):
        self.faces, self.time_s = faces, time_s
        self.image = _NOISE.copy()
        for face in faces:
            rows, columns = face.box.pixels(WIDTH, HEIGHT)
            self.image[rows, columns] = COLOUR[face.who]
        self.image += np.roll(_NOISE, index)
        self.frame = Frame(self.image, time_s, 0, index)

    def visible(self, image):
        """Share of each face that a picture shows."""
        shares = {}
        for face in self.faces:
            rows, columns = face.box.pixels(WIDTH, HEIGHT)
            patch = image[rows, columns].astype(int)
            seen = (np.abs(patch - np.array(COLOUR[face.who])) < 80).all(axis=2).sum()
            shares[face.who] = float(seen / face.box.area)
        return shares


class World:
    """The nets of one script: they see the scene that is before them."""

    def __init__(self, script):
        self.scene = None
        self.rng = np.random.default_rng(script.seed + 1000)
        self.miss = script.miss
        self.read = None
        self._last = None

    def find_all(self, image):
        shares = self.scene.visible(image)
        faces = [f for f in self.scene.faces if shares[f.who] > HIDDEN and self.rng.random() >= self.miss]
        return sorted((self._place(face) for face in faces), key=lambda place: -place.eye_distance_px)

    def _place(self, face):
        jitter = self.rng.normal(0.0, 0.02 * face.size, 4)
        box = Box(*(np.array([face.box.left, face.box.top, face.box.right, face.box.bottom]) + jitter))
        return FacePlace(box.centre, 0.45 * box.width, 0.9, box)

    def find(self, image):
        """As a tracker does: the face that is nearest to the last one, whosever it is."""
        shares = self.scene.visible(image)
        faces = [face for face in self.scene.faces if shares[face.who] > HIDDEN]
        last = self._last or (WIDTH / 2, HEIGHT / 2)
        face = min(faces, key=lambda face: math.dist((face.x, face.y), last), default=None)
        self.read, self._last = (face.who, (face.x, face.y)) if face else (None, None)
        return self._landmarks(face) if face else None

    def _landmarks(self, face):
        scale = face.size / _AVERAGE_BOX.width
        points = (_AVERAGE - [*_AVERAGE_BOX.centre, 0.0]) * scale + [face.x, face.y, 0.0]
        return FaceLandmarks(
            points.astype(np.float32), {"browDownLeft": BROW[face.who], "browDownRight": BROW[face.who]}
        )

    def close(self):
        pass


def play(pipeline, world, script, seconds):
    """Each scene of a script and what the pipeline says of it."""
    for scene in script.frames(seconds):
        world.scene, world.read = scene, None
        yield scene, pipeline.process(scene.frame)
