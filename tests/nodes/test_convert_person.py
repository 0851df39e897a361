"""Cues, surroundings and calls go into messages and come back as they were."""

import math

import pytest
from solamen_msgs import msg

from solamen.core.cues import Cue
from solamen.core.intents import HumanCall
from solamen.core.states import Company
from solamen.nodes.convert_person import (
    call_from,
    call_message,
    context_from,
    context_message,
    cue_from,
    cue_message,
    marker_message,
)


def test_a_cue_comes_back_as_it_was():
    cue = Cue(100.5, "number", 7.0, "", 100.25, 0.5, 0.75, "voice")
    assert cue_from(cue_message(cue)) == cue


def test_what_is_not_known_of_a_cue_stays_unknown():
    cue = cue_from(cue_message(Cue(100.5, "stop")))
    assert math.isnan(cue.value) and math.isnan(cue.onset_s) and math.isnan(cue.duration_s)


@pytest.mark.parametrize("kind", ["", "  ", "x" * 41])
def test_a_cue_without_a_name_is_refused(kind):
    with pytest.raises(ValueError, match="PersonCue has the kind"):
        cue_from(msg.PersonCue(kind=kind))


def test_surroundings_come_back_as_they_were():
    message = context_message(Company.TRUSTED, "ward 4", "blood draw", 9.0)
    assert context_from(message) == (Company.TRUSTED, "ward 4", "blood draw")
    with pytest.raises(ValueError, match="company 9"):
        context_from(msg.Context(company=9))


def test_a_call_comes_back_as_it_was_and_tells_whom_it_reached():
    call = HumanCall(100.0, "call-1", 2, "The person asked for someone.", 90.0, acknowledged=True)
    message = call_message(call, ["command"])
    assert call_from(message) == call
    assert list(message.reached) == ["command"]


def test_a_marker_bears_its_time():
    marker = marker_message("mode", "still", 12.5)
    assert (marker.name, marker.value, marker.header.stamp.sec, marker.source) == ("mode", "still", 12, "behavior")
