"""Where Gazebo cannot be had, that is said, and it is no failure of the robot's."""

import shutil
import sys
from types import SimpleNamespace

import pytest

from bootstrap import gazebo, gazebo_root
from bootstrap.errors import SetupError
from bootstrap.places import Site


@pytest.fixture
def site(tmp_path):
    return Site(tmp_path / "checkout", tmp_path / "cache")


@pytest.fixture
def no_program(monkeypatch):
    """Nothing is installed in these tests."""

    def refused(command, *rest):
        raise SetupError(f"{command[0]} failed")

    monkeypatch.setattr(gazebo_root, "run", refused)


def test_without_roots_rights_it_is_not_run_and_says_why(site, monkeypatch, capsys):
    monkeypatch.setattr(gazebo_root, "rights", lambda: None)
    assert gazebo.gazebo_test(site, []) == gazebo.NOT_HERE
    assert "not run: root's rights are needed" in capsys.readouterr().err


def test_where_it_may_be_left_out_that_is_no_failure(site, monkeypatch):
    monkeypatch.setattr(gazebo_root, "rights", lambda: None)
    assert gazebo.gazebo_test(site, ["--if-possible"]) == 0


def test_a_full_disk_is_told_before_anything_is_installed(site, monkeypatch, no_program):
    monkeypatch.setattr(gazebo_root, "rights", list)
    monkeypatch.setattr(gazebo_root.platform, "machine", lambda: "x86_64")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=1e9))
    with pytest.raises(gazebo_root.NotHereError, match=r"1\.0 GB left"):
        gazebo_root.prepared(site)


def test_packages_that_are_not_to_be_had_are_no_failure(site, monkeypatch, no_program, capsys):
    monkeypatch.setattr(gazebo_root, "rights", list)
    monkeypatch.setattr(gazebo_root, "_check_machine", lambda site: None)
    assert gazebo.gazebo_test(site, ["--if-possible"]) == 0
    assert not list((site.cache / "gazebo").glob("complete.*"))
    assert "not run" in capsys.readouterr().err


@pytest.fixture
def comparing(site, monkeypatch):
    """Lets a Python program stand for the comparison."""
    monkeypatch.setattr(gazebo, "prepared", lambda site: gazebo_root.GazeboRoot(site.cache, ()))

    def program(text):
        script = site.root / "tests" / "gazebo" / "run.py"
        script.parent.mkdir(parents=True)
        script.write_text(text, encoding="utf-8")
        monkeypatch.setattr(Site, "python", property(lambda site: sys.executable))

    return program


def test_a_difference_between_the_simulators_is_a_failure_even_where_gazebo_may_be_left_out(site, comparing):
    comparing("raise SystemExit(1)")
    assert gazebo.gazebo_test(site, ["--if-possible"]) == 1


def test_a_comparison_that_takes_too_long_may_end_what_it_started(site, comparing, monkeypatch, capsys):
    monkeypatch.setattr(gazebo, "LIMIT_S", 3.0)
    comparing(
        "import pathlib, time\ntry:\n    time.sleep(60)\nexcept KeyboardInterrupt:\n    pathlib.Path('ended').touch()\n"
    )
    assert gazebo.gazebo_test(site, []) == 1
    assert (site.root / "ended").exists()
    assert "took more than" in capsys.readouterr().err
