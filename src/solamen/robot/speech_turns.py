"""Who speaks when: one utterance at a time, one that waits, and silence the moment that the person wants it."""

from __future__ import annotations

import math
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Literal

from solamen.robot.speech_sound import Sound

Ending = Literal["said", "interrupted", "failed"]
Make = Callable[[], "Future[Sound]"]


@dataclass(frozen=True)
class Ended:
    """How an utterance ended: said, interrupted or failed, and in words."""

    key: str
    ending: Ending
    message: str


@dataclass
class _Asked:
    key: str
    make: Make
    interruptible: bool
    asked_s: float
    coming: Future[Sound] | None = None
    sound: Sound | None = None
    began_s: float = math.nan


class SpeechTurns:
    """Takes utterances and ends each of them once. Times are seconds of one steady clock.

    While one is said, one may wait; a newer one takes the place of the one that waits. An utterance that may not be
    interrupted is important: it does not wait for one that may be, and nothing that may be takes its place.

    Args:
        start: begins to play a sound.
        stop: ends the sound that is played.
        cancel: ends the making of a sound.
        wait_s: what waits for its turn for longer is given up.
    """

    def __init__(
        self, start: Callable[[Sound], None], stop: Callable[[], None], cancel: Callable[[], None], wait_s: float
    ) -> None:
        self._start, self._stop, self._cancel, self._wait_s = start, stop, cancel, wait_s
        self._now: _Asked | None = None
        self._next: _Asked | None = None
        self._ended: list[Ended] = []

    @property
    def key(self) -> str:
        """Of the utterance whose sound goes on; empty where there is silence."""
        return self._now.key if self._now is not None and self._now.sound is not None else ""

    @property
    def busy(self) -> bool:
        """Something is said, made, waits, or ended and was not told yet."""
        return self._now is not None or self._next is not None or bool(self._ended)

    def loudness(self, now_s: float) -> float:
        """0–1, now; NaN in silence."""
        now = self._now
        return now.sound.loudness_at(now_s - now.began_s) if now is not None and now.sound is not None else math.nan

    def progress(self, now_s: float) -> float:
        """0–1 of the utterance that is said."""
        now = self._now
        if now is None or now.sound is None:
            return 0.0
        return min(max((now_s - now.began_s) / max(now.sound.length_s, 1e-3), 0.0), 1.0)

    def ask(self, key: str, make: Make, interruptible: bool, now_s: float) -> None:
        """Takes an utterance; `make` begins the making of its sound when its turn comes."""
        asked = _Asked(key, make, interruptible, now_s)
        if self._now is not None and not interruptible and self._now.interruptible:
            self._end_now("interrupted", "something more important took its place")
        if self._now is None:
            self._begin(asked)
        elif self._next is not None and not self._next.interruptible and interruptible:
            self._ended.append(Ended(key, "interrupted", "something more important waits to be said"))
        else:
            if self._next is not None:
                self._ended.append(Ended(self._next.key, "interrupted", "something newer took its place"))
            self._next = asked

    def hush(self, why: str, all_of_it: bool) -> None:
        """Falls silent at once; without `all_of_it` what may not be interrupted goes on."""
        if self._next is not None and (all_of_it or self._next.interruptible):
            self._ended.append(Ended(self._next.key, "interrupted", why))
            self._next = None
        if self._now is not None and (all_of_it or self._now.interruptible):
            self._end_now("interrupted", why)

    def drop(self, key: str, why: str) -> None:
        """Ends one utterance, whether it is said or waits."""
        if self._next is not None and self._next.key == key:
            self._ended.append(Ended(key, "interrupted", why))
            self._next = None
        elif self._now is not None and self._now.key == key:
            self._end_now("interrupted", why)

    def tick(self, now_s: float) -> list[Ended]:
        """Goes on; gives what ended since the last time."""
        if self._next is not None and now_s - self._next.asked_s > self._wait_s:
            self._ended.append(Ended(self._next.key, "failed", f"its turn did not come within {self._wait_s:g} s"))
            self._next = None
        if self._now is not None and self._now.sound is None:
            self._take_sound(self._now, now_s)
        elif self._now is not None and self._now.sound and now_s - self._now.began_s >= self._now.sound.length_s:
            self._end_now("said", "")
        if self._now is None and self._next is not None:
            asked, self._next = self._next, None
            self._begin(asked)
        ended, self._ended = self._ended, []
        return ended

    def _begin(self, asked: _Asked) -> None:
        asked.coming = asked.make()
        self._now = asked

    def _take_sound(self, asked: _Asked, now_s: float) -> None:
        """Begins to speak when the sound is made."""
        if asked.coming is None or not asked.coming.done():
            return
        error = asked.coming.exception()
        if error is not None:
            self._end_now("failed", str(error) or type(error).__name__)
            return
        asked.sound, asked.began_s = asked.coming.result(), now_s
        self._start(asked.sound)

    def _end_now(self, ending: Ending, message: str) -> None:
        if self._now is None:
            return
        now, self._now = self._now, None
        if now.sound is None:
            if now.coming is not None and not now.coming.cancel():
                self._cancel()
        elif ending != "said":  # what was said to its end may still be on its way through the sound card
            self._stop()
        self._ended.append(Ended(now.key, ending, message))
