"""A person's raw anatomy, before it is cropped, dressed and painted, in the topology of MakeHuman's base mesh."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

Points = NDArray[np.float64]
Indices = NDArray[np.int64]

HEAD, MOUTH, BODY, RIGHT_SOCKET, LEFT_SOCKET = 0, 1, 2, 3, 6
"""Islands of the base mesh's texture map, in the order in which its points come."""


@dataclass(frozen=True)
class Phenotype:
    """Who is baked.

    Attributes:
        age_years: 0–95.
        gender: 0 (male) to 1 (female).
        skin: 0 (very light) to 1 (very dark).
        african, asian, caucasian: shares of ancestry in the shape; any sum above 0.
        hair: short, tied or receding.
    """

    age_years: float
    gender: float
    skin: float
    african: float
    asian: float
    caucasian: float
    hair: str


@dataclass(frozen=True)
class Anatomy:
    """Arrays of the whole base mesh, metres, in the patient's frame (origin between the eyes, x forward, y left, z up).

    Attributes:
        vertex: all vertices × 3.
        uv: all texture points × 2.
        quads: group to quads × 4 into `vertex`.
        quads_uv: group to quads × 4 into `uv`.
        offsets: facial action to all vertices × 3.
        follow: all vertices, 0 (still) to 1 (turns with the skull).
        joints: bone to the place of its head.
        lips: share of lip colour at each texture point, 0–1.
    """

    vertex: Points
    uv: Points
    quads: Mapping[str, Indices]
    quads_uv: Mapping[str, Indices]
    offsets: Mapping[str, Points]
    follow: NDArray[np.float64]
    joints: Mapping[str, Points]
    lips: NDArray[np.float64]

    def islands(self) -> NDArray[np.int64]:
        """The island of the texture map to which each quad of the body belongs."""
        quads = self.quads_uv["body"]
        edges = np.concatenate([quads[:, [0, 1]], quads[:, [1, 2]], quads[:, [2, 3]]])
        ones = np.ones(len(edges))
        graph = coo_matrix((ones, (edges[:, 0], edges[:, 1])), shape=(len(self.uv),) * 2)
        label = connected_components(graph, directed=False)[1]
        result: NDArray[np.int64] = label[quads[:, 0]].astype(np.int64)
        return result

    @property
    def scale(self) -> float:
        """Distance of the eyes by that of an adult, 0.061 m: what of the face is painted grows with it."""
        return float(abs(self.joints["eye.L"][1] - self.joints["eye.R"][1])) / 0.061
