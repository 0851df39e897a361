"""The commands of the fusion room: `solamen evaluate fusion`, `solamen train fusion`."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from solamen.core.errors import OutsideError
from solamen.core.person import Moment, PersonTraits, ReportPair


def add_evaluate_fusion(rooms: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds `fusion` to the rooms of `solamen evaluate`."""
    fusion = rooms.add_parser(
        "fusion",
        help="the fused state and its interval, on generated persons",
        description="Judges fusion on generated persons who fitted nothing: coverage of the interval for each set"
        " of modalities, error beside a reference and beside other families, lies,"
        " hiding, and five self-reports. Takes minutes.",
    )
    fusion.add_argument("--json", action="store_true", help="one JSON object, nothing else")
    fusion.add_argument(
        "--persons", type=_count, default=300, metavar="N", help="how many generated persons (default: 300)"
    )
    fusion.add_argument("--workers", type=int, choices=(1, 2), default=2, help="processes that share it (default: 2)")
    fusion.set_defaults(command=_evaluate)


def _count(text: str) -> int:
    count = int(text)
    if not 6 <= count <= 100_000:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of persons from 6 up")
    return count


def learned(moments: Sequence[Moment], pairs: Sequence[ReportPair]) -> PersonTraits:
    """What the people room would learn from what was shown and said in a session, starting from anybody."""
    from solamen.people.moments import in_sessions
    from solamen.people.refit_shown import refit_shown

    return refit_shown(in_sessions(moments, pairs), PersonTraits()).traits


def _evaluate(parsed: argparse.Namespace) -> int:
    from solamen.core.resources import resource
    from solamen.core.settings import load
    from solamen.fusion.evaluate import evaluate, print_tables
    from solamen.fusion.settings import FusionSettings
    from solamen.session.fusion_signals import on_signals

    settings = load(FusionSettings, resource("config", "fusion.yaml"))
    found = evaluate(settings, learned, parsed.persons, parsed.workers) | {"signals": on_signals(settings)}
    if parsed.json:
        print(json.dumps(found, allow_nan=False))
    else:
        print_tables(found, Console(highlight=False))
    return 0


def add_train_fusion(models: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds `fusion` to the models of `solamen train`."""
    fusion = models.add_parser(
        "fusion",
        help="the families that fusion is compared with, on generated persons",
        description="Trains early, late, hierarchical and stacked fusion on generated persons. A minute or two.",
    )
    fusion.add_argument("--seed", type=int, default=0, metavar="N", help="of all that is random (default: 0)")
    fusion.add_argument("--out", type=Path, metavar="DIR", help="folder of weights and card (default: the shipped)")
    fusion.set_defaults(command=_train)


def _train(parsed: argparse.Namespace) -> int:
    try:
        from solamen.fusion.train import train
    except ModuleNotFoundError as error:
        remedy = "Install the extra: pip install -e '.[train]'."
        raise OutsideError(f"training needs the package {error.name}", "this environment", remedy) from error
    print(train(parsed.seed, parsed.out) if parsed.out else train(parsed.seed))
    return 0
