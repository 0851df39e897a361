"""The action {face,voice}/calibrate: what is neutral for a person, from quiet seconds or calm speech."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from rclpy.action import ActionServer, CancelResponse, GoalResponse
from solamen_msgs.action import Calibrate
from solamen_msgs.msg import Baseline

from solamen.core.calibration import DURATION_RANGE_S, Calibration
from solamen.nodes.shell import Shell

PERIOD_S = 0.2
GRACE_S = 5.0
"""After the time in which a calibration ends by itself, so long is waited for what does not come."""


@dataclass
class _Running:
    """A goal and what learns the neutral for it."""

    goal: Any
    calibration: Calibration
    gives_up_s: float


class CalibrationServer:
    """Serves `{modality}/calibrate`; nothing here waits.

    Args:
        node: that owns the action.
        modality: face or voice.
        begin: begins a calibration of so many seconds.
        hindrance: why none can be begun now (no consent), or an empty text.
        learned: name to mean and standard deviation of the neutral, once a calibration has succeeded.
    """

    def __init__(
        self,
        node: Shell[Any],
        modality: str,
        begin: Callable[[float], Calibration],
        hindrance: Callable[[], str],
        learned: Callable[[], Mapping[str, tuple[float, float]]],
    ) -> None:
        self._node, self._begin_calibration, self._hindrance = node, begin, hindrance
        self._modality = modality
        self._learned = learned
        self._running: _Running | None = None
        self._server = ActionServer(
            node,
            Calibrate,
            f"{modality}/calibrate",
            execute_callback=_never,
            goal_callback=self._judge,
            handle_accepted_callback=node.guard(self._begin),
            cancel_callback=lambda _: CancelResponse.ACCEPT,
        )
        node.every(PERIOD_S, self._tick)

    def destroy(self) -> None:
        """Ends the action; a goal that is under way is given up."""
        self._end(f"the {self._modality} node ends", success=False)
        self._server.destroy()

    def _judge(self, request: Any) -> GoalResponse:
        """Rejects what cannot be done, and says why in the log: a rejection itself carries no words."""
        low, high = DURATION_RANGE_S
        problem = self._hindrance()
        if not low <= request.duration_s <= high:
            problem = f"duration_s is {request.duration_s:g}, but must be from {low:g} to {high:g}"
        if list(request.modality) not in ([], [self._modality]):
            problem = (
                f"the {self._modality} node calibrates the {self._modality} alone, not {', '.join(request.modality)}"
            )
        if problem:
            self._node.get_logger().warning(f"{self._modality}/calibrate was rejected: {problem}")
            return GoalResponse.REJECT
        return GoalResponse.ACCEPT

    def _begin(self, goal: Any) -> None:
        self._end("another calibration took its place", success=False)
        seconds = float(goal.request.duration_s)
        calibration = self._begin_calibration(seconds)
        self._running = _Running(goal, calibration, self._node.solamen_clock.now_s() + calibration.longest_s + GRACE_S)

    def _tick(self) -> None:
        """Feedback, cancelling and the end."""
        running = self._running
        if running is None:
            return
        state = running.calibration.state
        if running.goal.is_cancel_requested:
            self._end("the calibration was cancelled", success=False)
        elif state.done:
            self._end(state.message, success=state.success)
        elif self._node.solamen_clock.now_s() > running.gives_up_s:
            self._end(f"nothing came in which the {self._modality} could be learned", success=False)
        else:
            feedback = Calibrate.Feedback(progress=float(state.progress), instruction=state.instruction)
            running.goal.publish_feedback(feedback)

    def _end(self, message: str, *, success: bool) -> None:
        if self._running is None:
            return
        running, self._running = self._running, None
        running.calibration.give_up(message)
        baselines = [self._baseline(running)] if success and running.goal.request.person_id else []
        running.goal.execute(partial(_ended, message=message, success=success, baselines=baselines))

    def _baseline(self, running: _Running) -> Baseline:
        known = self._learned()
        baseline = Baseline(person_id=running.goal.request.person_id, modality=self._modality, name=list(known))
        baseline.header.stamp = self._node.get_clock().now().to_msg()
        baseline.mean, baseline.stddev = [mean for mean, _ in known.values()], [std for _, std in known.values()]
        baseline.quality = running.calibration.quality
        return baseline


def _ended(goal: Any, *, message: str, success: bool, baselines: list[Baseline]) -> Any:
    """The last state of a goal and its result."""
    if success:
        goal.succeed()
    elif goal.is_cancel_requested:
        goal.canceled()
    else:
        goal.abort()
    return Calibrate.Result(success=success, message=message, baselines=baselines)


def _never(goal: Any) -> Any:
    raise AssertionError("each goal is ended by `_end`")
