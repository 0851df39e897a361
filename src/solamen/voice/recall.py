"""The newest seconds of a stream, as frames and as the steps that the model reads."""

from __future__ import annotations

import numpy as np

from solamen.voice.front_end import Frames, Memory, cut
from solamen.voice.sound_embedding import WINDOW, SoundEmbedding
from solamen.voice.spectrum import Sound
from solamen.voice.steps import FRAMES_PER_STEP, MOST_STEPS, steps_of

_KEPT = (MOST_STEPS + 2) * FRAMES_PER_STEP + WINDOW


class Recall:
    """Keeps frames, and embeds the steps of a burst once each, when they are first asked for.

    Args:
        net: the speech embedding.
    """

    def __init__(self, net: SoundEmbedding) -> None:
        self._net = net
        self._memory = Memory(_KEPT)
        self.clear()

    def clear(self) -> None:
        """Forgets all."""
        self._memory.clear()
        self._count = 0
        self._embedded: dict[int, Sound] = {}

    def add(self, frames: Frames) -> None:
        """Takes the next frames of the stream."""
        self._memory.add(frames)
        self._count += len(frames)

    def between(self, start: int, end: int) -> Frames:
        """The frames from number `start` to before number `end` that are still kept; the newest one at least."""
        kept = self._memory.last(self._count)
        first = self._count - len(kept)
        begin = min(max(0, start - first), len(kept) - 1)
        return cut(kept, begin, max(begin + 1, end - first))

    def steps(self, onset: int, last: int) -> Sound:
        """Steps (m, 164) of a burst, the newest three seconds of them at most; m may be 0.

        Args:
            onset: number of its first frame in the stream, from 0.
            last: number of its last frame.
        """
        end = min(self._count // FRAMES_PER_STEP, -(-last // FRAMES_PER_STEP))
        start = max(onset // FRAMES_PER_STEP, end - MOST_STEPS, 0)
        if end <= start:
            return np.zeros((0, 0), np.float32)
        kept = self._memory.last(self._count - (start * FRAMES_PER_STEP - WINDOW))
        first = self._count - len(kept)
        embeddings = self._embed(kept.spectra.narrow_mel, first, range(start, end))
        return steps_of(cut(kept, start * FRAMES_PER_STEP - first, end * FRAMES_PER_STEP - first), embeddings)

    @property
    def whole_steps(self) -> int:
        """How many steps have passed since it began."""
        return self._count // FRAMES_PER_STEP

    def words(self, start: int, end: int) -> Sound:
        """(m, 96) what the stop word is looked for in, of steps from `start` to before `end`."""
        kept = self._memory.last(self._count - (start * FRAMES_PER_STEP - WINDOW))
        first = self._count - len(kept)
        return self._embed(kept.spectra.narrow_mel, first, range(start, end))

    def _embed(self, narrow: Sound, first: int, wanted: range) -> Sound:
        """Embeddings (m, 96) of steps; each is made once.

        Args:
            narrow: (n, 32) of the frames from number `first` on.
            first: number of a frame.
            wanted: numbers of steps.
        """
        oldest = self.whole_steps - MOST_STEPS - 2
        self._embedded = {step: kept for step, kept in self._embedded.items() if step >= oldest}
        missing = [step for step in wanted if step not in self._embedded]
        if missing:
            self._embedded.update(self._made(narrow, first, missing))
        return np.stack([self._embedded[step] for step in wanted])

    def _made(self, narrow: Sound, first: int, missing: list[int]) -> dict[int, Sound]:
        before = WINDOW - FRAMES_PER_STEP
        padded = np.concatenate([np.repeat(narrow[:3].mean(axis=0, keepdims=True), before, axis=0), narrow])
        begins = [step * FRAMES_PER_STEP - first for step in missing]
        found = self._net.of(np.stack([padded[begin : begin + WINDOW] for begin in begins]))
        return dict(zip(missing, found, strict=True))
