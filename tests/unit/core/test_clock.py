import pytest

from solamen.core.clock import SteppedClock


def test_a_stepped_clock_moves_only_when_told():
    clock = SteppedClock(10.0)
    assert (clock.now_s(), clock.monotonic_ns()) == (10.0, 10_000_000_000)
    clock.advance(0.5)
    assert (clock.now_s(), clock.monotonic_ns()) == (10.5, 10_500_000_000)


def test_a_step_of_the_wall_clock_leaves_durations_alone():
    clock = SteppedClock(10.0)
    clock.step_wall(-3600.0)
    assert (clock.now_s(), clock.monotonic_ns()) == (-3590.0, 10_000_000_000)


@pytest.mark.parametrize("seconds", [-0.1, float("nan")])
def test_a_clock_does_not_run_backwards(seconds):
    with pytest.raises(ValueError, match="0 s or more"):
        SteppedClock().advance(seconds)
