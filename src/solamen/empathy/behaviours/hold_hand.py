"""Hold my hand: offered, clearly wanted, slowly held out, and let go at the slightest pull.

The force of the hand and the letting go at a pull are the safety layer's affair, whatever happens here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from solamen.core.settings import setting
from solamen.empathy.activity import End, Refused, RobotFailed, Steps
from solamen.empathy.behaviours.worded import HelpingActivity, HelpSettings
from solamen.empathy.ear import NO, STOP, YES
from solamen.empathy.scene import Choice

OFFER, REST, WITHDRAW = "offer_hand", "rest_hand", "withdraw_hand"
_REST_S = 62.0
"""So long rest_hand keeps the hand closed; then it opens by itself."""


@dataclass(frozen=True, kw_only=True)
class HoldHandSettings(HelpSettings):
    """How the hand is offered and held."""

    base: float = setting(0.5, low=-2.0, high=2.0, doc="utility by itself")
    by_pain: float = setting(0.5, low=-2.0, high=2.0, doc="added at pain 10 of 10, in proportion below")
    by_rise: float = setting(0.2, low=-2.0, high=2.0, doc="added where pain rises by 1 point a minute or more")
    alone: float = setting(0.2, low=-2.0, high=2.0, doc="added where the person is alone")
    trusted: float = setting(-0.4, low=-2.0, high=2.0, doc="added where someone trusted is there, whose hand is better")
    again_after_s: float = setting(300.0, low=0.0, high=86400.0, doc="least time from its end to its next beginning")
    clear_yes: float = setting(0.7, low=0.5, high=1.0, doc="confidence of a yes that needs no second question")
    reach_speed: float = setting(0.5, low=0.1, high=1.0, doc="of the reach; 1 is the gesture's own")
    reach_s: float = setting(1.6, low=0.1, high=10.0, doc="at speed 1, until the hand is held out")
    wait_s: float = setting(9.0, low=2.0, high=30.0, doc="how long the hand is held out to be taken")
    hold_s: float = setting(55.0, low=5.0, high=60.0, doc="how long it may be held before it opens")
    success_s: float = setting(5.0, low=0.0, high=60.0, doc="held for so long counts as success")
    away_s: float = setting(0.4, low=0.0, high=5.0, doc="without touch for so long, the person has let go")
    lean: float = setting(0.25, low=0.0, high=1.0, doc="how far it leans towards the person")
    glow: float = setting(0.45, low=0.0, high=1.0, doc="the light meanwhile")


class HoldHand(HelpingActivity[HoldHandSettings]):
    """Touches nobody who has not clearly said yes, and holds only a hand that was laid into its own.

    However it ends, the hand opens and goes home. Succeeds where it was held for a while.
    """

    needs: ClassVar[frozenset[str]] = frozenset({"speech", "arms"})
    gestures: ClassVar[frozenset[str]] = frozenset({OFFER, REST, WITHDRAW})

    def initialise(self) -> None:
        """The hand is at home."""
        super().initialise()
        self._out = False

    def leave(self, end: End) -> None:
        """Takes the hand home, if it is out."""
        if self._out:
            self._out = False
            self.gesture(WITHDRAW)

    def course(self) -> Steps[bool]:
        """Offers, holds out, is held, lets go."""
        begun_s = self.now_s
        yield from self.offered(self.show("Holding a hand may ease distress, so I offer mine."))
        yield from self._be_sure(begun_s)
        held_s = 0.0
        if (yield from self._reach()):
            held_s = yield from self._hold()
            yield from self.tell("end", self._near)
        else:
            yield from self.tell("not_taken", self._near)
        self._out = False
        yield from self.play(WITHDRAW, self._near(), within_s=8.0)
        self.measure_ease(held_s=held_s)
        return held_s >= self.own.success_s

    def _be_sure(self, begun_s: float) -> Steps[None]:
        """A yes that was not clear is asked for once more; anything else is a no."""
        if self._desk.ear.surest(begun_s, *YES) >= self.own.clear_yes:
            return
        asked_s = self.now_s
        answer = yield from self._answered(self.text("sure"), asked_s, YES | NO | STOP, self._near)
        if answer != "yes":
            raise Refused

    def _reach(self) -> Steps[bool]:
        """Holds the hand out, slowly; whether it is taken."""
        self._out = True
        self.gesture(OFFER, speed=self.own.reach_speed)
        self.say(self.text("reach"))
        out_s = self.own.reach_s / self.own.reach_speed + self.own.wait_s
        robot = self._desk.robot
        yield from self.until(lambda: robot.held or robot.played(OFFER) == "failed", out_s, self._near)
        if robot.played(OFFER) == "failed":
            raise RobotFailed("the hand could not be held out")
        return robot.held

    def _hold(self) -> Steps[float]:
        """Rests in the person's hand until they let go or the time is over; how long that was, in seconds."""
        begun_s = touched_s = self.now_s
        robot = self._desk.robot
        self.gesture(REST)
        self.say(self.text("held"))
        while self.now_s - begun_s < min(self.own.hold_s, _REST_S):
            if robot.held:
                touched_s = self.now_s
            if robot.played(REST) == "failed":
                raise RobotFailed("the hand could not be held")
            if self.now_s - touched_s >= self.own.away_s or self.worse():
                break
            yield self._near()
        return touched_s - begun_s

    def _near(self) -> Choice:
        """A calm face that leans in."""
        held = self._desk.robot.held
        reason = "The person holds my hand, so I keep still." if held else "The person would like to hold my hand."
        return self.show(reason, pose={43: self.settings.calm_lids, 1: 0.15}, lean=self.own.lean, glow=self.own.glow)
