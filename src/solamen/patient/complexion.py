"""Skin of a face: tone, reds, shadows about the eyes, lips, brows, beard, and the lines that come with age."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree

from solamen.patient.anatomy import HEAD, Anatomy, Phenotype, Points
from solamen.patient.hair import Locks, hairline
from solamen.patient.sculpt import lid_edges

Shares = NDArray[np.float64]

_DEPTHS = (0.0, 0.2, 0.45, 0.7, 1.0)
_TONES = ((0.95, 0.80, 0.73), (0.89, 0.71, 0.62), (0.80, 0.60, 0.48), (0.58, 0.39, 0.29), (0.36, 0.235, 0.175))
"""Skin from very light to very dark, as seen in soft light."""
LASHES = (0.07, 0.05, 0.045)
_GREY_FROM_YEARS, _GREY_BY_YEARS = 42.0, 72.0


@dataclass(frozen=True)
class Face:
    """What the painter needs to know of a face; places are metres of an adult's face, |y| for either side.

    Attributes:
        person: age, gender, skin.
        tone, lip, hair, brow: colours, 0–1.
        scale: size by an adult's.
        brow_m: height of the brows' middle.
        mouth_m, mouth_half_m: height of the mouth and half its width.
        nose_m: height of the tip of the nose, and how far it stands out.
        locks: the hair, for the roots along its line.
        lids: points along the edges of the lids, metres.
    """

    person: Phenotype
    tone: Points
    lip: Points
    hair: Points
    brow: Points
    scale: float
    brow_m: float
    mouth_m: float
    mouth_half_m: float
    nose_m: tuple[float, float]
    locks: Locks
    lids: Points

    @classmethod
    def of(cls, anatomy: Anatomy, person: Phenotype, locks: Locks) -> Face:
        """Measures a face."""
        tone = np.array([np.interp(person.skin, _DEPTHS, channel) for channel in zip(*_TONES, strict=True)])
        grey = float(np.clip((person.age_years - _GREY_FROM_YEARS) / (_GREY_BY_YEARS - _GREY_FROM_YEARS), 0.0, 1.0))
        young = np.array((0.30, 0.20, 0.13)) * (1.0 - 0.72 * person.skin) + 0.02
        hair = young * (1.0 - grey) + np.array((0.72, 0.71, 0.69)) * grey
        brow = (young * 0.8) * (1.0 - 0.6 * grey) + np.array((0.55, 0.53, 0.50)) * 0.6 * grey
        rose = 0.10 + 0.16 * person.gender
        lip = tone * (1.0 - rose * 0.2, 1.0 - rose - 0.16, 1.0 - rose - 0.10) * (0.97 - 0.12 * (1 - person.gender))
        scale = anatomy.scale
        return cls(person, tone, lip, hair, brow, scale, *_places(anatomy, scale), locks, lid_edges(anatomy))


def _places(anatomy: Anatomy, scale: float) -> tuple[float, float, float, tuple[float, float]]:
    """Brow, mouth and nose of a face."""
    offset = np.linalg.norm(anatomy.offsets["browDownLeft"], axis=1) ** 2
    brow = float((anatomy.vertex[:, 2] * offset).sum() / offset.sum())
    quads, quads_uv = anatomy.quads["body"].ravel(), anatomy.quads_uv["body"].ravel()
    lips = anatomy.vertex[quads[anatomy.lips[quads_uv] > 0.5]]
    skin_points = anatomy.vertex[np.unique(anatomy.quads["body"][anatomy.islands() == HEAD])]
    tip = skin_points[np.argmax(skin_points[:, 0])]
    mouth_half = float(np.abs(lips[:, 1]).max())
    return brow / scale, float(lips[:, 2].mean()) / scale, mouth_half / scale, (tip[2] / scale, tip[0] / scale)


def skin(face: Face, point: Points, normal: Points, lip: Shares, rng: np.random.Generator) -> Points:
    """Colour of each point of the skin, points × 3, 0–1.

    Args:
        face: whose.
        point: points × 3, metres.
        normal: points × 3, unit length.
        lip: 0–1, share of lip at each point.
        rng: for what is left to chance.
    """
    x, y, z = point.T / face.scale
    side = np.abs(y)
    front = np.clip((x + 0.06) / 0.03, 0.0, 1.0)
    colour = face.tone * (1.0 + _blotches(point / face.scale, rng))[:, None]
    colour = colour * _reds(face, x, side, z, front)
    colour = colour * _round_the_eyes(face, side, z, front)
    colour = colour * (1.0 - _lines(face, side, z, front)[:, None] * (0.75, 0.95, 1.0))
    colour = colour * _beard(face, side, z, front, normal, rng)
    colour = _mix(colour, face.lip, 0.85 * lip)
    colour = _mix(colour, face.brow, _brows(face, y, z, front, rng))
    colour = _mix(colour, np.array(LASHES), _lashes(face, point))
    colour = _mix(colour, 0.8 * face.hair, _roots(face, point, rng))
    return np.asarray(colour * (1.0 + 0.012 * rng.standard_normal(len(point)))[:, None])


def _mix(ground: Points, top: Points, share: Shares) -> Points:
    return ground * (1.0 - share[:, None]) + top * share[:, None]


def _spot(side: Shares, z: Shares, at: tuple[float, float], size: tuple[float, float]) -> Shares:
    """A soft spot on either side."""
    spot: Shares = np.exp(-(((side - at[0]) / size[0]) ** 2) - ((z - at[1]) / size[1]) ** 2)
    return spot


def _blotches(point: Points, rng: np.random.Generator) -> Shares:
    """Slow change of tone over the skin, a sum of waves 8 to 40 mm long."""
    waves = rng.standard_normal((24, 3))
    waves *= (2.0 * np.pi / rng.uniform(0.008, 0.040, 24) / np.linalg.norm(waves, axis=1))[:, None]
    phase = rng.uniform(0.0, 2.0 * np.pi, 24)
    total = np.zeros(len(point))
    for wave, start in zip(waves, phase, strict=True):
        total += np.cos(point @ wave + start)
    return 0.006 * total


def _reds(face: Face, x: Shares, side: Shares, z: Shares, front: Shares) -> Points:
    """Blood near the surface: cheeks, nose, chin and ears; less to be seen on dark skin."""
    tip_m = face.nose_m[0]
    cheeks = 0.9 * _spot(side, z, (0.036, tip_m - 0.004), (0.016, 0.014))
    nose = 0.9 * _spot(side, z, (0.0, tip_m - 0.002), (0.014, 0.012)) * (x > 0.01)
    chin = 0.4 * _spot(side, z, (0.0, face.mouth_m - 0.030), (0.014, 0.010))
    ears = np.clip((side - 0.066) / 0.006, 0.0, 1.0) * (z > -0.06)
    amount = np.clip(cheeks + nose + chin, 0.0, 1.2) * front + 0.7 * ears
    force = (0.20 if face.person.age_years < 15.0 else 0.15) * (1.0 - 0.55 * face.person.skin)
    return np.asarray(1.0 - force * amount[:, None] * np.array((0.15, 1.0, 0.85)))


def _round_the_eyes(face: Face, side: Shares, z: Shares, front: Shares) -> Points:
    """Thin skin is darker: below the eyes, on the lids, and along the edge where the lashes grow."""
    age = face.person.age_years
    below = (0.10 + 0.12 * np.clip(age / 80.0, 0.0, 1.0)) * _spot(side, z, (0.029, -0.0135), (0.013, 0.0055))
    lids = 0.13 * _spot(side, z, (0.031, 0.0055), (0.017, 0.0055))
    inner = 0.12 * _spot(side, z, (0.0135, 0.001), (0.006, 0.008))
    return np.asarray(1.0 - (front * (below + lids + inner))[:, None] * np.array((0.85, 1.0, 0.92)))


def _lines(face: Face, side: Shares, z: Shares, front: Shares) -> Shares:
    """Lines of the face, by age: nose to mouth, brow, corners of the eyes, below the eyes, mouth to chin."""
    age = face.person.age_years
    force = float(np.clip((age - 22.0) / 50.0, 0.0, 1.0))
    if force == 0.0:
        return np.zeros(len(side))
    tip_m, mouth_m, half_m = face.nose_m[0], face.mouth_m, face.mouth_half_m
    total = 0.26 * _stroke(side, z, [(0.019, tip_m + 0.002), (0.028, tip_m - 0.012), (half_m + 0.007, mouth_m)], 0.0016)
    total += 0.16 * _stroke(side, z, [(half_m + 0.004, mouth_m - 0.004), (half_m + 0.004, mouth_m - 0.020)], 0.0014)
    total += 0.17 * _stroke(side, z, [(0.016, -0.010), (0.026, -0.0165), (0.040, -0.015)], 0.0012)
    for rise in (-0.010, -0.003, 0.004):
        total += 0.15 * _stroke(side, z, [(0.047, -0.001 + 0.2 * rise), (0.058, rise)], 0.0009)
    for k, height in enumerate((0.016, 0.026, 0.035)):
        wave = 0.0016 * np.cos(side / 0.011 + 2.0 * k)
        line = np.exp(-(((z - face.brow_m - height - wave) / 0.0011) ** 2))
        total += 0.10 * line * np.clip((0.046 - side) / 0.012, 0.0, 1.0)
    frown = _stroke(side, z, [(0.006, face.brow_m - 0.006), (0.005, face.brow_m + 0.008)], 0.0011)
    return force * front * (total + 0.08 * frown)


def _stroke(side: Shares, z: Shares, way: list[tuple[float, float]], width_m: float) -> Shares:
    """A soft line along a way."""
    nearest = np.full(len(side), np.inf)
    for (a, b), (c, d) in itertools.pairwise(way):
        along = np.clip(((side - a) * (c - a) + (z - b) * (d - b)) / ((c - a) ** 2 + (d - b) ** 2), 0.0, 1.0)
        nearest = np.minimum(nearest, np.hypot(side - a - along * (c - a), z - b - along * (d - b)))
    stroke: Shares = np.exp(-((nearest / width_m) ** 2))
    return stroke


def _beard(face: Face, side: Shares, z: Shares, front: Shares, normal: Points, rng: np.random.Generator) -> Points:
    """The shadow of a shaven beard on a man's cheeks, lip, chin and throat."""
    if face.person.age_years < 16.0 or face.person.gender > 0.5:
        return np.ones((len(side), 3))
    line = np.interp(side, [0.0, 0.010, 0.022, 0.030, 0.050, 0.075], [-0.048, -0.050, -0.058, -0.062, -0.050, -0.020])
    area = np.clip((line - z) / 0.010, 0.0, 1.0) * np.clip((z + 0.135) / 0.02, 0.0, 1.0)
    area *= front * np.clip((normal[:, 0] + 0.6) / 0.4, 0.0, 1.0)
    force = 0.16 * area * (1.0 + 0.35 * rng.standard_normal(len(side)))
    return np.asarray(1.0 - force[:, None] * np.array((1.0, 0.92, 0.80)))


