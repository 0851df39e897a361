import hashlib

import pytest

from solamen.core.errors import OutsideError
from solamen.face import models


@pytest.fixture
def small_model(monkeypatch, tmp_path):
    path = tmp_path / models.FILE_NAME
    path.write_bytes(b"a model")
    monkeypatch.setattr(models, "SHA256", hashlib.sha256(b"a model").hexdigest())
    return path


def test_the_named_file_comes_first(monkeypatch, small_model):
    monkeypatch.setenv(models.VARIABLE, str(small_model))
    assert models.face_landmarker_path() == small_model


def test_the_virtual_environment_comes_before_the_cache(monkeypatch, tmp_path, small_model):
    monkeypatch.delenv(models.VARIABLE, raising=False)
    inside = tmp_path / "venv" / "share" / "solamen" / "models" / models.FILE_NAME
    cached = tmp_path / "home" / ".cache" / "solamen" / "models" / models.FILE_NAME
    monkeypatch.setattr(models.sys, "prefix", str(tmp_path / "venv"))
    monkeypatch.setattr(models.Path, "home", lambda: tmp_path / "home")
    cached.parent.mkdir(parents=True)
    cached.write_bytes(b"a model")
    assert models.face_landmarker_path() == cached
    inside.parent.mkdir(parents=True)
    inside.write_bytes(b"a model")
    assert models.face_landmarker_path() == inside


def test_a_missing_model_says_where_it_was_looked_for(monkeypatch, tmp_path):
    monkeypatch.setenv(models.VARIABLE, str(tmp_path / "nowhere.task"))
    with pytest.raises(OutsideError, match=r"missing: .*nowhere\.task\. Run `make setup`"):
        models.face_landmarker_path()


def test_another_file_is_refused(monkeypatch, tmp_path):
    wrong = tmp_path / "wrong.task"
    wrong.write_bytes(b"something else")
    monkeypatch.setenv(models.VARIABLE, str(wrong))
    with pytest.raises(OutsideError, match="not the expected file"):
        models.face_landmarker_path()


def test_a_file_that_changes_after_it_was_verified_is_refused(monkeypatch, small_model):
    monkeypatch.setenv(models.VARIABLE, str(small_model))
    models.face_landmarker_path()
    small_model.write_bytes(b"another, longer model")
    with pytest.raises(OutsideError, match="not the expected file"):
        models.face_landmarker_path()
