"""What can be asked of a run that is going on."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

from solamen.core.errors import OutsideError, of_words
from solamen.session.environment import any_domain_in_use, domain_in_use, run_environment, run_note, runtime_folder
from solamen.session.order import read_order

TIMEOUT_S = 20.0
NAMESPACE = "SOLAMEN_NAMESPACE"
"""The variable that tells a node that asks which namespace the run has."""
REFUSED = 3
"""Status of a node that was answered, but not with yes."""
FORGOTTEN_WITHIN_S = 60.0
"""Many hours of recordings may have to be deleted."""
WORDS_S = 60.0
"""For what the robot says before and after what it was asked to do."""


def reset_stop() -> str:
    """Lets the stopped robot of the run on this machine move again; returns the safety process's words.

    Raises:
        OutsideError: no run is going on, several are, or its safety process does not answer.
    """
    return _ask("solamen.nodes.reset_stop")


def stop_robot() -> str:
    """Stops the robot of the run on this machine; returns what came of it.

    Raises:
        OutsideError: no run is going on, several are, or its safety process does not say that it is stopped.
    """
    return _ask("solamen.nodes.send", json.dumps({"do": "halt"}))


def send(words: Sequence[str]) -> str:
    """Tells the run on this machine something (see `order.USAGE`); returns what came of it, in words.

    Raises:
        OutsideError: it is no order, no run is going on, several are, or the run refused it.
    """
    order = read_order(words)
    return _ask("solamen.nodes.send", json.dumps(order), timeout_s=TIMEOUT_S + WORDS_S + order.get("length_s", 0.0))


def run_is_going_on() -> bool:
    """Whether a run is going on that a command would reach."""
    return any_domain_in_use()


def ask_people(do: str, *, timeout_s: float = TIMEOUT_S, **fields: Any) -> str:
    """Asks the people process of the run on this machine for something; returns what came of it.

    Raises:
        OutsideError: no run is going on, several are, or the run refused it.
    """
    return _ask("solamen.nodes.send_people", json.dumps({"do": do, **fields}), timeout_s=timeout_s)


def _ask(module: str, *arguments: str, timeout_s: float = TIMEOUT_S) -> str:
    """Runs a node that asks, in the environment of the run."""
    domain = domain_in_use()
    note = run_note(domain)
    with runtime_folder() as runtime:
        environment = run_environment(runtime, domain, network=note.network)
        environment[NAMESPACE] = note.namespace
        command = [sys.executable, "-m", module, *arguments]
        try:
            answer = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=timeout_s)
        except subprocess.TimeoutExpired as error:
            raise OutsideError("the run did not answer in time", f"ROS domain {domain}", "Try again.") from error
    if answer.returncode:
        why = answer.stderr.strip().splitlines()[-1:] or ["no reason given"]
        refused = answer.returncode == REFUSED
        goes_on = refused and run_is_going_on()
        remedy = "The run goes on." if goes_on else "See whether the run is still going on."
        raise of_words(why[0], f"the run on ROS domain {domain}", remedy)
    return answer.stdout.strip()
