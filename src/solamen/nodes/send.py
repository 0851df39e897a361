"""Carries out one order of `solamen send` in the run on this ROS domain."""

from __future__ import annotations

import json
import math
import os
import sys
from collections.abc import Callable, Sequence
from typing import Any

import rclpy
from rclpy.action import ActionClient
from rclpy.duration import Duration
from solamen_msgs import action, msg, srv
from std_msgs.msg import Bool

from solamen.core.cues import Cue
from solamen.core.states import Company, Consent, SelfReport
from solamen.nodes.clock import NodeClock, to_seconds, to_stamp
from solamen.nodes.convert import report_message
from solamen.nodes.convert_person import context_message, cue_message
from solamen.nodes.qos import ESTIMATE, STATE
from solamen.nodes.shell import end_process
from solamen.robot.gestures import known_gestures
from solamen.session.service import NAMESPACE, REFUSED

FOUND_WITHIN_S, ANSWER_WITHIN_S, DONE_WITHIN_S = 5.0, 3.0, 60.0
SETTLED_S = 0.2
"""Listeners are found one after the other; where no new one was for so long, they are all."""
SAME = 1e-3
"""Of seconds and points: what is lost on the way."""
HEARS_REPORTS = ("behavior", "fusion")
RESPIRATION_HZ, CHUNK_S = 25.0, 0.2


class NotDone(Exception):  # noqa: N818 (an answer, not an error of this program)
    """The order was not carried out; the text says why."""


