"""The part of a picture that the landmark model may see: the person in care's, and nothing of a moment ago."""

import numpy as np
import pytest

from solamen.face.boxes import Box
from solamen.face.sight import _Blanked


def box(rng):
    x, y = rng.uniform(-20, 100, 2)
    wide, high = rng.uniform(1, 90, 2)
    return Box(x, y, x + wide, y + high)


@pytest.mark.parametrize("seed", range(20))
def test_outside_the_region_and_in_other_faces_all_is_blank(seed):
    rng = np.random.default_rng(seed)
    blanked = _Blanked()
    for number in range(30):
        width, height = (96, 64) if number < 20 else (64, 96)
        image = rng.integers(0, 127, (height, width, 3), dtype=np.uint8)
        region, others = box(rng), tuple(box(rng) for _ in range(rng.integers(0, 3)))
        wanted = np.full_like(image, 127)
        wanted[region.pixels(width, height)] = image[region.pixels(width, height)]
        for other in others:
            wanted[other.pixels(width, height)] = 127
        assert np.array_equal(blanked.only(image, region, others), wanted)
