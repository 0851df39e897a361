"""The camera that looks at the virtual patient: a pinhole straight before the face, level with the eyes."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from solamen.patient.settings import PatientSettings

OPTICAL_FROM_PATIENT = np.array([[0.0, 1.0, 0.0], [0.0, 0.0, -1.0], [-1.0, 0.0, 0.0]])
"""Patient (x forward, y left, z up) to optical (x right, y down, z forward) axes, face to face."""

DROP_M = 0.045
"""How far the camera sits below the eyes, so that the face rather than the eyes is amid the picture."""


class Camera:
    """Intrinsics, and the way from the patient's frame into the optical frame."""

    optical_from_patient = OPTICAL_FROM_PATIENT

    def __init__(self, settings: PatientSettings) -> None:
        """Takes size, field of view and distance from the settings."""
        self._settings = settings

    @property
    def matrix(self) -> NDArray[np.float64]:
        """3 × 3, pixels; the centre of the upper left pixel is (0, 0)."""
        s = self._settings
        focal_px = 0.5 * s.height / math.tan(0.5 * s.vertical_field_rad)
        return np.array([[focal_px, 0.0, 0.5 * (s.width - 1)], [0.0, focal_px, 0.5 * (s.height - 1)], [0.0, 0.0, 1.0]])

    @property
    def position(self) -> NDArray[np.float64]:
        """Metres in the patient's frame at rest."""
        return np.array([self._settings.distance_m, 0.0, -DROP_M])

    def to_optical(self, point: NDArray[np.float64]) -> NDArray[np.float64]:
        """A point of the patient's frame, in metres, in the optical frame."""
        optical: NDArray[np.float64] = OPTICAL_FROM_PATIENT @ (point - self.position)
        return optical
