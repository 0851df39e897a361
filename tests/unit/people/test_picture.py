"""The picture of a person can be drawn and read whatever others wrote."""

import contextlib
import errno
import math
import os
import time
import warnings

import pytest

from solamen import cli_people_actions
from solamen.cli import main
from solamen.core.errors import OutsideError
from solamen.core.person import PersonTraits, ReportPair
from solamen.people import picture
from solamen.people.chain import Entry
from solamen.people.episodes import ReportEpisode
from solamen.people.forget import forget
from solamen.people.memory import Memory
from solamen.people.picture import Known, draw, keep_picture
from solamen.people.runs import PICTURE
from solamen.people.times import day, until


@pytest.fixture
def memory(tmp_path):
    with Memory(tmp_path / "people", bytes(range(32))) as opened:
        opened.enrol("p-17", 1.0)
        yield opened


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


@pytest.mark.parametrize(
    ("place", "told"),
    [
        ("album", "there is such a folder"),
        ("letter.txt", "there is such a file"),
        ("other.png", "there is such a file"),
        ("nowhere/p.png", "cannot be written"),
    ],
)
def test_a_picture_that_is_refused_replaces_nothing_and_is_not_looked_for_when_the_person_is_forgotten(
    memory, tmp_path, place, told
):
    (tmp_path / "album").mkdir()
    (tmp_path / "letter.txt").write_text("Dear Anna")
    memory.enrol("p-18", 1.0)
    keep_picture(memory, "p-18", tmp_path / "other.png", 1.0)
    before = (tmp_path / "other.png").read_bytes()
    with pytest.raises(OutsideError, match=told):
        keep_picture(memory, "p-17", tmp_path / place, 2.0)
    assert (tmp_path / "letter.txt").read_text() == "Dear Anna" and (tmp_path / "other.png").read_bytes() == before
    assert memory.all("p-17", PICTURE) == [] and memory.problem() == ""
    assert forget(memory, "p-17", 3.0).missed == () and (tmp_path / "album").is_dir()


def test_a_picture_that_may_be_there_stays_noted_whatever_failed_after_it(memory, tmp_path, monkeypatch):
    path = tmp_path / "p.png"

    def fails_late(path, content):
        path.write_bytes(content)
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(picture, "write_private", fails_late)
    with pytest.raises(OutsideError, match="cannot be written"):
        keep_picture(memory, "p-17", path, 2.0)
    assert forget(memory, "p-17", 3.0).missed == () and not path.exists()


def test_a_picture_of_the_same_person_is_drawn_anew_in_its_place(memory, tmp_path):
    for stamp_s in (1.0, 2.0):
        keep_picture(memory, "p-17", tmp_path / "p.png", stamp_s)
    assert len(memory.all("p-17", PICTURE)) == 1


def test_reports_within_one_minute_are_told_apart_by_their_seconds():
    pairs = [ReportPair(stamp_s=stamp_s, reported=3.0, levels=()) for stamp_s in (0.0, 7.0, 60.0)]
    labels = picture._labels([ReportEpisode(pair, None, None, None, "") for pair in pairs])
    assert labels == [day(0.0, seconds=True), day(7.0, seconds=True), day(60.0)]


def test_the_figures_are_told_rounded_and_without_what_is_empty(memory, tmp_path, monkeypatch, capsys):
    figures = {"person": "p-17", "reports": 3, "mean_error": 2.3681699, "interval_holds": None, "baselines": {}}
    helped = {"helped": {"breathe": {"courses": 2, "eased": 1.0 / 3.0}}}
    monkeypatch.setattr(Known, "figures", lambda _: {**figures, **helped})
    monkeypatch.setattr(cli_people_actions, "people_memory", lambda: contextlib.nullcontext(memory))
    with pytest.raises(SystemExit, match="0"):
        main(["people", "show", "p-17", "--out", str(tmp_path / "p.png")])
    told = ["person: p-17", "reports: 3", "mean error: 2.37", "helped: breathe (courses 2, eased 0.33)"]
    assert capsys.readouterr().out.splitlines()[:-1] == told


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
