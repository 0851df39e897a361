"""What humans ask of empathy: modes, locks, acknowledged calls, and guided breathing."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from rclpy.action import ActionServer, CancelResponse, GoalResponse
from solamen_msgs.action import GuideBreathing
from solamen_msgs.srv import AcknowledgeCall, SetBehaviorLocks, SetMode

from solamen.core.intents import Expression
from solamen.empathy.companion import Companion
from solamen.nodes.shell import Shell

BREATHING = "paced_breathing"
BEGIN_WITHIN_S = 30.0
FEEDBACK_PERIOD_S = 0.25
_ADHERENCE = re.compile(r"adherence[ =:]+(-?\d+(?:\.\d+)?)")


class BehaviorServices:
    """Serves `set_mode`, `set_behavior_locks` and `acknowledge_call`."""

    def __init__(self, node: Shell[Any], companion: Companion) -> None:
        self._node, self._companion = node, companion
        self._serve(SetMode, "set_mode", self._set_mode)
        self._serve(SetBehaviorLocks, "set_behavior_locks", self._set_locks)
        self._serve(AcknowledgeCall, "acknowledge_call", self._acknowledge)

    def _serve(self, kind: Any, name: str, work: Any) -> None:
        def serve(request: Any, response: Any) -> Any:
            try:
                response.message = work(request)
            except Exception as error:
                response.message = f"{name} failed: {type(error).__name__}: {error}"
                self._node.mishap(response.message)
            response.success = not response.message
            return response

        self._node.create_service(kind, name, serve)

    def _set_mode(self, request: Any) -> str:
        return self._companion.set_mode(request.mode, request.delay_s, request.study_id, request.experimenter)

    def _set_locks(self, request: Any) -> str:
        return self._companion.set_locks(list(request.forbidden), request.locked)

    def _acknowledge(self, request: Any) -> str:
        return self._companion.acknowledge_call(request.call_id, request.by)


@dataclass
class _Guided:
    goal: Any
    asked_s: float
    begun: bool = False
    adherence: float = field(default=math.nan)
    told_s: float = -math.inf


class BreathingGuide:
    """Serves `guide_breathing`: the tree leads, and this tells how it goes. Nothing here waits."""

    def __init__(self, node: Shell[Any], companion: Companion) -> None:
        self._node, self._companion = node, companion
        self._guided: _Guided | None = None
        self._server = ActionServer(
            node,
            GuideBreathing,
            "guide_breathing",
            execute_callback=_never,
            goal_callback=lambda _: GoalResponse.ACCEPT,
            handle_accepted_callback=node.guard(self._begin),
            cancel_callback=lambda _: CancelResponse.ACCEPT,
        )

    def destroy(self) -> None:
        """Ends the action."""
        self._end("the behavior node ends", success=False)
        self._server.destroy()

    def tick(self, behavior: str, expression: Expression | None, markers: Iterable[tuple[str, str]]) -> bool:
        """Follows what the tree does. True: the goal was cancelled, so the breathing should end."""
        guided = self._guided
        if guided is None:
            return False
        guided.begun = guided.begun or behavior == BREATHING
        for name, value in markers:
            self._heed(guided, name, value)
        if self._guided is None:
            return False
        if guided.goal.is_cancel_requested:
            self._end("it was cancelled", success=False)
            return True
        if not guided.begun and self._now_s() - guided.asked_s > BEGIN_WITHIN_S:
            self._end(f"it did not begin within {BEGIN_WITHIN_S:g} s: something else mattered more", success=False)
        elif expression is not None:
            self._tell(guided, expression.breath)
        return False

    def _heed(self, guided: _Guided, name: str, value: str) -> None:
        if found := _ADHERENCE.search(value):
            guided.adherence = float(found[1])
        if name == "guide":
            self._end(value, success=False)
        elif name == "ended" and guided.begun and value.startswith(BREATHING):
            self._end(value, success=value.endswith("succeeded"))

    def _tell(self, guided: _Guided, breath: float) -> None:
        if math.isfinite(breath) and self._now_s() - guided.told_s >= FEEDBACK_PERIOD_S:
            guided.told_s = self._now_s()
            told = GuideBreathing.Feedback(phase=float(breath), adherence=guided.adherence)
            told.breaths_per_min = guided.goal.request.breaths_per_min
            guided.goal.publish_feedback(told)

    def _begin(self, goal: Any) -> None:
        request = goal.request
        self._end("another guide took its place", success=False)
        self._guided = _Guided(goal, self._now_s())
        if problem := self._companion.guide_breathing(request.breaths_per_min, request.duration_s):
            self._end(problem, success=False)

    def _end(self, message: str, success: bool) -> None:
        if self._guided is None:
            return
        guided, self._guided = self._guided, None

        def end(handle: Any) -> Any:
            if success:
                handle.succeed()
            elif handle.is_cancel_requested:
                handle.canceled()
            else:
                handle.abort()
            return GuideBreathing.Result(success=success, message=message, adherence=guided.adherence)

        guided.goal.execute(end)

    def _now_s(self) -> float:
        return self._node.solamen_clock.monotonic_ns() * 1e-9


def _never(goal: Any) -> Any:
    raise AssertionError("each goal is ended by `_end`")
