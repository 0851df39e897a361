"""Breathing from any unit to 0–1."""

import math

import pytest

from solamen.nodes.respiration import RespirationScale, respiration_of


def breath(time_s):
    return 500.0 + 40.0 * math.sin(2.0 * math.pi * 0.2 * time_s)


@pytest.mark.parametrize("rate_hz", [10.0, 25.0, 250.0])
def test_a_breath_of_any_unit_goes_from_nothing_to_one_ten_times_a_second(rate_hz):
    scale, found = RespirationScale(), []
    for second in range(20):
        values = [breath(second + index / rate_hz) for index in range(int(rate_hz))]
        found += scale.samples(100.0 + second, rate_hz, values)
    late = [(time_s, level) for time_s, level in found if time_s > 110.0]
    assert 80 <= len(late) <= 110  # whole samples: at 25 a second, every third
    assert min(level for _, level in late) < 0.03 and max(level for _, level in late) > 0.97
    assert all(abs(level - 0.5 - 0.5 * math.sin(2 * math.pi * 0.2 * (t - 100.0))) < 0.12 for t, level in late)


def test_a_flat_line_and_missing_samples_tell_nothing():
    scale = RespirationScale()
    assert scale.samples(0.0, 10.0, [1.0] * 100) == []
    assert RespirationScale().samples(0.0, 10.0, [math.nan] * 100) == []


def test_a_rate_that_is_none_is_refused():
    with pytest.raises(ValueError, match="rate"):
        RespirationScale().samples(0.0, math.nan, [1.0])


def test_the_channel_is_taken_from_among_others():
    assert respiration_of(["ecg", "respiration"], [1.0, 2.0, 3.0, 4.0]) == [2.0, 4.0]
    assert respiration_of(["ecg"], [1.0, 2.0]) == []
