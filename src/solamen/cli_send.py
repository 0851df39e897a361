"""The commands `solamen send`, `solamen stop` and `solamen reset-stop`."""

from __future__ import annotations

import argparse


def add_send(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the command to those of `solamen`."""
    from solamen.session.order import USAGE

    send = commands.add_parser(
        "send",
        help="tell a run what the person does or says, where they are, or what the robot shall do",
        description="Tells the run that is going on on this machine one thing.",
        epilog=USAGE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    send.add_argument("words", nargs="+", metavar="WORD", help="see below")
    send.set_defaults(command=_send)


def _send(parsed: argparse.Namespace) -> int:
    from solamen.session.service import send

    print(send(parsed.words))
    return 0


def add_stops(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds what stops the robot, and what lets it move again."""
    stop = commands.add_parser(
        "stop",
        help="stop the robot at once; it stays stopped until `reset-stop`",
        description="Stops the robot in a run on this machine. It is no emergency stop: a robot keeps its own.",
    )
    stop.set_defaults(command=_stop)
    reset = commands.add_parser(
        "reset-stop",
        help="let a stopped robot move again",
        description="Clears a latched stop of the robot in a run on this machine.",
    )
    reset.set_defaults(command=_reset_stop)


def _stop(parsed: argparse.Namespace) -> int:
    from solamen.session.service import stop_robot

    print(stop_robot())
    return 0


def _reset_stop(parsed: argparse.Namespace) -> int:
    from solamen.session.service import reset_stop

    print(reset_stop())
    return 0
