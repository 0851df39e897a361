"""Kills the people process of a whole run in the middle of refusals, and counts those that were lost.

    python tests/durability/refusal_rounds.py 20

In each round the person agrees to be recorded, says "stop watching me" (the cue of it), and the people process is
killed within 30 ms before or after that. Nobody repeats the refusal. It must hold for the process that comes instead.
"""

import os
import random
import signal
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "system"))

import rclpy
from live_run import LiveRun, until
from solamen_msgs import msg, srv

from solamen.nodes.qos import ESTIMATE, STATE
from solamen.session.environment import run_environment

SPREAD_S = 0.03


class Person:
    """Who agrees and refuses, and hears what is told."""

    def __init__(self):
        self.node = rclpy.create_node("refusals")
        self.told, self.states = [], []
        self.node.create_subscription(msg.PersonInCare, "person", self.told.append, STATE)
        self.node.create_subscription(msg.UserState, "user_state", self.states.append, STATE)
        self.cues = self.node.create_publisher(msg.PersonCue, "cues", ESTIMATE)
        self.consent = self.node.create_client(srv.SetConsent, "set_consent")

    def spin(self, seconds):
        end_s = time.monotonic() + seconds
        while time.monotonic() < end_s:
            rclpy.spin_once(self.node, timeout_sec=0.005)

    def agree(self):
        """Until it is told that they may be recorded."""
        while not (self.told and self.told[-1].consent == 2):
            assert self.consent.wait_for_service(timeout_sec=20.0)
            self.consent.call_async(srv.SetConsent.Request(consent=2))
            self.spin(1.0)

    def refuse(self):
        self.cues.publish(msg.PersonCue(kind="withdraw", confidence=1.0))


def size(run):
    return sum(path.stat().st_size for path in (run.out / "parts").glob("*.mcap"))


def a_round(run, person, offset_s):
    """What was lost in it, in words; empty where nothing was."""
    person.agree()
    victim = run.pids()["people"]
    if offset_s < 0.0:
        os.kill(victim, signal.SIGKILL)
        time.sleep(-offset_s)
    person.refuse()
    if offset_s >= 0.0:
        person.spin(offset_s)
        os.kill(victim, signal.SIGKILL)
    before = len(person.told)
    until(lambda: run.ready_pid("people") not in (None, victim), "people did not come back")
    person.spin(1.0)
    grown = size(run)
    person.spin(1.0)
    newest = person.told[-1]
    lost = [] if len(person.told) > before or newest.withdrawn else ["nothing was told since"]
    lost += [] if newest.withdrawn and newest.consent == 0 else [f"the consent is {newest.consent}"]
    lost += [] if person.states[-1].consent == 0 else ["the state still tells of the person"]
    lost += [] if size(run) == grown else ["the recording goes on"]
    return ", ".join(lost)


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    rng, lost = random.Random(5), 0
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"SOLAMEN_PEOPLE": f"{folder}/people", "SOLAMEN_PEOPLE_KEY_FILE": f"{folder}/people.key"}
        with LiveRun(Path(folder) / "run", "--consent", "record") as run:
            run.wait_up()
            os.environ.update(run_environment(Path(run.runtime()), run.domain(), network=False))
            rclpy.init()
            person = Person()
            person.spin(2.0)
            for number in range(rounds):
                offset_s = rng.uniform(-SPREAD_S, SPREAD_S)
                problem = a_round(run, person, offset_s)
                lost += bool(problem)
                print(
                    f"{number + 1}: killed {1e3 * offset_s:+.0f} ms after the refusal: {problem or 'it holds'}",
                    flush=True,
                )
    print(f"{rounds} refusals, {lost} lost")
    sys.exit(1 if lost else 0)


if __name__ == "__main__":
    main()
