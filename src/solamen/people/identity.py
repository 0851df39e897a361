"""Who is in front of the robot, as humans have said; nobody is ever recognised."""

from __future__ import annotations

import math
import re

LOST = "the track of the face was lost or crossed by another; a human must confirm who it is"
UNCONFIRMED = "the face in view is not the one that was confirmed; a human must confirm who it is"
NEVER_TOLD = "nobody has said who this is"

CONFIRMED_WITHIN_S = 2.0
"""A face that was confirmed is told as such within this time, or it is another."""

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")


def id_problem(person_id: str) -> str:
    """What is wrong with an id of a person, in a sentence; empty where nothing is."""
    if _ID.fullmatch(person_id):
        return ""
    return f"{person_id[:40]!r} is no id of a person; use up to 64 letters, digits, dots, dashes (a code, never a name)"


class Identity:
    """The person in care: confirmed by a human, anonymous from the moment that the face room loses the track.

    Attributes:
        person_id: empty: anonymous.
        lost: somebody was confirmed and their track was lost since.
        reason: why the person is anonymous, in words; empty where they are not.
    """

    def __init__(self) -> None:
        self.person_id, self.lost, self.reason = "", False, NEVER_TOLD
        self._marked = False
        self._unmarked_since_s = math.nan

    def confirm(self, person_id: str) -> None:
        """A human says who it is; an empty id: somebody who stays anonymous."""
        self.person_id, self.lost = person_id, False
        self.reason = "" if person_id else "a human said that this is nobody who is known"
        self.look_anew()

    def look_anew(self) -> None:
        """The face room begins anew, as after consent was withdrawn: what it marked before says nothing."""
        self._marked, self._unmarked_since_s = False, math.nan

    def see(self, face_present: bool, marked_id: str, now_s: float) -> bool:
        """A frame of the face room, which marks the face of whom it follows; whether the person was lost by it."""
        if not self.person_id:
            return False
        if marked_id == self.person_id:
            self._marked, self._unmarked_since_s = True, math.nan
            return False
        if self._marked:
            return self._lose(LOST)
        if not face_present:
            self._unmarked_since_s = math.nan
        elif math.isnan(self._unmarked_since_s):
            self._unmarked_since_s = now_s
        return now_s - self._unmarked_since_s > CONFIRMED_WITHIN_S and self._lose(UNCONFIRMED)

    def _lose(self, reason: str) -> bool:
        self.person_id, self.lost, self.reason = "", True, reason
        self.look_anew()
        return True


class Aliases:
    """Ids that stand for the same person, as REP-155 tells them on `/humans/persons/<id>/alias`.

    An alias that is told for a second person is ambiguous from then on and stands for nobody, so that two persons
    never mix, whatever the tracker does.
    """

    def __init__(self) -> None:
        self._of: dict[str, str] = {}
        self._ambiguous: set[str] = set()

    def tell(self, alias: str, person_id: str) -> str:
        """`alias` is the same person as `person_id`; gives back what was wrong, or an empty text."""
        problem = id_problem(alias) or id_problem(person_id)
        if problem or alias == person_id:
            return problem
        known = self._of.get(alias)
        if known is not None and self.resolve(known) != self.resolve(person_id):
            self._ambiguous.add(alias)
            return f"{alias} was said to be two persons, so it stands for nobody until a human confirms"
        if self.resolve(person_id) == alias:
            return f"{person_id} is an alias of {alias} already"
        self._of[alias] = person_id
        return ""

    def resolve(self, person_id: str) -> str:
        """The id under which a person is kept; empty where an alias is ambiguous."""
        seen = set()
        while person_id in self._of and person_id not in seen:
            if person_id in self._ambiguous:
                return ""
            seen.add(person_id)
            person_id = self._of[person_id]
        return "" if person_id in self._ambiguous else person_id
