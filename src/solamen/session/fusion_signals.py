"""Fusion on signals that go through the rooms: part of `solamen evaluate fusion`.

Virtual persons of whom the face's units and the sound of the voice are simulated, and read by the shipped rooms of face
and voice; what body and biosignals would say is generated. A few persons, since a voice is heard in real work: the
figures tell whether fusion holds on what readers say in fact, whose errors nobody generated.
"""

from __future__ import annotations

import math
from collections.abc import Callable
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
from solamen.fusion.watching import answers, truth_of
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
_DELAY_S = 0.1
_MOST_SHOWN = 2.0
"""Factor on what a face shows, at most; the virtual patient knows no more."""


def on_signals(settings: FusionSettings, count: int = PERSONS, seconds: float = SECONDS) -> dict[str, Any]:
    """Error and coverage of the fused state and of each modality alone; ready for JSON.

    Args:
        settings: of fusion.
        count: how many persons.
        seconds: for which each is watched.
    """
    people = persons(count, seconds, SEED)
    heard = [
        {
            "face": face_of(person, SEED + number),
            "voice": voice_of(person, SEED + number),
            **{name: person.estimates((name,)) for name in GENERATED},
        }
        for number, person in enumerate(people)
    ]
    sets = {
        "fused": ("face", "voice", *GENERATED),
        "face": ("face",),
        "voice": ("voice",),
        "face+voice": ("face", "voice"),
    }
    found = {name: _judged(people, heard, some, settings, seconds) for name, some in sets.items()}
    return {
        "persons": count,
        "seconds_each": round(seconds),
        "read_by_the_rooms": "face (from units, not from pictures), voice (from sound)",
        "generated": ", ".join(GENERATED),
        **{
            figure: {name: values[figure] for name, values in found.items()}
            for figure in ("mae", "coverage", "abstained")
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


def _judged(
    people: list[Person],
    heard: list[dict[str, Arrived]],
    modalities: tuple[str, ...],
    settings: FusionSettings,
    seconds: float,
) -> dict[str, float | None]:
    errors: list[float] = []
    inside: list[bool] = []
    silent = 0
    for person, each in zip(people, heard, strict=True):
        arrived = sorted((pair for name in modalities for pair in each[name]), key=lambda pair: pair[0])
        fusion = FusionFilter(settings, Consent.OBSERVE)
        for state, truth in zip(answers(fusion, arrived, seconds), truth_of(person), strict=True):
            if math.isfinite(state.pain_mean):
                errors.append(abs(state.pain_mean - float(truth)))
                inside.append(state.pain_lower <= truth <= state.pain_upper)
            else:
                silent += 1
    told = len(errors)
    return {
        "mae": math.fsum(errors) / told if told else None,
        "coverage": sum(inside) / told if told else None,
        "abstained": silent / (told + silent),
    }
