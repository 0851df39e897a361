"""What the 90 % interval leaves out goes by how wide the belief is, and is fitted to where the truth lay."""

import numpy as np
import pytest

from solamen.core.errors import OutsideError
from solamen.fusion.grid import normal, read, share_under
from solamen.fusion.interval import EVEN, Tails, calibrated
from solamen.fusion.train_interval import OUTSIDE, Placed, PlacedTask, tails_of


def test_between_two_spreads_the_shares_change_evenly() -> None:
    tails = Tails((1.0, 2.0), (0.02, 0.06), (0.04, 0.02))

    assert tails.at(1.5) == pytest.approx((0.04, 0.03))
    assert tails.at(0.1) == (0.02, 0.04)
    assert tails.at(9.0) == (0.06, 0.02)


def test_an_interval_that_leaves_out_less_is_wider() -> None:
    belief = normal(5.0, 1.0)
    even, wide = read(belief), read(belief, Tails((1.0,), (0.01,), (0.05,)))

    assert wide.lower < even.lower
    assert wide.upper == even.upper


@pytest.mark.parametrize(
    "columns",
    [
        ((), (), ()),
        ((1.0,), (0.05,), (0.05, 0.05)),
        ((2.0, 1.0), (0.05, 0.05), (0.05, 0.05)),
        ((1.0,), (0.0,), (0.05,)),
    ],
)
def test_what_are_no_shares_is_refused(columns: tuple[tuple[float, ...], ...]) -> None:
    with pytest.raises(ValueError, match=r"must|share"):
        Tails(*columns)


def test_shares_survive_on_disk_and_a_broken_file_is_told(tmp_path) -> None:
    kept, broken = tmp_path / "kept.json", tmp_path / "broken.json"
    EVEN.save(kept)
    broken.write_text('{"stddev": [1.0], "below": [0.7], "above": [0.1]}')

    assert calibrated(kept) == EVEN
    with pytest.raises(OutsideError, match="solamen train fusion"):
        calibrated(broken)


def test_a_belief_that_is_right_leaves_out_what_may_lie_outside() -> None:
    rng = np.random.default_rng(0)
    under = rng.uniform(size=(20, 1000))
    tails = tails_of(Placed(np.full_like(under, 1.45), under, np.zeros_like(under)))

    assert tails.below == pytest.approx((OUTSIDE / 2.0,), abs=0.005)
    assert tails.above == pytest.approx((OUTSIDE / 2.0,), abs=0.005)


def test_where_the_interval_begins_at_no_pain_all_that_is_left_out_lies_above() -> None:
    under = np.random.default_rng(0).uniform(size=(20, 1000))
    tails = tails_of(Placed(np.full_like(under, 0.6), under, np.full_like(under, 0.4)))

    assert tails.above == pytest.approx((OUTSIDE,), abs=0.005)


def test_where_the_truth_lies_is_known_of_each_answered_second() -> None:
    placed = PlacedTask(3, 2, seconds=8.0, modalities=("face",)).run()

    assert placed.under.shape == (2, 7)
    known = np.isfinite(placed.stddev)
    assert known.any()
    assert ((placed.under[known] >= 0.0) & (placed.under[known] <= 1.0)).all()


def test_the_share_under_a_level_is_that_of_the_belief() -> None:
    assert share_under(normal(5.0, 1.0), 5.0) == pytest.approx(0.5, abs=0.01)
    assert share_under(normal(5.0, 1.0), 10.0) == pytest.approx(1.0)
