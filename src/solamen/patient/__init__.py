"""The virtual patient: a parametric human whose rendered face shows pain by a scenario, with the truth beside it."""

from solamen.patient.patient import VirtualPatient
from solamen.patient.scenario import Scenario
from solamen.patient.settings import PatientSettings
from solamen.patient.truth import Truth

__all__ = ["PatientSettings", "Scenario", "Truth", "VirtualPatient"]
