"""Distraction: a walk in the mind, a story, a game with numbers; from files that anyone can add to."""

from __future__ import annotations

import math
from dataclasses import dataclass

from solamen.core.settings import setting
from solamen.core.tunes import is_tune, parse_tune
from solamen.empathy.activity import RobotFailed, Steps
from solamen.empathy.behaviours.worded import HelpingActivity, HelpSettings
from solamen.empathy.content import KINDS, Line, Piece, Words
from solamen.empathy.feedback import Outcome
from solamen.empathy.scene import Choice, Desk

_TUNE_SLACK_S = 6.0
"""Until it begins, and for its last tone to fade."""


@dataclass(frozen=True, kw_only=True)
class DistractionSettings(HelpSettings):
    """How a piece is told."""

    base: float = setting(0.8, low=-2.0, high=2.0, doc="utility by itself")
    by_pain: float = setting(0.1, low=-2.0, high=2.0, doc="added at pain 10 of 10, in proportion below")
    alone: float = setting(0.2, low=-2.0, high=2.0, doc="added where the person is alone")
    trusted: float = setting(-0.2, low=-2.0, high=2.0, doc="added where someone trusted is there to talk with")
    again_after_s: float = setting(300.0, low=0.0, high=86400.0, doc="least time from its end to its next beginning")
    rate: float = setting(0.9, low=0.5, high=1.5, doc="of speech; below 1 is slower")
    answer_s: float = setting(8.0, low=2.0, high=60.0, doc="how long an answer to a question is waited for")
    interrupted_s: float = setting(4.0, low=0.0, high=30.0, doc="quiet after the person spoke in between")
    glow: float = setting(0.5, low=0.0, high=1.0, doc="the light meanwhile")
    swell: float = setting(0.12, low=0.0, high=0.5, doc="how far the light swells and ebbs")
    swell_s: float = setting(9.0, low=2.0, high=60.0, doc="once there and back")
    lean: float = setting(0.2, low=0.0, high=1.0, doc="how far it leans towards the person")


class Distraction(HelpingActivity[DistractionSettings]):
    """Offers one piece by its title, and tells it. Each is told once before any comes again.

    A no or a stop ends it at once, and pain that gets clearly worse ends it too. Succeeds where it came to its end.
    """

    def __init__(self, name: str, desk: Desk, own: DistractionSettings, words: Words) -> None:
        super().__init__(name, desk, own, words)
        self._told: list[str] = []

    def barrier(self) -> str:
        """Why not now: there is nothing to tell."""
        return super().barrier() or ("" if self.words.pieces else "there is no piece to tell in this language")

    def course(self) -> Steps[bool]:
        """Offers a piece and tells it line by line."""
        self._begun_s = self.now_s
        piece = self._next()
        still = self.show("Turning to something else may ease distress, so I offer it.")
        # Offered is as good as told: whoever wants none of this one may like another the next time.
        self._told.append(piece.name)
        yield from self.offered(still, title=piece.title)
        for number, line in enumerate(piece.lines, 1):
            if self.worse():
                yield from self.tell("worse", still)
                self.measure_ease(lines=float(number - 1))
                return False
            yield from self._line(line, piece)
        yield from self.tell("end", lambda: self._telling(piece))
        self.measure_ease(lines=float(len(piece.lines)))
        return True

    def _next(self) -> Piece:
        """The piece that was told least often, the kinds in turn."""
        kinds = [piece.kind for name in self._told for piece in self.words.pieces if piece.name == name]
        sounds = "sound" in self._desk.robot.channels
        pieces = [piece for piece in self.words.pieces if sounds or piece.kind != "tones"] or self.words.pieces

        def told(piece: Piece) -> tuple[int, int, int]:
            return self._told.count(piece.name), kinds.count(piece.kind), KINDS.index(piece.kind)

        return min(pieces, key=told)

    def _line(self, line: Line, piece: Piece) -> Steps[None]:
        """Says a line and leaves it time; takes an answer kindly, whatever it is."""
        begun_s = self.now_s
        if is_tune(line.say):
            how = yield from self._tune(line.say, piece)
        else:
            how = yield from self.speak(line.say, lambda: self._telling(piece), self.own.rate)
        if how == "failed":
            raise RobotFailed("the robot could not speak")
        if how == "interrupted":
            yield from self.last(self.own.interrupted_s, lambda: self._telling(piece))
        if math.isnan(line.answer):
            yield from self.last(line.pause_s, lambda: self._telling(piece))
            return
        ear = self._desk.ear
        yield from self.until(
            lambda: math.isfinite(ear.number(begun_s)), self.own.answer_s, lambda: self._telling(piece)
        )
        key = "right" if ear.number(begun_s) == line.answer else "anyway"
        yield from self.tell(key, lambda: self._telling(piece), number=f"{line.answer:g}")

    def _tune(self, text: str, piece: Piece) -> Steps[Outcome]:
        """Plays a tune and waits until it is over; how it ended."""
        utterance_id = self.say(text)
        longest_s = sum(note.length_s for note in parse_tune(text)) + _TUNE_SLACK_S
        robot = self._desk.robot
        yield from self.until(lambda: robot.spoken(utterance_id) is not None, longest_s, lambda: self._telling(piece))
        return robot.spoken(utterance_id) or "failed"

    def _telling(self, piece: Piece) -> Choice:
        """An open face, and a light that swells slowly."""
        wave = math.sin(2.0 * math.pi * (self.now_s - self._begun_s) / self.own.swell_s)
        return self.show(
            f"The person agreed to something else to think of, so I tell {piece.title}.",
            pose={1: 0.15, 2: 0.15, 12: 0.15},
            glow=min(max(self.own.glow + self.own.swell * wave, 0.0), 1.0),
            lean=self.own.lean,
        )