class Sender:
    """A node that tells one thing and goes."""

    def __init__(self) -> None:
        self.node = rclpy.create_node("send")
        self._clock = NodeClock(self.node.get_clock())

    def carry_out(self, order: dict[str, Any]) -> str:
        """Does what an order says; gives what came of it, in words.

        Raises:
            NotDone: nobody listens, or the answer was no.
        """
        work: Callable[..., str] = getattr(self, f"_{order.pop('do')}")
        return work(**order)

    def _cue(self, kind: str, value: float | None) -> str:
        now_s = self._clock.now_s()
        cue = Cue(now_s, kind, math.nan if value is None else value, onset_s=now_s)

        def stamped() -> msg.PersonCue:
            message = cue_message(cue)
            message.header.stamp = message.onset = to_stamp(self._clock.now_s())
            return message

        return self._tell(msg.PersonCue, "cues", stamped, ESTIMATE, f"sent {kind}")

    def _report(self, value: float, by_proxy: bool) -> str:
        sent: list[msg.SelfReport] = []

        def stamped() -> msg.SelfReport:
            sent.append(report_message(SelfReport(self._clock.now_s(), "NRS", value, value, by_proxy)))
            return sent[-1]

        states: list[msg.UserState] = []
        self.node.create_subscription(msg.UserState, "user_state", states.append, STATE)
        self._tell(msg.SelfReport, "self_report", stamped, ESTIMATE, "", *HEARS_REPORTS)

        def taken() -> bool:
            return any(_rests_on(state, sent[-1]) for state in states)

        if not self._until(taken, ANSWER_WITHIN_S):
            raise NotDone(_not_taken(states[-1] if states else None, by_proxy))
        return f"the report of {value:g} of 10 is taken up"

    def _context(self, company: int, place: str, procedure: str) -> str:
        def stamped() -> msg.Context:
            return context_message(Company(company), place, procedure, self._clock.now_s())

        done = "sent where and with whom the person is"
        return self._tell(msg.Context, "context", stamped, STATE, done, *HEARS_REPORTS)

    def _respiration(self, breaths_per_min: float, length_s: float) -> str:
        publisher = self._heard(msg.BiosignalChunk, "biosignals/raw", ESTIMATE)
        count, sent = round(CHUNK_S * RESPIRATION_HZ), 0
        begin_s = self._clock.now_s()
        timer = self.node.create_timer(CHUNK_S, lambda: None)
        while sent < length_s * RESPIRATION_HZ:
            rclpy.spin_once(self.node, timeout_sec=2 * CHUNK_S)
            while begin_s + (sent + count) / RESPIRATION_HZ <= self._clock.now_s():
                publisher.publish(_breathing(begin_s, sent, count, breaths_per_min))
                sent += count
        timer.cancel()
        return f"sent {length_s:g} s of synthetic breathing"

    def _acknowledge(self, call_id: str, by: str) -> str:
        call_id = call_id or self._open_call()
        answer = self._serve(srv.AcknowledgeCall, "acknowledge_call", call_id=call_id, by=by)
        return _accepted(answer, f"the call {call_id} is acknowledged")

    def _mode(self, **fields: Any) -> str:
        return _accepted(self._serve(srv.SetMode, "set_mode", **fields), f"the mode is {fields['mode']}")

    def _locks(self, forbidden: list[str], locked: str) -> str:
        answer = self._serve(srv.SetBehaviorLocks, "set_behavior_locks", forbidden=forbidden, locked=locked)
        return _accepted(answer, f"forbidden: {', '.join(forbidden) or 'none'}; locked: {locked or 'none'}")

    def _say(self, text: str, language: str) -> str:
        return self._act(action.Say, "say", text=text, language=language, rate=1.0, interruptible=True)

    def _gesture(self, name: str) -> str:
        try:
            return self._act(action.PlayGesture, "play_gesture", name=name, amplitude=1.0, speed=1.0)
        except NotDone as error:
            names = known_gestures()
            if name in names or "rejected" not in str(error):
                raise
            raise NotDone(f"there is no gesture {name[:40]!r}; use one of: {', '.join(names)}") from error

    def _halt(self) -> str:
        """Stops the robot, whatever is missing of the run but the safety process."""
        statuses: list[msg.SafetyStatus] = []
        self.node.create_subscription(msg.SafetyStatus, "safety/status", statuses.append, ESTIMATE)
        # Kept for whoever listens: nothing is waited for.
        self.node.create_publisher(Bool, "robot/stop", STATE).publish(Bool(data=True))
        if not self._until(lambda: any(status.stopped for status in statuses), FOUND_WITHIN_S):
            raise NotDone(
                "the safety process does not say that the robot is stopped; use the emergency stop of the robot itself"
            )
        return "the robot is stopped; only `solamen reset-stop` lets it move again"

    def _breathe(self, breaths_per_min: float, length_s: float) -> str:
        goal = {"breaths_per_min": breaths_per_min, "duration_s": length_s}
        return self._act(action.GuideBreathing, "guide_breathing", within_s=length_s + DONE_WITHIN_S, **goal)

    def _open_call(self) -> str:
        """The call that nobody has acknowledged, from the last word on the topic."""
        calls: list[msg.HumanCall] = []
        self.node.create_subscription(msg.HumanCall, "human_call", calls.append, STATE)
        self._until(lambda: bool(calls), FOUND_WITHIN_S)
        if not calls or calls[-1].acknowledged:
            raise NotDone("no call is open")
        return str(calls[-1].call_id)

    def _tell(self, kind: Any, topic: str, make: Callable[[], Any], qos: Any, done: str, *whose: str) -> str:
        publisher = self._heard(kind, topic, qos, *whose)
        publisher.publish(make())
        publisher.wait_for_all_acked(Duration(seconds=ANSWER_WITHIN_S))
        return done

    def _heard(self, kind: Any, topic: str, qos: Any, *whose: str) -> Any:
        """A publisher that all who hear the topic know, certain nodes (else the behavior node) among them."""
        needed = set(whose or ("behavior",))
        missing = needed
        publisher = self.node.create_publisher(kind, topic, qos)
        full = self.node.resolve_topic_name(topic)
        count, since_s = 0, self._clock.now_s()

        def known() -> bool:
            nonlocal count, since_s, missing
            listeners = self.node.get_subscriptions_info_by_topic(full)
            if len(listeners) != count:
                count, since_s = len(listeners), self._clock.now_s()
            missing = needed - {info.node_name for info in listeners}
            settled = self._clock.now_s() - since_s >= SETTLED_S
            return not missing and settled and publisher.get_subscription_count() >= count

        if not self._until(known, FOUND_WITHIN_S):
            silent = sorted(missing or needed)
            raise NotDone(f"the process {' and the process '.join(silent)} {'do' if silent[1:] else 'does'} not listen")
        return publisher

    def _serve(
        self, kind: Any, name: str, whose: str = "behavior", /, within_s: float = ANSWER_WITHIN_S, **fields: Any
    ) -> Any:
        client = self.node.create_client(kind, name)
        if not client.wait_for_service(timeout_sec=FOUND_WITHIN_S):
            raise NotDone(f"the {whose} process does not answer")
        return self._result(client.call_async(kind.Request(**fields)), within_s)

    def _act(self, kind: Any, name: str, /, within_s: float = DONE_WITHIN_S, **fields: Any) -> str:
        client = ActionClient(self.node, kind, name)
        if not client.wait_for_server(timeout_sec=FOUND_WITHIN_S):
            raise NotDone(f"nobody serves {name}")
        handle = self._result(client.send_goal_async(kind.Goal(**fields)), ANSWER_WITHIN_S)
        if not handle.accepted:
            raise NotDone(f"{name} was rejected; the log of the run says why")
        result = self._result(handle.get_result_async(), within_s).result
        return _accepted(result, result.message or "done")

    def _result(self, future: Any, within_s: float) -> Any:
        rclpy.spin_until_future_complete(self.node, future, timeout_sec=within_s)
        if not future.done():
            raise NotDone(f"there was no answer within {within_s:g} s")
        return future.result()

    def _until(self, condition: Callable[[], bool], within_s: float) -> bool:
        end_ns = self._clock.monotonic_ns() + round(within_s * 1e9)
        while not condition() and self._clock.monotonic_ns() < end_ns:
            rclpy.spin_once(self.node, timeout_sec=0.05)
        return condition()


