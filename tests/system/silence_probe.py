"""Listens to every topic of a run, takes the consent back, and prints what was heard after that, as JSON."""

import importlib
import json
import os
import sys
import time

import rclpy
from rclpy.serialization import deserialize_message
from solamen_msgs import msg, srv

from solamen.nodes.qos import RECORD, STATE

NOT_HEARD = ("/parameter_events", "/rosout", "/camera/image")
"""The last is the virtual patient's own picture: the world, not what is told of it."""


class Probe:
    def __init__(self):
        self.node = rclpy.create_node("probe")
        self.heard, self.known = [], set()

    def listen(self):
        for topic, (kind, *_) in self.node.get_topic_names_and_types():
            if topic in self.known or topic in NOT_HEARD or "/_action/" in topic:
                continue
            self.known.add(topic)
            package, _, name = kind.split("/")
            qos = STATE if topic in ("/user_state", "/person") else RECORD
            message = getattr(importlib.import_module(f"{package}.msg"), name)
            self.node.create_subscription(
                message, topic, lambda raw, topic=topic: self.heard.append((time.time(), topic, raw)), qos, raw=True
            )

    def spin(self, seconds):
        end_s = time.monotonic() + seconds
        while time.monotonic() < end_s:
            rclpy.spin_once(self.node, timeout_sec=0.02)

    def withdraw(self):
        client = self.node.create_client(srv.SetConsent, "set_consent")
        assert client.wait_for_service(timeout_sec=10.0)
        asked_s = time.time()
        future = client.call_async(srv.SetConsent.Request(consent=0))
        while not future.done():
            rclpy.spin_once(self.node, timeout_sec=0.02)
        assert future.result().success, future.result().message
        return asked_s

    def late_state(self):
        late, states = rclpy.create_node("late"), []
        late.create_subscription(msg.UserState, "user_state", states.append, STATE)
        end_s = time.monotonic() + 3.0
        while time.monotonic() < end_s and not states:
            rclpy.spin_once(late, timeout_sec=0.05)
        return states[0]


def main():
    rclpy.init()
    probe = Probe()
    for _ in range(2):
        probe.listen()
        probe.spin(1.5)
    asked_s = probe.withdraw()
    probe.spin(3.0)
    state = probe.late_state()
    late = [raw for at, topic, raw in probe.heard if topic == "/user_state" and at > asked_s + 0.2]
    told = [deserialize_message(raw, msg.UserState) for raw in late]
    found = {
        "asked": asked_s,
        "before": sorted({topic for at, topic, _ in probe.heard if at < asked_s}),
        "last": {topic: at - asked_s for at, topic, _ in probe.heard},
        "emptied": all(each.consent == 0 and each.abstained and not each.present and not each.weights for each in told),
        "state": [state.consent, state.present, state.abstained, str(state.pain_mean), state.has_self_report],
    }
    print(json.dumps(found), flush=True)
    os._exit(0)


if __name__ == "__main__":
    sys.exit(main())
