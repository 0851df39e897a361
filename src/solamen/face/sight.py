"""Looks at a picture for the person in care: all faces by the detector, landmarks of the one face alone."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np

from solamen.core.frames import Image
from solamen.face.backends import open_finder, open_landmarker
from solamen.face.boxes import Box
from solamen.face.care import NOBODY, PersonInCare
from solamen.face.landmarks import FaceLandmarks, FacePlace, FaceSource, LandmarkSource
from solamen.face.settings import FaceSettings

_BLANK = 127
# A bystander's face that the detector misses for a moment stays painted over for so long.
_REMEMBER_S = 1.0
# Share of its size by which a bystander's box is widened on either side before it is painted over: hair, ears, chin.
_PAINT = 0.35
# A faint second box that lies so far within the watched face's is that face, not a bystander's.
_SAME_FACE = 0.5
_MOST_REMEMBERED = 64

_Part = tuple[slice, slice]
"""Rows and columns of a picture."""


@dataclass(frozen=True)
class Sighting:
    """What one picture shows.

    Attributes:
        found: landmarks of the face that may be read, or None.
        confirmed: it is the person in care's.
        episode: changes whenever it may be another person's face than before.
        reason: why nothing may be read, in words.
        nearest: the face to turn to, whosever it is; None where there is none or where it was not looked for.
        bystanders: boxes of all other faces, pixels, widened as they are to be painted over.
    """

    found: FaceLandmarks | None
    confirmed: bool
    episode: int
    reason: str
    nearest: FacePlace | None
    bystanders: tuple[Box, ...]


class Sight:
    """Finds and follows the person in care. The nets are opened on first use; close it.

    Args:
        settings: see there.
        landmarks: what finds landmarks; the landmark model where it is None.
        finder: what finds faces; the detector where it is None. With `landmarks` alone, whatever it finds is the person
            in care and nobody else is looked for, as in pictures of one face.
    """

    def __init__(
        self, settings: FaceSettings, landmarks: LandmarkSource | None = None, finder: FaceSource | None = None
    ) -> None:
        self._settings = settings
        self._landmarks, self._finder = landmarks, finder
        self._alone = landmarks is not None and finder is None
        self.care = PersonInCare(settings)
        self._remembered: list[tuple[Box, float]] = []
        self._nearest: FacePlace | None = None
        self._blanked = _Blanked()

    def watch(self, image: Image, dt_s: float, *, look: bool = False) -> Sighting:
        """The person in care in a picture (height × width × 3, RGB), `dt_s` after the one before.

        Args:
            image: the picture.
            dt_s: seconds.
            look: find all faces in this very picture, whatever is due.
        """
        if self._alone:
            found = self._open_landmarks().find(image)
            return Sighting(found, True, 0, "" if found else NOBODY, None, ())
        if self.care.wants_look(dt_s) or look:
            self._find_all(image, dt_s)
        found = self._landmarks_of(image, dt_s)
        care = self.care
        reason = "" if found else care.reason or NOBODY
        if self._nearest is None and found is None:
            reason = NOBODY
        return Sighting(found, care.confirmed, care.episode, reason, self._nearest, self._bystanders())

    def find_faces(self, image: Image) -> list[FacePlace]:
        """All faces in a picture, the largest first, by the detector alone."""
        places = self._open_finder().find_all(image)
        return [place for place in places if place.score >= self._settings.min_detection_confidence]

    def open(self, *, landmarks: bool) -> None:
        """Opens the nets ahead of the first picture.

        Raises:
            OutsideError: the model file is missing or wrong.
        """
        if landmarks:
            self._open_landmarks()
        if not self._alone:
            self._open_finder()

    def start_anew(self) -> None:
        """Forgets everybody."""
        self.care.start_anew()
        self._remembered = []
        self._nearest = None

    def close(self) -> None:
        """Closes the nets; must happen before the interpreter ends."""
        for net in (self._landmarks, self._finder):
            if net is not None:
                net.close()
        self._landmarks = self._finder = None

    def _find_all(self, image: Image, dt_s: float) -> None:
        """Tells the person in care from the others, and remembers whom to paint over."""
        places = self._open_finder().find_all(image)
        sure = [place for place in places if place.score >= self._settings.min_detection_confidence]
        self.care.look(sure)
        self._nearest = sure[0] if sure else None
        kept = [(box, age_s + dt_s) for box, age_s in self._remembered if age_s + dt_s <= _REMEMBER_S]
        new = [(place.box, 0.0) for place in places if place.box.finite and not self._is_watched(place.box)]
        self._remembered = [*new, *kept][:_MOST_REMEMBERED]

    def _landmarks_of(self, image: Image, dt_s: float) -> FaceLandmarks | None:
        """Landmarks in what belongs to the person in care; the rest of the picture is blank to the model."""
        region = self.care.region
        if region is None:
            return None
        found = self._open_landmarks().find(self._blanked.only(image, region, self.care.others))
        box = Box.around(found.points) if found else None
        return found if self.care.seen(box, dt_s) else None

    def _bystanders(self) -> tuple[Box, ...]:
        """Every face of the last second that is not the watched one's."""
        return tuple(box.grown(_PAINT) for box, _ in self._remembered if not self._is_watched(box))

    def _is_watched(self, box: Box) -> bool:
        """Whether a box is of the face that is followed."""
        return self.care.box is not None and self.care.box.covered(box) > _SAME_FACE

    def _open_landmarks(self) -> LandmarkSource:
        if self._landmarks is None:
            self._landmarks = open_landmarker(self._settings)
        return self._landmarks

    def _open_finder(self) -> FaceSource:
        if self._finder is None:
            least = min(self._settings.min_bystander_confidence, self._settings.min_detection_confidence)
            self._finder = open_finder(dataclasses.replace(self._settings, min_detection_confidence=least))
        return self._finder


class _Blanked:
    """Pictures of which all is blank but a region; the same memory serves one after the other."""

    def __init__(self) -> None:
        self._picture: Image | None = None
        self._shown: _Part = (slice(0, 0), slice(0, 0))

    def only(self, image: Image, region: Box, others: tuple[Box, ...]) -> Image:
        """A picture of the same size with a region of the given one, and without what belongs to others.

        It holds until the next one is asked for.
        """
        height, width = image.shape[:2]
        if self._picture is None or self._picture.shape != image.shape:
            self._picture, self._shown = np.full_like(image, _BLANK), (slice(0, 0), slice(0, 0))
        shown = region.pixels(width, height)
        self._picture[shown] = image[shown]
        for strip in _outside(self._shown, shown):
            self._picture[strip] = _BLANK
        self._shown = shown
        for other in others:
            self._picture[other.pixels(width, height)] = _BLANK
        return self._picture


def _outside(before: _Part, now: _Part) -> tuple[_Part, ...]:
    """What of one part of a picture lies above, below, left and right of another."""
    (rows, columns), (down, across) = before, now
    above, below = (min(max(edge, rows.start), rows.stop) for edge in (down.start, down.stop))
    left, right = (min(max(edge, columns.start), columns.stop) for edge in (across.start, across.stop))
    return (
        (slice(rows.start, above), columns),
        (slice(below, rows.stop), columns),
        (rows, slice(columns.start, left)),
        (rows, slice(right, columns.stop)),
    )
