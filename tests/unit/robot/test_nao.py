"""NAO, with a stand-in for NAOqi's services."""

import pytest

from solamen.core.errors import OutsideError
from solamen.robot.adapters.nao import SMALLEST_SHARE, NaoBody, connect_qi

CHANNELS = {
    "HeadYaw": "HeadYaw",
    "neck": "HeadPitch",
    "red": "leds:FaceLeds:red",
    "blue": "leds:FaceLeds:blue",
    "chest": "leds:ChestLeds",
}
PERIOD_S = 0.02


class StandInNaoqi:
    """ALMotion and ALLeds as NAOqi's documentation describes them."""

    def __init__(self, awake=True):
        self.awake, self.broken = awake, False
        self.angles = {"HeadYaw": 0.1, "HeadPitch": -0.2}
        self.asked, self.faded = [], []

    def service(self, name):
        assert name in ("ALMotion", "ALLeds")
        return self

    def robotIsWakeUp(self):  # noqa: N802
        return self.awake

    def getLimits(self, name):  # noqa: N802
        return [[-2.0, 2.0, {"HeadYaw": 8.0, "HeadPitch": 7.0}[name], 1.5]]

    def getAngles(self, names, use_sensors):  # noqa: N802
        if self.broken:
            raise RuntimeError("Socket is not connected")
        assert use_sensors
        return [self.angles[name] for name in names]

    def setAngles(self, names, angles, fraction):  # noqa: N802
        self.asked.append((names, angles, fraction))

    def fade(self, group, level, duration, _async):
        self.faded.append((group, level))

    def fadeRGB(self, group, colour, duration, _async):  # noqa: N802
        self.faded.append((group, colour))


@pytest.fixture
def naoqi():
    return StandInNaoqi()


@pytest.fixture
def nao(naoqi):
    made = NaoBody(CHANNELS, "tcp://nao:9559", PERIOD_S, lambda address: naoqi)
    made.open()
    return made


def test_angles_are_read_by_our_names(nao):
    assert nao.read() == {"HeadYaw": 0.1, "neck": -0.2}


def test_joints_are_sent_by_naos_names(nao, naoqi):
    nao.show({"HeadYaw": 0.3, "neck": -0.1})
    assert naoqi.asked[0][:2] == (["HeadYaw", "HeadPitch"], [0.3, -0.1])


def test_the_speed_is_what_the_furthest_joint_needs_and_a_little_more(nao, naoqi):
    nao.show({"HeadYaw": 0.0, "neck": 0.0})
    nao.show({"HeadYaw": 0.04, "neck": 0.0})
    assert naoqi.asked[1][2] == pytest.approx(1.2 * 0.04 / (PERIOD_S * 8.0))


def test_a_joint_at_rest_may_still_move_a_little(nao, naoqi):
    nao.show({"HeadYaw": 0.0})
    assert naoqi.asked[0][2] == SMALLEST_SHARE


def test_no_leap_asks_for_more_than_full_speed(nao, naoqi):
    nao.show({"HeadYaw": 0.0})
    nao.show({"HeadYaw": 2.0})
    assert naoqi.asked[1][2] == 1.0


def test_colours_of_one_light_are_sent_together(nao, naoqi):
    nao.show({"red": 1.0, "blue": 0.5, "chest": 0.25})
    assert sorted(naoqi.faded) == [("ChestLeds", 0.25), ("FaceLeds", 0xFF0080)]


def test_a_light_that_does_not_change_is_not_sent_again(nao, naoqi):
    nao.show({"red": 1.0, "blue": 0.5})
    nao.show({"red": 1.0, "blue": 0.501})
    nao.show({"red": 1.0, "blue": 0.6})
    assert [colour for _, colour in naoqi.faded] == [0xFF0080, 0xFF0099]


def test_lights_cannot_be_measured(nao):
    assert nao.unmeasured() == {"red", "blue", "chest"}


def test_a_sleeping_nao_is_not_woken():
    body = NaoBody(CHANNELS, "tcp://nao:9559", PERIOD_S, lambda address: StandInNaoqi(awake=False))
    with pytest.raises(OutsideError, match="sleeps"):
        body.open()


def test_a_lost_connection_is_one_sentence(nao, naoqi):
    naoqi.broken = True
    with pytest.raises(OutsideError, match="does not answer"):
        nao.read()


def test_a_missing_package_is_one_sentence(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "qi", None)
    with pytest.raises(OutsideError, match=r"qi.*not installed"):
        connect_qi("tcp://nao:9559")
