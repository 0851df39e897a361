"""The command `solamen send`."""

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
