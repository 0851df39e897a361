"""What empathy hears of the person and of those around: cues, reports, surroundings, breathing."""

from __future__ import annotations

from typing import Any

from solamen_msgs import msg

from solamen.core.states import SelfReport
from solamen.empathy.companion import Companion
from solamen.nodes.clock import to_seconds
from solamen.nodes.convert import report_from, report_message
from solamen.nodes.convert_person import context_from, cue_from
from solamen.nodes.qos import ESTIMATE, STATE
from solamen.nodes.respiration import RespirationScale, respiration_of
from solamen.nodes.shell import Shell


class PersonNews:
    """Listens, and hands on to the companion."""

    def __init__(self, node: Shell[Any], companion: Companion) -> None:
        self._companion = companion
        self._breathing = RespirationScale()
        self._own: list[bytes] = []
        self._reports = node.create_publisher(msg.SelfReport, "self_report", ESTIMATE)
        node.listen(msg.PersonCue, "cues", self._on_cue, ESTIMATE)
        node.listen(msg.SelfReport, "self_report", self._on_report, ESTIMATE)
        node.listen(msg.WhatHelped, "person/helped", self._on_helped, STATE)
        node.listen(msg.Context, "context", self._on_context, STATE)
        node.listen(msg.BiosignalChunk, "biosignals/raw", self._on_biosignals, ESTIMATE)

    def tell(self, report: SelfReport) -> None:
        """Tells fusion, and whoever else wants to know, what the person answered; the companion knows it already."""
        message = report_message(report)
        self._own = [*self._own[-8:], _mark(message)]
        self._reports.publish(message)

    def _on_cue(self, message: msg.PersonCue) -> None:
        self._companion.hear(cue_from(message))

    def _on_report(self, message: msg.SelfReport) -> None:
        if _mark(message) not in self._own:
            self._companion.report(report_from(message))

    def _on_helped(self, message: msg.WhatHelped) -> None:
        columns = zip(message.activity, message.courses, message.eased, strict=True)
        self._companion.remember({name: (int(count), float(total)) for name, count, total in columns})

    def _on_context(self, message: msg.Context) -> None:
        self._companion.surroundings(*context_from(message))

    def _on_biosignals(self, chunk: msg.BiosignalChunk) -> None:
        values = respiration_of(chunk.channel, chunk.samples)
        start_s = to_seconds(chunk.header.stamp)
        for stamp_s, level in self._breathing.samples(start_s, chunk.sampling_rate_hz, values) if values else ():
            self._companion.breathing(level, stamp_s)


def _mark(message: msg.SelfReport) -> bytes:
    """What tells one report from another."""
    stamp = message.header.stamp
    return f"{stamp.sec}.{stamp.nanosec} {message.value} {message.source}".encode()
