"""The command `solamen people`."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from solamen.core.clock import SystemClock
from solamen.core.errors import OutsideError

SHORTEST_S, LONGEST_S = 5.0, 120.0
"""Of a calibration."""


def add_people_actions(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds `people` to the commands of `solamen`."""
    people = commands.add_parser(
        "people",
        help="what is kept of people: look at it, calibrate, forget, back up",
        description="People are kept under a code, never a name, each sealed with a key of their own.",
    )
    actions = people.add_subparsers(required=True, metavar="ACTION")
    _action(actions, "list", "of whom something is kept", _list)
    show = _action(actions, "show", "all that is kept of a person, with a picture", _show, person=True)
    show.add_argument("--json", action="store_true", help="one JSON object, nothing else")
    show.add_argument("--out", type=Path, metavar="PNG", help="where the picture goes (default: ID.png)")
    calibrate = _action(actions, "calibrate", "learn the neutral of whom is in care", _calibrate, person=True)
    calibrate.add_argument("--seconds", type=float, default=10.0, metavar="S", help="of calm, 5 to 120 (default: 10)")
    calibrate.add_argument("--only", choices=["face", "voice", "body", "biosignals"], help="one modality alone")
    back = _action(actions, "roll-back", "use an earlier neutral again", _roll_back, person=True)
    back.add_argument("modality", choices=["face", "voice", "body", "biosignals"])
    back.add_argument("version", type=int, help="see `show`")
    confirm = _action(actions, "confirm", "tell the run who is in front of the robot", _confirm)
    confirm.add_argument("person", nargs="?", default="", metavar="ID", help="absent: nobody who is known")
    _action(actions, "forget", "destroy all that is kept of a person, runs and backups too", _forget, person=True)
    _action(actions, "log", "who consented to what, and who looked", _log, person=True)
    _action(actions, "backup", "copy the store into a file", _backup).add_argument("file", type=Path, metavar="FILE")
    _action(actions, "restore", "go back to a copy", _restore).add_argument("file", type=Path, metavar="FILE")
    _action(actions, "verify", "whether the store is whole and the log was not tampered with", _verify)


def _action(actions: Any, name: str, about: str, work: Any, *, person: bool = False) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = actions.add_parser(name, help=about, description=about.capitalize() + ".")
    if person:
        parser.add_argument("person", metavar="ID", help="of the person")
    parser.set_defaults(command=work)
    return parser


def people_memory() -> Any:
    """The store as config/people.yaml and the environment name it."""
    from solamen.session.people_store import open_people, people_settings

    return open_people(people_settings())


def known(memory: Any, person_id: str) -> None:
    """Refuses where nothing is kept of a person."""
    if not memory.knows(person_id):
        raise OutsideError(f"nothing is kept of {person_id[:40]!r}", "the store of people", "See: solamen people list.")


def _list(_: argparse.Namespace) -> int:
    with people_memory() as memory:
        table = Table("person", "kept")
        for person_id in memory.people():
            table.add_row(person_id, ", ".join(f"{count} {kind}" for kind, count in memory.kinds(person_id).items()))
    Console(highlight=False).print(table)
    return 0


def _show(parsed: argparse.Namespace) -> int:
    from solamen.people.picture import Known, keep_picture

    out, now_s = parsed.out or Path(f"{parsed.person}.png"), SystemClock().now_s()
    with people_memory() as memory:
        known(memory, parsed.person)
        memory.note(parsed.person, "looked at", now_s)
        picture = Known.of(memory, parsed.person)
        if not parsed.json:
            keep_picture(memory, parsed.person, out, now_s)
    if parsed.json:
        print(json.dumps(picture.figures(), allow_nan=False))
        return 0
    for name, value in picture.figures().items():
        if value not in (None, {}):
            print(f"{name.replace('_', ' ')}: {_in_words(value)}")
    print(out)
    return 0


def _in_words(value: Any) -> str:
    """A figure, or several by name, rounded for reading."""
    if isinstance(value, dict):
        several = (
            (name, ", ".join(f"{what} {_in_words(n)}" for what, n in each.items())) for name, each in value.items()
        )
        return "; ".join(f"{name} ({words})" for name, words in several)
    return f"{value:.2f}" if isinstance(value, float) else str(value)


