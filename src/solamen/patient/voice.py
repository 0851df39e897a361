"""The virtual patient's voice: moans, groans, whimpers, gasps and cries, synthesised in code from source and filter.

Glottal pulses (Rosenberg, 1971) go through resonances of the vocal tract (Fant, 1960). It is synthetic sound for trying
the loop, and no ground for figures about people. Words are spoken by espeak-ng, where that is installed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

RATE_HZ = 16_000
EXCLAIMS_FROM, EXCLAIMS_SHARE = 5.0, 0.7
Sound = NDArray[np.float32]

_FORMANTS = {
    "moan": (((300.0, 70.0), (900.0, 90.0), (2300.0, 150.0)), ((620.0, 80.0), (1080.0, 90.0), (2500.0, 150.0))),
    "groan": (((350.0, 80.0), (950.0, 100.0), (2200.0, 160.0)), ((680.0, 90.0), (1150.0, 100.0), (2450.0, 160.0))),
    "whimper": (((300.0, 60.0), (2000.0, 110.0), (2750.0, 160.0)), ((420.0, 70.0), (1800.0, 120.0), (2650.0, 160.0))),
    "cry": (((700.0, 90.0), (1200.0, 100.0), (2600.0, 160.0)), ((850.0, 100.0), (1400.0, 110.0), (2800.0, 170.0))),
    "gasp": (((600.0, 150.0), (1400.0, 200.0), (2500.0, 250.0)), ((750.0, 150.0), (1600.0, 200.0), (2700.0, 250.0))),
}
"""Frequency and bandwidth of the resonances, Hz, at the beginning, and from the middle on: the mouth opens."""


@dataclass(frozen=True)
class Utterance:
    """A sound that is made.

    Attributes:
        kind: moan, groan, whimper, cry or gasp.
        length_s: seconds.
        pitch_hz: at its middle.
        level: 0–1, of full scale.
    """

    kind: str
    length_s: float
    pitch_hz: float
    level: float


def synthesise(utterance: Utterance, rng: np.random.Generator) -> Sound:
    """The sound of an utterance, (n,) at 16 kHz."""
    count = int(utterance.length_s * RATE_HZ)
    at = np.linspace(0.0, 1.0, count)
    breath = rng.normal(0.0, 1.0, count)
    source = 0.35 * breath if utterance.kind == "gasp" else _glottis(utterance, at, rng) + 0.04 * breath
    turns = rng.uniform(2.0, 4.0) * utterance.length_s
    opens = 0.5 - 0.5 * np.cos(math.pi * np.minimum(1.0, 2.0 * at)) * np.cos(
        2.0 * math.pi * turns * np.maximum(0.0, at - 0.5)
    )
    shut, wide = (_tract(source, shape) for shape in _FORMANTS[utterance.kind])
    source = ((1.0 - opens) * shut + opens * wide) * _swell(utterance.kind, at)
    return np.asarray(utterance.level * source / (np.max(np.abs(source)) + 1e-9), np.float32)


def _glottis(utterance: Utterance, at: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    """Pulses of the glottis: pitch that rises and falls, trembles, and is never quite steady."""
    contour = {"cry": 1.0 + 0.35 * np.sin(math.pi * at), "whimper": 1.1 - 0.25 * at}.get(
        utterance.kind, 1.08 - 0.3 * at
    )
    tremor = 1.0 + 0.02 * np.sin(2.0 * math.pi * rng.uniform(4.5, 6.5) * at * utterance.length_s)
    jitter = np.repeat(rng.normal(1.0, 0.012, len(at) // 80 + 1), 80)[: len(at)]
    phase = np.cumsum(utterance.pitch_hz * contour * tremor * jitter) / RATE_HZ % 1.0
    opening, closing = 0.4, 0.16
    flow = np.where(
        phase < opening,
        0.5 * (1.0 - np.cos(math.pi * phase / opening)),
        np.where(phase < opening + closing, np.cos(0.5 * math.pi * (phase - opening) / closing), 0.0),
    )
    return np.diff(flow, prepend=0.0)


def _tract(source: NDArray[np.float64], shape: tuple[tuple[float, float], ...]) -> NDArray[np.float64]:
    padded = 2 * len(source)  # the resonances fade long before they would come round again
    turns = np.asarray(np.fft.rfftfreq(padded), np.float64)
    response = np.prod([_resonance(turns, *formant) for formant in shape], axis=0)
    passed = np.fft.irfft(np.fft.rfft(source, padded) * response, padded)[: len(source)]
    return np.asarray(passed / (np.sqrt(np.mean(passed**2)) + 1e-9))


def _resonance(turns: NDArray[np.float64], frequency_hz: float, bandwidth_hz: float) -> NDArray[np.complex128]:
    """Response of a two-pole resonator (Klatt, 1980) at frequencies in cycles per sample."""
    radius = math.exp(-math.pi * bandwidth_hz / RATE_HZ)
    turn = 2.0 * radius * math.cos(2.0 * math.pi * frequency_hz / RATE_HZ)
    delay = np.exp(-2j * math.pi * turns)
    return np.asarray((1.0 - turn + radius * radius) / (1.0 - turn * delay + radius * radius * delay**2))


def _swell(kind: str, at: NDArray[np.float64]) -> NDArray[np.float64]:
    rise = 0.05 if kind in ("gasp", "cry") else 0.2
    return np.asarray(np.minimum(1.0, at / rise) * np.minimum(1.0, (1.0 - at) / 0.35))


class PatientVoice:
    """What the patient is heard to do: piece after piece of sound, as pain and words have it.

    Args:
        seed: of at least 0, for all that varies.
        pitch_hz: of a calm voice.
    """

    def __init__(self, seed: int, pitch_hz: float = 120.0) -> None:
        self._rng = np.random.default_rng((seed, 11))
        self._pitch_hz = pitch_hz
        self._waiting = np.zeros(0, np.float32)
        self._rest_s = 1.0
        self.uttered = ""
        self.exclamations: list[Sound] = []
        """Spoken sounds of pain, such as ouch, of full strength; from pain 5 of 10 on they are heard, too."""

    def say(self, sound: Sound) -> None:
        """Says words now; a moan that goes on is broken off."""
        self._waiting = np.asarray(sound, np.float32)
        self._rest_s = len(sound) / RATE_HZ + 1.5

    def sound(self, pain: float, length_s: float) -> Sound:
        """The next piece.

        Args:
            pain: 0–10, that is felt now.
            length_s: of the piece, seconds.
        """
        count = round(length_s * RATE_HZ)
        self._rest_s -= length_s
        self.uttered = ""
        if self._rest_s <= 0.0 and not len(self._waiting):
            self._utter(pain)
        room = self._rng.normal(0.0, 6e-4, count).astype(np.float32)
        taken = self._waiting[:count]
        self._waiting = self._waiting[count:]
        room[: len(taken)] += taken
        return room

    def _utter(self, pain: float) -> None:
        """A sound of pain, louder, higher and sooner again the stronger it is; none below 3 of 10."""
        rng = self._rng
        if pain < 3.0:
            self._rest_s = float(rng.uniform(0.5, 1.5))
            return
        if self.exclamations and pain >= EXCLAIMS_FROM and rng.random() < EXCLAIMS_SHARE:
            self._waiting = self.exclamations[rng.integers(len(self.exclamations))] * np.float32(0.1 + 0.06 * pain)
            self._rest_s, self.uttered = len(self._waiting) / RATE_HZ + float(rng.uniform(0.6, 1.5)), "ouch"
            return
        kind = self._kind(pain)
        strain = (pain - 3.0) / 7.0
        made = Utterance(
            kind,
            float(rng.uniform(0.25, 0.4) if kind == "gasp" else rng.uniform(0.6, 1.1) + 0.5 * strain),
            self._pitch_hz * (1.05 + 0.6 * strain) * float(rng.uniform(0.92, 1.08)) * (1.25 if kind == "cry" else 1.0),
            0.12 + 0.4 * strain,
        )
        self._waiting = synthesise(made, rng)
        self._rest_s = made.length_s + float(rng.uniform(1.0, 2.5)) * (1.4 - strain)
        self.uttered = kind

    def _kind(self, pain: float) -> str:
        kinds = (
            ("whimper", "gasp", "moan") if pain < 5.0 else ("moan", "groan") if pain < 8.0 else ("groan", "cry", "cry")
        )
        return str(self._rng.choice(kinds))
