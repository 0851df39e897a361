"""Varied patients: persons of all ages, shapes, skins and ways to move a face, in any view, light and picture.

The virtual patient of the live runs is one of three well-made persons; these are many rough ones, from which faces are
learned and judged. Their labels are rig-scaled intensities: 5 is what a full action moves on the mean person, so that a
person whose brow moves half as far is labelled half as high. No part of a person of the split `test` is in `train`.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from solamen.core.action_units import MAX_INTENSITY, UNITS, pain_index
from solamen.core.frames import Image
from solamen.patient.acts import Pose, pose_of
from solamen.patient.camera import Camera
from solamen.patient.complexions import recoloured
from solamen.patient.crowd import EYES, Head, draw_head
from solamen.patient.expression import LIPS_MEET, smoothstep
from solamen.patient.muscles import anchors_of, dense_actions
from solamen.patient.person import Floats, Integers, Person
from solamen.patient.photo import HIDES, Flaws, View, develop, draw_flaws, draw_view
from solamen.patient.renderer import Renderer
from solamen.patient.rigs import ACTIONS, MOVED, SIDES, draw_rig, strengths
from solamen.patient.settings import PatientSettings

SIDE_PX = 320
_BASES = ("adult", "child", "elder")
_NEGLIGIBLE_M = 3e-5


@dataclass(frozen=True)
class Attributes:
    """Who a varied patient is.

    Attributes:
        age_years: 0–90.
        gender: 0 (male) to 1 (female).
        skin: 0 (very light) to 1 (very dark).
        muscle_share: 0 (the base rig) to 1 (the rig of muscles).
    """

    age_years: float
    gender: float
    skin: float
    muscle_share: float


@dataclass(frozen=True)
class Still:
    """A picture and its truth.

    Attributes:
        image: height × width × 3, RGB.
        kind: what is shown, of `acts.KINDS`.
        intensity: FACS number to rig-scaled intensity 0–5, of all units; AU43 is how far the lids are shut.
        pspi: 0–16, of those, a closed eye counting as in a still.
        hidden: units that a hand or a cloth covers.
        view: how it was taken.
        flaws: what is wrong with it.
    """

    image: Image
    kind: str
    intensity: Mapping[int, float]
    pspi: float
    hidden: tuple[int, ...]
    view: View
    flaws: Flaws


class VariedPatient:
    """One of the many. Use it in a `with` statement; belongs to the thread that made it.

    Args:
        seed: who; the same seed and split are always the same person.
        split: `train` or `test`.
        side_px: of the square picture.

    Raises:
        OutsideError: the crowd's file is missing, or there is no OpenGL for drawing off screen (when entered).
    """

    def __init__(self, seed: int, split: str = "test", side_px: int = SIDE_PX) -> None:
        rng = np.random.default_rng([seed, zlib.crc32(split.encode())])
        self.name = f"{split}-{seed}"
        self._head = draw_head(rng, split)
        shapes, muscle_share = draw_rig(self._head, rng)
        african, asian, _ = self._head.ancestry
        skin = float(np.clip(0.1 + 0.75 * african + 0.3 * asian + rng.normal(0.0, 0.14), 0.0, 1.0))
        self.attributes = Attributes(self._head.age_years, self._head.gender, skin, muscle_share)
        self._person = _person(self.name, self._head, shapes, skin, rng)
        self._anchors = anchors_of(self._person.head.vertex)
        self._index = {name: i for i, name in enumerate(ACTIONS)}
        # How far each unit of this person's rig moves the face; labelled, as a coder sees it.
        self._strength = strengths(shapes, self._head.scale)
        # How far this person goes with each unit, and how the sides differ: labelled, too.
        self._reach = {unit: float(np.clip(rng.lognormal(0.0, 0.25), 0.5, 1.6)) for unit in UNITS}
        self._lean = {unit: float(rng.normal(0.0, 0.10)) for unit in MOVED}
        self._sneer = float(rng.uniform(0.0, 0.35))
        self._rest = self._resting(rng)
        self._side_px = side_px
        self._renderer: Renderer | None = None

    def __enter__(self) -> Self:
        settings = PatientSettings(width=self._side_px, height=self._side_px, camera_samples=0)
        self._renderer = Renderer(self._person, Camera(settings), settings)
        return self

    def __exit__(self, *_: object) -> None:
        if self._renderer is not None:
            self._renderer.close()
            self._renderer = None

    def still(
        self, kind: str, level: float, rng: np.random.Generator, *, calm: float = 1.0, cover: float = 0.05
    ) -> Still:
        """A picture of a random pose of a kind in a random view.

        Args:
            kind: of `acts.KINDS`.
            level: 0–1, how strong.
            rng: what is left to chance.
            calm: see `photo.draw_view`.
            cover: how often something hides a part of the face.
        """
        view = draw_view(rng, self._head.scale, calm=calm)
        flaws = draw_flaws(rng, self._side_px, cover=cover)
        return self._taken(self._own(pose_of(kind, level, rng)), view, flaws, rng)

    def clip(
        self, kind: str, level: float, seconds: float, rate_hz: float, rng: np.random.Generator
    ) -> Iterator[tuple[float, Still]]:
        """A short clip, time in seconds and picture: from neutral into one pose of a kind and back.

        Blinks last 0.2 s; sneezes about a second; the view drifts by some degrees.

        Args:
            kind: of `acts.KINDS`.
            level: 0–1, how strong.
            seconds: of the whole clip.
            rate_hz: pictures a second.
            rng: what is left to chance.
        """
        pose, view = self._own(pose_of(kind, level, rng)), draw_view(rng, self._head.scale, calm=0.6)
        flaws = draw_flaws(rng, self._side_px, cover=0.0)
        rise = {"blink": 0.1, "sneeze": 0.35}.get(kind, float(rng.uniform(0.4, 0.9)))
        hold = {"blink": 0.0, "sneeze": 0.4}.get(kind, max(seconds - 2.0 * rise - 0.6, 0.2))
        start = 0.5 * (seconds - 2.0 * rise - hold)
        drift = rng.normal(0.0, 0.05, 2)
        for frame in range(round(seconds * rate_hz)):
            t_s = frame / rate_hz
            fall = start + rise + hold
            share = smoothstep(t_s, start, start + rise) - smoothstep(t_s, fall, fall + rise)
            yaw, pitch = (view.head_rad[i] + drift[i] * t_s / seconds for i in (0, 1))
            moved = replace(view, head_rad=(float(yaw), float(pitch), view.head_rad[2]))
            yield t_s, self._taken(_scaled(pose, share), moved, flaws, rng)

    def _own(self, pose: Pose) -> Pose:
        """A pose as this person shows it; the labels go with it."""
        shown = {u: min(x * (self._reach[u] if u != 43 else 1.0), MAX_INTENSITY) for u, x in pose.intensity.items()}
        return Pose(pose.kind, shown, pose.others, pose.gaze_rad)

    def _taken(self, pose: Pose, view: View, flaws: Flaws, rng: np.random.Generator) -> Still:
        """The picture of a pose."""
        if self._renderer is None:
            raise RuntimeError("a varied patient gives pictures only within a `with` block")
        self._renderer.arrange(view)
        image = self._renderer.draw(self._weights(pose), view.head, *pose.gaze_rad)
        image = develop(image, flaws, self._places(view), rng)
        intensity = self._seen(pose)
        hidden = HIDES.get(flaws.covered, ())
        return Still(image, pose.kind, intensity, pain_index(intensity).value, hidden, view, flaws)

    def _seen(self, pose: Pose) -> dict[int, float]:
        """What a pose shows on this face, by what a full action moves on the mean person: its labels."""
        moved = {unit: share * self._strength.get(unit, 1.0) for unit, share in _moved(pose).items()}
        return {unit: float(np.clip(MAX_INTENSITY * share, 0.0, MAX_INTENSITY)) for unit, share in moved.items()}

    def _weights(self, pose: Pose) -> NDArray[np.float32]:
        """Weights of the actions for a pose."""
        out, moved = self._rest.copy(), _moved(pose)
        shut = moved[43]
        for unit in MOVED:
            for side, sign in SIDES:
                out[self._index[f"AU{unit}{side}"]] += moved[unit] * (1.0 + sign * self._lean[unit])
        for name, weight in pose.others.items():
            out[self._index[name]] += weight
        yaw, pitch = pose.gaze_rad
        for side, outward in (("Left", yaw), ("Right", -yaw)):
            out[self._index[f"eyeBlink{side}"]] += shut
            height, across = "Down" if pitch > 0 else "Up", "Out" if outward > 0 else "In"
            for way, angle in ((height, abs(pitch)), (across, abs(outward))):
                out[self._index[f"eyeLook{way}{side}"]] += (1.0 - shut) * min(angle / 0.6, 1.0)
        return out

    def _resting(self, rng: np.random.Generator) -> NDArray[np.float32]:
        """The person's resting face: a little of some units, which nobody codes."""
        out = np.zeros(len(ACTIONS), np.float32)
        for unit, spread in ((1, 0.06), (2, 0.06), (4, 0.08), (7, 0.10), (12, 0.05), (15, 0.08), (17, 0.06), (6, 0.06)):
            for side, _ in SIDES:
                out[self._index[f"AU{unit}{side}"]] = abs(rng.normal(0.0, spread)) * (rng.random() < 0.6)
        drop = float(np.clip(rng.normal(0.04, 0.06), -0.1, 0.2))
        for side, _ in SIDES:
            out[self._index[f"eyeBlink{side}"]] = drop
        return out

    def _places(self, view: View) -> dict[str, NDArray[np.float64]]:
        """Where the parts that may be covered are in the picture: x, y, half width, half height."""
        a, size = self._anchors, self._head.scale
        parts = {
            "mouth": (0.5 * (a["upper_lip"] + a["lower_lip"]) * (1, 0, 1), 0.032, 0.022),
            "eye": (a["lower_lid"], 0.022, 0.018),
            "eyes": (np.array([a["lower_lid"][0], 0.0, a["lower_lid"][2] + 0.006]), 0.058, 0.016),
            "brow": (np.array([a["inner_brow"][0], 0.0, a["inner_brow"][2] + 0.006]), 0.055, 0.016),
            "nose": (a["nose_tip"], 0.020, 0.020),
        }
        out = {}
        for name, (point, wide, high) in parts.items():
            moved = view.head @ (point - self._head.pivot) + self._head.pivot
            x, y, per_metre = view.pixel(moved, self._side_px)
            out[name] = np.array([x, y, wide * size * per_metre, high * size * per_metre])
        return out


