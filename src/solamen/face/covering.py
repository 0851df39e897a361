"""What of a face is covered: a hand, a mask, dark glasses, hair or a thing before it.

The landmark model draws a whole face over whatever is there, so what it draws must be checked against the picture. Two
simple tests do that: the skin around a feature has the colour of the rest of the skin, and the feature stands out from
the skin around it (lips and lid lines differ from it in any expression; a hand over them does not). Both work on colour
relative to the same face, so that neither the tone of the skin nor the light matters much. They miss what has the
colour and the pattern of a face, such as a printed mask, and they may take a feature that is barely visible for a
covered one; then less is said, never more.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from solamen.core.frames import Image
from solamen.face.boxes import Box

BROWS, EYES, CHEEKS, NOSE, MOUTH = "brows", "eyes", "cheeks", "nose", "mouth"
ONE_EYE = "one eye"

UNITS_OF: dict[str, frozenset[int]] = {
    BROWS: frozenset({1, 2, 4}),
    EYES: frozenset({5, 6, 7, 43, 45}),
    ONE_EYE: frozenset(),
    CHEEKS: frozenset({6}),
    NOSE: frozenset({9, 10}),
    MOUTH: frozenset({9, 10, 12, 15, 17, 20, 25, 26}),
}
"""Part of the face: the units that cannot be seen where it is covered.

