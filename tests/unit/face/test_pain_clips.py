"""Clips of rendered persons as the pain model learns from them: what is true in them, and what is kept."""

import numpy as np
import pytest

from solamen.core.action_units import UNITS
from solamen.face import train_clips
from solamen.face.pain_window import CHANNELS, RECENT, STEPS
from solamen.face.train_acts import ROW
from solamen.face.train_clips import RATE_HZ, PersonClips, clip_windows, clips_file, generate_clips
from solamen.face.train_sequences import true_terms

KINDS = ("", "pain", "sneeze", "mixture")
FRAMES = 30


@pytest.fixture
def clips():
    """One clip of each kind; what is read is a bit more than what is shown."""
    rng = np.random.default_rng(1)
    hill = np.sin(np.linspace(0.0, np.pi, FRAMES))[:, None]
    shown = np.concatenate([hill * rng.uniform(1.0, 4.0, len(UNITS)) * (kind != "") for kind in KINDS])
    return PersonClips(
        clip=np.repeat(np.arange(len(KINDS)), FRAMES),
        time_s=np.tile(np.arange(FRAMES) / RATE_HZ, len(KINDS)),
        kind=np.repeat(KINDS, FRAMES),
        shown=shown.astype(np.float32),
        read=(shown + 0.2).astype(np.float32),
    )


@pytest.mark.parametrize("altered", [True, False])
def test_only_pain_makes_terms_of_pain_and_mixtures_are_not_learned_from(clips, altered):
    drawn = clip_windows("a", clips, 0, altered=altered)
    assert drawn.features.shape[1:] == (STEPS, CHANNELS) and drawn.recent.shape[1:] == (RECENT, 4)
    assert set(drawn.kind.tolist()) == {"", "pain", "sneeze"}
    assert not drawn.terms[drawn.kind != "pain"].any()
    assert drawn.terms[drawn.kind == "pain"].sum(axis=1).max() > 3.0
    assert set(drawn.person.tolist()) == {"a"}


def test_unaltered_windows_end_with_what_was_read_and_know_no_other_clip(clips):
    drawn = clip_windows("a", clips, 0, altered=False)
    at = clips.kind == "pain"
    read, shown = clips.read[at][3:], clips.shown[at][3:].astype(np.float64)
    pain = drawn.kind == "pain"
    assert drawn.features[pain, -1, : len(UNITS)] == pytest.approx(read / 5.0, abs=1e-6)
    assert drawn.terms[pain] == pytest.approx(true_terms(shown))
    assert drawn.features[pain][0, : STEPS - 4].max() == 0.0


def test_altered_windows_come_more_often_and_some_look_back_on_another_clip(clips):
    plain, altered = (clip_windows("a", clips, 0, altered=each) for each in (False, True))
    assert len(altered.kind) > 2 * len(plain.kind)
    whole = altered.features[:, 0, -1] > 0.0
    early = whole & (altered.features[:, -1, ROW[4]] < 0.1)
    assert early.any()


def test_the_same_seed_gives_the_same_windows(clips):
    one, same, other = (clip_windows("a", clips, seed) for seed in (5, 5, 6))
    assert np.array_equal(one.features, same.features)
    assert one.features.shape != other.features.shape or not np.array_equal(one.features, other.features)


def test_what_was_rendered_once_is_kept(clips, tmp_path, monkeypatch):
    rendered = []
    monkeypatch.setattr(train_clips, "make_clips", lambda seed: rendered.append(seed) or clips)
    generate_clips(range(1000, 1002), tmp_path)
    found = generate_clips(range(1000, 1003), tmp_path)
    assert rendered == [1000, 1001, 1002]
    assert np.array_equal(found[0].read, clips.read) and found[0].kind.tolist() == clips.kind.tolist()


def test_clips_of_another_reader_are_others(tmp_path, monkeypatch):
    before = clips_file(tmp_path, 1000)
    other = tmp_path / "other.onnx"
    other.write_bytes(b"another net")
    monkeypatch.setattr(train_clips, "UNIT_WEIGHTS", other)
    assert clips_file(tmp_path, 1000) != before
