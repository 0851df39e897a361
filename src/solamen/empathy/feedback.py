"""What the robot tells of itself: what it has said and done, what it can do, and who holds its hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Outcome = Literal["ended", "interrupted", "failed"]


@dataclass(frozen=True)
class RobotFeedback:
    """News from the robot. What is left out is as it was.

    Attributes:
        speaking: it speaks at this moment; None: not told.
        utterances: id of an utterance that is over to how it ended.
        gestures: name of a gesture that is over to how it ended.
        hands: left or right to whether the person touches it; an entry alone changes that hand.
        channels: what it has: speech, face, gaze, breath, glow, lean, arms, sound; None: not told.
        gesture_names: the gestures that it can play; None: not told.
    """

    speaking: bool | None = None
    utterances: Mapping[str, Outcome] = field(default_factory=dict)
    gestures: Mapping[str, Outcome] = field(default_factory=dict)
    hands: Mapping[str, bool] = field(default_factory=dict)
    channels: frozenset[str] | None = None
    gesture_names: frozenset[str] | None = None


class RobotLedger:
    """Keeps what the robot told. A robot that never told what it can do counts as one that can do nothing.

    Attributes:
        speaking: it speaks at this moment.
        channels, gesture_names: what it can do.
        hands: left or right to whether it is touched.
    """

    def __init__(self) -> None:
        self.speaking = False
        self.channels: frozenset[str] = frozenset()
        self.gesture_names: frozenset[str] = frozenset()
        self.hands: dict[str, bool] = {}
        self._spoken: dict[str, Outcome] = {}
        self._played: dict[str, Outcome] = {}

    def take(self, news: RobotFeedback) -> None:
        """Caches the news."""
        self.speaking = self.speaking if news.speaking is None else news.speaking
        self.channels = self.channels if news.channels is None else news.channels
        self.gesture_names = self.gesture_names if news.gesture_names is None else news.gesture_names
        self.hands.update(news.hands)
        self._spoken.update(news.utterances)
        self._played.update(news.gestures)
        while len(self._spoken) > 100:
            del self._spoken[next(iter(self._spoken))]

    def spoken(self, utterance_id: str) -> Outcome | None:
        """How an utterance ended; None while it lasts."""
        return self._spoken.get(utterance_id)

    def played(self, gesture: str) -> Outcome | None:
        """How the last gesture of a name ended; None while it plays."""
        return self._played.get(gesture)

    def begin_gesture(self, gesture: str) -> None:
        """A gesture of this name was asked for: its last end counts no more."""
        self._played.pop(gesture, None)

    @property
    def held(self) -> bool:
        """The person touches a hand of the robot."""
        return any(self.hands.values())
