"""Short plans of motion that keep every limit and end at rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solamen.core.intents import TrajectoryPoint
from solamen.robot.safety.limits import JointLimit

Vector = NDArray[np.float64]

STEP_S = 0.02
"""Distance in time between the points of a plan."""

FOLLOW_STEPS = 2
"""Steps that go on towards the target; the rest of a plan brakes. Two, so that a late command leaves no dent."""

BRAKE_STEPS = 8
"""Steps within which every joint must be able to stop: a plan covers at most 10 × 20 ms = 0.2 s."""

SETTLE_S = 1.5 * STEP_S
"""Time constant with which a plan closes in on its target."""


@dataclass(frozen=True)
class Plan:
    """Joint states at every 20 ms; the acceleration is constant in between.

    Attributes:
        start_s: time of the first row.
        position, velocity: rows × joints; the last row is at rest.
    """

    start_s: float
    position: Vector
    velocity: Vector

    def state(self, now_s: float) -> tuple[Vector, Vector]:
        """Position and velocity at a time; after the end, or if the clock ran back, the rest at the end."""
        along = (now_s - self.start_s) / STEP_S
        last = len(self.position) - 1
        if along >= last or along < -FOLLOW_STEPS:
            return self.position[-1], self.velocity[-1]
        row = max(int(along), 0)
        part = max(along - row, 0.0)
        velocity = self.velocity[row] + part * (self.velocity[row + 1] - self.velocity[row])
        return self.position[row] + 0.5 * part * STEP_S * (self.velocity[row] + velocity), velocity

    def moving(self, now_s: float) -> bool:
        """Whether anything still moves, by the plan."""
        return bool(np.any(self.state(now_s)[1]))

    def points(self, names: Sequence[str]) -> list[TrajectoryPoint]:
        """The plan as a message holds it, without its first row, which is the present."""
        return [
            TrajectoryPoint(
                row * STEP_S,
                dict(zip(names, self.position[row].tolist(), strict=True)),
                dict(zip(names, self.velocity[row].tolist(), strict=True)),
            )
            for row in range(1, len(self.position))
        ]


class Planner:
    """Makes plans for a set of joints. All vectors are in the order of its limits."""

    def __init__(self, limits: Sequence[JointLimit], margin_share: float, velocity_share: float = 1.0) -> None:
        self._lower = np.array([limit.lower for limit in limits], dtype=np.float64)
        self._upper = np.array([limit.upper for limit in limits], dtype=np.float64)
        self._acceleration = np.array([limit.max_acceleration for limit in limits], dtype=np.float64)
        fastest = velocity_share * np.array([limit.max_velocity for limit in limits], dtype=np.float64)
        # What cannot be braked away within BRAKE_STEPS may not be reached.
        self._velocity = np.minimum(fastest, BRAKE_STEPS * STEP_S * self._acceleration)
        # Braking in whole steps goes up to a·h²/8 further than braking in continuous time.
        margin = margin_share * (self._upper - self._lower) + self._acceleration * STEP_S**2 / 8
        margin = np.minimum(margin, 0.25 * (self._upper - self._lower))
        self._low, self._high = self._lower + margin, self._upper - margin

    @property
    def ends(self) -> tuple[Vector, Vector]:
        """Lowest and highest positions within the limits and their margin."""
        return self._low, self._high

    @property
    def fastest(self) -> Vector:
        """Greatest velocities that are asked of the joints."""
        return self._velocity

    def clip(self, position: Vector) -> Vector:
        """Positions within the limits and their margin."""
        return np.clip(position, self._low, self._high)

    def clip_velocity(self, velocity: Vector) -> Vector:
        """Velocities that can be braked in time."""
        return np.clip(velocity, -self._velocity, self._velocity)

    def outside(self, position: Vector) -> NDArray[np.bool_]:
        """Which positions lie outside the limits themselves."""
        return np.asarray((position < self._lower) | (position > self._upper))

    def follow(
        self,
        now_s: float,
        state: tuple[Vector, Vector],
        target: tuple[Vector, Vector],
        speed_share: float = 1.0,
        ceiling: Vector | None = None,
    ) -> tuple[Plan, bool]:
        """A plan that follows a moving target for two steps and then brakes; and whether a limit held it back.

        Args:
            now_s: time at which the plan starts.
            state: position and velocity at the start.
            target: position and velocity that are wanted after the first step.
            speed_share: 0–1, of the velocity and acceleration limits.
            ceiling: of each joint's velocity, for this plan alone; a joint with 0 brakes at its greatest acceleration.
        """
        fastest, hardest = speed_share * self._velocity, speed_share * self._acceleration
        if ceiling is not None:
            hardest = np.where(ceiling < fastest, self._acceleration, hardest)
            fastest = np.minimum(fastest, ceiling)
        rows = [state]
        held = False
        for step in range(FOLLOW_STEPS):
            position, velocity = rows[-1]
            reference = self.clip(target[0] + step * STEP_S * target[1])
            wish = self._wish(position, velocity, reference, target[1], hardest)
            chosen = self._possible(position, velocity, wish, fastest, hardest)
            held |= bool(step == 0 and np.any(np.abs(chosen - wish) > 0.1 * fastest))
            rows.append((position + 0.5 * STEP_S * (velocity + chosen), chosen))
        return self._brake_from(now_s, rows), held

    def brake(self, now_s: float, state: tuple[Vector, Vector]) -> Plan:
        """A plan that decelerates every joint at once, at its greatest acceleration."""
        return self._brake_from(now_s, [state])

    def _wish(self, position: Vector, velocity: Vector, reference: Vector, speed: Vector, hardest: Vector) -> Vector:
        """The velocity after one step that closes in on the reference without passing it."""
        rest = reference - position - 0.5 * STEP_S * (velocity + speed)
        approach = np.minimum(np.abs(rest) / SETTLE_S, np.sqrt(1.6 * hardest * np.abs(rest)))
        return np.asarray(speed + np.sign(rest) * approach)

    def _possible(self, position: Vector, velocity: Vector, wish: Vector, fastest: Vector, hardest: Vector) -> Vector:
        """The velocity nearest to the wish that keeps the limits of position (first), acceleration and velocity."""
        above = self._stoppable(self._high - position, velocity)
        below = -self._stoppable(position - self._low, -velocity)
        chosen = np.clip(wish, -fastest, fastest)
        chosen = np.clip(chosen, velocity - hardest * STEP_S, velocity + hardest * STEP_S)
        chosen = np.maximum(np.minimum(chosen, above), below)
        most = self._acceleration * STEP_S
        return np.clip(chosen, velocity - most, velocity + most)

    def _stoppable(self, room: Vector, velocity: Vector) -> Vector:
        """The greatest velocity after one step from which braking ends within `room`."""
        acceleration = self._acceleration
        left = np.maximum(room - 0.5 * STEP_S * velocity, 0.0)
        return np.asarray(acceleration * (np.sqrt(STEP_S**2 / 4 + 2 * left / acceleration) - STEP_S / 2))

    def _brake_from(self, now_s: float, rows: list[tuple[Vector, Vector]]) -> Plan:
        """Appends steps of braking until all is at rest."""
        most = self._acceleration * STEP_S * (1 + 1e-9)
        while len(rows) == 1 or np.any(rows[-1][1]):
            position, velocity = rows[-1]
            slower = np.sign(velocity) * np.maximum(np.abs(velocity) - most, 0.0)
            rows.append((position + 0.5 * STEP_S * (velocity + slower), slower))
        positions = np.clip(np.array([row[0] for row in rows]), self._lower, self._upper)
        return Plan(now_s, positions, np.array([row[1] for row in rows]))
