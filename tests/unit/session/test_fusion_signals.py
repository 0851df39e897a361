"""Persons whose face and voice go through the rooms before they are fused."""

import numpy as np

from solamen.fusion.generator import persons
from solamen.fusion.settings import FusionSettings
from solamen.session.fusion_signals import face_of, on_signals, voice_of


def _steady(pain, seconds=8.0):
    (person,) = persons(1, seconds, 2)
    person.pain[:] = pain
    person.expressiveness = 1.0
    return person


def _mean(estimates):
    return float(np.mean([each.intensity for _, each in estimates if not each.abstained]))


def test_the_face_room_tells_strong_pain_from_none():
    strong, none = face_of(_steady(8.0), 5), face_of(_steady(0.0), 5)
    assert _mean(strong[-20:]) > _mean(none[-20:]) + 4.0


def test_the_voice_room_says_nothing_of_who_is_silent():
    assert all(each.abstained for _, each in voice_of(_steady(0.0, 5.0), 5))


def test_figures_are_told_of_each_set():
    found = on_signals(FusionSettings(), 1, 8.0)
    assert found["persons"] == 1 and set(found["mae"]) == {"fused", "face", "voice", "face+voice"}
    assert 0.0 <= found["coverage"]["fused"] <= 1.0 and found["mae"]["fused"] < 6.0
