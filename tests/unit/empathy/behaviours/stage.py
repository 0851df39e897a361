"""A stage for one activity at a time: a robot that takes its time, and a person who answers."""

import dataclasses
import math

from solamen.core.clock import SteppedClock
from solamen.core.cues import Cue
from solamen.core.states import Consent
from solamen.empathy import EmpathySettings, RobotFeedback
from solamen.empathy.behaviours.call_human import CallHuman, CallSettings
from solamen.empathy.behaviours.offered import OFFERED
from solamen.empathy.behaviours.worded import own_settings
from solamen.empathy.chooser import Chooser
from solamen.empathy.content import Words, load_content
from solamen.empathy.heeding import Heeding
from solamen.empathy.scene import BreathSample, Desk, Scene
from solamen.empathy.timers import seconds

TICK_S = 0.1
SPEECH_S = 1.5
GESTURES = frozenset({"nod", "wave", "offer_hand", "rest_hand", "withdraw_hand", "breathe_arms"})
CHANNELS = frozenset({"speech", "face", "gaze", "breath", "glow", "lean", "arms", "sound"})
KINDS = {name: (kind, own) for name, kind, own in (*OFFERED, ("call", CallHuman, CallSettings))}


class Stage:
    """One activity under a chooser, ticked ten times a second.

    Attributes:
        answer: what the person says to an offer some time after it: yes, no or nothing ("").
        fails: utterance, or the name of a gesture, which the robot fails at.
        breathes_per_min: of the person, 0: no respiration comes in; "along" follows what is led.
        hand_s: how long a hand that is held out is held; 0: it is not taken.
    """

    def __init__(self, name, own=None, language="en", audience="adult", **scene):
        self.clock = SteppedClock(50.0)
        settings = EmpathySettings(language=language, audience=audience)
        self.facts = {"pain": 6.0, "aching_s": 60.0, "present": True, "present_age_s": 0.0, "consent": Consent.OBSERVE}
        self.facts |= {"onset_age_s": 30.0, **scene}
        self.desk = Desk(settings, self.clock)
        self.desk.robot.take(RobotFeedback(channels=CHANNELS, gesture_names=GESTURES))
        kind, own_kind = KINDS[name]
        made = dataclasses.replace(own_settings(own_kind, name), **(own or {}))
        self.activity = kind(name, self.desk, made, Words(load_content(language), audience))
        self.chooser = Chooser("help", self.desk, [self.activity])
        self.heeding = Heeding(self.desk, self.chooser)
        self.answer, self.fails, self.breathes_per_min, self.hand_s = "yes", "", 0, 0.0
        self.said, self.markers, self.gestures, self.reports, self.shown = [], [], [], [], []
        self.why = ""
        self._due, self._phase = [], 0.0

    def go(self, seconds_, until=None):
        """Lets time pass, or until something holds; whether it came to hold."""
        for _ in range(round(seconds_ / TICK_S)):
            self.clock.advance(TICK_S)
            self._live()
            self.desk.scene = Scene(**self.facts, quiet=self.desk.refusals.quiet)
            self.heeding.heed()
            self.desk.scene = dataclasses.replace(self.desk.scene, quiet=self.desk.refusals.quiet)
            self.chooser.tick_once()
            self._take()
            if until is not None and until():
                return True
        return False

    def finish(self, longest_s=900.0):
        """Lets time pass until the activity has ended; how it ended."""
        assert self.go(longest_s, until=lambda: bool(self.ends)), f"{self.activity.name} did not end"
        return self.ends[-1]

    def hear(self, kind, **fields):
        self.desk.ear.hear(Cue(self.clock.now_s(), kind, **fields), seconds(self.clock))

    @property
    def ends(self):
        """How it ended, once for each time."""
        return [value.split(": ")[1] for name, value in self.markers if name == "ended"]

    @property
    def begun(self):
        return self.activity.under_way or bool(self.ends)

    def told(self, name):
        """Values of the markers of a name."""
        return [value for marker, value in self.markers if marker == name]

    def _live(self):
        """What the robot has done by now, and what the person does."""
        now_s = self.clock.now_s()
        for at_s, news in [item for item in self._due if item[0] <= now_s]:
            if isinstance(news, RobotFeedback):
                self.desk.robot.take(news)
            else:
                self.hear(*news)
            self._due.remove((at_s, news))
        self._breathe()

    def _breathe(self):
        if not self.breathes_per_min:
            return
        if self.breathes_per_min == "along":
            level = self.desk.choice.breath if math.isfinite(self.desk.choice.breath) else 0.5
        else:
            self._phase += TICK_S * self.breathes_per_min / 60.0
            level = 0.5 - 0.5 * math.cos(2.0 * math.pi * self._phase)
        self.desk.breathing.append(BreathSample(level, seconds(self.clock)))
        del self.desk.breathing[:-1200]

    def _take(self):
        """What came out of a tick, and what follows from it."""
        now_s = self.clock.now_s()
        utterances, gestures, reports, markers = self.desk.outbox.empty()
        for utterance in utterances:
            self.said.append(utterance.text)
            how = "failed" if self.fails == "utterance" else "ended"
            self._due.append((now_s + SPEECH_S, RobotFeedback(utterances={utterance.utterance_id: how})))
        for request in gestures:
            self.gestures.append(request)
            self._play(request, now_s)
        self.markers += markers
        self.reports += reports
        if any(name == "offer" for name, _ in markers) and self.answer:
            self._due.append((now_s + SPEECH_S + 1.0, (self.answer,)))
        if self.activity.under_way:
            self.shown.append((seconds(self.clock), self.desk.choice))

    def _play(self, request, now_s):
        if request.name == self.fails:
            self._due.append((now_s + 0.5, RobotFeedback(gestures={request.name: "failed"})))
        elif request.name == "offer_hand" and self.hand_s:
            self._due.append((now_s + 3.0, RobotFeedback(hands={"right": True})))
            self._due.append((now_s + 3.0 + self.hand_s, RobotFeedback(hands={"right": False})))
        elif request.name:
            self._due.append((now_s + 3.0, RobotFeedback(gestures={request.name: "ended"})))
