"""Bodies that take set points: what is sent, and what happens when they go away and come back."""

import itertools
import math
import threading

import pytest

from solamen.core.clock import SteppedClock, SystemClock
from solamen.core.errors import OutsideError
from solamen.core.intents import TrajectoryPoint
from solamen.core.resources import resource
from solamen.core.settings import load
from solamen.robot.adapters.drive import as_filed, drive
from solamen.robot.adapters.driver_settings import DriverSettings
from solamen.robot.adapters.dry import DryBackend
from solamen.robot.adapters.stream import RETRY_S, STALE_S, Stream
from solamen.robot.adapters.streamed import StreamedBackend
from solamen.robot.safety.limits import JointLimit

LIMITS = (JointLimit("a", -1.0, 1.0, 2.0, 10.0), JointLimit("light", 0.0, 1.0, 5.0, 50.0))
NEUTRAL = {"a": 0.0, "light": 0.5}
TURN_S = 0.02


class IdealBody:
    """Goes where it is told at once; can be taken away."""

    def __init__(self):
        self.there, self.silent, self.opened = True, False, 0
        self.place = 0.2
        self.shown = []
        self.moved = threading.Event()

    def open(self):
        if not self.there:
            raise OutsideError("the body is not there", "here", "Switch it on.")
        self.opened += 1

    def read(self):
        if not self.there:
            raise OutsideError("the body went away", "here", "Switch it on.")
        return {} if self.silent else {"a": self.place}

    def show(self, positions):
        self.shown.append(positions)
        self.place = positions["a"]
        self.moved.set()

    def unmeasured(self):
        return frozenset({"light"})

    def close(self):
        pass


@pytest.fixture
def body():
    return IdealBody()


@pytest.fixture
def clock():
    return SteppedClock(100.0)


@pytest.fixture
def stream(body, clock):
    made = Stream(body, LIMITS, NEUTRAL, clock, TURN_S)
    made.open()
    return made


def to(time_s, **place):
    return [TrajectoryPoint(time_s, place, dict.fromkeys(place, 0.0))]


def turns(stream, clock, seconds):
    for _ in range(round(seconds / TURN_S)):
        stream.turn()
        clock.advance(TURN_S)


def test_a_body_that_is_not_there_is_told_in_one_sentence(body, clock):
    body.there = False
    with pytest.raises(OutsideError, match="not there"):
        Stream(body, LIMITS, NEUTRAL, clock, TURN_S).open()


def test_nothing_is_sent_before_the_first_trajectory(stream, body, clock):
    turns(stream, clock, 0.5)
    assert body.shown == []
    assert body.place == 0.2


def test_a_trajectory_is_followed_from_where_the_body_stands(stream, body, clock):
    turns(stream, clock, 0.1)
    stream.send(to(1.0, a=0.8), 0.0)
    turns(stream, clock, 1.2)
    path = [shown["a"] for shown in body.shown]
    assert path[0] == pytest.approx(0.2, abs=0.01)
    assert path[-1] == pytest.approx(0.8)
    assert max(b - a for a, b in itertools.pairwise(path)) < 2.0 * TURN_S


def test_a_set_point_lies_one_turn_ahead(stream, body, clock):
    turns(stream, clock, 0.1)
    stream.send(to(1.0, a=0.8), 0.0)
    clock.advance(0.5 - TURN_S)
    stream.turn()
    assert body.shown[-1]["a"] == pytest.approx(0.5)


def test_no_set_point_leaves_the_limits(stream, body, clock):
    turns(stream, clock, 0.1)
    stream.send(to(0.1, a=7.0, light=-3.0), 0.0)
    turns(stream, clock, 6.0)
    assert max(shown["a"] for shown in body.shown) == 1.0
    assert min(shown["light"] for shown in body.shown) == 0.0


def test_what_is_measured_is_told_and_a_light_is_as_it_was_told(stream, clock):
    turns(stream, clock, 0.1)
    names, positions, velocities = stream.joint_states()
    assert dict(zip(names, positions, strict=True)) == {"a": 0.2, "light": 0.5}
    assert all(math.isnan(velocity) for velocity in velocities)


