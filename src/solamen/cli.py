"""The command `solamen`: parses and calls."""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from rich.console import Console

from solamen import __version__
from solamen.cli_empathy import add_simulate, add_tree
from solamen.cli_fusion import add_evaluate_fusion, add_evaluate_reports, add_train_fusion
from solamen.cli_people import add_people
from solamen.cli_replay import add_replay
from solamen.cli_send import add_send, add_stops
from solamen.cli_voice import (
    add_evaluate_voice,
    add_evaluate_words,
    add_explain_voice,
    add_train_voice,
    add_train_words,
)
from solamen.core.clock import SystemClock
from solamen.core.errors import OutsideError, of_file
from solamen.core.states import Consent

BAD_INPUT = 2
"""Exit status where something from outside is not as it must be."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs the command and leaves with its status: 0 well, 1 failed, 2 bad input."""
    parsed = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], int] = parsed.command
    try:
        sys.exit(command(parsed))
    except OutsideError as error:
        print(f"solamen: {error}", file=sys.stderr)
        sys.exit(BAD_INPUT)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    except OSError as error:
        if not error.filename:
            raise
        print(f"solamen: {of_file(error)}", file=sys.stderr)
        sys.exit(BAD_INPUT)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="solamen",
        description="A companion robot that sees how a person is and answers with care. Not a medical device.",
    )
    parser.add_argument("--version", action="version", version=f"solamen {__version__}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    _add_run(commands)
    _add_inspect(commands)
    _add_doctor(commands)
    add_stops(commands)
    add_send(commands)
    add_people(commands)
    add_replay(commands)
    _add_patient(commands)
    _add_robot(commands)
    _add_view(commands)
    _add_evaluate(commands)
    _add_train(commands)
    _add_explain(commands)
    add_simulate(commands)
    add_tree(commands)
    return parser


def _add_run(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    run = commands.add_parser(
        "run",
        help="run the companion on a virtual patient, a camera or a video",
        description="Runs camera, face, fusion, behaviour, robot, safety and simulator until --duration, the end of the"
        " video, or Ctrl-C. What is recorded, and a summary, stand in the output folder afterwards.",
    )
    add = run.add_argument
    add("--input", default="patient", metavar="patient|camera[:N]|FILE", help="whom to look at (default: patient)")
    add(
        "--consent",
        choices=["none", "observe", "record", "learn"],
        help="what the person agreed to: none (presence only), observe (estimate, store nothing), record (also write),"
        " learn (also learn about this person)."
        " Default: none for a camera; a virtual patient and a file count as record",
    )
    add(
        "--person", default="", metavar="ID", help="id of the person in care, a code, never a name (default: anonymous)"
    )
    add(
        "--microphone",
        nargs="?",
        const="default",
        metavar="N",
        help="listen by a microphone of this machine (the default one, or number N), or to nothing: none. Without it"
        " the sound of the patient or of the video is heard, and with a camera none",
    )
    add(
        "--robot",
        default="mujoco",
        metavar="mujoco|dry|NAME|FILE",
        help="what moves: our robot simulated in MuJoCo (default), our robot as a body that does at once what it is"
        " told (dry), a robot of config/robots (reachy_mini, nao, tiago_pro), or your own robot's file",
    )
    add("--scenario", type=Path, metavar="FILE", help="what the virtual patient goes through (see sim/scenarios)")
    add("--duration", type=_seconds, default=math.inf, metavar="S", help="seconds to run (default: until Ctrl-C)")
    add("--headless", action="store_true", help="open no window")
    add("--out", type=Path, metavar="DIR", help="folder for the record (default: runs/<stamp>)")
    add("--seed", type=int, default=0, metavar="N", help="seed of the virtual patient (default: 0)")
    add("--record-video", action="store_true", help="store pictures of a real person, not only landmarks on grey")
    add("--hear-stop", action="store_true", help='the virtual patient tells "stop" by its sound alone (docs/voice.md)')
    add("--network", action="store_true", help="let other machines take part (closed by default)")
    run.set_defaults(command=_run)


def _add_explain(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    explain = commands.add_parser("explain", help="a labelled picture", description="Says why, on the picture itself.")
    rooms = explain.add_subparsers(required=True, metavar="ROOM")
    face = rooms.add_parser(
        "face",
        help="units, pain index and estimate of the nearest face in a picture",
        description="Draws what was seen, what that adds and what was not seen; other faces are painted over.",
    )
    face.add_argument("image", type=Path, metavar="IMAGE", help="a PNG or JPEG file")
    face.add_argument("-o", "--out", type=Path, required=True, metavar="FILE", help="where the labelled picture goes")
    face.set_defaults(command=_explain_face)
    add_explain_voice(rooms)


def _explain_face(parsed: argparse.Namespace) -> int:
    from solamen.core.resources import resource
    from solamen.core.settings import load
    from solamen.face.explain import explain
    from solamen.face.settings import FaceSettings

    explain(parsed.image, parsed.out, load(FaceSettings, resource("config", "face.yaml")))
    print(parsed.out)
    return 0


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0.0 < seconds < math.inf:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds above 0")
    return seconds


def _run(parsed: argparse.Namespace) -> int:
    from solamen.session.inspect import print_table
    from solamen.session.options import (
        RunOptions,
        default_consent,
        parse_input,
        parse_microphone,
        parse_person,
        parse_robot,
    )
    from solamen.session.run import run

    source = parse_input(parsed.input)
    consent = Consent[parsed.consent.upper()] if parsed.consent else default_consent(source["source"])
    options = RunOptions(
        **source,
        consent=consent,
        person=parse_person(parsed.person),
        **parse_robot(parsed.robot),
        **parse_microphone(parsed.microphone),
        scenario=parsed.scenario,
        duration_s=parsed.duration,
        headless=parsed.headless,
        out=parsed.out,
        seed=parsed.seed,
        record_video=parsed.record_video,
        network=parsed.network,
        hear_stop=parsed.hear_stop,
    )
    console = Console(stderr=True, highlight=False)
    folder = run(options, SystemClock(), console)
    if folder is not None:
        print_table(folder, console)
        print(folder)
    return 0


def _add_inspect(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    inspect = commands.add_parser("inspect", help="figures of a recorded run", description="Figures of a recorded run.")
    inspect.add_argument("run", type=Path, metavar="RUN", help="the folder of the run")
    inspect.add_argument("--json", action="store_true", help="one JSON object, nothing else")
    inspect.add_argument("--finish", action="store_true", help="first join the parts of a run that was cut off")
    inspect.set_defaults(command=_inspect)


def _inspect(parsed: argparse.Namespace) -> int:
    from solamen.session.inspect import finish, inspect, print_table

    if parsed.finish:
        finish(parsed.run)
    if parsed.json:
        print(json.dumps(inspect(parsed.run), allow_nan=False))
    else:
        print_table(parsed.run, Console(highlight=False))
    return 0


def _add_doctor(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    doctor = commands.add_parser(
        "doctor", help="what is installed, what is missing, which devices answer", description="Looks at this machine."
    )
    doctor.add_argument("--json", action="store_true", help="one JSON object, nothing else")
    doctor.set_defaults(command=_doctor)


def _doctor(parsed: argparse.Namespace) -> int:
    from solamen.session.doctor import print_report, report

    checks = report(SystemClock())
    print_report(checks, as_json=parsed.json)
    return 0 if all(check.ok for check in checks) else 1


def _add_patient(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    patient = commands.add_parser("patient", help="make virtual patients", description="Makes virtual patients.")
    actions = patient.add_subparsers(required=True, metavar="ACTION")
    bake = actions.add_parser("bake", help="bake a person (needs the extra `patient`)")
    bake.add_argument("name", help="name of the file")
    bake.add_argument("--age", type=float, default=40.0, help="years, 0 to 90 (default: 40)")
    bake.add_argument("--gender", type=float, default=0.5, help="0 male to 1 female (default: 0.5)")
    bake.add_argument("--skin", default="tan", choices=["pale", "light", "tan", "brown", "dark"], help="(default: tan)")
    bake.add_argument(
        "--hair", default="", choices=["", "short", "tied", "receding"], help="(default: by age and gender)"
    )
    bake.add_argument("--out", type=Path, default=Path(), help="folder (default: here)")
    bake.set_defaults(command=_bake)
    heads = actions.add_parser("heads", help="draw labelled pictures of heads of another model, to judge the face room")
    heads.add_argument("kit", type=Path, help="a clone of the public repository ICT-VGL/ICT-FaceKit")
    heads.add_argument("--out", type=Path, default=Path("heads"), help="folder of the pictures (default: heads)")
    heads.add_argument("--persons", type=int, default=12, help="(default: 12)")
    heads.add_argument("--seed", type=int, default=0, help="(default: 0)")
    heads.set_defaults(command=_heads)


def _bake(parsed: argparse.Namespace) -> int:
    from solamen.patient.bake import bake

    print(bake(parsed.name, age=parsed.age, gender=parsed.gender, skin=parsed.skin, out=parsed.out, hair=parsed.hair))
    return 0


def _heads(parsed: argparse.Namespace) -> int:
    from solamen.patient.facekit_pictures import write_pictures

    print(write_pictures(parsed.kit, parsed.out, persons=max(parsed.persons, 1), seed=parsed.seed))
    return 0


def _add_robot(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    robot = commands.add_parser("robot", help="look at a robot's file", description="Looks at a robot's file.")
    actions = robot.add_subparsers(required=True, metavar="ACTION")
    check = actions.add_parser("check", help="explain every mistake in a robot's file")
    check.add_argument("file", metavar="FILE", help="the file, or the name of a robot in config/robots")
    check.set_defaults(command=_check_robot)


def _check_robot(parsed: argparse.Namespace) -> int:
    from solamen.robot.check import check_file, unguarded

    mistakes = check_file(parsed.file)
    notes = [] if mistakes else [f"{parsed.file}: no mistakes found", *filter(None, [unguarded(parsed.file)])]
    print("\n".join(mistakes or notes))
    return BAD_INPUT if mistakes else 0


def _add_view(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    view = commands.add_parser(
        "view",
        help="the moving robot in the browser",
        description="Shows the simulated robot in the browser, with sliders for units and buttons for gestures.",
    )
    view.add_argument("--robot", default="sol", help="name of a robot in config/robots (default: sol)")
    view.add_argument("--port", type=int, default=8600, help="on this machine alone (default: 8600)")
    view.set_defaults(command=_view)


def _view(parsed: argparse.Namespace) -> int:
    from solamen.robot.view.page import view

    view(parsed.robot, parsed.port, SystemClock())
    return 0


def _add_evaluate(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    evaluate = commands.add_parser("evaluate", help="how good a room is", description="How good a room is.")
    rooms = evaluate.add_subparsers(required=True, metavar="ROOM")
    face = rooms.add_parser(
        "face",
        help="action units, pain index and pain from faces",
        description="Judges the face room: on rendered (synthetic) persons that training never saw, or on your own"
        " labelled pictures (--images) or film (--video).",
    )
    add = face.add_argument
    add("--json", action="store_true", help="one JSON object, nothing else")
    add("--images", type=Path, metavar="DIR", help="folder of pictures, or a data set in UNBC-McMaster's layout")
    add(
        "--labels",
        type=Path,
        metavar="CSV",
        help="with --images: file, optional identity and kind (`neutral` gives that identity's neutral), any of"
        " AU4 … AU45 (0-5), pspi (0-16); with --video: start_s, end_s, kind (`pain` or anything else)",
    )
    add("--video", type=Path, metavar="FILE", help="a film of one face")
    add("--out", type=Path, metavar="PNG", help="with --video: where the picture goes (default: beside you)")
    add("--persons", type=_count, default=0, metavar="N", help="judge fewer rendered persons (default: 40)")
    add("--workers", type=int, choices=(1, 2), default=2, help="processes that share rendered persons (default: 2)")
    face.set_defaults(command=_evaluate_face)
    add_evaluate_voice(rooms)
    add_evaluate_words(rooms)
    add_evaluate_fusion(rooms)
    add_evaluate_reports(rooms)


def _count(text: str) -> int:
    count = int(text)
    if not 2 <= count <= 1000:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of persons from 2 to 1000")
    return count


def _evaluate_face(parsed: argparse.Namespace) -> int:
    from solamen.face.evaluate_command import FaceEvaluation, evaluate_face

    asked = FaceEvaluation(parsed.images, parsed.labels, parsed.video, parsed.out, parsed.persons, parsed.workers)
    found = evaluate_face(asked)
    if parsed.json:
        print(json.dumps(found, allow_nan=False))
    else:
        from solamen.face.evaluate_tables import print_tables

        print_tables(found, Console(highlight=False))
    return 0


def _add_train(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    train = commands.add_parser("train", help="train a model (needs the extra `train`)", description="Trains a model.")
    models = train.add_subparsers(required=True, metavar="MODEL")
    about = {
        "face": "action units from landmarks, on rendered persons",
        "pain": "pain over time from action units, on generated and on rendered sequences",
    }
    for name, text in about.items():
        model = models.add_parser(name, help=text, description=f"Trains: {text}. Goes on where it was interrupted.")
        model.add_argument("--seed", type=int, default=0, metavar="N", help="of all that is random (default: 0)")
        model.add_argument("--out", type=Path, metavar="DIR", help="folder of weights and card (default: the shipped)")
        model.set_defaults(command=_train, model=name)
    add_train_voice(models)
    add_train_words(models)
    add_train_fusion(models)


_TRAINED_BY = {"face": "solamen.face.train", "pain": "solamen.face.train_pain"}
"""Model to the module whose `train(seed, folder)` trains it and gives the path of its weights."""


def _train(parsed: argparse.Namespace) -> int:
    import importlib

    try:
        train = importlib.import_module(_TRAINED_BY[parsed.model]).train
    except ModuleNotFoundError as error:
        remedy = "Install the extra: pip install -e '.[train]'."
        raise OutsideError(f"training needs the package {error.name}", "this environment", remedy) from error
    folder = {"folder": parsed.out} if parsed.out else {}
    if parsed.out:
        parsed.out.mkdir(parents=True, exist_ok=True)
    print(train(seed=parsed.seed, **folder))
    return 0


if __name__ == "__main__":
    main()
