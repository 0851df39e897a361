"""What empathy asks of the robot beside its face, and what the robot tells of it: speech, gestures, hands."""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import partial
from typing import Any

from geometry_msgs.msg import WrenchStamped
from solamen_msgs import msg
from solamen_msgs.action import PlayGesture, Say

from solamen.core.intents import GestureRequest, Utterance
from solamen.core.tunes import LONGEST_S, is_tune
from solamen.empathy.feedback import Outcome, RobotFeedback
from solamen.nodes.asking import Asker
from solamen.nodes.qos import ESTIMATE
from solamen.nodes.shell import Shell
from solamen.robot.description import RobotDescription
from solamen.robot.gestures import known_gestures, load_gesture, moves

HANDS = ("left", "right")
TOUCHED_N = 0.3
"""Force on a hand from which somebody touches it."""
SLOWEST_S_PER_LETTER, SPEECH_SLACK_S = 0.2, 15.0
GESTURE_SLACK_S = 8.0


class RobotTalk:
    """Carries utterances and gestures to the robot, and gathers its news.

    Args:
        node: that speaks for empathy.
        robot: what the robot has.
    """

    def __init__(self, node: Shell[Any], robot: RobotDescription) -> None:
        self._robot = robot
        self._say = Asker(node, Say, "say")
        self._play = Asker(node, PlayGesture, "play_gesture", one_at_a_time=True)
        self._gestures = {name: load_gesture(name) for name in known_gestures()}
        self._playable = frozenset(name for name, gesture in self._gestures.items() if moves(robot, gesture))
        self._hands: dict[str, bool] = {}
        self._speaking: bool | None = None
        self._hushed: dict[str, Outcome] = {}
        node.listen(msg.SpeechStatus, "robot/speech", self._on_speech, ESTIMATE)
        for hand in HANDS:
            node.listen(WrenchStamped, f"hand_{hand}/contact", partial(self._on_contact, hand), ESTIMATE)

    def destroy(self) -> None:
        """Ends what is asked for."""
        self._say.destroy()
        self._play.destroy()

    def say(self, utterances: Iterable[Utterance]) -> None:
        """Asks for utterances; an empty text is silence at once."""
        for utterance in utterances:
            if not utterance.text:
                self._say.cancel()
                self._hushed[utterance.utterance_id] = "ended"
                continue
            goal = Say.Goal(text=utterance.text, language=utterance.language, interruptible=utterance.interruptible)
            goal.rate = float(utterance.rate)
            longest_s = SPEECH_SLACK_S + _longest_s(utterance)
            self._say.ask(utterance.utterance_id, goal, longest_s)

    def play(self, gestures: Iterable[GestureRequest]) -> None:
        """Asks for gestures; an empty name ends the one that plays."""
        for request in gestures:
            if not request.name:
                self._play.cancel()
                continue
            goal = PlayGesture.Goal(name=request.name, amplitude=float(request.amplitude), speed=float(request.speed))
            known = self._gestures.get(request.name)
            lasts_s = known.duration_s if known is not None else 0.0
            self._play.ask(request.name, goal, GESTURE_SLACK_S + 2.0 * lasts_s / request.speed)

    def news(self) -> RobotFeedback:
        """What the robot told since the last time."""
        hushed, self._hushed = self._hushed, {}
        return RobotFeedback(
            speaking=self._speaking,
            utterances={**self._say.over(), **hushed},
            gestures=self._play.over(),
            hands=dict(self._hands),
            channels=self._channels(),
            gesture_names=self._playable if self._play.ready else frozenset(),
        )

    def _channels(self) -> frozenset[str]:
        """What the robot has; it can speak where somebody serves the action."""
        robot = self._robot
        has = {
            "speech": self._say.ready,
            "sound": self._say.ready,  # whoever speaks plays tunes, too
            "face": bool(robot.units),
            "gaze": True,
            "breath": bool(robot.breathing),
            "glow": bool(robot.glow),
            "lean": bool(robot.lean),
            "arms": bool(robot.arms),
        }
        return frozenset(name for name, there in has.items() if there)

    def _on_speech(self, status: msg.SpeechStatus) -> None:
        self._speaking = status.speaking

    def _on_contact(self, hand: str, message: WrenchStamped) -> None:
        force = message.wrench.force
        strength = math.hypot(force.x, force.y, force.z)
        if math.isfinite(strength):
            self._hands[hand] = strength >= TOUCHED_N


def _longest_s(utterance: Utterance) -> float:
    """So long an utterance may take at the slowest; a tune has its own length, whatever its letters."""
    return LONGEST_S if is_tune(utterance.text) else SLOWEST_S_PER_LETTER * len(utterance.text) / utterance.rate