def test_before_the_first_measurement_nothing_is_known_and_nothing_moves(stream, body, clock):
    body.silent = True
    stream.send(to(0.1, a=0.5), 0.0)
    turns(stream, clock, 0.2)
    assert math.isnan(stream.joint_states()[1][0])
    assert body.shown == []


def test_a_lost_body_is_said_and_its_place_is_not_known(stream, body, clock):
    turns(stream, clock, 0.1)
    body.there = False
    turns(stream, clock, 0.1)
    assert "went away" in stream.problem()
    assert all(math.isnan(position) for position in stream.joint_states()[1])


def test_a_body_that_falls_silent_is_taken_for_lost(stream, body, clock):
    turns(stream, clock, 0.1)
    body.silent = True
    turns(stream, clock, STALE_S + 2 * TURN_S)
    assert "has not said where it is" in stream.problem()


def test_a_lost_body_is_looked_for_until_it_is_there_again(stream, body, clock):
    turns(stream, clock, 0.1)
    body.there = False
    turns(stream, clock, 3.0)
    body.there = True
    turns(stream, clock, RETRY_S + 2 * TURN_S)
    assert stream.problem() == ""
    assert body.opened == 2
    assert stream.joint_states()[1][0] == 0.2


def test_what_was_asked_of_a_lost_body_is_forgotten(stream, body, clock):
    turns(stream, clock, 0.1)
    stream.send(to(1.0, a=0.9), 0.0)
    turns(stream, clock, 0.1)
    body.there = False
    turns(stream, clock, 0.1)
    stream.send(to(0.1, a=-0.9), 0.0)
    body.there, body.place, before = True, 0.4, len(body.shown)
    turns(stream, clock, 2.0)
    assert len(body.shown) == before
    assert body.place == 0.4


def test_an_error_of_a_library_does_not_end_the_stream(stream, body, clock):
    def fail():
        raise RuntimeError("its plug was pulled")

    body.read, read = fail, body.read
    turns(stream, clock, 0.1)
    assert "its plug was pulled" in stream.problem()
    body.read = read
    turns(stream, clock, RETRY_S + 0.1)
    assert stream.problem() == ""


def test_the_thread_moves_the_body_and_ends_with_the_context(body):
    with StreamedBackend(body, LIMITS, NEUTRAL, SystemClock(), 100.0) as backend:
        while not math.isfinite(backend.joint_states()[1][0]):
            pass
        backend.send(to(0.05, a=0.3))
        assert body.moved.wait(5.0)
        backend.advance(1.0)
    assert not any(thread.name == "robot body" for thread in threading.enumerate())
    backend.close()


def test_the_settings_choose_the_body():
    clock = SystemClock()
    assert isinstance(drive(DriverSettings(backend="dry"), LIMITS, NEUTRAL, {}, clock), DryBackend)
    with pytest.raises(OutsideError, match="unknown channel 'a'"):
        drive(DriverSettings(backend="reachy_mini"), LIMITS, NEUTRAL, {}, clock)


def test_a_robots_file_may_name_its_body_and_where_it_is():
    filed = {"host": "10.0.0.7", "port": 8001}
    for settings in (DriverSettings(), DriverSettings(backend="reachy_mini")):
        found = as_filed(settings, "reachy_mini", filed, "the file")
        assert (found.backend, found.host, found.port) == ("reachy_mini", "10.0.0.7", 8001)
    assert as_filed(DriverSettings(backend="dry"), "reachy_mini", filed, "the file").port == 0


def test_the_drivers_own_host_and_port_go_before_those_of_the_robots_file():
    found = as_filed(DriverSettings(port=9000), "reachy_mini", {"host": "10.0.0.7", "port": 8001}, "the file")
    assert (found.host, found.port) == ("10.0.0.7", 9000)


def test_a_body_that_the_driver_does_not_know_is_told():
    with pytest.raises(OutsideError, match="'mujoco'"):
        as_filed(DriverSettings(), "mujoco", {}, "the file of sol")


def test_the_settings_file_is_valid():
    assert load(DriverSettings, resource("config", "driver.yaml")) == DriverSettings()
