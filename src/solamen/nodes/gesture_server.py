"""The action play_gesture: one gesture at a time, and an honest word at its end."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from rclpy.action import ActionServer, CancelResponse, GoalResponse
from solamen_msgs.action import PlayGesture

from solamen.core.errors import OutsideError
from solamen.nodes.shell import Shell
from solamen.robot.description import RobotDescription
from solamen.robot.gestures import Gesture, lacking, load_gesture, moves
from solamen.robot.motion import Motion

FEEDBACK_PERIOD_S = 0.1
SETTLING_S = 3.0
"""Longer than this after the end of a gesture nothing is waited for; the robot did not come to rest."""

SIZE_RANGE, SPEED_RANGE = (0.0, 1.0), (0.1, 1.0)
ROUNDING = 1e-6
"""The message's numbers are of single precision."""


@dataclass
class _Playing:
    """A goal and what is known of it."""

    goal: Any
    gesture: Gesture
    channels: frozenset[str]
    ends_s: float
    told_s: float = -math.inf
    canceled: bool = field(default=False)


class GestureServer:
    """Serves play_gesture from the tick of the robot node; nothing here waits.

    A goal stays accepted while it is played and is ended from `tick`: a coroutine that waits would be looked at in
    every turn of the executor.

    Args:
        node: that owns the action.
        robot: what it can show.
        motion: that plays.
        ready: whether motion goes on; else every goal fails.
    """

    def __init__(self, node: Shell[Any], robot: RobotDescription, motion: Motion, ready: Callable[[], bool]) -> None:
        self._node, self._robot, self._motion, self._ready = node, robot, motion, ready
        self._playing: _Playing | None = None
        self._stopped = ""
        self._server = ActionServer(
            node,
            PlayGesture,
            "play_gesture",
            execute_callback=_never,
            goal_callback=self._judge,
            handle_accepted_callback=node.guard(self._begin),
            cancel_callback=lambda _: CancelResponse.ACCEPT,
        )

    def destroy(self) -> None:
        """Ends the action; a goal that is being played is given up."""
        self._end("the robot node ends", success=False)
        self._server.destroy()

    def stopped(self, reason: str) -> None:
        """Takes the safety node's word: why the robot stands still, or an empty text."""
        self._stopped = reason
        if reason and self._playing is not None:
            self._motion.stop_gesture(self._node.solamen_clock.now_s())
            self._end(f"the robot was stopped: {reason}", success=False)

    def interrupt(self, reason: str) -> None:
        """Ends the gesture that is played, and comes to rest from where it is."""
        if self._playing is not None:
            self._motion.stop_gesture(self._node.solamen_clock.now_s())
            self._end(f"interrupted: {reason}", success=False)

    def tick(self, now_s: float) -> None:
        """Feedback, cancelling and the end of the goal that is being played; call it once per step of the motion."""
        playing = self._playing
        if playing is None:
            return
        if playing.goal.is_cancel_requested and not playing.canceled:
            self._motion.stop_gesture(now_s)
            playing.canceled, playing.ends_s = True, now_s
        if self._motion.gesture_at_rest(now_s, playing.channels):
            self._end(self._praise(playing), success=not playing.canceled)
        elif now_s > playing.ends_s + SETTLING_S:
            self._motion.stop_gesture(now_s)
            self._end("the robot did not come to rest after the gesture", success=False)
        elif not playing.canceled and abs(now_s - playing.told_s) >= FEEDBACK_PERIOD_S:
            playing.told_s = now_s
            playing.goal.publish_feedback(PlayGesture.Feedback(progress=self._motion.gesture_progress(now_s)[1]))

    def _praise(self, playing: _Playing) -> str:
        name = playing.gesture.name
        if playing.canceled:
            return f"{name} was cancelled and has faded out"
        without = lacking(self._robot, playing.gesture)
        missing = f", without {', '.join(without)}: {self._robot.name} has no channel for it" if without else ""
        return f"{name} was played{missing}"

    def _judge(self, request: Any) -> GoalResponse:
        """Rejects what no robot could play, and says why in the log: a rejection itself carries no words."""
        try:
            load_gesture(_bare(request.name))
            _within(request.amplitude, SIZE_RANGE, "amplitude")
            _within(request.speed, SPEED_RANGE, "speed")
        except (OutsideError, ValueError) as error:
            self._node.get_logger().warning(f"play_gesture was rejected: {error}")
            return GoalResponse.REJECT
        return GoalResponse.ACCEPT

    def _begin(self, goal: Any) -> None:
        request = goal.request
        gesture = load_gesture(request.name)
        channels = moves(self._robot, gesture)
        if problem := self._hindrance(gesture, channels):
            _finish(goal, problem, success=False)
            return
        self._end(f"{gesture.name} took its place", success=False)
        amplitude = _within(request.amplitude, SIZE_RANGE, "amplitude")
        speed = _within(request.speed, SPEED_RANGE, "speed")
        now_s = self._node.solamen_clock.now_s()
        lasts_s = self._motion.play_gesture(gesture, now_s, amplitude, speed)
        self._playing = _Playing(goal, gesture, channels, now_s + lasts_s)

    def _hindrance(self, gesture: Gesture, channels: frozenset[str]) -> str:
        """Why this robot cannot play it now, in one sentence; empty where it can."""
        if not channels:
            words = ", ".join(lacking(self._robot, gesture))
            return f"{self._robot.name} cannot show {gesture.name}: it has no channel for {words}"
        if self._stopped:
            return f"the robot is stopped: {self._stopped}"
        return "" if self._ready() else "the robot does not move yet: nothing was heard on joint_states"

    def _end(self, message: str, success: bool) -> None:
        if self._playing is not None:
            playing, self._playing = self._playing, None
            _finish(playing.goal, message, success)


def _never(goal: Any) -> Any:
    raise AssertionError("each goal is ended by `_finish`")


def _finish(goal: Any, message: str, success: bool) -> None:
    """Ends a goal; where someone asked to cancel it, as cancelled."""

    def end(handle: Any) -> Any:
        if success:
            handle.succeed()
        elif handle.is_cancel_requested:
            handle.canceled()
        else:
            handle.abort()
        return PlayGesture.Result(success=success, message=message)

    goal.execute(end)


def _bare(name: str) -> str:
    """The name of a gesture that ships; no path gets in from outside."""
    if not name.replace("_", "").isalnum():
        raise ValueError(f"{name!r} is no name of a gesture; use letters, digits and underscores")
    return name


def _within(value: float, bounds: tuple[float, float], what: str) -> float:
    low, high = bounds
    if not low - ROUNDING <= value <= high + ROUNDING:  # also where it is no number
        raise ValueError(f"{what} is {value:g}, but must be from {low:g} to {high:g}")
    return min(max(float(value), low), high)
