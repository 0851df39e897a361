"""What is stored of a person who did not consent to be recorded: nothing."""

import os
from pathlib import Path

import pytest
from live_run import LiveRun

pytestmark = pytest.mark.system

CLIPS = Path(os.environ.get("SOLAMEN_CLIPS", Path.home() / ".cache" / "solamen" / "clips"))


@pytest.mark.parametrize("consent", ["none", "observe"])
def test_without_consent_to_record_nothing_is_stored(tmp_path, consent, monkeypatch):
    film = CLIPS / "single_face.mp4"
    if not film.is_file():
        pytest.skip(f"the film could not be fetched: {film}")
    monkeypatch.chdir(tmp_path)
    with LiveRun(tmp_path / "run", "--input", str(film), "--consent", consent) as run:
        status, printed, told = run.end()
    assert status == 0, told
    assert f"Consent is {consent}: nothing will be stored." in told
    assert printed == ""
    assert list(tmp_path.iterdir()) == []
