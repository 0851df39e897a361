"""A run on a film of a real (acting) person: he cries, then smiles. The film is fetched for tests alone."""

import os
from pathlib import Path

import pytest
from live_run import LiveRun

pytestmark = pytest.mark.system

CLIPS = Path(os.environ.get("SOLAMEN_CLIPS", Path.home() / ".cache" / "solamen" / "clips"))
CLIP = CLIPS / "WolfgangLanger_Pexels.mp4"


@pytest.fixture(scope="module")
def clip_run(tmp_path_factory):
    if not CLIP.is_file():
        pytest.skip(f"the film could not be fetched: {CLIP}")
    with LiveRun(tmp_path_factory.mktemp("runs") / "clip", "--input", str(CLIP)) as run:
        run.status, run.printed, run.told = run.end()
        yield run


def test_it_ends_by_itself_at_the_end_of_the_film(clip_run):
    assert clip_run.status == 0, clip_run.told
    assert clip_run.file("summary.json")["restarts"] == 0
    assert 15.0 <= clip_run.file("summary.json")["duration_s"] <= 25.0


def test_crying_is_estimated_higher_than_smiling(clip_run):
    figures = clip_run.file("summary.json")
    first, _, last = figures["pain_mean_by_third"]
    assert first is not None and last is not None, figures["abstained_why"]
    assert first > last + 1.0


def test_the_record_names_no_file(clip_run):
    assert "Wolfgang" not in (clip_run.out / "run.json").read_text()
