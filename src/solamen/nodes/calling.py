"""The ways on which a human is called: the topic, and a command of the user's choice. The speech node chimes."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from solamen_msgs import msg

from solamen.core.intents import HumanCall
from solamen.nodes.convert_person import call_message
from solamen.nodes.qos import STATE
from solamen.nodes.shell import Shell

NO_RECEIVERS = frozenset({"recorder", "speech", "send", "behavior", "patient"})
"""Nodes that hear calls without bringing them to a human."""
NO_RECEIVERS_BEGIN = ("_", "rosbag2")
"""Likewise what ROS hides, as its command line's own nodes, and what records all there is."""
COMMAND = "the command that calls"


@dataclass
class _Run:
    process: subprocess.Popen[bytes]
    began_s: float


class CallChannels:
    """Sends calls and counts who hears them.

    Args:
        node: that calls.
        command: program and arguments, to which the reason is added; no shell reads it. Empty: none.
        command_s: after so long it is ended.
    """

    def __init__(self, node: Shell[Any], command: Sequence[str], command_s: float) -> None:
        self._node, self._command_s = node, command_s
        self._command = [word for word in command if word] if command and command[0] else []
        self._topic = node.create_publisher(msg.HumanCall, "human_call", STATE)
        self._running: list[_Run] = []
        self._told: set[tuple[str, int, str]] = set()
        self.open: HumanCall | None = None

    def receivers(self) -> int:
        """How many there are: nodes that hear the topic and bring it to a human, and the command."""
        topic = self._node.resolve_topic_name("human_call")
        names = {info.node_name for info in self._node.get_subscriptions_info_by_topic(topic)} - NO_RECEIVERS
        return sum(not name.startswith(NO_RECEIVERS_BEGIN) for name in names) + bool(self._command)

    def send(self, calls: Sequence[HumanCall]) -> None:
        """Sends calls by all channels."""
        for call in calls:
            self.open = None if call.acknowledged else call
            reached = [f"{count} on human_call"] if (count := self.receivers() - bool(self._command)) > 0 else []
            if not call.acknowledged and self._start(call):
                reached.append("command")
            self._topic.publish(call_message(call, reached))

    def tick(self) -> None:
        """Looks after the commands that run."""
        for run in list(self._running):
            status = run.process.poll()
            late = self._now_s() - run.began_s > self._command_s
            if status is None and not late:
                continue
            self._running.remove(run)
            if status is None:
                run.process.kill()
                run.process.wait()
            if status == 0:
                self._node.solved(COMMAND)
                continue
            how = f"failed with status {status}" if status is not None else f"took longer than {self._command_s:g} s"
            self._node.problem(f"the command that calls a human ({self._command[0]}) {how}", COMMAND)

    def destroy(self) -> None:
        """Leaves no command behind."""
        for run in self._running:
            run.process.kill()
            run.process.wait()
        self._running.clear()

    def _start(self, call: HumanCall) -> bool:
        """Starts the command, once for each level and reason of a call."""
        news = (call.call_id, call.level, call.reason)
        if not self._command or news in self._told:
            return False
        self._told.add(news)
        environment = {**os.environ, "SOLAMEN_CALL_ID": call.call_id, "SOLAMEN_CALL_LEVEL": str(call.level)}
        quiet = subprocess.DEVNULL
        try:
            process = subprocess.Popen(
                [*self._command, call.reason], stdin=quiet, stdout=quiet, stderr=quiet, env=environment
            )
        except OSError as error:
            what = f"the command that calls a human ({self._command[0]}) cannot be started: {error.strerror}"
            self._node.problem(what, COMMAND)
            return False
        self._running.append(_Run(process, self._now_s()))
        return True

    def _now_s(self) -> float:
        return self._node.solamen_clock.monotonic_ns() * 1e-9
