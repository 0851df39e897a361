"""The action `calibrate`: lets the rooms learn a person's neutral, and keeps what they learned."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from rclpy.action import ActionClient, ActionServer, CancelResponse, GoalResponse
from solamen_msgs import msg
from solamen_msgs.action import Calibrate

from solamen.core.errors import OutsideError
from solamen.nodes.shell import Shell
from solamen.people.baseline import MODALITIES

LOOK_PERIOD_S = 0.5
GIVES_UP_FACTOR, GIVES_UP_S = 5.0, 10.0
"""Times the seconds that were asked for, and so many more: a room that has not answered by then never will."""

Keep = Callable[[msg.Baseline], msg.Baseline]


class _Running:
    """A goal, and what is still awaited of the rooms."""

    def __init__(self, goal: Any, modalities: list[str], gives_up_ns: float) -> None:
        self.goal, self.waiting, self.gives_up_ns = goal, set(modalities), gives_up_ns
        self.baselines: list[msg.Baseline] = []
        self.problems: list[str] = []
        self.handles: list[Any] = []


class CalibrationDesk:
    """Serves `calibrate` by asking each room's own action, such as `face/calibrate`; nothing here waits.

    Args:
        node: that owns the action.
        hindrance: why this person cannot be calibrated now, or an empty text.
        keep: keeps what a room has learned; raises OutsideError where it is not good enough.
    """

    def __init__(self, node: Shell[Any], hindrance: Callable[[str], str], keep: Keep) -> None:
        self._node, self._hindrance, self._keep = node, hindrance, keep
        self._running: _Running | None = None
        self._rooms = {modality: ActionClient(node, Calibrate, f"{modality}/calibrate") for modality in MODALITIES}
        self._server = ActionServer(
            node,
            Calibrate,
            "calibrate",
            execute_callback=_never,
            goal_callback=lambda _: GoalResponse.ACCEPT,  # a rejection would carry no words
            handle_accepted_callback=node.guard(self._begin),
            cancel_callback=self._cancel,
        )
        node.every(LOOK_PERIOD_S, self._tick)

    def destroy(self) -> None:
        """Ends the action; a goal that is under way is given up."""
        self._end("the people node ends")
        self._server.destroy()
        for room in self._rooms.values():
            room.destroy()

    def _why_not(self, request: Any) -> str:
        """Why it cannot be done, in words; empty where it can."""
        problem = self._hindrance(request.person_id)
        absent = [name for name in self._asked(request) if name not in self._rooms or not self._ready(name)]
        if absent or not self._asked(request):
            problem = problem or f"nobody calibrates {', '.join(absent) or 'anything'} in this run"
        if self._running is not None:
            problem = problem or "a calibration is under way"
        return problem

    def _ready(self, modality: str) -> bool:
        return bool(self._rooms[modality].server_is_ready())

    def _asked(self, request: Any) -> list[str]:
        """What was asked for, else all that can be done."""
        return list(request.modality) or [name for name in self._rooms if self._ready(name)]

    def _begin(self, goal: Any) -> None:
        request = goal.request
        if problem := self._why_not(request):
            goal.execute(partial(_ended, problem=problem, baselines=[]))
            return
        lasts_s = GIVES_UP_FACTOR * request.duration_s + GIVES_UP_S
        gives_up_ns = self._node.solamen_clock.monotonic_ns() + 1e9 * lasts_s
        self._running = running = _Running(goal, self._asked(request), gives_up_ns)
        for modality in sorted(running.waiting):
            wanted = Calibrate.Goal(person_id=request.person_id, modality=[modality], duration_s=request.duration_s)
            tell = self._node.guard(lambda message: running.goal.publish_feedback(message.feedback))
            asked = self._rooms[modality].send_goal_async(wanted, feedback_callback=tell)
            asked.add_done_callback(self._node.guard(partial(self._answered, running, modality)))

    def _answered(self, running: _Running, modality: str, future: Any) -> None:
        handle = future.result()
        if not handle.accepted:
            self._over(running, modality, "the room refused; its log says why")
            return
        running.handles.append(handle)
        handle.get_result_async().add_done_callback(self._node.guard(partial(self._learned, running, modality)))

    def _learned(self, running: _Running, modality: str, future: Any) -> None:
        result = future.result().result
        problem = "" if result.success else result.message
        for baseline in result.baselines:
            try:
                running.baselines.append(self._keep(baseline))
            except OutsideError as error:
                problem = str(error)
        self._over(running, modality, problem)

    def _over(self, running: _Running, modality: str, problem: str) -> None:
        running.waiting.discard(modality)
        if problem:
            running.problems.append(f"{modality}: {problem}")
        if not running.waiting and running is self._running:
            self._end("; ".join(running.problems))

    def _tick(self) -> None:
        """Gives up a room that died under way; otherwise nobody could be calibrated any more."""
        running = self._running
        if running is not None and self._node.solamen_clock.monotonic_ns() > running.gives_up_ns:
            for modality in sorted(running.waiting):
                self._over(running, modality, "the room did not answer")

    def _cancel(self, _: Any) -> CancelResponse:
        for handle in self._running.handles if self._running else ():
            handle.cancel_goal_async()
        return CancelResponse.ACCEPT

    def _end(self, problem: str) -> None:
        running, self._running = self._running, None
        if running is not None:
            running.goal.execute(partial(_ended, problem=problem, baselines=running.baselines))


def _ended(goal: Any, *, problem: str, baselines: list[msg.Baseline]) -> Any:
    """The last state of a goal and its result.

    Who named no modality wanted whatever can be learned: then it is enough that something was.
    """
    success = not problem or bool(baselines and not goal.request.modality)
    if success:
        goal.succeed()
    elif goal.is_cancel_requested:
        goal.canceled()
    else:
        goal.abort()
    versions = ", ".join(f"{each.modality} version {each.version}" for each in baselines)
    told = [*([f"kept {versions}"] if baselines else []), *([problem] if problem else [])]
    return Calibrate.Result(success=success, message="; ".join(told), baselines=baselines)


def _never(goal: Any) -> Any:
    raise AssertionError("each goal is ended by `_end`")
