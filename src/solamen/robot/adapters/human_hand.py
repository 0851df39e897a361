"""A person's hand in the simulated room: soft, drawn by springs, never by force of its own beyond them."""

from __future__ import annotations

from typing import Any

import mujoco
import numpy as np
from numpy.typing import NDArray

from solamen.robot.adapters.model import PREFIX

Vector = NDArray[np.float64]

NAME = "human_hand"
ROBOT_HAND = "hand_left"
RADIUS_M, HALF_LENGTH_M, MASS_KG = 0.017, 0.035, 0.35
AWAY_M = 0.16
"""Before it comes the hand is that far from the palm, where the palm looks."""
PLACE = np.array([0.0275, 0.0, -0.034])
"""Where it rests, in the frame of the robot's hand: in the palm, across it."""
APPROACH_S, LEAVE_S = 1.0, 2.5
STIFFNESS_N_M, DAMPING_N_S_M = 120.0, 9.0
REST_PRESS_M = 0.010
"""Into the palm; times the stiffness it is a touch of about 1 N."""
PULL_N = {"pull": 5.0, "yank": 25.0}
PULL_RISE_S = {"pull": 0.3, "yank": 0.03}


class HumanHand:
    """Adds the hand to a model, and moves it by a scenario.

    Args:
        scenario: "rest": it comes and stays; "pull": then it pulls away with 5 N,
            where the fingers point, so that closed ones hold it back; "yank": then with 25 N, at once.
    """

    def __init__(self, scenario: str) -> None:
        self._scenario = scenario
        self._time_s = 0.0
        self._start = self._rest = self._leave = np.zeros(3)

    def add_to(self, spec: Any, data: Any) -> None:
        """Puts it into the room, before the palm as the robot has it there."""
        palm = data.body(PREFIX + ROBOT_HAND)
        turn = palm.xmat.reshape(3, 3)
        self._rest = palm.xpos + turn @ (PLACE - np.array([REST_PRESS_M, 0.0, 0.0]))
        self._start = palm.xpos + turn @ (PLACE + np.array([AWAY_M, 0.0, 0.0]))
        self._leave = turn @ np.array([0.0, 0.0, -1.0])
        body = spec.worldbody.add_body(name=NAME, pos=self._start, quat=palm.xquat, gravcomp=1.0)
        body.add_geom(
            type=mujoco.mjtGeom.mjGEOM_CAPSULE,
            fromto=[0.0, -HALF_LENGTH_M, 0.0, 0.0, HALF_LENGTH_M, 0.0],
            size=[RADIUS_M, 0.0, 0.0],
            mass=MASS_KG,
            rgba=[0.86, 0.66, 0.55, 1.0],
            solref=[0.02, 1.0],
        )
        for name, axis in (("x", (1, 0, 0)), ("y", (0, 1, 0)), ("z", (0, 0, 1))):
            # Axes of the world, so that forces and joints agree whatever way the hand is turned.
            local = turn.T @ np.array(axis, dtype=np.float64)
            body.add_joint(name=f"{NAME}_{name}", type=mujoco.mjtJoint.mjJNT_SLIDE, axis=local)

    def begin(self, model: Any) -> None:
        """Finds itself in the compiled model."""
        self._body = model.body(NAME).id
        self._dofs = np.array([int(model.joint(f"{NAME}_{axis}").dofadr[0]) for axis in "xyz"])

    def move(self, data: Any, seconds: float) -> None:
        """Pulls the hand to where the scenario has it now; call it before each step."""
        self._time_s += seconds
        place, speed = data.xpos[self._body], data.qvel[self._dofs]
        data.xfrc_applied[self._body, :3] = self._force(place, speed)

    def pulling_s(self) -> float:
        """Seconds since the pull came to its full force; negative before it, and where there is none."""
        return self._since_leave_s() - PULL_RISE_S[self._scenario] if self._scenario in PULL_N else -1.0

    def _since_leave_s(self) -> float:
        return self._time_s - LEAVE_S if self._scenario in PULL_N else -1.0

    def _force(self, place: Vector, speed: Vector) -> Vector:
        if self._since_leave_s() >= 0.0:
            rise = min(self._since_leave_s() / PULL_RISE_S[self._scenario], 1.0)
            return np.asarray(rise * PULL_N[self._scenario] * self._leave - DAMPING_N_S_M * speed)
        share = min(self._time_s / APPROACH_S, 1.0)
        target = self._start + share * (self._rest - self._start)
        return np.asarray(STIFFNESS_N_M * (target - place) - DAMPING_N_S_M * speed)
