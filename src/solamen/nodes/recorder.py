"""The recorder node: writes messages as they are, and a video of the camera and the robot side by side."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from diagnostic_msgs.msg import DiagnosticArray
from geometry_msgs.msg import WrenchStamped
from rclpy.serialization import deserialize_message
from sensor_msgs.msg import CompressedImage, JointState
from solamen_msgs import msg

from solamen.core.states import Consent, UserState
from solamen.nodes.clock import to_seconds
from solamen.nodes.convert import behavior_from, state_from
from solamen.nodes.qos import ESTIMATE, RECORD, STATE
from solamen.nodes.runtime import run_clock, supervised, tell_trouble
from solamen.nodes.shell import Shell, main_of
from solamen.robot.adapters.scene import BODY, HEAD, RobotRenderer
from solamen.robot.description import load_robot
from solamen.session.definition import message_definition
from solamen.session.film import Film, NoRenderer
from solamen.session.folder import note_end
from solamen.session.picture import SideBySide
from solamen.session.recording import MessageRecorder
from solamen.session.settings import RecorderSettings
from solamen.session.summary import finish_run

RECORDED: dict[str, tuple[Any, Any]] = {
    "truth/face": (msg.GroundTruth, RECORD),
    "camera/status": (msg.FrameStatus, RECORD),
    "face/action_units": (msg.ActionUnits, RECORD),
    "face/pain": (msg.PainEstimate, RECORD),
    "face/pose": (msg.PersonPose, RECORD),
    "voice/pain": (msg.PainEstimate, RECORD),
    "body/pain": (msg.PainEstimate, RECORD),
    "biosignals/pain": (msg.PainEstimate, RECORD),
    "cues": (msg.PersonCue, RECORD),
    "self_report": (msg.SelfReport, RECORD),
    "user_state": (msg.UserState, STATE),
    "context": (msg.Context, STATE),
    "biosignals/raw": (msg.BiosignalChunk, RECORD),
    "human_call": (msg.HumanCall, STATE),
    "markers": (msg.Marker, RECORD),
    "robot/expression": (msg.Expression, RECORD),
    "robot/speech": (msg.SpeechStatus, RECORD),
    "robot/command": (msg.JointCommand, RECORD),
    "robot/trace": (msg.CommandTrace, RECORD),
    "behavior/status": (msg.BehaviorStatus, STATE),
    "safety/status": (msg.SafetyStatus, RECORD),
    "joint_states": (JointState, RECORD),
    "hand_left/contact": (WrenchStamped, RECORD),
    "hand_right/contact": (WrenchStamped, RECORD),
}
"""What is recorded, relative to the namespace; /diagnostics is added."""

FLUSH_PERIOD_S = 0.5
PICTURE_PX = (480, 360)
PERSON_ZOOM = 1.3
VIEWS = {"bust": HEAD, "body": BODY}


def _at(state: UserState, of_wall: Callable[[float], float]) -> UserState:
    return replace(state, stamp_s=of_wall(state.stamp_s))


def type_name(kind: Any) -> str:
    """The full name of a message class, such as `std_msgs/msg/Header`."""
    return f"{kind.__module__.split('.')[0]}/msg/{kind.__name__}"


class RecorderNode(Shell[RecorderSettings]):
    """Records while the person consents to it."""

    settings_type = RecorderSettings
    options = {"consent": "none", "out": "", "robot_file": "sol", "label": ""}  # noqa: RUF012

    def __init__(self, **arguments: Any) -> None:
        self._recorder: MessageRecorder | None = None
        self._film: Film | None = None
        self._joints: bytes | None = None
        self._ears: list[Any] = []
        super().__init__("recorder", **arguments)

    def start(self) -> None:
        """Opens the files as soon as there is consent to record; without it nothing is opened and nothing is heard."""
        self._run_clock = run_clock(self.solamen_clock, self.get_clock().ros_time_is_active)
        self._consent = self.obey_consent(self._on_consent)
        self.every(1.0 / self.settings.picture_rate_hz, self._draw_joints)
        self.every(FLUSH_PERIOD_S, self._flush)
        self._on_consent()

    def _on_consent(self) -> None:
        """Begins, or closes the files, as the person has agreed."""
        allowed = self._consent.allows(Consent.RECORD) and bool(self.option("out"))
        if allowed and self._recorder is None:
            self._open(Path(self.option("out")))
        elif not allowed:
            self.get_logger().info("recording nothing: consent to record, or the folder, was not given")
            self._shut()

    def _open(self, run: Path) -> None:
        os.umask(0o077)
        self._recorder = MessageRecorder(run, self.settings.part_s)
        self._film = film = self._make_film(run)
        of_wall = self._run_clock.of_wall
        watchers: dict[str, Callable[[Any], None]] = {
            "truth/face": lambda truth: film.see_truth(of_wall(to_seconds(truth.header.stamp)), truth.pain),
            "user_state": lambda state: film.see_state(_at(state_from(state), of_wall)),
            "behavior/status": lambda status: film.see_behavior(behavior_from(status)),
        }
        for topic, (kind, qos) in RECORDED.items():
            self._record(kind, topic, qos, watchers.get(topic))
        self._record(DiagnosticArray, "/diagnostics", RECORD, None)
        see_camera = self.listen(
            CompressedImage, "camera/preview", lambda image: film.see_camera(bytes(image.data)), ESTIMATE
        )
        self._ears.append(see_camera)
        film.begin()

    def _shut(self) -> bool:
        """Closes the files, messages first; whether any were open."""
        recorder, self._recorder = self._recorder, None
        film, self._film = self._film, None
        self._joints = None
        if recorder is not None:
            recorder.close()
        if film is not None:
            film.end()
        for ear in self._ears:
            self.destroy_subscription(ear)
        self._ears.clear()
        return recorder is not None

    def _make_film(self, run: Path) -> Film:
        robot = load_robot(self.option("robot_file"))
        label = self.option("label") or "person"
        drawing = SideBySide(*PICTURE_PX, person=label, robot=robot.name.capitalize(), person_zoom=PERSON_ZOOM)

        def renderer() -> contextlib.AbstractContextManager[RobotRenderer | NoRenderer]:
            if not robot.has_model:
                return contextlib.nullcontext(NoRenderer())
            return RobotRenderer(robot, *PICTURE_PX, framing=VIEWS[self.settings.robot_view])

        return Film(run / "robot.mp4", self.settings.picture_rate_hz, self._run_clock, drawing, renderer)

    def finish(self) -> None:
        """Ends the files."""
        if self._shut() and not supervised():
            note_end(Path(self.option("out")), self._run_clock.now_s())
            finish_run(Path(self.option("out")))

    def figures(self) -> dict[str, Any]:
        """Messages written and dropped."""
        if self._recorder is None:
            return {"recording": False}
        return {"recording": True, "written": self._recorder.written, "dropped": self._recorder.dropped}

    def _record(self, kind: Any, topic: str, qos: Any, watcher: Callable[[Any], None] | None) -> None:
        name, definition = type_name(kind), message_definition(type_name(kind))
        full_topic = self.resolve_topic_name(topic)

        def write(cdr: bytes) -> None:
            if self._recorder is None:
                return
            now_s, run_s = self.solamen_clock.now_s(), self._run_clock.now_s()
            self._recorder.write(full_topic, name, definition, cdr, round(now_s * 1e9), round(run_s * 1e9))
            if kind is JointState:
                self._joints = cdr
            elif watcher is not None:
                watcher(deserialize_message(cdr, kind))

        self._ears.append(self.create_subscription(kind, topic, self.guard(write), qos, raw=True))

    def _draw_joints(self) -> None:
        """Decodes the newest joint state; doing so for each of them would cost more than the picture itself."""
        if self._film is not None and self._joints is not None:
            joints = deserialize_message(self._joints, JointState)
            self._film.see_joints(dict(zip(joints.name, joints.position, strict=True)))

    def _flush(self) -> None:
        if self._recorder is None:
            return
        self._recorder.flush()
        failed = self._recorder.failed or (self._film.failed if self._film else "")
        if failed:
            self.problem(failed)
            tell_trouble("recorder", failed)


main = main_of("recorder", RecorderNode)

if __name__ == "__main__":
    main()
