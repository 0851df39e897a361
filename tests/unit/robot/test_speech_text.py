"""What is let through to a voice."""

import math

import pytest

from solamen.robot.speech_text import LETTERS_MAX, known_language, known_rate, speakable


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        (" \n\t ", "empty"),
        ("…!?", "no letter"),
        ("a" * (LETTERS_MAX + 1), "in parts"),
        ("ring \x07 the bell", "control characters"),
        ("null \x00 byte", "control characters"),
        ("half \ud800 a pair", "control characters"),
    ],
)
def test_what_cannot_be_said_is_refused_in_one_sentence(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason) as caught:
        speakable(text)
    assert "\n" not in str(caught.value)


def test_marks_that_an_engine_would_obey_become_spaces() -> None:
    assert speakable("say <break time='99s'/> [[h@loU]] now") == "say break time='99s'/ h@loU now"


def test_a_leading_dash_stays_text() -> None:
    assert speakable("--help me") == "--help me"


def test_german_letters_pass_and_lines_become_one() -> None:
    assert speakable("Grüß dich,\n wie geht's?") == "Grüß dich, wie geht's?"


def test_languages_are_known_by_their_first_part() -> None:
    assert [known_language(tag) for tag in ("de-AT", "EN", "")] == ["de", "en", "en"]


@pytest.mark.parametrize("tag", ["-v", "en;rm", "e", "../de", "en us"])
def test_what_is_no_language_is_refused(tag: str) -> None:
    with pytest.raises(ValueError, match="BCP 47"):
        known_language(tag)


@pytest.mark.parametrize("rate", [math.nan, math.inf, 0.0, 0.4, 1.6, -1.0])
def test_a_rate_out_of_range_is_refused(rate: float) -> None:
    with pytest.raises(ValueError, match=r"0\.5 to 1\.5"):
        known_rate(rate)


def test_a_rate_of_single_precision_is_taken_for_what_was_meant() -> None:
    assert known_rate(1.5000001) == 1.5
