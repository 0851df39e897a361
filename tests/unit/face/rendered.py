"""Pictures of the virtual patient: generated people, here as pictures to look at."""

import dataclasses
import functools
import os

os.environ.setdefault("MUJOCO_GL", "egl")

import numpy as np

from solamen.core.resources import resource
from solamen.core.settings import load
from solamen.patient.patient import VirtualPatient
from solamen.patient.scenario import Scenario
from solamen.patient.settings import PatientSettings

PERSONS = ("adult", "elder", "child")


@functools.cache
def pictures(person):
    """A calm picture and one of pain, with the PSPI of both."""
    scenario = Scenario.load(resource("sim", "scenarios", "default.yaml"))
    settings = dataclasses.replace(load(PatientSettings, resource("config", "patient.yaml")), person=person)
    with VirtualPatient(scenario, settings, 0) as patient:
        times_s = np.arange(0.0, 60.0, 0.5)
        pained_s = max(times_s, key=lambda time_s: patient.truth(time_s).pspi)
        return {name: patient.frame(time_s)[0].copy() for name, time_s in (("calm", 0.0), ("pain", pained_s))}
