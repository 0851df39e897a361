"""The virtual patient who reacts: what the robot does acts on them, and they answer it by voice, head and breath."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any, cast

from solamen_msgs import msg

from solamen.core.cues import Cue
from solamen.core.intents import Expression
from solamen.core.states import Company
from solamen.nodes.clock import to_stamp
from solamen.nodes.convert import expression_from, report_message
from solamen.nodes.convert_person import context_message, cue_message, marker_message
from solamen.nodes.patient_mouth import BREATH_S, PatientMouth
from solamen.nodes.qos import ESTIMATE, RECORD, STATE
from solamen.nodes.shell import Shell
from solamen.patient.response import Around
from solamen.patient.response_answers import Question
from solamen.patient.scenario import Scenario
from solamen.session.simulation_judge import shown_pain
from solamen.session.simulation_world import Instant, World

WORDS_S = 6.0
"""So long words go on to work after they were said."""
CHUNK = 5
"""Samples of breathing in one message."""
LONGEST_STEP_S = 0.5
NOD_HZ, NOD_RAD = 1.8, 0.18
SHAKE_HZ, SHAKE_RAD = 1.6, 0.2
HEARD_WITHIN_S = 1.5
"""Who has said stop and is not heard for so long makes it known otherwise."""
SURE = 0.5
"""A sign of less confidence is made small and but once."""
SIGNS = ("nod", "shake")
ABOUT_NUMBER, ABOUT_CALL = ("ask",), ("call",)
ASKS_CONSENT = "ask_consent"
DISTRACTING = ("distract", "story", "imagery", "count", "game", "tones", "music")


class Reaction:
    """Hears what the robot does, and tells what the patient does.

    Args:
        node: of the patient.
        scenario: what the patient lives through.
        seed: of at least 0, for all that varies.
        rate_hz: of the steps.
        mouth: with which words are spoken; None where they are only told.
        heard: a stop is heard from its sound, and told otherwise only where nobody heard it.
    """

    def __init__(
        self,
        node: Shell[Any],
        scenario: Scenario,
        seed: int,
        rate_hz: float,
        mouth: PatientMouth | None = None,
        heard: bool = False,
    ) -> None:
        self._node, self._rate_hz, self._mouth = node, rate_hz, mouth
        self._world = World(scenario, seed)
        self._cues = node.create_publisher(msg.PersonCue, "cues", ESTIMATE)
        self._reports = node.create_publisher(msg.SelfReport, "self_report", ESTIMATE)
        self._breath = node.create_publisher(msg.BiosignalChunk, "biosignals/raw", ESTIMATE)
        self._context = node.create_publisher(msg.Context, "context", STATE)
        self._expression = Expression(0.0)
        self._behavior, self._asked, self._doing = "", "", False
        self._speaking, self._spoke_s, self._said = False, -math.inf, False
        self._last_s, self._pain = math.nan, 0.0
        self._sign: tuple[str, float, float] = ("", 0.0, 0.0)
        self._company: tuple[Company, str] | None = None
        self._levels: list[float] = []
        self._levels_s = 0.0
        self._says = node.create_publisher(msg.Marker, "markers", RECORD)
        self._heard, self._unheard = heard, cast("tuple[Cue, float] | None", None)
        node.listen(msg.PersonCue, "cues", self._on_cue, ESTIMATE)
        node.listen(msg.Expression, "robot/expression", self._on_expression, ESTIMATE)
        node.listen(msg.SpeechStatus, "robot/speech", self._on_speech, ESTIMATE)
        node.listen(msg.BehaviorStatus, "behavior/status", self._on_behavior, STATE)
        node.listen(msg.Marker, "markers", self._on_marker, RECORD)

    def step(self, time_s: float, now_s: float) -> Instant:
        """What the patient feels and does at a time of the scenario; `now_s` is for the stamps."""
        dt_s = time_s - self._last_s if math.isfinite(self._last_s) else 1.0 / self._rate_hz
        self._last_s, dt_s = time_s, min(max(dt_s, 0.0), LONGEST_STEP_S)
        answers = self._world.answers
        if self._said:
            self._said = False
            if question := self._question():
                answers.ask(question, self._pain, time_s)
        if self._doing:
            answers.doing(time_s, dt_s)
        instant = self._world.step(time_s, now_s, self._around(time_s), dt_s)
        self._pain = instant.felt.pain
        for cue in instant.cues:
            self._show(cue, time_s, now_s)
        self._insist(time_s, now_s)
        for report in instant.reports:
            self._reports.publish(report_message(report))
        self._tell_company(instant, now_s)
        self._breathe(instant.felt.breath, now_s)
        return instant

    def head(self, time_s: float) -> tuple[float, float]:
        """Yaw and pitch, rad, of the sign that the head makes now, beside what the scenario has it do."""
        kind, begun_s, confidence = self._sign
        hertz, size = (NOD_HZ, NOD_RAD) if kind == "nod" else (SHAKE_HZ, SHAKE_RAD)
        turns = (time_s - begun_s) * hertz
        times, share = (2.0, 1.0) if confidence >= SURE else (1.0, 0.5)
        if not kind or not 0.0 <= turns <= times:
            return 0.0, 0.0
        if kind == "nod":
            return 0.0, share * size * 0.5 * (1.0 - math.cos(2.0 * math.pi * turns))
        return share * size * math.sin(2.0 * math.pi * turns), 0.0

    def _question(self) -> Question | None:
        """What was asked, as the patient takes it from what the robot does, not from its words."""
        if self._asked or self._behavior == ASKS_CONSENT:
            return "offer"
        if self._behavior in ABOUT_NUMBER:
            return "number"
        return "call" if self._behavior in ABOUT_CALL else None

    def _around(self, time_s: float) -> Around:
        helping = set()
        if math.isfinite(self._expression.breath):
            helping.add("breathing")
        if any(word in self._behavior for word in DISTRACTING):
            helping.add("distraction")
        if self._speaking:
            self._spoke_s = time_s
        if time_s - self._spoke_s < WORDS_S:
            helping.add("words")
        return Around(frozenset(helping), max(shown_pain(self._expression), 0.0), self._expression.breath)

    def _show(self, cue: Cue, time_s: float, now_s: float) -> None:
        """Nods and shakes are made with the head, for the robot to see; words are spoken, and told as well.

        They are told because nothing that comes along hears all of them. A stop is but spoken where that is heard.
        """
        if cue.kind in SIGNS:
            self._sign = (cue.kind, time_s, cue.confidence)
            return
        spoken_s = self._mouth.say(cue) if self._mouth is not None else 0.0
        if self._heard and cue.kind == "stop" and spoken_s > 0.0:
            self._unheard = (cue, time_s + spoken_s + HEARD_WITHIN_S)
            # On the record: when the word begins and ends, so that how soon it is heeded can be told.
            self._says.publish(marker_message("says", f"{cue.kind} {BREATH_S:.2f} {spoken_s:.2f}", now_s, "patient"))
            return
        self._cues.publish(cue_message(cue))

    def _insist(self, time_s: float, now_s: float) -> None:
        """Tells a stop that was said and that nobody heard, as one who then presses a button."""
        if self._unheard is not None and time_s > self._unheard[1]:
            cue, self._unheard = self._unheard[0], None
            self._cues.publish(cue_message(replace(cue, stamp_s=now_s, source="console")))

    def _on_cue(self, cue: msg.PersonCue) -> None:
        """A stop that the robot has heard need not be told."""
        if cue.kind == "stop":
            self._unheard = None

    def _tell_company(self, instant: Instant, now_s: float) -> None:
        company = (instant.company, instant.procedure)
        if company != self._company:
            self._company = company
            self._context.publish(context_message(instant.company, "", instant.procedure, now_s))

    def _breathe(self, level: float, now_s: float) -> None:
        if not self._levels:
            self._levels_s = now_s
        self._levels.append(float(level))
        if len(self._levels) < CHUNK:
            return
        lasted_s = now_s - self._levels_s
        chunk = msg.BiosignalChunk(channel=["respiration"], unit=["1"], samples=self._levels, source="patient")
        # The rate at which they truly came: a busy machine draws fewer pictures a second than are asked for.
        chunk.sampling_rate_hz = (CHUNK - 1) / lasted_s if lasted_s > 0.0 else self._rate_hz
        chunk.header.stamp = to_stamp(self._levels_s)
        self._levels = []
        self._breath.publish(chunk)

    def _on_expression(self, message: msg.Expression) -> None:
        self._expression = expression_from(message)

    def _on_speech(self, status: msg.SpeechStatus) -> None:
        """A question is answered when it has been asked to its end."""
        self._said = self._said or (self._speaking and not status.speaking)
        self._speaking = status.speaking

    def _on_behavior(self, status: msg.BehaviorStatus) -> None:
        self._behavior = status.behavior

    def _on_marker(self, marker: msg.Marker) -> None:
        if marker.name == "offer":
            self._asked = marker.value
        elif marker.name == "accepted":
            self._asked, self._doing = "", True
        elif marker.name in ("refused", "ended"):
            self._asked, self._doing = "", False
