"""Plans on whose whole way no part of the robot touches another."""

from __future__ import annotations

import math

import numpy as np

from solamen.robot.safety.collision import Pair, Sweep
from solamen.robot.safety.plan import Plan, Planner, Vector


class FreePlanner:
    """Follows targets as the planner does, and holds joints back whose links would come too near to others.

    Each plan that it gives out is free from its first row to its last, and so is the way on which all joints brake
    from its second row: whatever comes next, a stop among it, there is a free way to rest.

    Args:
        planner: makes the plans.
        sweep: what must not touch; None where that is not known.
    """

    def __init__(self, planner: Planner, sweep: Sweep | None) -> None:
        self._planner, self._sweep = planner, sweep

    def follow(
        self, now_s: float, state: tuple[Vector, Vector], target: tuple[Vector, Vector], share: float, ceiling: Vector
    ) -> tuple[Plan, bool, list[int]]:
        """A plan; whether a limit held it back; and the numbers of the joints that were held for others' sake.

        Args:
            now_s: time at which the plan starts.
            state: position and velocity at the start.
            target: position and velocity that are wanted.
            share: 0–1, of the limits.
            ceiling: of each joint's velocity.
        """
        plan, held = self._planner.follow(now_s, state, target, share, ceiling)
        doubt = self._sweep.in_doubt(plan.position) if self._sweep is not None else []
        near = self._near(plan, doubt)
        if self._sweep is None or not near:
            return plan, held, []
        blocked: set[int] = set()
        for everything in (False, True):
            blocked |= set(self._sweep.joints_of(near) if everything else self._sweep.to_hold(plan.position, near))
            slowed = ceiling.copy()
            slowed[list(blocked)] = 0.0
            plan, _ = self._planner.follow(now_s, state, target, share, slowed)
            near = self._near(plan, doubt)
            if not near:
                return plan, True, sorted(blocked)
        # All that moves comes to rest on the way that was found free when the last plan was made.
        return self._planner.brake(now_s, state), True, self._sweep.joints.tolist()

    def _near(self, plan: Plan, doubt: list[Pair]) -> list[Pair]:
        if self._sweep is None or not doubt:
            return []
        stopping = self._planner.brake(math.nan, (plan.position[1], plan.velocity[1])).position
        return self._sweep.approaching(plan.position, doubt, np.concatenate((plan.position[:1], stopping)))
