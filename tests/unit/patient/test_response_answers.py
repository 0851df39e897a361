"""How virtual patients answer questions."""

from __future__ import annotations

import numpy as np
import pytest

from solamen.patient.response_answers import Answers
from solamen.patient.response_temper import TEMPERS


def answers_of(temper: str, question: str, pain: float = 5.0, count: int = 200) -> list[tuple[str, float, float]]:
    """Kind, value and latency of the answer to each of many questions; kind is empty where none came."""
    found = []
    person = Answers(TEMPERS[temper], 1)
    for number in range(count):
        start_s = 50.0 * number
        person.ask(question, pain, start_s)  # type: ignore[arg-type]
        answer = ("", float("nan"), float("nan"))
        for step in range(400):
            cues = person.due(start_s + 0.1 * step)
            if cues:
                answer = (cues[0].kind, cues[0].value, 0.1 * step)
                break
        found.append(answer)
    return found


def share(found: list[tuple[str, float, float]], *kinds: str) -> float:
    return float(np.mean([kind in kinds for kind, _, _ in found]))


def test_an_eager_person_says_yes_and_a_refuser_no() -> None:
    assert share(answers_of("eager", "offer"), "yes", "nod") > 0.85
    assert share(answers_of("refuser", "offer"), "no", "shake") > 0.85


def test_a_silent_person_hardly_ever_answers() -> None:
    assert share(answers_of("silent", "offer"), "") > 0.8
    assert share(answers_of("silent", "number"), "") > 0.8


def test_answers_are_spoken_or_shown() -> None:
    found = answers_of("usual", "offer")
    assert share(found, "yes", "no") > 0.3
    assert share(found, "nod", "shake") > 0.15


@pytest.mark.parametrize(("temper", "median_s"), [("usual", 1.6), ("elder", 3.2), ("eager", 1.0)])
def test_answers_take_the_time_of_the_temper(temper: str, median_s: float) -> None:
    latencies = [latency for kind, _, latency in answers_of(temper, "offer") if kind]
    assert float(np.median(latencies)) == pytest.approx(median_s, rel=0.25)


def test_a_number_is_near_the_pain_and_on_the_scale() -> None:
    values = [value for kind, value, _ in answers_of("usual", "number", pain=6.0) if kind == "number"]
    assert float(np.mean(values)) == pytest.approx(6.0, abs=0.3)
    assert min(values) >= 0.0
    assert max(values) <= 10.0


def test_a_child_answers_in_steps_of_two() -> None:
    values = [value for kind, value, _ in answers_of("child", "number", pain=5.0) if kind == "number"]
    assert {value % 2.0 for value in values} == {0.0}


def test_whoever_is_in_severe_pain_wants_a_human_whatever_the_temper() -> None:
    answered = [kind for kind, _, _ in answers_of("refuser", "call", pain=8.5) if kind]
    assert float(np.mean([kind in ("yes", "nod") for kind in answered])) > 0.85


def test_a_refuser_stops_what_goes_on_within_minutes() -> None:
    person, said = Answers(TEMPERS["refuser"], 2), []
    for step in range(3000):
        person.doing(0.1 * step, 0.1)
        said += [cue.kind for cue in person.due(0.1 * step)]
    assert {"stop", "shake"} & set(said)


def test_a_stray_nod_is_less_sure_than_an_answer() -> None:
    person, stray = Answers(TEMPERS["child"], 3), []
    for step in range(20000):
        person.idle(0.1 * step, 0.1)
        stray += [cue.confidence for cue in person.due(0.1 * step)]
    assert stray
    assert float(np.mean(stray)) < 0.5


def test_the_same_seed_gives_the_same_answers() -> None:
    assert repr(answers_of("usual", "offer", count=20)) == repr(answers_of("usual", "offer", count=20))
