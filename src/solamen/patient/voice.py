"""The virtual patient's voice: moans, groans, whimpers, gasps and cries, synthesised in code from source and filter.

Glottal pulses (Rosenberg, 1971) with jitter, shimmer, tremor and breath go through resonances of the vocal tract (Fant,
1960): open and open-mid vowels, after Hillenbrand et al. (1995). From weak pain to strong they grow in level, length,
pitch and harshness over about the range that acted pain has (EmoGator: the middle eight tenths). It is synthetic sound
to try the loop with, and no ground for figures about people. Words are spoken by espeak-ng, where that is installed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solamen.patient.glottis import RATE_HZ as RATE_HZ
from solamen.patient.glottis import glottis

EXCLAIMS_FROM, EXCLAIMS_SHARE = 5.0, 0.2
Sound = NDArray[np.float32]
Numbers = NDArray[np.float64]
Formants = tuple[tuple[float, float], ...]

# The more open the mouth, the higher the lowest resonance: so much at the utmost strain.
_OPENS_WIDER = 0.25
# Pitch, loudness and the mouth are never quite steady: a random course with a knot in so many seconds.
_WANDER_S, _UNSTEADY_DB, _UNSTEADY_MOUTH = 0.15, 2.5, 0.2
# A quiet room: seconds that follow each other again and again, its level, and how it falls above some frequency.
_ROOM_S, _ROOM_RMS, _ROOM_FROM_HZ, _ROOM_DB_OCTAVE = 7.0, 6e-4, 60.0, 5.0
# Peaks of full scale of the weakest and the strongest pain; below the least pain nothing is uttered.
_LEVELS, _LEAST_PAIN = (0.1, 0.85), 3.0
_UPPER: Formants = ((3500.0, 220.0), (4500.0, 300.0))


@dataclass(frozen=True)
class _Manner:
    """How a kind of sound is made.

    Attributes:
        opens: frequency and bandwidth of the lower resonances, Hz, at its beginning.
        closes: the same at its end.
        times: of the knots of the pitch, 0–1 of its length.
        pitch: at these, relative to the utterance's.
        breath: amplitude of noise beside the pulses, whose power is 1, at a middle strain.
        rough: share of the sound that is rough at a middle strain.
        rise_s: until it is at its loudest.
    """

    opens: Formants
    closes: Formants
    times: tuple[float, ...]
    pitch: tuple[float, ...]
    breath: float
    rough: float = 0.0
    rise_s: float = 0.08


_MANNERS = {
    "moan": _Manner(
        ((700.0, 90.0), (1150.0, 100.0), (2500.0, 160.0)),
        ((520.0, 80.0), (1000.0, 100.0), (2400.0, 160.0)),
        (0.0, 0.15, 0.35, 0.75, 1.0),
        (0.9, 1.2, 1.15, 0.95, 0.85),
        breath=0.5,
        rough=0.33,
    ),
    "groan": _Manner(
        ((680.0, 100.0), (1100.0, 110.0), (2450.0, 170.0)),
        ((600.0, 90.0), (1050.0, 100.0), (2400.0, 160.0)),
        (0.0, 0.2, 0.6, 1.0),
        (1.0, 1.1, 0.95, 0.8),
        breath=0.5,
        rough=0.4,
    ),
    "whimper": _Manner(
        ((600.0, 80.0), (1500.0, 120.0), (2700.0, 170.0)),
        ((500.0, 80.0), (1600.0, 120.0), (2650.0, 170.0)),
        (0.0, 0.3, 0.5, 0.8, 1.0),
        (1.05, 1.15, 1.0, 1.1, 0.95),
        breath=0.5,
        rough=0.2,
    ),
    "cry": _Manner(
        ((850.0, 110.0), (1350.0, 120.0), (2750.0, 180.0)),
        ((750.0, 100.0), (1250.0, 120.0), (2650.0, 170.0)),
        (0.0, 0.1, 0.3, 0.7, 1.0),
        (0.85, 1.3, 1.35, 1.15, 0.8),
        breath=0.4,
        rough=0.4,
        rise_s=0.04,
    ),
    "gasp": _Manner(
        ((750.0, 160.0), (1400.0, 200.0), (2600.0, 260.0)),
        ((700.0, 160.0), (1500.0, 200.0), (2700.0, 260.0)),
        (0.0, 1.0),
        (1.0, 1.0),
        breath=math.inf,
        rise_s=0.03,
    ),
}


@dataclass(frozen=True)
class Utterance:
    """A sound that is made.

    Attributes:
        kind: moan, groan, whimper, cry or gasp.
        length_s: seconds.
        pitch_hz: at its middle.
        level: 0–1, of full scale.
        strain: 0–1, how hard the voice is pressed: the pitch wanders further, and the sound is rougher and brighter.
    """

    kind: str
    length_s: float
    pitch_hz: float
    level: float
    strain: float = 0.5


def synthesise(utterance: Utterance, rng: np.random.Generator) -> Sound:
    """The sound of an utterance, (n,) at 16 kHz."""
    manner = _MANNERS[utterance.kind]
    at = np.linspace(0.0, 1.0, int(utterance.length_s * RATE_HZ))
    size = 1.0 + 0.04 * rng.normal()  # of the mouth and throat, which are never twice the same
    strain = utterance.strain
    breath, rough = manner.breath * (0.7 + 0.6 * strain), min(1.0, 2.0 * manner.rough * strain)
    source = glottis(_pitch(utterance, manner, at, rng), strain, breath, rough, rng)
    wide = 1.0 + _OPENS_WIDER * strain
    begun, ended = (_tract(source, _sized(shape, size, wide)) for shape in (manner.opens, manner.closes))
    turned = np.clip((at - 0.3) / 0.5 + _wander(at, utterance.length_s, _UNSTEADY_MOUTH, rng), 0.0, 1.0)
    louder = 10.0 ** (_wander(at, utterance.length_s, _UNSTEADY_DB, rng) / 20.0)
    sound = ((1.0 - turned) * begun + turned * ended) * louder * _swell(manner, at, utterance.length_s)
    return np.asarray(utterance.level * sound / (np.max(np.abs(sound)) + 1e-9), np.float32)


def _pitch(utterance: Utterance, manner: _Manner, at: Numbers, rng: np.random.Generator) -> Numbers:
    """Hz: it rises and falls, further with strain, trembles (4.5 to 7 Hz), and drifts."""
    strain = utterance.strain
    tremor = 1.0 + (0.02 + 0.03 * strain) * np.sin(
        2.0 * math.pi * rng.uniform(4.5, 7.0) * at * utterance.length_s + rng.uniform(0.0, 6.0)
    )
    drift = _wander(at, utterance.length_s, 0.03 + 0.06 * strain, rng)
    own = np.asarray(manner.pitch) ** (0.7 + 0.5 * strain) * np.exp(
        rng.normal(0.0, 0.05 + 0.1 * strain, len(manner.pitch))
    )
    return np.asarray(utterance.pitch_hz * np.interp(at, manner.times, own) * tremor * np.exp(drift))


def _wander(at: Numbers, length_s: float, spread: float, rng: np.random.Generator) -> Numbers:
    """A random course of some spread, straight between its knots."""
    knots = np.linspace(0.0, 1.0, round(length_s / _WANDER_S) + 2)
    return np.asarray(np.interp(at, knots, rng.normal(0.0, spread, len(knots))))


def _sized(shape: Formants, size: float, wide: float) -> Formants:
    first, *rest = shape
    return ((first[0] * size * wide, first[1]), *((hz * size, width_hz) for hz, width_hz in rest), *_UPPER)


def _tract(source: Numbers, shape: Formants) -> Numbers:
    padded = 2 * len(source)  # the resonances fade long before they would come round again
    turns = np.asarray(np.fft.rfftfreq(padded), np.float64)
    response = np.prod([_resonance(turns, *formant) for formant in shape], axis=0)
    passed = np.fft.irfft(np.fft.rfft(source, padded) * response, padded)[: len(source)]
    return np.asarray(passed / (np.sqrt(np.mean(passed**2)) + 1e-9))


def _resonance(turns: Numbers, frequency_hz: float, bandwidth_hz: float) -> NDArray[np.complex128]:
    """Response of a two-pole resonator (Klatt, 1980) at frequencies in cycles per sample."""
    radius = math.exp(-math.pi * bandwidth_hz / RATE_HZ)
    turn = 2.0 * radius * math.cos(2.0 * math.pi * frequency_hz / RATE_HZ)
    delay = np.exp(-2j * math.pi * turns)
    return np.asarray((1.0 - turn + radius * radius) / (1.0 - turn * delay + radius * radius * delay**2))


def _swell(manner: _Manner, at: Numbers, length_s: float) -> Numbers:
    return np.asarray(np.minimum(1.0, at * length_s / manner.rise_s) * np.minimum(1.0, (1.0 - at) / 0.45))


def room_noise(rng: np.random.Generator) -> Sound:
    """Some seconds of a quiet room, 16 kHz, the higher the fainter; its end goes on with its beginning."""
    count = round(_ROOM_S * RATE_HZ)
    hz = np.maximum(np.asarray(np.fft.rfftfreq(count, 1.0 / RATE_HZ), np.float64), _ROOM_FROM_HZ)
    gain = 10.0 ** (-_ROOM_DB_OCTAVE * np.log2(hz / _ROOM_FROM_HZ) / 20.0)
    found = np.fft.irfft(np.fft.rfft(rng.normal(0.0, 1.0, count)) * gain, count)
    return np.asarray(_ROOM_RMS * found / np.std(found), np.float32)


class PatientVoice:
    """What the patient is heard to do: piece after piece of sound, as pain and words have it.

    Args:
        seed: of at least 0, for all that varies.
        pitch_hz: of a calm voice.
    """

    def __init__(self, seed: int, pitch_hz: float = 190.0) -> None:
        self._rng = np.random.default_rng((seed, 11))
        self._pitch_hz = pitch_hz
        self._room, self._room_at = room_noise(self._rng), 0
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
        room = np.take(self._room, np.arange(self._room_at, self._room_at + count), mode="wrap")
        self._room_at = (self._room_at + count) % len(self._room)
        taken = self._waiting[:count]
        self._waiting = self._waiting[count:]
        room[: len(taken)] += taken
        return room

    def _utter(self, pain: float) -> None:
        """A sound of pain, louder, longer, higher, harsher and sooner again the stronger it is; none of weak pain."""
        rng = self._rng
        if pain < _LEAST_PAIN:
            self._rest_s = float(rng.uniform(0.5, 1.5))
            return
        strain = (pain - _LEAST_PAIN) / (10.0 - _LEAST_PAIN)
        level = _LEVELS[0] * (_LEVELS[1] / _LEVELS[0]) ** strain
        if self.exclamations and pain >= EXCLAIMS_FROM and rng.random() < EXCLAIMS_SHARE:
            self._waiting = self.exclamations[rng.integers(len(self.exclamations))] * np.float32(level)
            self._rest_s, self.uttered = len(self._waiting) / RATE_HZ + float(rng.uniform(0.6, 1.5)), "ouch"
            return
        kind = self._kind(pain)
        made = Utterance(
            kind,
            float(rng.uniform(0.25, 0.4) if kind == "gasp" else rng.uniform(0.5, 1.0) + 0.8 * strain),
            self._pitch_hz * (1.05 + 0.35 * strain) * float(rng.uniform(0.9, 1.1)),
            level,
            strain,
        )
        self._waiting = synthesise(made, rng)
        self._rest_s = made.length_s + float(rng.uniform(1.0, 2.5)) * (1.4 - 0.7 * strain)
        self.uttered = kind

    def _kind(self, pain: float) -> str:
        kinds = (
            ("whimper", "gasp", "moan") if pain < 5.0 else ("moan", "groan") if pain < 8.0 else ("groan", "cry", "cry")
        )
        return str(self._rng.choice(kinds))
