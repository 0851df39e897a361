"""A stand-in for the robot in a simulated session: it takes time to speak, to gesture and to show a face."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable

from solamen.core.intents import Expression, GestureRequest, Utterance
from solamen.empathy.feedback import Outcome, RobotFeedback

CHANNELS = frozenset({"speech", "face", "gaze", "breath", "glow", "lean", "arms", "sound"})
GESTURES = frozenset(
    {"breathe", "lean_in", "nod", "offer_hand", "open_arms", "rest_hand", "shake", "wave", "withdraw_hand"}
)
SPEECH_START_S, SPEECH_S_PER_LETTER = 0.4, 0.065
"""About 150 words a minute, as calm speech has."""
GESTURE_S = 3.0
HAND = "right"


class StandIn:
    """Speaks and gestures one thing at a time, as asked.

    Attributes:
        speaking: the utterance under way, or None.
        spoke_s: when it spoke last, seconds; -inf before.
        holding: the person holds its hand.
        hand_offered: the hand is held out.
    """

    def __init__(self, delay_steps: int) -> None:
        """Takes the steps from an expression that is asked for to one that is seen."""
        self._shown: deque[Expression] = deque(maxlen=delay_steps + 1)
        self._speech: deque[Utterance] = deque()
        self._speech_ends_s = self._gesture_ends_s = math.inf
        self._gesture = ""
        self._over: dict[str, Outcome] = {}
        self._played: dict[str, Outcome] = {}
        self.speaking: Utterance | None = None
        self.spoke_s = -math.inf
        self.holding = self.hand_offered = False

    def show(self, expression: Expression) -> None:
        """Takes the face to show in this step."""
        self._shown.append(expression)

    @property
    def shown(self) -> Expression:
        """What is seen now."""
        return self._shown[0] if self._shown else Expression(0.0)

    def say(self, utterances: Iterable[Utterance], now_s: float) -> None:
        """Takes what to say; an empty text is silence at once."""
        for utterance in utterances:
            if utterance.text:
                self._speech.append(utterance)
                continue
            self._hush()
            self._over[utterance.utterance_id] = "ended"
        self._speak(now_s)

    def interrupt(self) -> None:
        """The person speaks."""
        if self.speaking is not None and self.speaking.interruptible:
            self._hush()

    def play(self, gestures: Iterable[GestureRequest], now_s: float) -> None:
        """Takes gestures; an empty name ends the one that plays."""
        for request in gestures:
            if self._gesture:
                self._played[self._gesture] = "interrupted"
            self._gesture = request.name
            self._gesture_ends_s = now_s + GESTURE_S / request.speed if request.name else math.inf
            if request.name in ("", "withdraw_hand"):
                self.hand_offered = self.holding = False

    def step(self, now_s: float) -> RobotFeedback:
        """What the robot tells of itself now; times are seconds of any one clock."""
        if self.speaking is not None and now_s >= self._speech_ends_s:
            self._over[self.speaking.utterance_id] = "ended"
            self.speaking = None
        self._speak(now_s)
        if self.speaking is not None:
            self.spoke_s = now_s
        if self._gesture and now_s >= self._gesture_ends_s:
            self._played[self._gesture] = "ended"
            self.hand_offered = self.hand_offered or self._gesture == "offer_hand"
            self._gesture, self._gesture_ends_s = "", math.inf
        over, played, self._over, self._played = self._over, self._played, {}, {}
        return RobotFeedback(self.speaking is not None, over, played, {HAND: self.holding}, CHANNELS, GESTURES)

    def _speak(self, now_s: float) -> None:
        if self.speaking is None and self._speech:
            self.speaking = self._speech.popleft()
            length_s = SPEECH_START_S + SPEECH_S_PER_LETTER * len(self.speaking.text) / self.speaking.rate
            self._speech_ends_s = now_s + length_s

    def _hush(self) -> None:
        for utterance in (*([self.speaking] if self.speaking else []), *self._speech):
            self._over[utterance.utterance_id] = "interrupted"
        self._speech.clear()
        self.speaking = None
