"""New skins from a baked person's paint: tone, contrast of brows and lines, colour of the hair."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solamen.patient import atlas

_DEPTHS = (0.0, 0.2, 0.45, 0.7, 1.0)
_TONES = ((0.95, 0.80, 0.73), (0.89, 0.71, 0.62), (0.80, 0.60, 0.48), (0.58, 0.39, 0.29), (0.36, 0.235, 0.175))
"""Skin from very light to very dark, as in `complexion`."""
_SKIN_BOXES = (atlas.HEAD_BOX, atlas.SOCKET_BOX)


def recoloured(paint: NDArray[np.uint8], skin: float, rng: np.random.Generator) -> NDArray[np.uint8]:
    """The paint with another tone of skin, stronger or fainter brows, lips and lines, and another colour of hair.

    Args:
        paint: height × width × 3, of a baked person.
        skin: 0 (very light) to 1 (very dark).
        rng: what is left to chance.
    """
    picture = paint.astype(np.float32) / 255.0
    tone = np.array([np.interp(skin, _DEPTHS, channel) for channel in zip(*_TONES, strict=True)], np.float32)
    tone = tone * rng.lognormal(0.0, 0.05, 3).astype(np.float32)
    contrast = float(rng.uniform(0.55, 1.35))
    for box in _SKIN_BOXES:
        area = picture[atlas.pixels(box)]
        ground = np.median(area.reshape(-1, 3), axis=0) + 1e-3
        picture[atlas.pixels(box)] = tone * (area / ground + 1e-3) ** contrast
    strand = picture[atlas.pixels(atlas.HAIR_BOX)]
    shade = strand.mean(axis=2, keepdims=True) / (strand.mean() + 1e-3)
    dye = np.array((0.75, 0.55, 0.35)) * rng.uniform(0.08, 1.1) * rng.lognormal(0.0, 0.1, 3)
    picture[atlas.pixels(atlas.HAIR_BOX)] = shade * dye.astype(np.float32)
    cloth = picture[atlas.pixels(atlas.BODY_BOX)]
    picture[atlas.pixels(atlas.BODY_BOX)] = cloth * rng.uniform(0.4, 1.4, 3).astype(np.float32)
    return np.asarray(np.clip(255.0 * picture, 0.0, 255.0), np.uint8)
