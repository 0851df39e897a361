"""The behavior node: faces, state, cues and reports in; expressions, words, gestures, calls and status out."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

from sensor_msgs.msg import JointState
from solamen_msgs import msg

from solamen.core.intents import BehaviorStatus, Point
from solamen.core.states import Consent, UserState
from solamen.empathy.companion import Companion
from solamen.empathy.settings import EmpathySettings
from solamen.empathy.turn import Turn
from solamen.nodes.behavior_person import PersonNews
from solamen.nodes.behavior_robot import RobotTalk
from solamen.nodes.behavior_services import BehaviorServices, BreathingGuide
from solamen.nodes.calling import CallChannels
from solamen.nodes.clock import to_seconds
from solamen.nodes.consent import ANSWERED
from solamen.nodes.convert import behavior_message, expression_message, head_from, state_from, units_from
from solamen.nodes.convert_person import marker_message
from solamen.nodes.nod_watch import NodWatch
from solamen.nodes.qos import ESTIMATE, RECORD, STATE
from solamen.nodes.runtime import keep, kept
from solamen.nodes.shell import Shell, main_of
from solamen.robot.description import load_robot
from solamen.robot.kinematics import camera_at

KEPT = "behavior"
TICK_S = 0.1
RECEIVERS_PERIOD_S = 1.0
SAME_FRAME_S = 0.5
"""A head pose older than this against the units says nothing of where the face is now."""


class BehaviorNode(Shell[EmpathySettings]):
    """Answers faces at once (system I) and ticks the tree (system II)."""

    settings_type = EmpathySettings
    options = {"consent": "none", "robot_file": "sol"}  # noqa: RUF012 (declared as ClassVar in Shell)

    def __init__(self, **arguments: Any) -> None:
        self._talk: RobotTalk | None = None
        self._calling: CallChannels | None = None
        self._guide: BreathingGuide | None = None
        self._red: tuple[str, ...] = ()
        super().__init__("behavior", **arguments)

    def start(self) -> None:
        """Listens to the face and to the fused state."""
        self._robot = load_robot(self.option("robot_file"))
        self._companion = Companion(self.settings, self.solamen_clock)
        self._kept = kept(KEPT) or {}
        if self._kept:
            self.guard(self._companion.resume)(self._kept)
        self._asked_for = Consent.NONE
        self._consent = self.obey_consent(self._on_consent)
        self._head: Point | None = None
        self._head_s = -math.inf
        self._expression = self.create_publisher(msg.Expression, "robot/expression", ESTIMATE)
        self._status = self.create_publisher(msg.BehaviorStatus, "behavior/status", STATE)
        self._camera = self._robot.camera
        if self._camera.on_head:
            self.listen(JointState, "joint_states", self._on_joints, ESTIMATE)
        self.listen(msg.PersonPose, "face/pose", self._on_pose, ESTIMATE)
        self.listen(msg.ActionUnits, "face/action_units", self._on_units, ESTIMATE)
        self.listen(msg.UserState, "user_state", self._on_state, STATE)
        self._nods = NodWatch(self, lambda: self._camera)
        self._person = PersonNews(self, self._companion)
        self._markers = self.create_publisher(msg.Marker, "markers", RECORD)
        self._talk = RobotTalk(self, self._robot)
        self._calling = CallChannels(self, self.settings.call_command, self.settings.call_command_s)
        self._guide = BreathingGuide(self, self._companion)
        BehaviorServices(self, self._companion)
        self._look_for_receivers()
        self.every(TICK_S, self._tick)
        self.every(RECEIVERS_PERIOD_S, self._look_for_receivers)

    def finish(self) -> None:
        """Ends what the robot was asked for."""
        for part in (self._guide, self._talk, self._calling):
            if part is not None:
                part.destroy()
        self._guide = self._talk = self._calling = None

    def figures(self) -> dict[str, Any]:
        """Who would hear a call, and what is red."""
        if self._calling is None:
            return {}
        return {"call_receivers": self._calling.receivers(), "red": " ".join(self._red) or "nothing"}

    def _look_for_receivers(self) -> None:
        """Calls that reach nobody are a red state, told when it begins and for as long as it lasts."""
        if self._calling is None:
            return
        self._companion.console(self._calling.receivers())
        before, self._red = self._red, self._companion.problems()
        if self._red != before:
            self.solved("red")
            if self._red:
                self.problem(" ".join(self._red), "red")

    def _on_consent(self) -> None:
        """Where consent is withdrawn, what was known of the person is forgotten at once, whoever else is silent."""
        if self._consent.asked_for != self._asked_for:
            self._asked_for = self._consent.asked_for
            self._companion.ask_consent(self._asked_for)
        if not self._consent.allows(Consent.OBSERVE):
            self._head, self._head_s = None, -math.inf
            self._nods.forget()
            self._companion.know(UserState(self.solamen_clock.now_s(), reason="consent was withdrawn"))

    def _on_joints(self, message: JointState) -> None:
        """Where the camera is while the head moves; otherwise a robot would chase its own gaze."""
        self._camera = camera_at(self._robot, dict(zip(message.name, message.position, strict=True)))

    def _on_pose(self, message: msg.PersonPose) -> None:
        if self._consent.withdrawn:
            return
        self._nods.see(message)
        head = head_from(message.head) if message.present else None
        self._head = self._camera.to_base(head.position) if head else None
        self._head_s = to_seconds(message.header.stamp)

    def _on_units(self, message: msg.ActionUnits) -> None:
        if self._consent.withdrawn:
            return
        units = units_from(message)
        fresh = abs(units.stamp_s - self._head_s) < SAME_FRAME_S
        self._expression.publish(expression_message(self._companion.see(units, self._head if fresh else None)))

    def _on_state(self, message: msg.UserState) -> None:
        state = state_from(message)
        if state.consent <= self._consent.level:  # one that was on its way when consent was withdrawn
            self._companion.know(state)

    def _tick(self) -> None:
        if self._talk is None or self._calling is None or self._guide is None:
            return
        self._companion.robot(self._talk.news())
        turn = self._companion.tick()
        self._calling.send(turn.calls)  # first: nothing may hold a call up
        self._calling.tick()
        if turn.expression is not None:
            self._expression.publish(expression_message(turn.expression))
        self._talk.say(turn.utterances)
        self._talk.play(turn.gestures)
        for report in turn.reports:
            self._person.tell(report)
        self._keep()
        self._tell(turn, self._guide)

    def _keep(self) -> None:
        """What humans asked for outlives this process."""
        now = self._companion.as_dict()
        if now != self._kept:
            self._kept = now
            keep(KEPT, now)

    def _tell(self, turn: Turn, guide: BreathingGuide) -> None:
        now_s = self.solamen_clock.now_s()
        for name, value in turn.markers:
            self._markers.publish(marker_message(name, value, now_s))
            if name == "consent":  # for a people process that is just away
                keep(ANSWERED, {"value": value, "heard_ns": self.solamen_clock.monotonic_ns()})
        self._status.publish(behavior_message(self._with_red(turn.status)))
        guide.tick(turn.status.behavior, turn.expression, turn.markers)

    def _with_red(self, status: BehaviorStatus) -> BehaviorStatus:
        """While somebody is needed and nobody can hear it, that is part of the reason."""
        if self._calling is None or self._calling.open is None or not self._red:
            return status
        return replace(status, reason=f"{status.reason} {' '.join(self._red)}")


main = main_of("behavior", BehaviorNode)

if __name__ == "__main__":
    main()
