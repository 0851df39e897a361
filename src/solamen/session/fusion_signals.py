"""Fusion on signals that go through the rooms: part of `solamen evaluate fusion`.

Virtual persons of whom the face's units and the sound of the voice are simulated, and read by the shipped rooms of face
and voice; what body and biosignals would say is generated. A few persons, since a voice is heard in real work: the
figures tell whether fusion holds on what readers say in fact, whose errors nobody generated.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from solamen.core.action_units import UNITS
from solamen.core.estimates import PAIN_MAX, PainEstimate
from solamen.core.resources import resource
from solamen.core.settings import load
from solamen.core.states import Consent
from solamen.face.settings import FaceSettings
from solamen.fusion.filter import FusionFilter
from solamen.fusion.generator import TICK_S, Person, persons
from solamen.fusion.settings import FusionSettings
from solamen.fusion.watching import Task, answers, truth_of
from solamen.patient.course import Course
from solamen.patient.expression import Style
from solamen.patient.scenario import Scenario
from solamen.patient.voice import PatientVoice
from solamen.session.simulation_readings import FaceReading, PainReading
from solamen.voice.hearing_settings import HearingSettings
from solamen.voice.reader import VoiceReader

Numbers = NDArray[np.float64]
Arrived = list[tuple[float, PainEstimate]]

PERSONS, SECONDS, SEED = 8, 60.0, 4
GENERATED = ("body", "biosignals")
SETS = {"fused": ("face", "voice", *GENERATED), "face": ("face",), "voice": ("voice",), "face+voice": ("face", "voice")}
_DELAY_S = 0.1
_MOST_SHOWN = 2.0
"""Factor on what a face shows, at most; the virtual patient knows no more."""


@dataclass(frozen=True)
class OnSignals:
    """Persons × `SETS`.

    Attributes:
        error: sum of the errors of all answered seconds, points.
        inside: answered seconds at which the interval held the truth.
        told, silent: answered seconds, and the others.
    """

    error: Numbers
    inside: Numbers
    told: Numbers
    silent: Numbers


@dataclass(frozen=True)
class SignalsTask(Task):
    """Persons whose face and voice go through the rooms, each set of modalities fused."""

    def run(self) -> OnSignals:
        """Watches everybody."""
        people = persons(self.count, self.seconds, self.seed, first=self.first)
        found = np.array([self._judged(person, self.seed + self.first + at) for at, person in enumerate(people)])
        return OnSignals(*np.moveaxis(found, -1, 0))

    def _judged(self, person: Person, seed: int) -> list[tuple[float, int, int, int]]:
        heard = {
            "face": face_of(person, seed),
            "voice": voice_of(person, seed),
            **{name: person.estimates((name,)) for name in GENERATED},
        }
        return [judged(person, heard, some, self.settings, self.seconds) for some in SETS.values()]


def signals_task(settings: FusionSettings, count: int = PERSONS, seconds: float = SECONDS) -> SignalsTask:
    """Some persons who fitted nothing."""
    return SignalsTask(SEED, count, seconds=seconds, settings=settings)


def signals_figures(found: OnSignals) -> dict[str, Any]:
    """Error and coverage of the fused state and of each modality alone; ready for JSON. None where nothing was told."""
    error, inside, told, silent = (each.sum(axis=0) for each in vars(found).values())
    values = {
        "mae": np.divide(error, told, where=told > 0, out=np.full_like(error, math.nan)),
        "coverage": np.divide(inside, told, where=told > 0, out=np.full_like(error, math.nan)),
        "abstained": silent / (told + silent),
    }
    return {
        "persons": len(found.told),
        "seconds_each": round(float(told[0] + silent[0]) / len(found.told)),
        "read_by_the_rooms": "face (from units, not from pictures), voice (from sound)",
        "generated": ", ".join(GENERATED),
        **{
            figure: {name: None if math.isnan(value) else value for name, value in zip(SETS, row.tolist(), strict=True)}
            for figure, row in values.items()
        },
    }


def face_of(person: Person, seed: int) -> Arrived:
    """What the face room says, and when it arrives: units as a reader would give them, pain by the shipped model."""
    scenario = Scenario.load(resource("sim", "scenarios", "calm.yaml"))
    course = Course(scenario, seed, Style.of(person.name))
    reading, pain = FaceReading(seed), PainReading(load(FaceSettings, resource("config", "face.yaml")), 1)
    shows = min(person.expressiveness, _MOST_SHOWN)
    found: Arrived = []
    for tick, felt in enumerate(person.pain):
        moment = course.at(tick * TICK_S, _feeling(float(felt), shows), face_alone=True)
        shown = {unit: moment.intensity.get(unit, 0.0) for unit in UNITS}
        estimate = pain.read(reading.read(shown, "", tick * TICK_S, 0))
        if estimate is not None:
            found.append((tick * TICK_S + _DELAY_S, estimate))
    return found


def voice_of(person: Person, seed: int) -> Arrived:
    """What the voice room says of the sounds that the person makes, with the time of arrival."""
    voice = PatientVoice(seed, pitch_hz=float(np.random.default_rng(seed).uniform(110.0, 230.0)))
    reader = VoiceReader(load(HearingSettings, resource("config", "voice.yaml")))
    found: Arrived = []
    for tick, felt in enumerate(person.pain):
        end_s = (tick + 1) * TICK_S
        sound = voice.sound(min(float(felt) * person.expressiveness, PAIN_MAX), TICK_S)
        estimate = reader.hear(sound, end_s).estimate
        if estimate is not None:
            found.append((end_s + _DELAY_S, estimate))
    return found


def _feeling(pain: float, shows: float) -> Callable[[float], tuple[float, float]]:
    return lambda stimulus: (pain, shows)


def judged(
    person: Person, heard: dict[str, Arrived], modalities: tuple[str, ...], settings: FusionSettings, seconds: float
) -> tuple[float, int, int, int]:
    """What `OnSignals` holds of one person and one set of modalities: error, inside, told, silent."""
    arrived = sorted((pair for name in modalities for pair in heard[name]), key=lambda pair: pair[0])
    error, inside, told, silent = 0.0, 0, 0, 0
    fusion = FusionFilter(settings, Consent.OBSERVE)
    for state, truth in zip(answers(fusion, arrived, seconds), truth_of(person), strict=True):
        if math.isfinite(state.pain_mean):
            told += 1
            error += abs(state.pain_mean - float(truth))
            inside += state.pain_lower <= truth <= state.pain_upper
        else:
            silent += 1
    return error, inside, told, silent
