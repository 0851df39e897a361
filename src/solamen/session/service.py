"""What can be asked of a run that is going on."""

from __future__ import annotations

import os
import subprocess
import sys

from solamen.core.errors import OutsideError
from solamen.session.environment import domain_in_use, run_environment, runtime_folder

TIMEOUT_S = 20.0


def reset_stop() -> str:
    """Lets the stopped robot of the run on this machine move again; returns the safety process's words.

    Raises:
        OutsideError: no run is going on, several are, or its safety process does not answer.
    """
    domain = domain_in_use()
    with runtime_folder() as runtime:
        environment = run_environment(runtime, domain, network=bool(os.environ.get("SOLAMEN_NETWORK")))
        command = [sys.executable, "-m", "solamen.nodes.reset_stop"]
        answer = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=TIMEOUT_S)
    if answer.returncode:
        why = answer.stderr.strip().splitlines()[-1:] or ["no reason given"]
        raise OutsideError(why[0], f"ROS domain {domain}", "See whether the run is still going on.")
    return answer.stdout.strip()