def _calibrate(parsed: argparse.Namespace) -> int:
    from solamen.session.service import TIMEOUT_S, ask_people

    if not SHORTEST_S <= parsed.seconds <= LONGEST_S:
        what = f"{parsed.seconds:g} s of calm are asked for, but it must be {SHORTEST_S:g} to {LONGEST_S:g}"
        raise OutsideError(what, "--seconds", "Give how long the person sits still, such as --seconds 10.")
    modality = [parsed.only] if parsed.only else []
    wanted = {"person_id": parsed.person, "modality": modality, "duration_s": parsed.seconds}
    print(ask_people("calibrate", timeout_s=TIMEOUT_S + 6.0 * parsed.seconds, **wanted))
    return 0


def _roll_back(parsed: argparse.Namespace) -> int:
    from solamen.people.profile import Profile
    from solamen.session.service import run_is_going_on

    with people_memory() as memory:
        known(memory, parsed.person)
        kept = Profile(memory, parsed.person).roll_back(parsed.modality, parsed.version, SystemClock().now_s())
    when = ", from when the person is confirmed in the run again" if run_is_going_on() else ""
    print(f"version {parsed.version} of the {parsed.modality} is in use again{when}, as version {kept.version}")
    return 0


def _confirm(parsed: argparse.Namespace) -> int:
    from solamen.session.service import ask_people

    print(ask_people("confirm", person_id=parsed.person))
    return 0


def _forget(parsed: argparse.Namespace) -> int:
    """Through the run that is going on, if there is one, as it may be writing of that person."""
    from solamen.people.forget import forget
    from solamen.session.parting import part_run
    from solamen.session.service import FORGOTTEN_WITHIN_S, TIMEOUT_S, ask_people, run_is_going_on

    if run_is_going_on():
        print(ask_people("forget", timeout_s=TIMEOUT_S + FORGOTTEN_WITHIN_S, person_id=parsed.person))
        return 0
    with people_memory() as memory:
        done = forget(memory, parsed.person, SystemClock().now_s(), part=part_run)
    print(f"forgotten: {done.records} records, {len(done.runs)} runs; {len(done.backups)} backups were cleaned")
    for words in done.of_others():
        print(words)
    for path in done.missed:
        print(f"could not be reached: {path}")
    return 1 if done.missed else 0


def _log(parsed: argparse.Namespace) -> int:
    from solamen.people.times import day

    with people_memory() as memory:
        known(memory, parsed.person)
        for entry in memory.history(parsed.person):
            print(f"{entry.number:5d}  {day(entry.stamp_s)}  {entry.event} {entry.detail}".rstrip())
    return 0


def _backup(parsed: argparse.Namespace) -> int:
    from solamen.people.backup import back_up

    with people_memory() as memory:
        back_up(memory, parsed.file, SystemClock().now_s())
    print(parsed.file)
    return 0


def _restore(parsed: argparse.Namespace) -> int:
    from solamen.people.backup import restore
    from solamen.people.memory import Memory
    from solamen.session.people_store import people_settings
    from solamen.session.service import run_is_going_on

    if run_is_going_on():
        what = "a run is going on, and what it keeps from now on would be lost"
        raise OutsideError(what, "solamen people restore", "End the run first.")
    folder, master = Memory.place(people_settings())
    done = restore(folder, master, parsed.file, SystemClock().now_s())
    print(f"restored; {done.dropped} records of people who were forgotten since were left out")
    if done.asked_anew:
        print("the store before it could not be read: whoever had agreed to anything must be asked anew")
    if done.keyless:
        print(done.told_of_keys(folder))
    return 1 if done.keyless else 0


def _verify(_: argparse.Namespace) -> int:
    with people_memory() as memory:
        problem = memory.problem()
        entries = len(memory.log.entries())
    print(problem or f"the store is whole, and so is its log of {entries} entries")
    return 1 if problem else 0
