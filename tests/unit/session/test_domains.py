"""Commands find a run, whichever door it was started by, and know how to reach it."""

import tempfile

import pytest

from solamen.core.errors import OutsideError
from solamen.session import environment
from solamen.session.environment import RunNote, any_domain_in_use, domain_in_use, hold_domain, own_domain, run_note


@pytest.fixture(autouse=True)
def no_runs(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.delenv("ROS_DOMAIN_ID", raising=False)
    yield
    environment._HELD.close()


def test_a_run_of_ros2_launch_is_found_on_the_domain_that_ros_has(monkeypatch):
    assert not any_domain_in_use()
    hold_domain(RunNote(network=True, namespace="ward"))
    assert any_domain_in_use() and domain_in_use() == 0
    assert run_note(0) == RunNote(network=True, namespace="ward")
    monkeypatch.setenv("ROS_DOMAIN_ID", "42")
    assert not any_domain_in_use()
    hold_domain(RunNote())
    assert any_domain_in_use() and run_note(42) == RunNote()


def test_two_launched_runs_may_share_a_domain_but_solamen_run_wants_it_alone(monkeypatch):
    monkeypatch.setenv("ROS_DOMAIN_ID", "42")
    hold_domain(RunNote(namespace="one"))
    hold_domain(RunNote(namespace="two"))
    with pytest.raises(OutsideError, match="another run of Solamen has the port"), own_domain():
        pass
    assert run_note(42).namespace == "two"


def test_who_is_refused_a_domain_takes_nothing_from_the_run_that_has_it(monkeypatch):
    monkeypatch.setenv("ROS_DOMAIN_ID", "42")
    with own_domain(RunNote(network=True)):
        with pytest.raises(OutsideError, match="another run"), own_domain():
            pass
        assert run_note(42).network
    assert not any_domain_in_use()


@pytest.mark.parametrize("content", ["", "{", "[]", '{"network": true}'])
def test_a_note_that_cannot_be_read_is_that_of_a_closed_run(tmp_path, content):
    environment._lock_path(7).write_text(content)
    assert run_note(7) == RunNote()
