"""The commands of the fusion room: `solamen evaluate fusion`, `solamen evaluate reports`, `solamen train fusion`."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console

from solamen.core.errors import OutsideError
from solamen.core.person import Moment, PersonTraits, ReportPair

if TYPE_CHECKING:
    from solamen.fusion.settings import FusionSettings


def add_evaluate_fusion(rooms: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds `fusion` to the rooms of `solamen evaluate`."""
    fusion = rooms.add_parser(
        "fusion",
        help="the fused state and its interval, on generated persons",
        description="Judges fusion on generated persons who fitted nothing: coverage of the interval for each set"
        " of modalities, error beside a reference and beside other families, lies,"
        " and hiding. Takes minutes.",
    )
    _add_options(fusion)
    fusion.set_defaults(command=_evaluate)


def add_evaluate_reports(rooms: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds `reports` to the rooms of `solamen evaluate`."""
    reports = rooms.add_parser(
        "reports",
        help="what five self-reports of a person are worth later, on generated persons",
        description="Judges learning on generated persons who fitted nothing: each is watched and asked five times,"
        " and the error in later sessions is compared with that of somebody of whom nothing is known. Takes minutes.",
    )
    _add_options(reports)
    reports.add_argument(
        "--all-estimates",
        action="store_true",
        help="as many of face and body as elsewhere; takes nearly three times as long",
    )
    reports.set_defaults(command=_evaluate_reports)


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="one JSON object, nothing else")
    parser.add_argument(
        "--persons", type=_count, default=300, metavar="N", help="how many generated persons (default: 300)"
    )
    parser.add_argument("--workers", type=int, choices=(1, 2), default=2, help="processes that share it (default: 2)")


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
    from solamen.fusion.evaluate import evaluate
    from solamen.session.fusion_signals import signals_figures, signals_task

    settings = _settings()
    found, beside = evaluate(settings, parsed.persons, parsed.workers, {"signals": signals_task(settings)})
    return _tell(found | {"signals": signals_figures(beside["signals"])}, "fusion", parsed)


def _evaluate_reports(parsed: argparse.Namespace) -> int:
    from solamen.fusion.evaluate_reports import evaluate_reports, sparse
    from solamen.fusion.generator import World

    world = World() if parsed.all_estimates else sparse()
    return _tell(evaluate_reports(_settings(), learned, parsed.persons, parsed.workers, world), "reports", parsed)


def _settings() -> FusionSettings:
    from solamen.core.resources import resource
    from solamen.core.settings import load
    from solamen.fusion.settings import FusionSettings

    return load(FusionSettings, resource("config", "fusion.yaml"))


def _tell(found: dict[str, Any], title: str, parsed: argparse.Namespace) -> int:
    from solamen.fusion.evaluate import print_tables

    if parsed.json:
        print(json.dumps(found, allow_nan=False))
    else:
        print_tables(found, Console(highlight=False), title)
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
