"""Nods and shakes of made heads: who moves how is made by hand, and is called synthetic."""

import math

import numpy as np
import pytest

from solamen.core.intents import HeadPose
from solamen.face.nods import NodDetector, face_turn

REST_S = 1.0


class Head:
    """A made head at a rate, with the jitter of a camera's poses (rad)."""

    def __init__(self, rate_hz=25.0, jitter_rad=0.004, seed=0, irregular=0.0):
        self.rate_hz, self.jitter_rad, self.irregular = rate_hz, jitter_rad, irregular
        self.rng = np.random.default_rng(seed)

    def times(self, length_s):
        steps = 1.0 + self.irregular * self.rng.uniform(-1.0, 1.0, int(length_s * self.rate_hz))
        return np.cumsum(steps) / self.rate_hz

    def cues(self, yaw=None, pitch=None, length_s=6.0, spoil=None):
        """What the detector tells of a head whose yaw and pitch are functions of time."""
        detector, found = NodDetector(), []
        for time_s in self.times(length_s):
            values = [way(time_s) if way else 0.0 for way in (yaw, pitch)]
            values = [value + self.jitter_rad * self.rng.normal() for value in values]
            if spoil is not None:
                values = spoil(time_s, values)
            cue = detector.see(100.0 + time_s, *values)
            if cue is not None:
                found.append(cue)
        return found


def swings(count, size_rad, per_s, begin_s=2.0, decay=0.85):
    """To and fro: so many half swings, each smaller than the one before, and then rest."""

    def way(time_s):
        phase = (time_s - begin_s) * per_s
        if not 0.0 <= phase <= count / 2.0:
            return 0.0
        return size_rad * decay ** (2.0 * phase) * 0.5 * (1.0 - math.cos(2.0 * math.pi * phase))

    return way


def shaking(cycles, size_rad, per_s, begin_s=2.0):
    def way(time_s):
        phase = (time_s - begin_s) * per_s
        return size_rad * math.sin(2.0 * math.pi * phase) if 0.0 <= phase <= cycles else 0.0

    return way


PEOPLE = {"brisk": (0.16, 2.6), "calm": (0.2, 1.4), "frail": (0.09, 1.6), "lively": (0.3, 2.0), "small": (0.1, 3.0)}
"""Size of a dip in rad, and dips a second."""


@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize("rate_hz", [12.0, 25.0, 60.0])
def test_a_nod_of_each_person_is_told_once_and_surely(person, rate_hz):
    size_rad, per_s = PEOPLE[person]
    found = Head(rate_hz).cues(pitch=swings(4, size_rad, per_s))
    assert [cue.kind for cue in found] == ["nod"]
    assert found[0].confidence >= 0.5
    assert found[0].source == "face"
    assert found[0].onset_s == pytest.approx(102.0, abs=0.4)
    assert found[0].stamp_s - (found[0].onset_s + found[0].duration_s) < 0.6


@pytest.mark.parametrize(("size_rad", "per_s"), [(0.12, 2.2), (0.2, 1.5), (0.35, 1.2), (0.1, 2.8)])
@pytest.mark.parametrize("rate_hz", [12.0, 25.0, 60.0])
def test_a_shake_is_told_once_and_surely(size_rad, per_s, rate_hz):
    found = Head(rate_hz).cues(yaw=shaking(2, size_rad, per_s))
    assert [cue.kind for cue in found] == ["shake"]
    assert found[0].confidence >= 0.5


def test_one_dip_alone_is_no_sure_nod():
    found = Head().cues(pitch=swings(2, 0.15, 2.0))
    assert [cue.kind for cue in found] == ["nod"]
    assert found[0].confidence < 0.5


def test_a_head_that_rests_or_drifts_says_nothing():
    assert Head(jitter_rad=0.008).cues(length_s=20.0) == []
    slow = lambda time_s: 0.3 * math.sin(0.5 * time_s)  # noqa: E731
    assert Head().cues(yaw=slow, pitch=slow, length_s=20.0) == []


