"""Ids that stand for the same person, as REP-155 tells them on `/humans/persons/<id>/alias`."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

from rclpy.qos import DurabilityPolicy
from std_msgs.msg import String

from solamen.nodes.qos import ESTIMATE, STATE
from solamen.nodes.shell import Shell
from solamen.people.identity import Aliases

LOOK_PERIOD_S = 2.0
MOST = 100
"""So many of these topics are followed; a tracker that makes more of them is not to fill the memory."""

_TOPIC = re.compile(r".*/humans/persons/([^/]+)/alias")


class AliasWatch:
    """Looks for the topics of aliases, which come and go with those who are tracked, and takes what they tell.

    Args:
        node: that listens.
        aliases: that are told.
    """

    def __init__(self, node: Shell[Any], aliases: Aliases) -> None:
        self._node, self._aliases = node, aliases
        self._followed: set[str] = set()
        node.every(LOOK_PERIOD_S, self._look)

    def _look(self) -> None:
        for topic, kinds in self._node.get_topic_names_and_types():
            found = _TOPIC.fullmatch(topic)
            if found and "std_msgs/msg/String" in kinds and topic not in self._followed and len(self._followed) < MOST:
                self._followed.add(topic)
                self._node.listen(String, topic, partial(self._told, found[1]), self._quality(topic))

    def _quality(self, topic: str) -> Any:
        """The last word of a publisher that keeps it, else what comes from now on."""
        publishers = self._node.get_publishers_info_by_topic(topic)
        keeps = [info.qos_profile.durability == DurabilityPolicy.TRANSIENT_LOCAL for info in publishers]
        return STATE if keeps and all(keeps) else ESTIMATE

    def _told(self, alias: str, message: String) -> None:
        if not message.data:
            return
        if problem := self._aliases.tell(alias, message.data):
            self._node.get_logger().warning(f"an alias was left out: {problem}")
