"""Hears stop words as they are said, without a recogniser of speech."""

from __future__ import annotations

from collections import deque

import numpy as np

from solamen.voice.embedding import STEP, SpeechEmbedding
from solamen.voice.spectrum import Sound
from solamen.voice.speech_gate import Stretch
from solamen.voice.stop_head import WINDOW, StopHead, load_head, path_of

IN_A_ROW = 2
"""So many windows, 80 ms apart, must agree."""
REST_WINDOWS = 12
"""After a stop was heard, so many windows are let pass before the next."""


class StopWords:
    """Listens to stretches of speech and gives the probability of each stop word when it was said."""

    def __init__(self, language: str) -> None:
        self._head: StopHead = load_head(path_of(language))
        self._net = SpeechEmbedding()
        quiet = np.random.default_rng(0).normal(0.0, 1e-4, WINDOW * STEP).astype(np.float32)
        self._quiet = list(self._net.push(quiet))
        self._begin()

    def hear(self, stretch: Stretch) -> float:
        """The probability of a stop word that has just been said; 0 where none was."""
        if stretch.begins:
            self._begin()
        if not len(stretch.sound):
            return 0.0
        said = 0.0
        for probability in self.probabilities(stretch.sound):
            said = max(said, self._decide(float(probability)))
        return said

    def probabilities(self, sound: Sound) -> list[float]:
        """For each 80 ms that these samples complete."""
        found = []
        for vector in self._net.push(sound):
            self._vectors.append(vector)
            found.append(float(self._head(np.stack(self._vectors)[None])[0]))
        return found

    def _begin(self) -> None:
        self._net.reset()
        self._vectors = deque(self._quiet, maxlen=WINDOW)
        self._row = self._rest = 0

    def _decide(self, probability: float) -> float:
        self._rest = max(0, self._rest - 1)
        self._row = self._row + 1 if probability >= self._head.threshold else 0
        if self._row < IN_A_ROW or self._rest:
            return 0.0
        self._rest = REST_WINDOWS
        return probability
