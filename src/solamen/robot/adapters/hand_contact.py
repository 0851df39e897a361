"""What a sensor in each hand would feel: the force of everything that is not the robot."""

from __future__ import annotations

from typing import Any

import mujoco
import numpy as np
from numpy.typing import NDArray

from solamen.robot.adapters.model import PREFIX

PARTS = ("hand_", "fingers_")


class HandContact:
    """Means of the contact forces on the hands; a robot without links of these names has none.

    Args:
        model: MuJoCo's.
    """

    def __init__(self, model: Any) -> None:
        self._model = model
        self._palms: dict[str, int] = {}
        self._side_of: dict[int, str] = {}
        for number in range(model.nbody):
            name = model.body(number).name.removeprefix(PREFIX)
            for part in PARTS:
                if name in (part + "left", part + "right"):
                    self._side_of[number] = name.removeprefix(part)
                    if part == PARTS[0]:
                        self._palms[self._side_of[number]] = number
        self._own = {n for n in range(model.nbody) if model.body(n).name.startswith(PREFIX)}
        self.begin()

    def begin(self) -> None:
        """Forgets what was felt."""
        self._sums: dict[str, NDArray[np.float64]] = {side: np.zeros(3) for side in self._palms}
        self._steps = 0

    def add(self, data: Any) -> None:
        """Takes in a step."""
        self._steps += 1
        for number in range(data.ncon):
            contact = data.contact[number]
            first, second = (int(self._model.geom_bodyid[geom]) for geom in (contact.geom1, contact.geom2))
            if (first in self._own) == (second in self._own):
                continue
            side, sign = self._side_of.get(second), 1.0
            if side is None:
                side, sign = self._side_of.get(first), -1.0
            if side is not None:
                self._sums[side] += sign * self._in_hand(data, number, self._palms[side])

    def forces(self) -> dict[str, tuple[float, float, float]]:
        """Hand to its mean force, N, in the frame of its palm."""
        means = {side: total / max(self._steps, 1) for side, total in self._sums.items()}
        return {side: (float(mean[0]), float(mean[1]), float(mean[2])) for side, mean in means.items()}

    def _in_hand(self, data: Any, number: int, palm: int) -> NDArray[np.float64]:
        """The force of the contact's first body on its second, in the frame of the palm."""
        force = np.zeros(6)
        mujoco.mj_contactForce(self._model, data, number, force)
        world = data.contact[number].frame.reshape(3, 3).T @ force[:3]
        return np.asarray(data.xmat[palm].reshape(3, 3).T @ world)
