import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from solamen.core.action_units import UNITS
from solamen.face.pain_window import CHANNELS, RECENT, STEPS, completed, windows

FOUR = UNITS.index(4)


def constant(value, frames=40, rate_hz=20.0):
    return np.arange(frames) / rate_hz, np.full((frames, len(UNITS)), value)


def test_a_still_face_fills_the_window_with_its_units():
    times, units = constant(2.5, frames=80)
    features, recent = windows(times, units, [times[-1]])
    assert features.shape == (1, STEPS, CHANNELS)
    assert np.allclose(features[0, :, : len(UNITS)], 0.5)
    assert np.allclose(recent[0, :, :3], 2.5)
    assert np.allclose(recent[0, :, 3], 1.0)


def test_before_the_first_frame_nothing_is_known():
    times, units = constant(5.0, frames=11)
    features, recent = windows(times, units, [times[-1]])
    assert features[0, -6:, FOUR].tolist() == [1.0] * 6
    assert not features[0, :-6].any()
    assert np.isnan(recent[0, :2]).all()


@given(st.floats(8.0, 30.0), st.integers(0, 1000))
def test_the_frame_rate_hardly_matters(rate_hz, seed):
    rng = np.random.default_rng(seed)
    times = np.cumsum(rng.uniform(0.7, 1.3, 120) / rate_hz)
    slope = np.repeat((times - times[0])[:, None], len(UNITS), axis=1) * 0.2
    features, _ = windows(times, slope, [times[-1]])
    wanted = (times[-1] - times[0] - 0.1 * np.arange(STEPS - 1, -1, -1)) * 0.2 / 5.0
    inside = wanted >= 0.0
    assert np.allclose(features[0, inside, FOUR], wanted[inside], atol=1e-9)


def test_a_unit_that_is_not_seen_is_told_apart_from_one_that_is_at_rest():
    times, units = constant(0.0)
    units[20:, FOUR] = np.nan
    features, recent = windows(times, units, [times[-1]])
    brow_seen = features[0, :, len(UNITS)]
    assert brow_seen[-1] == 0.0
    assert np.isnan(recent[0, -1, 0])
    assert np.isfinite(recent[0, -1, 1:]).all()


def test_a_gap_between_frames_is_not_filled():
    times = np.array([0.0, 0.1, 0.2, 1.2, 1.3])
    features, _ = windows(times, np.full((5, len(UNITS)), 5.0), [1.3])
    assert features[0, -2:, FOUR].tolist() == [1.0, 1.0]
    assert not features[0, -10:-3, FOUR].any()


def test_the_future_does_not_matter():
    times, units = constant(1.0)
    later = units.copy()
    later[30:] = 5.0
    assert np.array_equal(windows(times, units, [times[29]])[0], windows(times, later, [times[29]])[0])


def test_an_unseen_term_stands_at_what_the_seen_ones_let_expect():
    recent = np.full((1, RECENT, 4), 2.0)
    recent[..., 2] = np.nan
    filled, missing = completed(recent)
    assert missing.tolist() == [[False, False, True, False]]
    assert filled[0, -1, 2] == pytest.approx(2.0)
    assert np.isfinite(filled).all()


@given(st.integers(0, 2**32 - 1))
def test_any_frames_give_windows_in_range(seed):
    rng = np.random.default_rng(seed)
    frames = rng.integers(1, 60)
    times = np.cumsum(rng.exponential(0.1, frames) + 1e-6)
    units = np.where(
        rng.random((frames, len(UNITS))) < rng.random(), np.nan, rng.uniform(0.0, 5.0, (frames, len(UNITS)))
    )
    features, recent = windows(times, units, times)
    assert np.isfinite(features).all()
    assert features.min() >= 0.0
    assert features.max() <= 1.0 + 1e-9
    filled, _ = completed(recent)
    assert np.isfinite(filled).all()
