"""The commands of the voice room: `solamen explain voice`, `solamen evaluate voice`, `solamen train voice`."""

from __future__ import annotations

import argparse
import importlib
import json
from pathlib import Path

from rich.console import Console

from solamen.core.errors import OutsideError


def add_explain_voice(rooms: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds `voice` to the rooms of `solamen explain`."""
    voice = rooms.add_parser(
        "voice",
        help="waveform, spectrogram, sounds that were named, and pain over time of a recording",
        description="Plays a recording to the voice room and draws what it heard, and when.",
    )
    voice.add_argument("sound", type=Path, metavar="FILE", help="WAV, MP3, Opus, FLAC …")
    voice.add_argument("-o", "--out", type=Path, required=True, metavar="PNG", help="where the picture goes")
    voice.set_defaults(command=_explain)


def _explain(parsed: argparse.Namespace) -> int:
    from solamen.voice.explain import explain
    from solamen.voice.settings import reader_settings

    explain(parsed.sound, parsed.out, reader_settings())
    print(parsed.out)
    return 0


def add_evaluate_voice(rooms: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds `voice` to the rooms of `solamen evaluate`."""
    voice = rooms.add_parser(
        "voice",
        help="pain from sounds that people make",
        description="Judges the voice room by its streaming code: on your own labelled recordings (--dir, --labels), or"
        " on the archives that it was trained with (--data), each speaker by a model that never heard them.",
    )
    add = voice.add_argument
    add("--json", action="store_true", help="one JSON object, nothing else")
    add("--dir", type=Path, metavar="DIR", help="folder of recordings")
    add("--labels", type=Path, metavar="CSV", help="with --dir: file, pain (0 or 1), optional speaker and category")
    add(
        "--data",
        type=Path,
        metavar="DIR",
        help="folder of emogator_train.zip, esc10.zip and donateacry.zip (default: $SOLAMEN_VOICE_DATA)",
    )
    add("--speakers", type=_count, default=60, metavar="N", help="judge so many speakers of the archive (default: 60)")
    add("--only", choices=["bursts", "noise", "around", "infants"], default="", help="with --data: one part alone")
    add(
        "--talk",
        nargs="?",
        const="",
        metavar="DIR",
        help="judge whether talk is taken for pain: recordings of people who talk, each person's in a folder of their"
        " own; without DIR, synthetic voices that training never had (docs/voice.md)",
    )
    add("--patient", action="store_true", help="judge how much of the virtual patient's pain is told by sound alone")
    voice.set_defaults(command=_evaluate)


def _count(text: str) -> int:
    count = int(text)
    if not 3 <= count <= 100_000:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of speakers from 3 up")
    return count


def _evaluate(parsed: argparse.Namespace) -> int:
    from solamen.voice.evaluate import evaluate_archives, evaluate_recordings, print_tables

    if (parsed.dir is None) != (parsed.labels is None):
        raise OutsideError("recordings need their labels", "the command line", "Give both --dir and --labels.")
    if parsed.talk is not None:
        from solamen.voice import evaluate_talk

        found = evaluate_talk.of_recordings(Path(parsed.talk)) if parsed.talk else evaluate_talk.of_synthetic_voices()
    elif parsed.patient:
        from solamen.voice import evaluate_patient

        found = evaluate_patient.of_patient()
    elif parsed.dir is not None:
        found = evaluate_recordings(parsed.dir, parsed.labels)
    else:
        found = evaluate_archives(parsed.data, parsed.speakers, parsed.only)
    if parsed.json:
        print(json.dumps(found, allow_nan=False))
    else:
        print_tables(found, Console(highlight=False))
    return 0


def add_train_voice(models: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds `voice` to the models of `solamen train`."""
    voice = models.add_parser(
        "voice",
        help="pain from sounds that people make, on acted vocal bursts",
        description="Trains what tells pain in the voice, and models for judging it. Goes on where it was interrupted.",
    )
    add = voice.add_argument
    add("--seed", type=int, default=0, metavar="N", help="of all that is random (default: 0)")
    add("--out", type=Path, metavar="DIR", help="folder of weights and card (default: the shipped)")
    add("--data", type=Path, metavar="DIR", help="folder of the archives (default: $SOLAMEN_VOICE_DATA)")
    add(
        "--cache",
        type=Path,
        metavar="FILE",
        help="where what was computed from them is kept (default: ~/.cache/solamen)",
    )
    add(
        "--only-judge",
        dest="trainer",
        action="store_const",
        const="solamen.voice.train_judge",
        default="solamen.voice.train",
        help="train what tells voices from other sounds and talk alone, which is done first otherwise",
    )
    voice.set_defaults(command=_train)


def _train(parsed: argparse.Namespace) -> int:
    """Calls `train` of the module that the command names."""
    try:
        train = importlib.import_module(parsed.trainer).train
    except ModuleNotFoundError as error:
        remedy = "Install the extra: pip install -e '.[train]'."
        raise OutsideError(f"training needs the package {error.name}", "this environment", remedy) from error
    if parsed.out:
        parsed.out.mkdir(parents=True, exist_ok=True)
    print(train(parsed.seed, parsed.data, parsed.out, parsed.cache))
    return 0


def add_train_words(models: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds `words` to the models of `solamen train`."""
    words = models.add_parser(
        "words",
        help="the stop word, on synthetic speech",
        description='Trains what hears "stop", on speech of Kokoro, espeak-ng, flite and Pico (docs/voice.md). Goes on'
        " where it was interrupted.",
    )
    add = words.add_argument
    add("--seed", type=int, default=0, metavar="N", help="of all that is random (default: 0)")
    add("--out", type=Path, metavar="DIR", help="folder of weights and card (default: the shipped)")
    add("--data", type=Path, metavar="DIR", help="folder of emogator_train.zip and esc10.zip ($SOLAMEN_VOICE_DATA)")
    add("--cache", type=Path, metavar="DIR", help="where the speech is kept (default: ~/.cache/solamen/stop_words)")
    words.set_defaults(command=_train, trainer="solamen.voice.train_words")


def add_evaluate_words(rooms: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds `words` to the rooms of `solamen evaluate`."""
    words = rooms.add_parser(
        "words",
        help="stops, answers, and what is taken for words and is none, on synthetic speech",
        description='Judges how often "stop" is heard in noise at 10 dB, how often it is heard in other speech, and how'
        " many answers are understood, on voices of flite, Festival, Piper (SOLAMEN_PIPER names its program) and Kokoro"
        " that nothing was learned from or chosen on; and what is taken for words in acted bursts and noise.",
    )
    add = words.add_argument
    add("--json", action="store_true", help="one JSON object, nothing else")
    add("--data", type=Path, metavar="DIR", help="folder of esc10.zip (default: $SOLAMEN_VOICE_DATA)")
    add("--hours", type=_hours, default=2.0, metavar="H", help="of other speech (default: 2)")
    add("--stops", type=_count, default=300, metavar="N", help="that are said (default: 300)")
    add("--only", choices=("stops", "alike", "others", "answers", "sounds"), help="a part of it alone")
    add("--clips", type=Path, metavar="DIR", help="judge recordings instead: a folder of WAV files for each word")
    add("--net", action="store_true", help="judge the stop word's net, too, which is there for where no recogniser is")
    words.set_defaults(command=_evaluate_words)


def _hours(text: str) -> float:
    hours = float(text)
    if not 0.01 <= hours <= 100.0:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of hours from 0.01 to 100")
    return hours


def _evaluate_words(parsed: argparse.Namespace) -> int:
    from solamen.voice.evaluate_words import PARTS, clips, evaluate, print_tables

    if parsed.clips:
        found = clips(parsed.clips, parsed.data, net=parsed.net)
    else:
        parts = (parsed.only,) if parsed.only else PARTS
        found = evaluate(parsed.data, parsed.hours, parsed.stops, parts=parts, net=parsed.net)
    if parsed.json:
        print(json.dumps(found, allow_nan=False))
    else:
        print_tables(found, Console(highlight=False))
    return 0