With the mouth goes the nose: the landmark model moves it along with the mouth that it imagines. One eye alone hides
nothing: these units are of both sides, and a coder reads them from the eye that is seen.
"""

_STANDING_OUT = frozenset({BROWS, EYES, MOUTH})
_WEIGHTY = frozenset({BROWS, EYES, NOSE, MOUTH})
_MOST = 3

# Landmarks on skin, and on the features between.
_ZONES: dict[str, tuple[int, ...]] = {
    "forehead": (151, 9, 108, 337, 69, 299),
    "above brows": (104, 69, 108, 337, 299, 333, 9),
    "right lid": (27, 28, 56, 190, 29),
    "left lid": (257, 258, 286, 414, 259),
    "under right eye": (230, 231, 229, 119, 118, 120),
    "under left eye": (450, 451, 449, 348, 347, 349),
    "right cheek": (50, 101, 205, 187, 207),
    "left cheek": (280, 330, 425, 411, 427),
    "nose": (4, 5, 195, 197, 51, 281, 45, 275),
    "around mouth": (164, 167, 393, 165, 391, 92, 322),
    "chin": (18, 200, 199, 83, 313, 201, 421),
    "brow hair": (70, 63, 105, 66, 107, 300, 293, 334, 296, 336),
    "right eye": (159, 158, 160, 145, 144, 153, 133, 33),
    "left eye": (386, 385, 387, 374, 373, 380, 362, 263),
    "lips": (0, 37, 267, 39, 269, 17, 84, 314, 181, 405, 61, 291, 13, 14),
}
_SKIN = ("forehead", "under right eye", "under left eye", "nose", "right cheek", "left cheek", "chin", "around mouth")
# All zones in one table, each repeated to the same length, so that one median serves them all.
_LONGEST = max(map(len, _ZONES.values()))
_TABLE = np.array([[indices[place % len(indices)] for place in range(_LONGEST)] for indices in _ZONES.values()])

# The face is looked at in this size: distance of the outer eye corners.
_EYES_PX = 80.0
_BLUR_PX = 1.2
# Colour of skin of any tone in CIELAB: hue between pink and yellow, some saturation.
_SKIN_HUE_RAD = (math.radians(-25.0), math.radians(85.0))
_LEAST_SATURATION = 6.0
# Where light is so strong that a sensor clips, skin turns yellow and pale: its colour may be anything between.
_CLIPPED_LIGHTNESS, _CLIPPED_SATURATION, _CLIPPED_HUE_RAD = 90.0, (6.0, 45.0), (math.radians(40.0), math.radians(125.0))
# Skin of one face: hue apart by no more than this, saturation and lightness in no greater ratio than these.
_HUE_APART_RAD = math.radians(38.0)
_SATURATION_RATIO, _LIGHTNESS_RATIO = 2.6, 2.4
# Hues of skin, lips and brows of a person spread by more than this: 1.3° and more in 95 % of rendered faces that are
# painted, 5° in photographs, below 0.9° in nearly all heads of one colour.
_ONE_PAINT_RAD = math.radians(1.0)
_LEAST_COLOURED_ZONES = 8
# Upper and lower lid, inner and outer corner; lids nearer to each other than this share of the eye's width are shut.
_LIDS = {"right": (159, 145, 133, 33), "left": (386, 374, 362, 263)}
_SHUT = 0.16
# CIELAB distance by which a feature stands out from skin at least.
_EYES_STAND_OUT, _BROWS_STAND_OUT = 3.0, 2.5
# In the dark all colours draw near to each other: on skin below this lightness features stand out in proportion to it,
# down to a least share; and eyes in a picture without colours by lightness alone, so about half as far.
_LIT_SKIN, _LEAST_SHARE, _GREY_SHARE = 50.0, 0.4, 0.5
# Beside an eye that is covered, the other must stand out by so many times more.
_BESIDE = 1.5
# Lips are darker or redder than the skin both above and below them by so much at least.
_LIPS_DARKER, _LIPS_REDDER = 2.5, 1.0
_LIPS_BETWEEN = 2.0
# Lips that stand out by less than this on a calm face may vanish in another light (median of painted heads: 11).
_LIPS_FAINT = 6.0
# Lips within skin of another colour, as in a beard, stand out by more than this; within a mask they do not.
_LIPS_IN_BEARD = 6.0

Colour = tuple[float, float, float]
"""In CIELAB: lightness 0–100, a, b. Plain numbers, as so few are done sooner without arrays."""
Colours = dict[str, Colour]


def covered(image: Image, points: NDArray[np.floating], *, faint: frozenset[str] = frozenset()) -> frozenset[str]:
    """The parts of a face that are covered.

    Args:
        image: height × width × 3, RGB.
        points: landmarks (478, 2 or more), pixels.
        faint: parts that are known not to stand out on this person's open face, see `faint_parts`.
    """
    colours = _colours(image, points)
    if colours is None:
        return frozenset()
    skin = _skin(colours)
    if skin is None:
        return frozenset()
    if _is_of_one_paint(colours):
        faint = _STANDING_OUT
    share = min(max(skin[0] / _LIT_SKIN, _LEAST_SHARE), 1.0)
    of_eyes = share * (_GREY_SHARE if _is_grey(colours) else 1.0)
    apart = {side: of_eyes * _stands_out_by(points, side, faint) for side in _LIDS}
    eyes = [_eye_is_covered(colours, skin, side, least) for side, least in apart.items()]
    if any(eyes) and not all(eyes):
        # What hides one eye, and leaves little to be seen of the other, hides both.
        eyes = [_eye_is_covered(colours, skin, side, _BESIDE * least) for side, least in apart.items()]
    parts = {
        EYES: all(eyes),
        ONE_EYE: any(eyes) and not all(eyes),
        BROWS: not _alike(colours["above brows"], skin)
        or (BROWS not in faint and all(eyes) and _brows_are_gone(colours, of_eyes)),
        CHEEKS: not (_alike(colours["right cheek"], skin) or _alike(colours["left cheek"], skin)),
        NOSE: not _alike(colours["nose"], skin),
        MOUTH: _mouth_is_covered(colours, skin, 0.0 if MOUTH in faint else share),
    }
    return frozenset(part for part, gone in parts.items() if gone)


def faint_parts(pictures: Sequence[tuple[Image, NDArray[np.floating]]]) -> frozenset[str]:
    """The parts that do not stand out in most pictures of a person's calm and open face, though nothing covers them.

    Args:
        pictures: images and their landmarks, as `covered` takes them.
    """
    seen = [covered(*picture) - covered(*picture, faint=_STANDING_OUT) for picture in pictures]
    parts = {part for part in _STANDING_OUT if sum(part in each for each in seen) >= max(0.5 * len(seen), 1)}
    lips = [_lips_stand_out(colours) for picture in pictures if (colours := _colours(*picture)) is not None]
    if lips and float(np.median(lips)) < _LIPS_FAINT:
        parts.add(MOUTH)
    return frozenset(parts)


class CoverWatch:
    """Watches over time what of a face is covered; it looks now and then, as things before a face stay for a while.

    Args:
        every_s: so often it looks.
    """

    def __init__(self, every_s: float) -> None:
        self._every_s = every_s
        self.reset()

    def reset(self) -> None:
        """Another face, or another time."""
        self._since_s = math.inf
        self._before: frozenset[str] | None = None
        self._parts: frozenset[str] = frozenset()

    def update(self, image: Image, points: NDArray[np.floating], dt_s: float) -> frozenset[str]:
        """The parts that are covered: those that were in the last two looks, or in the only one."""
        self._since_s += dt_s
        if self._since_s >= self._every_s - 1e-6 or not dt_s > 0.0:
            # The second look comes sooner, so that looks fall between the frames in which all faces are looked for.
            self._since_s = 0.5 * self._every_s if self._before is None else 0.0
            now = covered(image, points)
            self._parts = now if self._before is None else now & self._before
            self._before = now
        return self._parts


def hidden_units(parts: Iterable[str]) -> frozenset[int]:
    """FACS numbers of the units that cannot be seen where these parts are covered."""
    return frozenset().union(*(UNITS_OF[part] for part in parts))


def mostly_covered(parts: Iterable[str]) -> bool:
    """Whether so much is covered that nothing may be read any more."""
    return len(_WEIGHTY.intersection(parts)) >= _MOST


def in_words(parts: Iterable[str]) -> str:
    """A sentence that says what is covered; empty where nothing is."""
    names = sorted(parts)
    if not names:
        return ""
    return "most of the face is covered" if mostly_covered(names) else f"covered: {', '.join(names)}"


def _colours(image: Image, points: NDArray[np.floating]) -> Colours | None:
    """Median colour of each zone in CIELAB (lightness 0–100, a, b); None where there is no face to see."""
    height, width = image.shape[:2]
    flat = np.asarray(points, np.float64)[:, :2]
    around = Box.around(flat)
    x0, y0 = max(0, math.floor(around.left - 4.0)), max(0, math.floor(around.top - 4.0))
    x1, y1 = min(width, math.ceil(around.right + 4.0)), min(height, math.ceil(around.bottom + 4.0))
    eyes_px = float(np.linalg.norm(flat[33] - flat[263]))
    mouth_px = float(np.ptp(flat[list(_ZONES["lips"])], axis=0).max())
    if x1 - x0 < 8 or y1 - y0 < 8 or eyes_px < 4.0 or mouth_px < 2.0:
        return None
    scale = min(1.0, _EYES_PX / eyes_px)
    size = (max(4, round((x1 - x0) * scale)), max(4, round((y1 - y0) * scale)))
    small = cv2.resize(image[y0:y1, x0:x1], size, interpolation=cv2.INTER_AREA)
    small = cv2.GaussianBlur(small, (0, 0), _BLUR_PX * min(1.0, eyes_px / _EYES_PX))
    place = np.round((flat[_TABLE] - (x0, y0)) * scale).astype(int).clip(0, (size[0] - 1, size[1] - 1))
    samples = small[place[..., 1], place[..., 0]].astype(np.float32) / 255.0
    lab = np.median(cv2.cvtColor(samples, cv2.COLOR_RGB2LAB).astype(np.float64), axis=1)
    return {name: (zone[0], zone[1], zone[2]) for name, zone in zip(_ZONES, lab.tolist(), strict=True)}


def _skin(colours: Colours) -> Colour | None:
    """The colour of this face's skin: that of the zone that most other zones are like; None where none is like skin.

    In a picture without colours, lightness alone decides.
    """
    zones = [colours[name] for name in _SKIN]
    if max(_saturation(zone) for zone in zones) >= _LEAST_SATURATION:
        zones = [zone for zone in zones if _may_be_skin(zone) or _is_clipped(zone)]
    return max(zones, key=lambda zone: sum(_alike(zone, other) for other in zones), default=None)


def _may_be_skin(colour: Colour) -> bool:
    low, high = _SKIN_HUE_RAD
    return _saturation(colour) >= _LEAST_SATURATION and low <= math.atan2(colour[2], colour[1]) <= high


def _is_warm(colour: Colour) -> bool:
    """Between pink and the yellow that clipped skin has."""
    return _SKIN_HUE_RAD[0] <= math.atan2(colour[2], colour[1]) <= _CLIPPED_HUE_RAD[1]


def _is_clipped(colour: Colour) -> bool:
    """Whether it may be skin in so strong a light that the sensor clips."""
    (pale, deep), (low, high) = _CLIPPED_SATURATION, _CLIPPED_HUE_RAD
    hue = math.atan2(colour[2], colour[1])
    return colour[0] >= _CLIPPED_LIGHTNESS and pale <= _saturation(colour) <= deep and low <= hue <= high


def _is_grey(colours: Colours) -> bool:
    """Whether the picture has no colours."""
    return max(_saturation(colours[name]) for name in _SKIN) < _LEAST_SATURATION


def _saturation(colour: Colour) -> float:
    return math.hypot(colour[1], colour[2])


def _alike(colour: Colour, skin: Colour) -> bool:
    """Whether a colour may be the same skin under the light of another part of the face."""
    if not _ratio(colour[0], skin[0]) <= _LIGHTNESS_RATIO:
        return False
    if _saturation(skin) < _LEAST_SATURATION:
        return True
    if (_is_clipped(colour) or _is_clipped(skin)) and _is_warm(colour) and _is_warm(skin):
        return True
    turn = math.atan2(colour[2], colour[1]) - math.atan2(skin[2], skin[1])
    apart = abs(math.remainder(turn, math.tau))
    return _ratio(_saturation(colour), _saturation(skin)) <= _SATURATION_RATIO and apart <= _HUE_APART_RAD


def _ratio(one: float, other: float) -> float:
    """The greater by the smaller, 1 or more."""
    return max(one, other) / max(min(one, other), 1e-3)


def _apart(one: Colour, other: Colour) -> float:
    return math.dist(one, other)


def _is_of_one_paint(colours: Colours) -> bool:
    """Whether all that surrounds the eyes has one hue, as on a mannequin."""
    zones = [colour for name, colour in colours.items() if not name.endswith(" eye") or name.startswith("under")]
    hues = [math.atan2(zone[2], zone[1]) for zone in zones if _saturation(zone) >= _LEAST_SATURATION]
    return len(hues) >= _LEAST_COLOURED_ZONES and float(np.std(hues)) < _ONE_PAINT_RAD


def _is_shut(points: NDArray[np.floating], side: str) -> bool:
    """Whether the lids of an eye are drawn shut, skin on skin; what hides an eye is drawn as an open one."""
    upper, lower, inner, outer = _LIDS[side]
    width = float(np.linalg.norm(points[inner, :2] - points[outer, :2]))
    return bool(np.linalg.norm(points[upper, :2] - points[lower, :2]) < _SHUT * width)


def _stands_out_by(points: NDArray[np.floating], side: str, faint: frozenset[str]) -> float:
    """CIELAB distance by which an open eye stands out from skin at least; 0 where it need not."""
    return 0.0 if EYES in faint or _is_shut(points, side) else _EYES_STAND_OUT


def _eye_is_covered(colours: Colours, skin: Colour, side: str, stands_out_by: float) -> bool:
    under, lid, eye = colours[f"under {side} eye"], colours[f"{side} lid"], colours[f"{side} eye"]
    if not _alike(under, skin) and not _alike(lid, skin):
        return True
    return _apart(eye, under) < stands_out_by and _apart(eye, lid) < 2.0 * stands_out_by


def _brows_are_gone(colours: Colours, share: float) -> bool:
    return _apart(colours["brow hair"], colours["above brows"]) < share * _BROWS_STAND_OUT


def _lips_stand_out(colours: Colours) -> float:
    """How much darker lips are than the skin above and below them, or redder by the same measure; CIELAB lightness."""
    around, chin, lips = colours["around mouth"], colours["chin"], colours["lips"]
    redder = lips[1] - max(around[1], chin[1])
    return max(min(around[0], chin[0]) - lips[0], redder * _LIPS_DARKER / _LIPS_REDDER)


def _mouth_is_covered(colours: Colours, skin: Colour, share: float) -> bool:
    """Whether lips do not stand out as far as they should, in share of it; 0 where they need not."""
    around, chin, lips = colours["around mouth"], colours["chin"], colours["lips"]
    stand_out = min(_apart(lips, around), _apart(lips, chin))
    if not _alike(around, skin) and not _alike(chin, skin):
        return stand_out < _LIPS_IN_BEARD
    if not share > 0.0 or _lips_stand_out(colours) > share * _LIPS_DARKER:
        return False
    # An open mouth shows teeth or depth: it stands out, but not to one side.
    between = tuple(0.5 * (one + other) for one, other in zip(around, chin, strict=True))
    return math.dist(lips, between) < share * _LIPS_BETWEEN
