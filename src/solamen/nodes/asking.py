"""Asks an action of another node and never waits for it: what does not answer in time has failed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from action_msgs.msg import GoalStatus
from rclpy.action import ActionClient

from solamen.empathy.feedback import Outcome
from solamen.nodes.shell import Shell

ANSWER_S = 2.0
"""So long a server may take to accept a goal."""


@dataclass
class _Asked:
    key: str
    asked_s: float
    longest_s: float
    handle: Any = None
    given_up: bool = False


class Asker:
    """Sends goals to one action, and tells how each of them ended.

    Args:
        node: that asks.
        kind: type of the action.
        name: of the action.
        one_at_a_time: a new goal takes the place of the old one, which counts as interrupted.
    """

    def __init__(self, node: Shell[Any], kind: Any, name: str, one_at_a_time: bool = False) -> None:
        self._node, self._name, self._one = node, name, one_at_a_time
        self._client = ActionClient(node, kind, name)
        self._asked: list[_Asked] = []
        self._over: dict[str, Outcome] = {}

    def destroy(self) -> None:
        """Gives up what is under way."""
        self.cancel()
        self._client.destroy()

    @property
    def ready(self) -> bool:
        """Whether there is a server."""
        return bool(self._client.server_is_ready())

    def ask(self, key: str, goal: Any, longest_s: float) -> None:
        """Sends a goal; `over` tells how what is called `key` ended, after `longest_s` at the latest."""
        if self._one:
            for other in self._asked:
                other.given_up = True
        self._over.pop(key, None)
        if not self.ready:
            self._node.mishap(f"nobody serves {self._name}; the robot goes on without")
            self._over[key] = "failed"
            return
        asked = _Asked(key, self._now_s(), longest_s)
        self._asked.append(asked)
        self._client.send_goal_async(goal).add_done_callback(self._node.guard(partial(self._answered, asked)))

    def cancel(self) -> None:
        """Ends all that is under way."""
        for asked in self._asked:
            asked.given_up = True
            if asked.handle is not None:
                asked.handle.cancel_goal_async()

    def over(self) -> dict[str, Outcome]:
        """What ended since this was asked last, and how."""
        now_s = self._now_s()
        for asked in list(self._asked):
            longest_s = asked.longest_s if asked.handle is not None else ANSWER_S
            if now_s - asked.asked_s > longest_s:
                self._node.mishap(f"{self._name} did not end within {longest_s:g} s, so it counts as failed")
                if asked.handle is not None:
                    asked.handle.cancel_goal_async()
                self._end(asked, "failed")
        over, self._over = self._over, {}
        return over

    def _answered(self, asked: _Asked, future: Any) -> None:
        handle = future.result()
        if not handle.accepted:
            self._node.mishap(f"{self._name} was rejected: {asked.key}")
            self._end(asked, "failed")
            return
        asked.handle = handle
        if asked not in self._asked or asked.given_up:
            handle.cancel_goal_async()
        handle.get_result_async().add_done_callback(self._node.guard(partial(self._ended, asked)))

    def _ended(self, asked: _Asked, future: Any) -> None:
        answer = future.result()
        result = answer.result
        if answer.status == GoalStatus.STATUS_SUCCEEDED:
            self._end(asked, "ended")
        elif asked.given_up or answer.status == GoalStatus.STATUS_CANCELED or getattr(result, "interrupted", False):
            self._end(asked, "interrupted")
        else:
            self._node.mishap(f"{self._name} failed: {result.message}")
            self._end(asked, "failed")

    def _end(self, asked: _Asked, outcome: Outcome) -> None:
        if asked not in self._asked:
            return
        self._asked.remove(asked)
        if not any(other.key == asked.key for other in self._asked):  # a newer one of the same name is under way
            self._over[asked.key] = outcome

    def _now_s(self) -> float:
        return self._node.solamen_clock.monotonic_ns() * 1e-9
