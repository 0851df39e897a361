"""The picture of a person can be drawn and read whatever others wrote."""

import errno
import math
import os
import time
import warnings

import pytest

from solamen.core.errors import OutsideError
from solamen.core.person import PersonTraits
from solamen.people.chain import Entry
from solamen.people.memory import Memory
from solamen.people.picture import Known, draw, keep_picture
from solamen.people.times import day, until


@pytest.mark.parametrize("who", ["the legal guardian " * 10, "$x", "the $\\frac$ nurse", "nurse\n\n\nof the ward", ""])
def test_what_somebody_wrote_of_consent_neither_breaks_the_picture_nor_squeezes_it(who):
    entries = tuple(Entry(number, 1.0, "p", f"consent: learn by {who}", "", "") for number in range(20))
    known = Known("p-17", (), (), (), PersonTraits(), entries)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert draw(known).startswith(b"\x89PNG")


def test_a_picture_that_cannot_be_written_whole_leaves_nothing_behind(tmp_path, monkeypatch):
    def full(descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    with Memory(tmp_path / "people", bytes(range(32))) as memory:
        memory.enrol("p-17", 1.0)
        monkeypatch.setattr(os, "fsync", full)
        with pytest.raises(OutsideError, match="the picture cannot be written"):
            keep_picture(memory, "p-17", tmp_path / "p.png", 2.0)
        monkeypatch.undo()
    assert not [path for path in tmp_path.iterdir() if "png" in path.name]


def test_times_are_those_of_the_place(monkeypatch):
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    try:
        assert day(1_700_000_000.0) == "2023-11-14 17:13"
        assert until(1_700_000_000.0, 1_699_999_000.0) == "until 17:13"
        assert until(1_700_000_000.0, 1_699_900_000.0) == "until 2023-11-14 17:13"
        assert until(math.nan, 1_700_000_000.0) == "until the run ends"
    finally:
        monkeypatch.undo()
        time.tzset()