def _moved(pose: Pose) -> dict[int, float]:
    """Share 0–1 of each unit that a pose moves: lids that are shut have little way left to tighten, none to widen."""
    share = {unit: pose.intensity.get(unit, 0.0) / MAX_INTENSITY for unit in UNITS}
    return share | {7: share[7] * (1.0 - 0.6 * share[43]), 5: share[5] * (1.0 - share[43])}


def _scaled(pose: Pose, share: float) -> Pose:
    shown = {unit: share * value for unit, value in pose.intensity.items()}
    others = {name: share * value for name, value in pose.others.items()}
    return Pose(pose.kind, shown, others, (share * pose.gaze_rad[0], share * pose.gaze_rad[1]))


def _person(name: str, head: Head, shapes: Mapping[str, Floats], skin: float, rng: np.random.Generator) -> Person:
    """Head, rig and paint put together as a person that the renderer can draw."""
    base = Person.load(str(rng.choice(_BASES, p=[0.2, 0.6, 0.2] if head.age_years < 14.0 else [0.5, 0.15, 0.35])))
    hair_base = base if base.name != "adult" else Person.load("elder" if rng.random() < 0.7 else "child")
    vertex = head.vertex + LIPS_MEET * rng.uniform(0.5, 1.1) * head.scale * dense_actions()["jawOpen"]
    base_scale = float(abs(base.eye_centre[0, 1] - base.eye_centre[1, 1])) / 0.061
    starts, vertices, ways = _packed(shapes)
    torso = (base.torso.vertex - base.pivot) * (head.scale / base_scale) + head.pivot
    bald = rng.random() < 0.12
    hair = head.hair * (0.6 if bald else 1.0) + (head.pivot * 0.4 if bald else 0.0)
    return Person(
        name=name,
        head=replace(base.head, vertex=vertex.astype(np.float32)),
        hair=replace(hair_base.hair, vertex=hair.astype(np.float32)),
        torso=replace(base.torso, vertex=torso.astype(np.float32)),
        actions=ACTIONS,
        offset_start=starts,
        offset_vertex=vertices,
        offset=ways,
        follow=base.follow,
        eye_vertices=EYES,
        eye_centre=head.eye_centre,
        pivot=head.pivot,
        paint=recoloured(base.paint, skin, rng),
    )


def _packed(shapes: Mapping[str, Floats]) -> tuple[Integers, Integers, Floats]:
    """Every action's start, moved vertices and ways, as a person keeps them."""
    starts, vertices, ways = [0], [], []
    for action in ACTIONS:
        moved = np.flatnonzero(np.abs(shapes[action]).max(axis=1) > _NEGLIGIBLE_M)
        vertices.append(moved)
        ways.append(shapes[action][moved])
        starts.append(starts[-1] + len(moved))
    return np.array(starts, np.int32), np.concatenate(vertices).astype(np.int32), np.concatenate(ways)
