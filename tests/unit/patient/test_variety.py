"""Varied patients: many persons, honest labels, and no head of the tests in training."""

import numpy as np
import pytest

from solamen.core.action_units import UNITS, pain_index
from solamen.patient.acts import KINDS, Pose, pose_of
from solamen.patient.crowd import HEAD_VERTICES, draw_head
from solamen.patient.muscles import muscle_units
from solamen.patient.photo import Flaws, develop, draw_view
from solamen.patient.rigs import ACTIONS, MOVED, draw_rig, strengths
from solamen.patient.variety import VariedPatient


@pytest.fixture(scope="module")
def patient():
    with VariedPatient(3, "test") as opened:
        yield opened


def test_the_same_seed_draws_the_same_picture_and_truth(patient):
    first = patient.still("pain", 0.7, np.random.default_rng(5))
    again = patient.still("pain", 0.7, np.random.default_rng(5))
    assert np.array_equal(first.image, again.image) and first.intensity == again.intensity


def test_persons_differ(patient):
    heads = [draw_head(np.random.default_rng(seed), "test") for seed in range(6)]
    apart = [np.abs(heads[0].vertex - head.vertex).max() for head in heads[1:]]
    assert min(apart) > 0.003


def test_training_and_test_share_no_head():
    with pytest.raises(ValueError, match="split"):
        draw_head(np.random.default_rng(0), "all")
    train, test = (VariedPatient(3, split) for split in ("train", "test"))
    assert train.attributes != test.attributes


@pytest.mark.parametrize("kind", list(KINDS))
def test_the_truth_of_every_kind_is_within_the_scale(kind):
    for seed in range(20):
        pose = pose_of(kind, seed / 19.0, np.random.default_rng(seed))
        assert all(0.0 <= value <= 5.0 for value in pose.intensity.values())


def test_an_unknown_kind_is_named():
    with pytest.raises(ValueError, match="grimace"):
        pose_of("grimace", 1.0, np.random.default_rng(0))


def test_pspi_of_a_still_is_that_of_its_units(patient):
    still = patient.still("pain", 1.0, np.random.default_rng(1))
    assert set(still.intensity) == set(UNITS)
    assert still.pspi == pain_index(still.intensity).value > 3.0


def test_a_neutral_still_shows_no_pain(patient):
    assert patient.still("neutral", 0.0, np.random.default_rng(1)).pspi == 0.0


def test_a_clip_begins_and_ends_neutral_and_shows_its_kind_between(patient):
    shown = [still.intensity[4] for _, still in patient.clip("pain", 1.0, 3.0, 4.0, np.random.default_rng(2))]
    assert shown[0] == 0.0 and max(shown) > 1.5 and shown[-1] < max(shown)


def test_what_a_hand_hides_is_said(patient):
    rng = np.random.default_rng(0)
    hidden = {still.hidden for still in (patient.still("pain", 1.0, rng, cover=1.0) for _ in range(12))}
    assert any(43 in units for units in hidden) and any(10 in units for units in hidden)


def test_muscles_lift_the_cheek_and_lower_the_brow():
    head = draw_head(np.random.default_rng(4), "train")
    units = muscle_units(head.vertex, head.scale, np.random.default_rng(0))
    assert units[6, 1.0][:, 2].max() > 0.003 * head.scale
    assert units[4, 1.0][:, 2].min() < -0.002 * head.scale
    left = units[12, 1.0][:, 1]
    assert left.max() > 0.003 * head.scale and units[12, -1.0][:, 1].min() < -0.003 * head.scale


def test_a_rig_has_every_action_and_moves_no_eyeball():
    head = draw_head(np.random.default_rng(4), "train")
    shapes, share = draw_rig(head, np.random.default_rng(1))
    assert set(shapes) == set(ACTIONS) and 0.0 <= share <= 1.0
    assert all(shape.shape == (HEAD_VERTICES, 3) and np.isfinite(shape).all() for shape in shapes.values())
    assert np.abs(shapes["AU4Left"][4766:4910]).max() < 1e-6


def test_a_point_amid_the_view_is_amid_the_picture():
    view = draw_view(np.random.default_rng(0), 1.0)
    x, y, per_metre = view.pixel(view.target_m, 320)
    assert (x, y) == pytest.approx((160.0, 160.0), abs=1e-6) and per_metre > 100.0


def test_a_dark_picture_is_darker():
    picture = np.full((64, 64, 3), 120, np.uint8)
    dark = develop(picture, Flaws(exposure=0.4), {}, np.random.default_rng(0))
    assert dark.mean() == pytest.approx(48.0, abs=2.0)


def test_rigs_move_as_far_as_the_mean_one_on_average():
    heads = [draw_head(np.random.default_rng(seed), "train") for seed in range(40)]
    rigs = [draw_rig(head, np.random.default_rng(seed))[0] for seed, head in enumerate(heads)]
    drawn = [strengths(rig, head.scale) for rig, head in zip(rigs, heads, strict=True)]
    for unit in MOVED:
        assert np.mean([rig[unit] for rig in drawn]) == pytest.approx(1.0, abs=0.15)


def test_a_rig_that_moves_half_as_far_has_half_the_strength():
    head = draw_head(np.random.default_rng(4), "train")
    shapes, _ = draw_rig(head, np.random.default_rng(1))
    halved = {name: 0.5 * shape for name, shape in shapes.items()}
    whole, half = strengths(shapes, head.scale), strengths(halved, head.scale)
    assert half == pytest.approx({unit: 0.5 * strength for unit, strength in whole.items()}, rel=1e-5)


def test_a_face_that_moves_far_is_labelled_high(monkeypatch):
    with VariedPatient(3, "test") as timid:
        monkeypatch.setattr(
            "solamen.patient.variety.pose_of", lambda kind, level, rng: Pose(kind, {4: 2.0, 7: 2.0, 43: level})
        )
        timid._strength = dict.fromkeys(MOVED, 0.5)
        half = timid.still("pain", 0.0, np.random.default_rng(1)).intensity
        timid._strength = dict.fromkeys(MOVED, 1.0)
        whole = timid.still("pain", 0.0, np.random.default_rng(1)).intensity
        shut = timid.still("pain", 5.0, np.random.default_rng(1)).intensity
    assert half[4] == pytest.approx(0.5 * whole[4]) and half[7] == pytest.approx(0.5 * whole[7])
    assert shut[7] == pytest.approx(0.4 * whole[7]) and shut[4] == whole[4] and shut[43] == 5.0
