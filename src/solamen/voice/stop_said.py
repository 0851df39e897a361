"""Hears "stop" while it is said: the recogniser is asked, over and over, how likely the last second begins with it.

It need not write the word down: in noise it often writes another that sounds alike, and yet finds "stop" likely. That
is much where somebody says it alone, and next to nothing in other speech.
"""

from __future__ import annotations

import numpy as np

from solamen.voice.recogniser import END, Reading, Recogniser
from solamen.voice.spectrum import RATE_HZ, Sound

WINDOW = round(1.2 * RATE_HZ)
"""Samples that are asked about: the newest ones."""

LEAD = round(0.4 * RATE_HZ)
"""An utterance counts as begun so long before its voice is sure."""

WHOLE, LONG = round(1.7 * RATE_HZ), round(3.0 * RATE_HZ)
"""An utterance of the first age lies in the window as a whole; later its beginning is gone, perhaps a "don't".

One that lasts longer than the second may be a noise that passes for a voice, and the word is looked for in it again.
"""

FIRST, EVERY, EVERY_WITHIN = round(0.2 * RATE_HZ), round(0.1 * RATE_HZ), round(0.2 * RATE_HZ)
"""Samples from the voice's beginning to the first question, and between two: of a whole utterance, and of an older."""

PAUSE = round(0.3 * RATE_HZ)
"""After so long without a voice another utterance begins."""

SOUNDED = round(0.6 * RATE_HZ)
"""A voice must have sounded within so many samples."""

REFRACTORY = round(1.0 * RATE_HZ)
"""After a stop no other is told for so long, nor in the same utterance."""

AFTER_ROBOT = round(0.7 * RATE_HZ)
"""After the robot has spoken nothing is told for so long: its own last word may be heard."""

THRESHOLD, THRESHOLD_WITHIN = -3.5, -1.5
"""Log probability of a stop from which on it is told: of a whole utterance so far, and of the newest part of one."""

UNLIKELY = -7.0
"""Below this log probability of "stop" itself, what follows is not asked for."""

BEFORE = ("please", "Please", "no", "No", "oh", "Oh", "hey", "Hey", "ow", "Ow", "now", "Now", "robot", "Robot")
"""With what a stop may begin."""

AFTERWARDS = (".", "!", ",", "...", "it", "that", "this", "now", "please", "stop", "moving", "talking", "touching")
"""What may follow a stop that is meant; other words may do so in "the stop sign" or "stop at nothing"."""


class StopSaid:
    """Hears one stream.

    Args:
        recogniser: is asked.
        voice: probability of a voice from which on it is asked.
    """

    def __init__(self, recogniser: Recogniser, voice: float = 0.3) -> None:
        self._recogniser, self._voice = recogniser, voice
        self._stop = recogniser.numbers_of("stop", "Stop")
        self._before, self._comma = recogniser.numbers_of(*BEFORE), recogniser.numbers_of(",")
        self._after = np.append(recogniser.numbers_of(*AFTERWARDS), END)
        self.reset()

    def reset(self) -> None:
        """Forgets what was heard."""
        self._newest = np.zeros(WINDOW, np.float32)
        self._due, self._since_voice, self._age, self._quiet = 0, SOUNDED + 1, 0, 0
        self._told = False

    def hear(self, sound: Sound, speech: float, hushed: bool = False) -> bool:
        """Whether "stop" was said with the newest samples.

        Args:
            sound: the next samples, 16 kHz mono.
            speech: probability of a voice in them, 0–1.
            hushed: the robot itself is saying the word, or may be.
        """
        self._follow(sound, speech)
        self._quiet = AFTER_ROBOT if hushed else max(0, self._quiet - len(sound))
        asked = self._age <= WHOLE or self._age > LONG
        if self._due > 0 or self._quiet or self._since_voice > SOUNDED or not asked:
            return False
        self._due = EVERY if self._age <= WHOLE else EVERY_WITHIN
        if self._told or not self._likely():
            return False
        self._quiet, self._told = REFRACTORY, True
        return True

    def _follow(self, sound: Sound, speech: float) -> None:
        """Keeps the newest samples, and how old the utterance is."""
        count = len(sound)
        self._newest = np.concatenate([self._newest, sound])[-WINDOW:]
        self._due -= count
        voiced = speech >= self._voice
        self._age += count
        if voiced and self._since_voice > PAUSE:
            self._age, self._due, self._told = LEAD + count, FIRST, False
        if self._age > LONG:
            self._told = False
        self._since_voice = 0 if voiced else self._since_voice + count

    def _likely(self) -> bool:
        """Whether what is heard is a stop: an utterance as a whole, or the newest part of an older one."""
        return self.odds(self._newest) >= (THRESHOLD if self._age <= WHOLE else THRESHOLD_WITHIN)

    def odds(self, sound: Sound) -> float:
        """Log probability that a stretch of sound is a stop, alone or with words around it that leave it one."""
        reading, before = Reading(self._recogniser, sound), 0.0
        first = int(reading.odds.argmax())
        if first in self._before:
            before = float(reading.odds[first])
            reading.go_on(first)
            if (comma := int(reading.odds.argmax())) in self._comma:
                reading.go_on(comma)
        stop = reading.odds[self._stop]
        said = before + float(np.logaddexp.reduce(stop))
        if said < UNLIKELY:
            return said + UNLIKELY
        reading.go_on(int(self._stop[stop.argmax()]))
        return said + float(np.logaddexp.reduce(reading.odds[self._after]))