@pytest.mark.parametrize("hold_s", [0.5, 1.0, 2.0])
def test_a_glance_to_the_side_or_down_says_nothing(hold_s):
    def glance(time_s):
        since_s = time_s - 2.0
        up, down = np.clip(since_s / 0.3, 0.0, 1.0), np.clip((since_s - 0.3 - hold_s) / 0.3, 0.0, 1.0)
        return 0.4 * (up - down)

    assert Head().cues(yaw=glance) == []
    assert Head().cues(pitch=glance) == []


@pytest.mark.parametrize("seed", range(8))
def test_a_head_that_bobs_while_its_owner_speaks_says_nothing_sure(seed):
    rng = np.random.default_rng(seed)
    tones = [(rng.uniform(0.005, 0.012), rng.uniform(0.8, 5.0), rng.uniform(0, 6.28)) for _ in range(6)]

    def bob(time_s):
        return sum(size * math.sin(2 * math.pi * hertz * time_s + phase) for size, hertz, phase in tones)

    found = Head(seed=seed).cues(yaw=lambda time_s: 0.7 * bob(time_s + 9.0), pitch=bob, length_s=30.0)
    assert [cue for cue in found if cue.confidence >= 0.5] == []


def test_a_head_that_circles_is_neither_nodding_nor_shaking():
    yaw, pitch = shaking(3, 0.2, 1.5), lambda time_s: shaking(3, 0.2, 1.5)(time_s + 0.16)
    assert Head().cues(yaw=yaw, pitch=pitch) == []


def test_a_nod_over_a_drift_and_beside_a_turned_head_is_still_a_nod():
    found = Head().cues(yaw=lambda time_s: 0.5 + 0.02 * time_s, pitch=lambda t: 0.04 * t + swings(4, 0.18, 2.0)(t))
    assert [cue.kind for cue in found] == ["nod"]


def test_irregular_rates_and_lost_poses_do_no_harm():
    def spoil(time_s, values):
        return [math.nan, math.nan] if int(time_s * 25) % 9 == 0 else values

    found = Head(irregular=0.8).cues(pitch=swings(5, 0.18, 1.8), spoil=spoil)
    assert [cue.kind for cue in found] == ["nod"]


def test_a_face_that_is_lost_in_its_midst_has_not_nodded():
    def spoil(time_s, values):
        return [math.nan, math.nan] if 2.3 < time_s < 2.9 else values

    assert [cue for cue in Head().cues(pitch=swings(3, 0.2, 2.0), spoil=spoil) if cue.confidence >= 0.5] == []


def test_two_nods_are_told_twice():
    first, second = swings(4, 0.18, 2.0, 1.5), swings(4, 0.18, 2.0, 4.5)
    found = Head().cues(pitch=lambda time_s: first(time_s) + second(time_s), length_s=8.0)
    assert [cue.kind for cue in found] == ["nod", "nod"]


def test_what_is_no_number_and_times_that_go_back_are_passed_over():
    detector = NodDetector()
    for stamp_s, yaw, pitch in (
        (math.nan, 0.0, 0.0),
        (5.0, math.inf, 0.0),
        (5.0, 0.0, 0.0),
        (5.0, 0.1, 0.1),
        (4.0, 0.0, 0.0),
    ):
        assert detector.see(stamp_s, yaw, pitch) is None


def test_where_a_face_looks_is_told_in_a_frame_with_z_up():
    axes = np.eye(3)
    down = HeadPose((0.0, 0.0, 0.0), (math.cos(0.1), 0.0, math.sin(0.1), 0.0))  # about y: x goes down
    left = HeadPose((0.0, 0.0, 0.0), (math.cos(0.1), 0.0, 0.0, math.sin(0.1)))
    assert face_turn(down, axes) == pytest.approx((0.0, 0.2))
    assert face_turn(left, axes) == pytest.approx((0.2, 0.0))
    assert all(map(math.isnan, face_turn(HeadPose((0.0, 0.0, 0.0), (0.0, 0.0, 0.0, 0.0)), axes)))