def _brows(face: Face, y: Shares, z: Shares, front: Shares, rng: np.random.Generator) -> Shares:
    """How much of each point a brow covers; thicker inside, thin at the tail."""
    side = np.abs(y)
    thick = 1.0 + 0.35 * (1.0 - face.person.gender) * (face.person.age_years > 15.0)
    along = (side - 0.010) / 0.046
    middle = face.brow_m - 0.0055 + 0.0252 * along - 0.0227 * along**2
    half = thick * np.interp(side, [0.009, 0.016, 0.036, 0.058], [0.0022, 0.0034, 0.0027, 0.0006])
    ends = np.clip((side - 0.0095) / 0.004, 0.0, 1.0) * np.clip((0.058 - side) / 0.005, 0.0, 1.0)
    hairs = 0.10 * np.sin(side * 5200.0 + z * 2600.0 + rng.uniform(0.0, 6.0)) * np.sin(side * 1700.0)
    cover = np.clip(1.25 - np.abs(z - middle) / half + hairs, 0.0, 1.0)
    return 0.88 * front * ends * cover


def _lashes(face: Face, point: Points) -> Shares:
    """How much of each point the line of the lashes covers; the upper line is the stronger."""
    apart, nearest = KDTree(face.lids).query(point)
    edge = face.lids[nearest]
    upper = np.clip((edge[:, 2] / face.scale + 0.0025) / 0.003, 0.0, 1.0)
    width_m = face.scale * (0.0010 + (0.0011 + 0.0009 * face.person.gender) * upper)
    line: Shares = np.exp(-((apart / width_m) ** 2)) * (0.45 + 0.45 * upper)
    return line


def _roots(face: Face, point: Points, rng: np.random.Generator) -> Shares:
    """Hair's colour on the scalp above the hairline, so that its edge is soft."""
    azimuth = np.arctan2(point[:, 1], point[:, 0] - face.locks.centre[0])
    line = hairline(face.person.hair, face.scale, azimuth)
    ragged = 0.003 * np.sin(azimuth * 63.0) + 0.002 * rng.standard_normal(len(point))
    above = (point[:, 2] - line + ragged) / 0.010
    ears = np.abs(point[:, 1]) > 0.074 * face.scale
    share: Shares = np.where(ears, 0.0, np.clip(above, 0.0, 1.0) * 0.9)
    return share
