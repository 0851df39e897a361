"""Hears "stop" in the stream of sound: a small net over the last second of steps, in English.

A stop that is said alone is a command: the net hears the pauses around the word too, so that "stop" within a long
sentence counts for less. It learned from synthetic speech alone.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from solamen.core.errors import OutsideError
from solamen.voice.recall import Recall
from solamen.voice.sound_embedding import session
from solamen.voice.spectrum import Sound

WEIGHTS = Path(__file__).parent / "weights" / "stop_word.onnx"
LANGUAGES = ("en",)
"""Whose stop word the net learned."""

CONFIDENCE = 0.9
"""Of a stop that is told."""

STEPS = 14
"""Of 80 ms: the last 1.12 s."""

REFRACTORY = 12
"""Steps after a stop in which no other is told."""

AFTER_ROBOT = 9
"""Steps (0.72 s) after the robot has spoken in which nothing is told: its own last word may be in them."""

_UNSAID = -20.0

SOUNDED = 12
"""A voice must have sounded within so many steps."""


class StopDecision:
    """Turns the net's odds, step by step, into stops: the mean of two steps must pass the threshold.

    Args:
        threshold: log odds.
    """

    def __init__(self, threshold: float) -> None:
        self._threshold = threshold
        self.reset()

    def reset(self) -> None:
        """Forgets what was heard."""
        self._before, self._rest = _UNSAID, 0

    def take(self, odds: float) -> bool:
        """Whether a stop is told with this step."""
        mean, self._before = 0.5 * (odds + self._before), odds
        self._rest = max(0, self._rest - 1)
        if mean < self._threshold or self._rest:
            return False
        self._rest = REFRACTORY
        return True


class StopWord:
    """Hears one stream.

    Args:
        voice: probability of a voice from which on the net is asked.
        weights: the ONNX file; its card stands beside it as `.json`.

    Raises:
        OutsideError: the weights or their card are missing or cannot be used.
    """

    def __init__(self, voice: float = 0.3, weights: Path = WEIGHTS) -> None:
        try:
            card = json.loads(weights.with_suffix(".json").read_text(encoding="utf-8"))
            threshold = float(card["figures"]["threshold"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            remedy = "Install Solamen anew, or train the net with `solamen train words`."
            raise OutsideError(f"the card of the stop word cannot be read ({error})", str(weights), remedy) from error
        self._session, self._voice = session(weights), voice
        self._decision = StopDecision(threshold)
        self.reset()

    def reset(self) -> None:
        """Forgets what was heard."""
        self._decision.reset()
        self._next, self._sounded, self._quiet = 0, SOUNDED + 1, 0

    def odds(self, windows: Sound) -> Sound:
        """Log odds (n,) that stop has just been said, at the end of windows (n, 14, 96)."""
        (found,) = self._session.run(None, {"steps": np.ascontiguousarray(windows, np.float32)})
        return np.asarray(found, np.float32).ravel()

    def take(self, odds: float, speech: float) -> bool:
        """Whether a stop is told with the next step.

        Args:
            odds: at its end.
            speech: probability of a voice in it, 0–1.
        """
        self._sounded = 0 if speech >= self._voice else self._sounded + 1
        return self._decision.take(odds if self._sounded <= SOUNDED else _UNSAID)

    def hear(self, recall: Recall, speech: float, robot_speaking: bool) -> bool:
        """Whether "stop" was said with the newest steps; of more than two seconds, with the newest of them.

        Args:
            recall: of the stream.
            speech: probability of a voice in what is new, 0–1.
            robot_speaking: the robot's own voice is in it.
        """
        count = recall.whole_steps
        if count < self._next:
            self.reset()
        new = range(max(self._next, count - STEPS), count)
        self._next = count
        self._quiet = AFTER_ROBOT if robot_speaking else max(0, self._quiet - len(new))
        if self._quiet:
            self._decision.reset()
            return False
        silent = speech < self._voice and self._sounded > SOUNDED
        if silent or not len(new) or new.start < STEPS:
            return self._take_all([_UNSAID] * len(new), speech)
        steps = recall.words(new.start - STEPS + 1, count)
        windows = np.lib.stride_tricks.sliding_window_view(steps, STEPS, axis=0).transpose(0, 2, 1)
        return self._take_all(self.odds(windows).tolist(), speech)

    def _take_all(self, odds: list[float], speech: float) -> bool:
        told = [self.take(value, speech) for value in odds]
        return any(told)
