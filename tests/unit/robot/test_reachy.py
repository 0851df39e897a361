"""Reachy Mini, with a stand-in for its daemon: HTTP on one port; its WebSocket is put in by hand."""

import json
import math
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.exceptions import ConnectionClosedError
from websockets.sync import client

from solamen.core.errors import OutsideError
from solamen.robot.adapters.reachy_mini import CHANNELS, ReachyMiniBody

JOINTS = {name: name for name in CHANNELS}
REST = {
    "head_pose": {"x": 0.0, "y": 0.0, "z": 0.01, "roll": 0.1, "pitch": 0.2, "yaw": 0.5},
    "body_yaw": 0.2,
    "antennas_position": [-0.17, 0.18],
}


class StandInDaemon(ThreadingHTTPServer):
    """Answers as Reachy Mini's daemon 1.12 does."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.targets, self.busy, self.status, self.told = [], False, 200, [json.dumps(REST)]

    def recv(self, timeout):
        if not self.told:
            raise TimeoutError
        told = self.told.pop(0)
        if isinstance(told, Exception):
            raise told
        return told

    def close(self):
        pass


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.reply(REST)

    def do_POST(self):
        target = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.targets.append((self.path, target))
        self.reply({"status": "ignored", "reason": "move_running"} if self.server.busy else {"status": "ok"})

    def reply(self, content):
        text = json.dumps(content).encode()
        self.send_response(self.server.status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *words):
        pass


@pytest.fixture
def daemon(monkeypatch):
    with StandInDaemon() as server:
        monkeypatch.setattr(client, "connect", lambda address, **_: server)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def reachy(daemon):
    body = ReachyMiniBody(JOINTS, port=daemon.server_address[1])
    body.open()
    yield body
    body.close()


def test_a_missing_daemon_is_one_sentence():
    with pytest.raises(OutsideError, match=r"cannot be reached.*127\.0\.0\.1:9.*reachy-mini-daemon"):
        ReachyMiniBody(JOINTS, port=9).open()


def test_an_unknown_channel_is_one_sentence():
    with pytest.raises(OutsideError, match="unknown channel 'tail'"):
        ReachyMiniBody({"wag": "tail"})


def test_where_it_is_is_read_by_our_names(reachy):
    seen = reachy.read()
    assert (seen["antenna_right"], seen["antenna_left"]) == (-0.17, 0.18)
    assert (seen["head_roll"], seen["head_pitch"], seen["body_yaw"]) == (0.1, 0.2, 0.2)


def test_the_heads_yaw_is_counted_from_the_foot_as_the_daemon_has_it(reachy):
    assert reachy.read()["head_yaw"] == 0.5


def test_the_newest_of_several_states_counts(reachy, daemon):
    daemon.told = [json.dumps(REST), json.dumps({**REST, "antennas_position": [0.5, 0.6]})]
    assert reachy.read()["antenna_right"] == 0.5
    assert reachy.read() == {}


def test_a_set_point_is_one_whole_target(reachy, daemon):
    reachy.show({"head_yaw": 0.3, "head_pitch": -0.1, "body_yaw": 0.1, "antenna_right": -1.0, "antenna_left": 1.0})
    path, target = daemon.targets[0]
    assert path == "/api/move/set_target"
    assert target["target_antennas"] == [-1.0, 1.0]
    assert target["target_body_yaw"] == 0.1
    assert target["target_head_pose"]["yaw"] == 0.3
    assert target["target_head_pose"]["pitch"] == -0.1


def test_what_no_joint_stands_for_is_left_to_the_daemon(daemon):
    body = ReachyMiniBody({"left": "antenna_left", "right": "antenna_right"}, port=daemon.server_address[1])
    body.open()
    body.show({"left": 0.2, "right": -0.2})
    body.close()
    assert daemon.targets == [("/api/move/set_target", {"target_antennas": [-0.2, 0.2]})]


def test_what_is_no_number_is_not_known(reachy, daemon):
    daemon.told = [json.dumps({"head_pose": {"yaw": True}, "body_yaw": None, "antennas_position": ["a", 0.3]})]
    seen = reachy.read()
    assert seen == {"antenna_left": 0.3}


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["head_pose", "body_yaw", "antennas_position", "x", "yaw"]), inner)
        ),
        max_leaves=10,
    )
)
def test_no_answer_of_the_daemon_breaks_it(answer):
    body = ReachyMiniBody(JOINTS)
    body._states = StandInAnswer(json.dumps(answer))
    try:
        seen = body.read()
    except OutsideError:
        return
    assert all(math.isfinite(value) for value in seen.values())


class StandInAnswer:
    def __init__(self, text):
        self.texts = [text]

    def recv(self, timeout):
        if not self.texts:
            raise TimeoutError
        return self.texts.pop()


def test_a_robot_that_plays_a_move_of_its_own_does_not_obey_and_that_is_said(reachy, daemon):
    daemon.busy = True
    with pytest.raises(OutsideError, match="does not obey"):
        reachy.show({"head_yaw": 0.1})


def test_an_error_of_the_daemon_is_one_sentence(reachy, daemon):
    daemon.status = 503
    with pytest.raises(OutsideError, match="503"):
        reachy.show({"head_yaw": 0.1})


def test_a_lost_connection_is_one_sentence(reachy, daemon):
    daemon.told = [ConnectionClosedError(None, None)]
    with pytest.raises(OutsideError, match="cannot be reached"):
        reachy.read()
