"""Where the parts of a robot are: balls on chains of joints, for one posture or for many at once."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from transforms3d.euler import euler2mat

Triple = tuple[float, float, float]
Array = NDArray[np.float64]
Numbers = NDArray[np.int64]

Ball = tuple[float, float, float, float]
"""Centre in base_link and radius, m."""

AXES = {"x": (1, 2), "y": (2, 0), "z": (0, 1), "-x": (2, 1), "-y": (0, 2), "-z": (1, 0)}
"""The two columns of a frame that a turn about the axis mixes."""


@dataclass(frozen=True)
class ChainJoint:
    """A joint that turns.

    Attributes:
        name: of the joint.
        axis: "x", "y" or "z" of its own frame, with a minus before it where it turns the other way.
        place: of its frame in the frame before, m.
        tilt: of its frame in the frame before, with the joint at 0: roll, pitch and yaw about fixed axes, rad.
    """

    name: str
    axis: str
    place: Triple
    tilt: Triple = (0.0, 0.0, 0.0)

    @cached_property
    def tilted(self) -> Array | None:
        """3×3, from its frame at 0 to the frame before; None where the frames are parallel."""
        return np.asarray(euler2mat(*self.tilt, "sxyz")) if any(self.tilt) else None


@dataclass(frozen=True)
class Chain:
    """Joints in a row from base_link, and balls: how many joints come before it, centre in that frame, radius (m)."""

    joints: tuple[ChainJoint, ...]
    balls: tuple[tuple[int, Triple, float], ...]

    @cached_property
    def radii(self) -> Array:
        """Of the balls, in the order of `ball_centres`, m."""
        return np.array([radius for number in range(len(self.joints) + 1) for _, radius in self._at(number)])

    @cached_property
    def reaches(self) -> dict[str, float]:
        """Joint to the greatest way from it to the end of a ball that it moves, m: what 1 rad of it moves at most."""
        found = {}
        for number, joint in enumerate(self.joints, start=1):
            ends, way = [0.0], 0.0
            for later in range(number, len(self.joints) + 1):
                way += math.hypot(*self.joints[later - 1].place) if later > number else 0.0
                ends += [way + math.hypot(*centre) + radius for centre, radius in self._at(later)]
            found[joint.name] = max(ends)
        return found

    def reach_m(self) -> float:
        """Sum of the reaches: times the speed of the fastest joint, rad/s, it bounds the speed of the end, m/s."""
        return sum(self.reaches.values())

    def ball_places(self, positions: Mapping[str, float]) -> list[Ball]:
        """Where the balls are, in base_link, with the joints there (rad)."""
        frames = self.frames(positions)
        return [
            (*_moved(frames[number][1], frames[number][0], centre), radius) for number, centre, radius in self.balls
        ]

    def frames(self, positions: Mapping[str, float]) -> list[tuple[Triple, list[Triple]]]:
        """Origin and the three columns of the rotation, before the first joint and after each one."""
        origin: Triple = (0.0, 0.0, 0.0)
        columns: list[Triple] = [(1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)]
        found = [(origin, columns)]
        for joint in self.joints:
            origin = _moved(columns, origin, joint.place)
            if joint.tilted is not None:
                columns = [_moved(columns, (0.0, 0.0, 0.0), tuple(way)) for way in joint.tilted.T.tolist()]
            columns = _turned(columns, joint.axis, positions[joint.name])
            found.append((origin, columns))
        return found

    def ball_centres(self, angles: Array) -> Array:
        """Where the centres of the balls are in many postures.

        Args:
            angles: postures × joints of this chain, rad.

        Returns:
            Postures × 3 × balls, m in base_link, the balls in the order of the joints.
        """
        fixed, cosine, sine = self._turns
        angles = angles[:, :, None, None]
        turns = fixed + np.cos(angles) * cosine + np.sin(angles) * sine
        frame = np.broadcast_to(np.eye(4), (len(angles), 4, 4))
        found = []
        for number, centres in enumerate(self._centres):
            if number:
                frame = frame @ turns[:, number - 1]
            if centres.shape[1]:
                found.append(frame[:, :3] @ centres)
        return np.concatenate(found, axis=2)

    @cached_property
    def _turns(self) -> tuple[Array, Array, Array]:
        """Joints × 4 × 4 each: a joint's step from frame to frame is fixed + cos(angle) × 2nd + sin(angle) × 3rd."""
        steps = np.zeros((3, len(self.joints), 4, 4))
        for number, joint in enumerate(self.joints):
            one, two = AXES[joint.axis]
            tilt = np.eye(4)
            tilt[:3, :3] = joint.tilted if joint.tilted is not None else np.eye(3)
            tilt[:3, 3] = joint.place
            fixed, cosine, sine = np.eye(4), np.zeros((4, 4)), np.zeros((4, 4))
            fixed[one, one] = fixed[two, two] = 0.0
            cosine[one, one] = cosine[two, two] = 1.0
            sine[two, one], sine[one, two] = 1.0, -1.0
            steps[:, number] = tilt @ fixed, tilt @ cosine, tilt @ sine
        return steps[0], steps[1], steps[2]

    @cached_property
    def _centres(self) -> list[Array]:
        """For each number of joints before them, the balls' centres: 4 × balls, the last row 1."""
        return [
            np.array([(*centre, 1.0) for centre, _ in self._at(number)]).reshape(-1, 4).T
            for number in range(len(self.joints) + 1)
        ]

    def _at(self, number: int) -> list[tuple[Triple, float]]:
        return [(centre, radius) for before, centre, radius in self.balls if before == number]


def _moved(columns: Sequence[Triple], origin: Triple, place: Triple) -> Triple:
    (a, b, c), (d, e, f), (g, h, i) = columns
    x, y, z = place
    return (
        origin[0] + a * x + d * y + g * z,
        origin[1] + b * x + e * y + h * z,
        origin[2] + c * x + f * y + i * z,
    )


def _turned(columns: list[Triple], axis: str, angle: float) -> list[Triple]:
    one, two = AXES[axis]
    c, s = math.cos(angle), math.sin(angle)
    (a, b, d), (e, f, g) = columns[one], columns[two]
    made = list(columns)
    made[one] = (c * a + s * e, c * b + s * f, c * d + s * g)
    made[two] = (c * e - s * a, c * f - s * b, c * g - s * d)
    return made
