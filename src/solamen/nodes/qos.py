"""Quality of service, one profile per kind of topic (see the table of contracts)."""

from __future__ import annotations

from rclpy.qos import DurabilityPolicy, HistoryPolicy, QoSProfile, ReliabilityPolicy

ESTIMATE = QoSProfile(history=HistoryPolicy.KEEP_LAST, depth=5, reliability=ReliabilityPolicy.RELIABLE)
"""Estimates, units, expressions, commands."""

STATE = QoSProfile(
    history=HistoryPolicy.KEEP_LAST,
    depth=1,
    reliability=ReliabilityPolicy.RELIABLE,
    durability=DurabilityPolicy.TRANSIENT_LOCAL,
)
"""What a late subscriber must know at once: user_state, behavior/status, robot/stop."""

FROM_ANYBODY = QoSProfile(
    history=HistoryPolicy.KEEP_LAST,
    depth=5,
    reliability=ReliabilityPolicy.BEST_EFFORT,
    durability=DurabilityPolicy.VOLATILE,
)
"""For a subscriber that must hear every publisher: one that asks for more than is offered hears nothing at all."""

IMAGE = QoSProfile(history=HistoryPolicy.KEEP_LAST, depth=1, reliability=ReliabilityPolicy.BEST_EFFORT)
"""Pictures: the newest counts; best effort with the shared-memory profile."""

RECORD = QoSProfile(history=HistoryPolicy.KEEP_LAST, depth=50, reliability=ReliabilityPolicy.RELIABLE)
"""For the recorder, which should miss nothing."""

SOUND = QoSProfile(history=HistoryPolicy.KEEP_LAST, depth=40, reliability=ReliabilityPolicy.RELIABLE)
"""Sound: a piece that is missing is heard as a gap, so that some may wait."""