def _breathing(begin_s: float, first: int, count: int, breaths_per_min: float) -> msg.BiosignalChunk:
    """A piece of a breathing that is drawn, not measured."""
    turns = [breaths_per_min / 60.0 * (first + index) / RESPIRATION_HZ for index in range(count)]
    chunk = msg.BiosignalChunk(channel=["respiration"], unit=["1"], source="synthetic")
    chunk.sampling_rate_hz = RESPIRATION_HZ
    chunk.header.stamp = to_stamp(begin_s + first / RESPIRATION_HZ)
    chunk.samples = [0.5 - 0.5 * math.cos(2.0 * math.pi * turn) for turn in turns]
    return chunk


def _rests_on(state: msg.UserState, report: msg.SelfReport) -> bool:
    """Whether a state has taken up a report."""
    last = state.last_self_report
    same = abs(last.value - report.value) < SAME and last.by_proxy == report.by_proxy
    late_s = to_seconds(last.header.stamp) - to_seconds(report.header.stamp)
    return bool(state.has_self_report and same and abs(late_s) < SAME)


def _not_taken(state: msg.UserState | None, by_proxy: bool) -> str:
    """Why a report is in no state."""
    if state is None:
        return "the fusion process does not tell whether the report was taken up; see whether it runs"
    if state.consent == int(Consent.NONE):
        return (
            "the report was not taken up, as there is no consent to observe the person, and is kept nowhere"
            " (severe pain calls a human all the same)."
            " Have the person asked: solamen consent ask observe; then report again"
        )
    if by_proxy and state.has_self_report and not state.last_self_report.by_proxy:
        own = state.last_self_report.normalised
        return (
            f"the report was not taken up: the person's own word, {own:g} of 10, still counts"
            " and outranks a caregiver's. Ask the person, and report what they say without --caregiver"
        )
    return "the report was not taken up; the diagnostics of fusion count it as rejected. Compare the machines' clocks"


def _accepted(answer: Any, done: str) -> str:
    if not answer.success:
        raise NotDone(answer.message or "it was refused without a reason")
    return done


def in_namespace() -> list[str]:
    """Arguments that put the nodes of this process into the namespace of the run."""
    namespace = os.environ.get(NAMESPACE, "").strip("/")
    return ["--ros-args", "-r", f"__ns:=/{namespace}"] if namespace else []


def carry_out(sender: Callable[[], Sender], arguments: Sequence[str] | None = None) -> None:
    """Carries out the order in the first argument (JSON); prints what came of it, or why not, and leaves so."""
    order = json.loads((arguments or sys.argv[1:])[0])
    rclpy.init(args=in_namespace())
    try:
        print(sender().carry_out(order))
    except NotDone as error:
        print(error, file=sys.stderr)
        end_process(REFUSED)
    end_process(0)


def main(arguments: Sequence[str] | None = None) -> None:
    """Carries out an order of `solamen send`."""
    carry_out(Sender, arguments)


if __name__ == "__main__":
    main()
