"""Where a body is, as a message: only what is known of it."""

from __future__ import annotations

import math
from collections.abc import Sequence

from sensor_msgs.msg import JointState

from solamen.robot.adapters.backend import JointStates


def states_message(states: JointStates, efforts: Sequence[float]) -> JointState | None:
    """Joint states without a stamp; None where no place is known, so that the body's silence is heard.

    Velocities are told where all are known, as readers expect; efforts where any is, NaN for the others.
    """
    names, positions, velocities = states
    known = [index for index, position in enumerate(positions) if math.isfinite(position)]
    if not known:
        return None
    message = JointState(name=[names[index] for index in known])
    message.position = [float(positions[index]) for index in known]
    if all(math.isfinite(velocities[index]) for index in known):
        message.velocity = [float(velocities[index]) for index in known]
    if any(math.isfinite(efforts[index]) for index in known):
        message.effort = [float(efforts[index]) for index in known]
    return message
