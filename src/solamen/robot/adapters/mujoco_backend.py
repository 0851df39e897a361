"""The simulated body: MuJoCo with a position servo behind each joint."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import mujoco
import numpy as np
from numpy.typing import NDArray

from solamen.core.intents import TrajectoryPoint
from solamen.robot.adapters.backend import JointStates, RobotBackend
from solamen.robot.adapters.hand_contact import HandContact
from solamen.robot.adapters.human_hand import HumanHand
from solamen.robot.adapters.lights import Lights, light_links
from solamen.robot.adapters.model import PREFIX, Coupling, build_spec, followers, joint_addresses, read_urdf
from solamen.robot.adapters.settings import SimSettings
from solamen.robot.adapters.trajectory import Trajectory
from solamen.robot.description import RobotDescription

HINGE, SLIDE = mujoco.mjtJoint.mjJNT_HINGE, mujoco.mjtJoint.mjJNT_SLIDE

LIMB_INERTIA = {HINGE: 1e-3, SLIDE: 0.1}
"""Joints that turn more than this, kg·m², or push more, kg, are limbs; the others are of the face."""

CATCH_UP_SHARE = 0.75
"""Of a joint's fastest velocity, to make up for a trajectory that came late; the servo overshoots by some more."""

ARMATURE = {HINGE: 2e-5, SLIDE: 2e-2}
"""Inertia of the motor behind a joint of the face, kg·m² or kg; it keeps the servos of the lightest parts stable."""

LIMB_ARMATURE = 0.01
"""That of a geared motor in neck or arm, kg·m²; it outweighs what the links do to each other."""

LIMB_EFFORT = 0.5
"""A hinge that may push harder than this, N·m, has a geared motor."""


