"""Persons whose face and voice go through the rooms before they are fused."""

from dataclasses import replace

import numpy as np

from solamen.fusion.generator import persons
from solamen.fusion.settings import FusionSettings
from solamen.session.fusion_signals import OnSignals, face_of, judged, signals_figures, signals_task, voice_of


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
    (part,) = signals_task(FusionSettings(), 1, 8.0).parts()
    found = signals_figures(part.run())
    assert found["persons"] == 1 and set(found["mae"]) == {"fused", "face", "voice", "face+voice"}
    assert 0.0 <= found["coverage"]["fused"] <= 1.0 and found["mae"]["fused"] < 6.0
    assert found["seconds_each"] == 7


def test_a_voice_whose_odds_are_even_is_no_answer_by_itself():
    person = _steady(9.0)
    heard = {name: [] for name in ("face", "body", "biosignals")} | {"voice": voice_of(person, 5)}
    assert any(not each.abstained for _, each in heard["voice"])
    even = {"voice": [(at_s, replace(each, log_likelihood_ratio=0.0)) for at_s, each in heard["voice"]]}
    _, _, told, silent = judged(person, heard | even, ("voice",), FusionSettings(), 8.0)
    assert told == 0 and silent == 7
    figures = signals_figures(OnSignals(*(np.zeros((1, 4)) for _ in range(3)), np.full((1, 4), 7.0)))
    assert figures["mae"]["voice"] is None and figures["abstained"]["voice"] == 1.0
