"""The shape of a baked face at one moment: actions summed, eyes turned, head turned, normals renewed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from solamen.patient.person import Floats, Person
from solamen.patient.pose import head_rotation

_NEGLIGIBLE = 1e-3


class FaceShape:
    """Sums a person's head mesh for given action weights; about 1.5 ms a frame."""

    def __init__(self, person: Person) -> None:
        """Prepares what does not change from frame to frame."""
        self._person = person
        self._vertex = person.head.vertex
        self._face = person.head.face
        count, faces = len(self._vertex), len(self._face)
        ones = np.ones(3 * faces, np.float32)
        columns = np.repeat(np.arange(faces, dtype=np.int32), 3)
        self._gather = csr_matrix((ones, (self._face.ravel(), columns)), shape=(count, faces))
        self._still = person.follow <= 0.0
        self._follow = person.follow[:, None]

    def at(
        self, weights: NDArray[np.float32], rotation: NDArray[np.float64], eye_yaw_rad: float, eye_pitch_rad: float
    ) -> tuple[Floats, Floats]:
        """Vertices (metres) and unit normals, each vertices × 3, in the patient's frame.

        Args:
            weights: 0–1.5 for each action of the rig.
            rotation: 3 × 3, of the head.
            eye_yaw_rad: of both eyes in the head, positive to the patient's left.
            eye_pitch_rad: of both eyes in the head, positive is down.
        """
        vertex = self._vertex.copy()
        for action in np.flatnonzero(weights > _NEGLIGIBLE):
            index, offset = self._person.action_offsets(int(action))
            vertex[index] += weights[action] * offset
        self._turn_eyes(vertex, head_rotation(eye_yaw_rad, eye_pitch_rad).astype(np.float32))
        self._turn_head(vertex, rotation.astype(np.float32))
        return vertex, self._normals(vertex)

    def _turn_eyes(self, vertex: Floats, rotation: Floats) -> None:
        for (start, end), centre in zip(self._person.eye_vertices, self._person.eye_centre, strict=True):
            vertex[start:end] = (vertex[start:end] - centre) @ rotation.T + centre

    def _turn_head(self, vertex: Floats, rotation: Floats) -> None:
        pivot = self._person.pivot
        from_pivot = vertex - pivot
        vertex += self._follow * (from_pivot @ rotation.T - from_pivot)

    def _normals(self, vertex: Floats) -> Floats:
        """Area-weighted normals; where the neck is still they stay as baked, so that it meets the chest smoothly."""
        a, b, c = (vertex[self._face[:, corner]] for corner in range(3))
        normal: Floats = self._gather @ np.cross(b - a, c - a)
        normal /= np.linalg.norm(normal, axis=1, keepdims=True) + 1e-12
        normal[self._still] = self._person.head.normal[self._still]
        return normal
