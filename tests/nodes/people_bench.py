"""The people node and whoever talks to it, in one process."""

import time

from rclpy.executors import SingleThreadedExecutor
from rclpy.parameter import Parameter
from solamen_msgs import msg, srv

from solamen.nodes.people import PeopleNode
from solamen.nodes.qos import ESTIMATE, RECORD, STATE


class Bench:
    def __init__(self, ros, **options):
        self.executor = SingleThreadedExecutor()
        self.node = self.start(PeopleNode, **options)
        self.probe = ros.create_node("probe")
        self.told = []
        self.probe.create_subscription(msg.PersonInCare, "person", self.told.append, STATE)
        self.markers = self.probe.create_publisher(msg.Marker, "markers", RECORD)
        self.cues = self.probe.create_publisher(msg.PersonCue, "cues", ESTIMATE)
        self.executor.add_node(self.probe)
        assert self.until(lambda: self.told and self.markers.get_subscription_count() > 0)

    def start(self, kind, **options):
        node = kind(parameter_overrides=[Parameter(name, value=value) for name, value in options.items()])
        node.trigger_configure()
        node.trigger_activate()
        self.executor.add_node(node)
        return node

    def end(self, node):
        self.executor.remove_node(node)
        node.close()
        node.destroy_node()

    def until(self, condition, within_s=15.0):
        end_s = time.monotonic() + within_s
        while not condition() and time.monotonic() < end_s:
            self.executor.spin_once(timeout_sec=0.02)
        return bool(condition())

    def say(self, **fields):
        """What was wrong with a statement of consent; empty where it was taken."""
        return self._serve(srv.SetConsent, "set_consent", **fields)

    def confirm(self, person_id):
        return self._serve(srv.ConfirmPerson, "confirm_person", person_id=person_id)

    def forget(self, person_id):
        return self._serve(srv.ForgetPerson, "forget_person", person_id=person_id)

    def _serve(self, kind, name, **fields):
        client = self.probe.create_client(kind, name)
        assert self.until(client.service_is_ready)
        future = client.call_async(kind.Request(**fields))
        assert self.until(future.done)
        self.answered = future.result().message
        return "" if future.result().success else future.result().message

    def answer(self, text):
        self.markers.publish(msg.Marker(name="consent", value=text))

    def holds(self, consent, **fields):
        """Whether it comes to be told so."""
        wanted = {"consent": int(consent), **fields}
        return self.until(lambda: all(getattr(self.told[-1], name) == value for name, value in wanted.items()))