class MujocoBackend(RobotBackend):
    """The robot in MuJoCo.

    Args:
        description: of the robot.
        settings: of the simulator.

    Attributes:
        model, data: MuJoCo's, for a viewer.

    Raises:
        OutsideError: the model cannot be read, or lacks a joint.
    """

    def __init__(self, description: RobotDescription, settings: SimSettings | None = None) -> None:
        self._settings = settings or SimSettings()
        self._names = description.names()
        self._fastest = CATCH_UP_SHARE * np.array([joint.limit.max_velocity for joint in description.joints])
        urdf = read_urdf(description)
        self._coupling = Coupling(self._names, followers(urdf), light_links(description).values())
        spec = build_spec(description, urdf)
        self._lead_by = self._add_servos(spec, {joint.name: joint.limit.max_effort for joint in description.joints})
        self._human = HumanHand(self._settings.human_hand) if self._settings.human_hand != "none" else None
        if self._human is not None:
            self._human.add_to(spec, self._at_neutral(spec, description.neutral()))
        self.model: Any = spec.compile()
        self.data: Any = mujoco.MjData(self.model)
        if self._human is not None:
            self._human.begin(self.model)
        self._contact = HandContact(self.model)
        self._qpos, self._qvel = joint_addresses(self.model, self._coupling.names)
        self._lights = Lights(self.model, description)
        self._trajectory = Trajectory.at_rest(self._names, np.array([joint.neutral for joint in description.joints]))
        self._time_s = 0.0
        self.restore(description.neutral())

    def restore(self, positions: Mapping[str, float]) -> None:
        """Puts the channels there, at rest; those that are not named, or are no number, stay where they are."""
        place = np.array(self.joint_states()[1])
        for index, name in enumerate(self._names):
            if math.isfinite(positions.get(name, math.nan)):
                place[index] = positions[name]
        self.data.qpos[self._qpos] = self._coupling.spread(place)
        self.data.qvel[:] = 0.0
        self._trajectory = Trajectory.at_rest(self._names, place)
        self._time_s = 0.0
        self.data.ctrl[:] = self.data.qpos[self._qpos]
        self._shine()
        mujoco.mj_forward(self.model, self.data)

    def send(self, points: Sequence[TrajectoryPoint], age_s: float = 0.0) -> None:
        """Replaces the trajectory; goes on smoothly from where the last one stands."""
        present = self._trajectory.state(self._time_s)
        self._trajectory = Trajectory.through(present, points, (self._names, self._fastest), age_s)
        self._time_s = 0.0

    def advance(self, seconds: float) -> None:
        """Steps the simulation by the whole steps that come nearest to `seconds`."""
        self._contact.begin()
        for _ in range(round(seconds / self.model.opt.timestep)):
            self._time_s += self.model.opt.timestep
            position, velocity = self._trajectory.state(self._time_s)
            wanted = self._coupling.spread(position) + self._lead_by * self._coupling.spread(velocity)
            self.data.ctrl[:] = wanted
            if self._human is not None:
                self._human.move(self.data, self.model.opt.timestep)
            mujoco.mj_step(self.model, self.data)
            self._contact.add(self.data)
        self._shine()

    def joint_states(self) -> JointStates:
        """Where the described channels are; a light is as bright as it was asked to be."""
        positions, velocities = (values.copy() for values in self._trajectory.state(self._time_s))
        moving = self._coupling.moving
        positions[moving] = self.data.qpos[self._qpos[: len(moving)]]
        velocities[moving] = self.data.qvel[self._qvel[: len(moving)]]
        return self._names, tuple(positions.tolist()), tuple(velocities.tolist())

    def efforts(self) -> tuple[float, ...]:
        """What the motors push with now, N·m or N, in the order of `joint_states`; NaN for a light, which has none."""
        pushed = np.full(len(self._names), math.nan)
        moving = self._coupling.moving
        pushed[moving] = self.data.qfrc_actuator[self._qvel[: len(moving)]]
        return tuple(pushed.tolist())

    def contacts(self) -> dict[str, tuple[float, float, float]]:
        """Hand ("left", "right") to the force of a person on it, N, in its own frame; a mean over the last advance."""
        return self._contact.forces()

    @property
    def human_hand(self) -> HumanHand | None:
        """The person's hand in the room; None where there is none."""
        return self._human

    def close(self) -> None:
        """Nothing to let go of; the arrays are freed with the object."""

    def _shine(self) -> None:
        """In the model itself, so that a window onto it shows it, too."""
        self._lights.show(dict(zip(self._names, self._trajectory.state(self._time_s)[0].tolist(), strict=True)))

    def _at_neutral(self, spec: Any, neutral: Mapping[str, float]) -> Any:
        model = spec.compile()
        data = mujoco.MjData(model)
        qpos, _ = joint_addresses(model, self._coupling.names)
        data.qpos[qpos] = self._coupling.spread(np.array([neutral[name] for name in self._names]))
        mujoco.mj_kinematics(model, data)
        return data

    def _add_servos(self, spec: Any, strongest: Mapping[str, float]) -> NDArray[np.float64]:
        """Adds a position servo per joint, tuned to the inertia that it turns at rest.

        Args:
            spec: of the model.
            strongest: joint to its greatest effort, N·m or N; those that follow have what their model says.

        Returns:
            How far each servo's input must lead for its damping not to drag behind a moving target, s.
        """
        spec.option.timestep = self._settings.timestep_s
        for joint in spec.joints:
            geared = joint.type == HINGE and _effort(joint, strongest) > LIMB_EFFORT
            joint.armature = LIMB_ARMATURE if geared else ARMATURE[joint.type]
        if not self._settings.contacts:
            spec.option.disableflags |= mujoco.mjtDisableBit.mjDSBL_CONTACT
        for body in spec.bodies:
            body.gravcomp = 1.0  # as robots of this size are balanced or compensate their weight
        inertia = self._inertia(spec.compile())
        lead_by = []
        for name, carried in zip(self._coupling.names, inertia, strict=True):
            joint = spec.joint(PREFIX + name)
            limb = carried > LIMB_INERTIA[joint.type]
            frequency = 2 * math.pi * (self._settings.limb_bandwidth_hz if limb else self._settings.face_bandwidth_hz)
            stiffness, damping = carried * frequency**2, 2 * self._settings.damping_ratio * carried * frequency
            actuator = spec.add_actuator(name=name, target=PREFIX + name, trntype=mujoco.mjtTrn.mjTRN_JOINT)
            actuator.set_to_position(kp=stiffness, kv=damping)
            actuator.ctrllimited, actuator.ctrlrange = True, joint.range
            effort = _effort(joint, strongest)
            if math.isfinite(effort):
                actuator.forcelimited, actuator.forcerange = True, [-effort, effort]
            lead_by.append(damping / stiffness)
        return np.array(lead_by)

    def _inertia(self, model: Any) -> list[float]:
        """The inertia that each joint turns or pushes in the resting pose, kg·m² or kg."""
        data = mujoco.MjData(model)
        mujoco.mj_forward(model, data)
        full = np.zeros((model.nv, model.nv))
        mujoco.mj_fullM(model, data, full)
        _, dofs = joint_addresses(model, self._coupling.names)
        return [float(value) for value in np.diag(full)[dofs]]


def _effort(joint: Any, strongest: Mapping[str, float]) -> float:
    """What the motor behind a joint may push with, N·m or N, by the robot's file and by its model; or infinite."""
    of_model = float(joint.actfrcrange[1])  # 0 where the model sets no limit
    return min(strongest.get(joint.name.removeprefix(PREFIX), math.inf), of_model if of_model > 0.0 else math.inf)
