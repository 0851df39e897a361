"""The command `solamen replay`."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from solamen.core.clock import SystemClock
from solamen.core.errors import OutsideError


def add_replay(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds `replay` to the commands of `solamen`."""
    replay = commands.add_parser(
        "replay",
        help="live through recorded sessions again, faster than real time, and learn from a person's episodes",
        description="Feeds what was recorded to fusion and companion; the same recording gives the same bytes. With"
        " --person the profile is fitted anew from what they agreed to have learned, and adopted only if it foretells"
        " held-out reports better.",
    )
    replay.add_argument("--run", type=Path, metavar="RUN", help="folder of a recorded run")
    replay.add_argument("--person", default="", metavar="ID", help="whose runs and episodes")
    replay.add_argument("--json", action="store_true", help="one JSON object, nothing else")
    replay.set_defaults(command=_replay)


def _replay(parsed: argparse.Namespace) -> int:
    if parsed.run is None and not parsed.person:
        raise OutsideError("there is nothing to replay", "solamen replay", "Give --run RUN, --person ID, or both.")
    found = _of_person(parsed.person, parsed.run) if parsed.person else _of_run(parsed.run)
    if parsed.json:
        print(json.dumps(found, allow_nan=False))
        return 0
    for run in found["runs"]:
        speed = run["times_real_time"] or 0.0
        print(f"{run['file']}: {run['lasted_s']:.0f} s in {run['took_s']:.1f} s, {speed:.0f} times real time")
        print(f"  {run['lines']} lines, SHA-256 {run['sha256']}")
        for file in run["damaged"]:
            print(f"  {file} is damaged or cut off: only what stands before that was replayed")
    if "refit" in found:
        print(found["refit"]["reason"])
    return 0


def _of_run(run: Path) -> dict[str, Any]:
    from solamen.session.replay import replay

    return {"runs": [replay(run, SystemClock()).as_dict()]}


def _of_person(person_id: str, run: Path | None) -> dict[str, Any]:
    from solamen.cli_people_actions import known, people_memory
    from solamen.people.relearn import relearn
    from solamen.people.runs import runs_of
    from solamen.session.replay import replay

    with people_memory() as memory:
        known(memory, person_id)
        refitted, traits = relearn(memory, person_id, SystemClock().now_s())
        runs = [run] if run is not None else runs_of(memory, person_id)[0]
        recorded = [each for each in runs if run is not None or (each / "session.mcap").is_file()]
        replayed = [replay(each, SystemClock(), traits=traits).as_dict() for each in recorded]
    return {"person": person_id, "refit": refitted, "runs": replayed}
