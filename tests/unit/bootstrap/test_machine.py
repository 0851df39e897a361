"""What the machine lacks is installed where that is allowed, and else told in one line."""

import shutil
from pathlib import Path

import pytest

from bootstrap import machine, microphone
from bootstrap.errors import SetupError
from bootstrap.machine import Need, packages_of, provide
from bootstrap.places import Site

ABSENT = Need("EGL", lambda: False, ("libegl1",))
SITE = Site(Path("/nowhere"), Path("/nowhere"))


def test_packages_are_named_once_and_in_order() -> None:
    needs = [Need("a", lambda: False, ("x", "y")), Need("b", lambda: False, ("y", "z"))]
    assert packages_of(needs) == ["x", "y", "z"]


def test_without_rights_one_line_says_what_to_type(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "rights", lambda: None)
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    with pytest.raises(SetupError) as caught:
        provide([ABSENT], SITE)
    assert str(caught.value) == "Missing: EGL. Type: sudo apt-get update && sudo apt-get install -y libegl1"


def test_a_system_without_apt_is_told_what_to_look_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "rights", lambda: [])
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(SetupError, match="Install what your system calls libegl1"):
        provide([ABSENT], SITE)


def test_what_an_installation_did_not_bring_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "rights", lambda: [])
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(machine, "_install", lambda *arguments: None)
    with pytest.raises(SetupError, match="EGL is still missing after installing libegl1"):
        provide([ABSENT], SITE)


def test_only_what_is_missing_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "needs", lambda: [ABSENT, Need("OpenGL", lambda: True, ("libgl1",))])
    assert machine.missing() == [ABSENT]


def test_a_library_that_is_not_there_is_seen() -> None:
    assert not machine.loads("libno_such_library.so.1")
    assert machine.loads("libc.so.6")


def test_a_wish_that_cannot_be_had_is_told_and_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise SetupError("no network")

    monkeypatch.setattr(machine, "wishes", lambda: [Need("a voice", lambda: False, ("espeak-ng",))])
    monkeypatch.setattr(machine, "rights", lambda: [])
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(machine, "_install", fail)
    assert machine.provide_wishes(SITE) == "Without a voice. For it: sudo apt-get install espeak-ng"


def test_microphones_wait_for_the_header_of_portaudio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "INCLUDES", (str(tmp_path),))
    assert not machine.has_portaudio()
    assert microphone.install(Site(tmp_path, tmp_path)) == ""
    (tmp_path / "portaudio.h").touch()
    assert machine.has_portaudio()


def test_a_microphone_that_cannot_be_built_for_is_told_and_stops_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise SetupError("no network")

    monkeypatch.setattr(microphone, "has_portaudio", lambda: True)
    monkeypatch.setattr(microphone, "fill", fail)
    assert microphone.install(Site(tmp_path, tmp_path)).startswith("Without microphones: PyAudio could not be built.")


def test_a_wish_that_is_met_is_not_mentioned(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "wishes", lambda: [Need("a voice", lambda: True, ("espeak-ng",))])
    assert machine.provide_wishes(SITE) == ""
