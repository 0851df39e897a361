"""Who of the faces in the picture is the person in care, without knowing anybody's face.

A person is followed by where their face is. Where that leaves a doubt (the face was lost for a while, or another came
so near that the two could be mistaken for one another) the face is anonymous until a human confirms it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from solamen.face.boxes import Box
from solamen.face.landmarks import FacePlace
from solamen.face.settings import FaceSettings

LOST = "the face was lost and must be confirmed"
CROSSED = "another face came in between; the person in care must be confirmed"
SEVERAL = "several faces, and none is confirmed as the person in care"
NOBODY = "no face in the picture"

# A face moves on by less than this from look to look: least overlap of its boxes.
_SAME = 0.15
# Share of its size by which a face's box is widened before two faces count as touching.
_TOUCHING = 0.10
# Sizes of a face within which another is near: it may not vanish unnoticed.
_NEAR = 1.0
# After another face was seen, all faces are found in every frame for so long.
_REMEMBER_S = 1.0
# Who was followed for less than this is no surer to be the person in care than who is nearest after a gap.
_START_S = 3.0
# Share of the box around a face by which the part of the picture that belongs to it reaches beyond.
_AROUND = 0.7
# A face that reappears after a moment has about the size that it had.
_SIZE_RATIO = 1.7


class Standing(Enum):
    """What is known of who is looked at."""

    NOBODY = "nobody"
    """No face was found yet."""
    CONFIRMED = "confirmed"
    """The person in care: chosen by a human, or the nearest face at the start, and followed since."""
    ANONYMOUS = "anonymous"
    """A face, or none: whose is not known."""


@dataclass(frozen=True)
class _Request:
    """What a human asked for: the face at a point, or (None) the one that is looked at."""

    point_px: tuple[float, float] | None


class PersonInCare:
    """Follows one face among others.

    For each frame: where `wants_look`, give all faces to `look`; then look for landmarks in `region` alone, and tell
    where they were with `seen`. `choose` and `confirm` may be called from another thread.

    Args:
        settings: how often to look, how long a loss may last, and what an anonymous face may do.
    """

    def __init__(self, settings: FaceSettings) -> None:
        self._settings = settings
        self.start_anew()

    def start_anew(self) -> None:
        """Forgets everybody; the nearest face is the person in care again."""
        self.standing = Standing.NOBODY
        self.reason = NOBODY
        self.episode = 0
        self.others: tuple[Box, ...] = ()
        self._box: Box | None = None
        self._company = False
        self._since_look_s = self._since_company_s = math.inf
        self._lost_s = self._followed_s = 0.0
        self._request: _Request | None = None

    def doubt(self) -> None:
        """Whoever was followed may be gone, as after the process died: anonymous until a human confirms."""
        self._to_anonymous(LOST)

    def choose(self, point_px: tuple[float, float]) -> None:
        """A human points at the person in care; it counts from the next look on.

        Raises:
            ValueError: the point is not finite.
        """
        if not all(map(math.isfinite, point_px)):
            raise ValueError(f"the point {point_px} is not finite")
        self._request = _Request(point_px)

    def confirm(self) -> None:
        """A human says that the one face in view is still the person in care."""
        self._request = _Request(None)

    @property
    def region(self) -> Box | None:
        """The part of the picture in which landmarks may be looked for; None: nowhere."""
        return self._box.grown(_AROUND) if self._box is not None else None

    @property
    def box(self) -> Box | None:
        """Where the face that is followed was last seen; None: none is followed."""
        return self._box

    @property
    def confirmed(self) -> bool:
        """Whether the face that is looked at is the person in care."""
        return self.standing is Standing.CONFIRMED

    def wants_look(self, dt_s: float) -> bool:
        """Whether all faces are to be found in this frame, `dt_s` after the one before; always in company."""
        self._since_look_s += dt_s
        self._since_company_s += dt_s
        due = not dt_s > 0.0 or self._since_look_s >= self._settings.look_every_s - 1e-6
        due = due or self._since_company_s < _REMEMBER_S
        return due or self._box is None or self._lost_s > 0.0 or self._request is not None

    def look(self, places: Sequence[FacePlace]) -> None:
        """All faces of this frame, the largest first."""
        self._since_look_s = 0.0
        boxes = [place.box for place in places if place.box.finite and place.box.area > 0.0]
        if len(boxes) > 1:
            self._in_company()
        if self._request is not None:
            self._answer(self._request, boxes)
        if self.standing is Standing.NOBODY and boxes:
            self._take(boxes[0], Standing.CONFIRMED, "")
        if self.standing is Standing.CONFIRMED:
            self._follow(boxes)
        elif self.standing is Standing.ANONYMOUS:
            self._follow_stranger(boxes)

    def seen(self, box: Box | None, dt_s: float) -> bool:
        """Where landmarks were found, `dt_s` after the frame before; whether they are of the face that is followed."""
        if self._box is None:
            return False
        if box is None or not box.finite or not self._plausible(box):
            self._lose(dt_s)
            return False
        self._box, self._lost_s = box, 0.0
        self._followed_s += max(dt_s, 0.0)
        return True

    def gap(self, seconds: float) -> None:
        """No frame came for a while; at the start, as when a busy machine starts slowly, one begins anew."""
        if self._box is None:
            return
        if self.confirmed and self._followed_s < _START_S and not self._company:
            self.standing, self.reason, self._box = Standing.NOBODY, NOBODY, None
            self._lost_s = self._followed_s = 0.0
        else:
            self._lose(seconds)

    def _answer(self, request: _Request, boxes: Sequence[Box]) -> None:
        """Does what a human asked for, where there is such a face."""
        self._request = None
        chosen = self._asked(request, boxes)
        if chosen is not None:
            self._company = len(boxes) > 1
            self._take(chosen, Standing.CONFIRMED, "")

    def _asked(self, request: _Request, boxes: Sequence[Box]) -> Box | None:
        point = request.point_px
        if point is not None:
            near = [box for box in boxes if box.grown(0.5).holds(point)]
            return min(near, key=lambda box: math.dist(box.centre, point), default=None)
        if len(boxes) == 1:
            return boxes[0]
        return self._mine(boxes)

    def _take(self, box: Box, standing: Standing, reason: str) -> None:
        """Follows a face from here on."""
        self.standing, self.reason = standing, reason
        self._box, self._lost_s = box, 0.0
        self.others = ()
        self.episode += 1

    def _follow(self, boxes: Sequence[Box]) -> None:
        """Tells the person in care from the others, or sees that this cannot be done."""
        if self._box is None:
            return
        mine = self._mine(boxes)
        others = tuple(box for box in boxes if box is not mine)
        here = mine or self._box
        touching = any(here.grown(_TOUCHING).shared(other.grown(_TOUCHING)) > 0.0 for other in others)
        if others:
            self._in_company()
        before, self.others = self.others, others
        if touching or any(self._vanished(other, others, here) for other in before):
            self._to_anonymous(CROSSED)
        elif mine is not None and self._lost_s > 0.0:
            self._box = mine

    def _follow_stranger(self, boxes: Sequence[Box]) -> None:
        """A face whose owner is not known is followed only where it is alone and always was."""
        self.others = tuple(boxes)
        if self._settings.confirm == "manual" or self._company or len(boxes) != 1:
            self._box = None
            if len(boxes) > 1 and self.reason != CROSSED:
                self.reason = SEVERAL
            return
        self.others = ()
        if self._box is None or self._mine(boxes) is None:
            self._take(boxes[0], Standing.ANONYMOUS, self.reason)

    def _in_company(self) -> None:
        """Another face was there: whoever is alone later may be either."""
        self._company, self._since_company_s = True, 0.0

    def _mine(self, boxes: Sequence[Box]) -> Box | None:
        """The box that continues the one that was followed."""
        if self._box is None:
            return None
        best = max(boxes, key=self._box.overlap, default=None)
        return best if best is not None and self._plausible(best) else None

    def _plausible(self, box: Box) -> bool:
        """Whether a face may have come here from where it was."""
        if self._box is None or self._box.overlap(box) < _SAME:
            return False
        if any(other.overlap(box) > self._box.overlap(box) for other in self.others):
            return False
        ratio = box.width / max(self._box.width, 1e-6)
        return 1.0 / _SIZE_RATIO < ratio < _SIZE_RATIO

    def _vanished(self, other: Box, now: Sequence[Box], mine: Box) -> bool:
        """Whether a face that was near is gone: it may be before the person in care, or behind."""
        return _gap(mine, other) < _NEAR and not any(_gap(other, box) < _NEAR for box in now)

    def _lose(self, seconds: float) -> None:
        self._lost_s += max(seconds, 1e-3)
        if self._lost_s >= self._settings.lost_after_s:
            self._to_anonymous(LOST)

    def _to_anonymous(self, reason: str) -> None:
        self.standing, self.reason = Standing.ANONYMOUS, reason
        self._box, self._lost_s = None, 0.0
        self.episode += 1


def _gap(one: Box, other: Box) -> float:
    """Distance between two boxes, in mean widths of theirs; 0 where they touch."""
    across = max(one.left, other.left) - min(one.right, other.right)
    down = max(one.top, other.top) - min(one.bottom, other.bottom)
    size = max(0.5 * (one.width + other.width), 1e-6)
    return max(0.0, across, down) / size
