"""Judges the voice room: on anyone's recordings, or on the archives of its training with speakers held out."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from solamen.core.errors import OutsideError
from solamen.learning.sounds_on_disk import LabelledSound, read_donateacry, read_emogator, read_esc10, read_sounds
from solamen.voice.evaluate_figures import around, belly_pain, figures, in_noise, intervals_against
from solamen.voice.evaluate_stream import Job, Judged, run_all
from solamen.voice.model import JUDGE_WEIGHTS, KINDS, WEIGHTS
from solamen.voice.settings import reader_settings
from solamen.voice.train_data import FOLDS, fold_of, kind_of

DATA_VARIABLE = "SOLAMEN_VOICE_DATA"
PARTS = {
    "bursts": ("clean",),
    "noise": ("noisy", "noise_throughout", "clean"),
    "around": ("around",),
    "infants": ("infants",),
}
"""What can be judged by itself: acted bursts, these in noise, sounds around us, and infants' cries."""

_PART = 120
_NOISE_DB = 10.0
_NOISE_SPEAKERS = 0.3
"""Share of the judged speakers who are judged with noise too."""


def data_folder(given: Path | None) -> Path:
    """The folder of the archives: what was given, or what the environment names.

    Raises:
        OutsideError: neither is there.
    """
    named = given or (Path(os.environ[DATA_VARIABLE]) if os.environ.get(DATA_VARIABLE) else None)
    remedy = f"Give --data DIR (or set {DATA_VARIABLE}), or judge your own recordings with --dir and --labels."
    if named is None:
        raise OutsideError("the recordings are not part of Solamen and must be named", "the archives", remedy)
    if not named.is_dir():
        raise OutsideError("there is no such folder of archives", str(named), remedy)
    return named


def fold_weights(fold: int) -> Path:
    """The weights of the model that never heard the speakers of a fold."""
    return WEIGHTS.with_name(f"voice_pain_fold{fold}.onnx")


def fold_judge(fold: int) -> Path:
    """The weights of the judge that never heard the speakers and noises of a fold."""
    return JUDGE_WEIGHTS.with_name(f"voice_judge_fold{fold}.onnx")


def evaluate_recordings(folder: Path, labels: Path) -> dict[str, Any]:
    """Judges the shipped model on recordings of a folder, by a table of labels.

    Raises:
        OutsideError: the table or a recording cannot be read.
    """
    sounds = read_sounds(folder, labels)
    return figures(_judged([_job(part, (WEIGHTS, JUDGE_WEIGHTS)) for part in _parts(sounds)]))


def evaluate_archives(data: Path | None, speakers: int, only: str = "") -> dict[str, Any]:
    """Judges each speaker of the archive by the model of the fold that never heard them.

    Args:
        data: folder of the archives; None takes the environment's.
        speakers: how many of EmoGator's are judged.
        only: one of `PARTS`; empty for all.

    Raises:
        OutsideError: the archives are missing or broken.
    """
    folder = data_folder(data)
    bursts, nature, infants = read_emogator(folder), read_esc10(folder), read_donateacry(folder)
    chosen = _some(bursts, speakers)
    noisy = _some(chosen, max(FOLDS, round(_NOISE_SPEAKERS * speakers)))
    folds = {**_folds(bursts), **_folds(nature), **_folds(infants)}
    judged = {"clean": chosen, "around": nature, "infants": infants, "noisy": noisy, "noise_throughout": noisy}
    if only:
        judged = {
            name: noisy if PARTS[only][0] == "noisy" and name == "clean" else judged[name] for name in PARTS[only]
        }
    jobs: dict[str, list[Job]] = {name: [] for name in judged}
    for fold in range(FOLDS):
        noises = [s for s in nature if KINDS[kind_of(s)] == "other" and folds[s.speaker] == fold]
        for name, sounds in judged.items():
            mixed, throughout = (noises if name.startswith("nois") else []), name == "noise_throughout"
            parts = _parts([s for s in sounds if folds[s.speaker] == fold])
            jobs[name] += [
                _job(part, (fold_weights(fold), fold_judge(fold)), mixed, n, throughout) for n, part in enumerate(parts)
            ]
    results = run_all([job for name in jobs for job in jobs[name]])
    return _all_figures(jobs, results, {s.speaker for s in noisy})


def _folds(sounds: Sequence[LabelledSound]) -> dict[str, int]:
    """The fold in which each speaker of an archive is judged; that fold's model never heard them."""
    names = [sound.speaker for sound in sounds]
    return dict(zip(names, map(int, fold_of(names)), strict=True))


def _all_figures(jobs: dict[str, list[Job]], results: list[list[Judged]], noisy: set[str]) -> dict[str, Any]:
    found: dict[str, list[Judged]] = {}
    for name, some in jobs.items():
        found[name] = [one for result in results[: len(some)] for one in result]
        results = results[len(some) :]
    told: dict[str, Any] = {}
    if "clean" in found:
        told |= {**figures(found["clean"]), "auc_against_interval": intervals_against(found["clean"])}
        clean = [one for one in found["clean"] if one.speaker in noisy]
    if "noisy" in found:
        told["noise"] = in_noise(clean, found["noisy"], _NOISE_DB)
        told["noise_throughout"] = in_noise(clean, found["noise_throughout"], _NOISE_DB)
    if "around" in found:
        told |= around(found["around"])
    if "infants" in found:
        told["belly_pain"] = belly_pain(found["infants"])
    return told


def _some(sounds: Sequence[LabelledSound], count: int) -> list[LabelledSound]:
    """The recordings of some speakers, the same each time."""
    names = sorted({sound.speaker for sound in sounds})
    chosen = {names[i] for i in np.random.default_rng(1).permutation(len(names))[:count]}
    return [sound for sound in sounds if sound.speaker in chosen]


def _parts(sounds: Sequence[LabelledSound]) -> list[Sequence[LabelledSound]]:
    return [sounds[start : start + _PART] for start in range(0, len(sounds), _PART)]


def _job(
    part: Sequence[LabelledSound],
    weights: tuple[Path, Path],
    noises: Sequence[LabelledSound] = (),
    seed: int = 0,
    throughout: bool = False,
) -> Job:
    return Job(part, reader_settings(), *weights, noises, _NOISE_DB, seed, throughout)


def _judged(jobs: Sequence[Job]) -> list[Judged]:
    return [one for result in run_all(jobs) for one in result]


def print_tables(found: dict[str, Any], console: Console) -> None:
    """The figures as tables."""
    table = Table("figure", "value", title="pain in the voice")
    for name, value in found.items():
        if isinstance(value, dict):
            for part, inner in value.items():
                table.add_row(f"{name} {part}", _told(inner))
        else:
            table.add_row(name, _told(value))
    console.print(table)
    console.print("Acted or staged sounds; none of this is a clinical figure.")


def _told(value: Any) -> str:
    if isinstance(value, list):
        return " to ".join(_told(part) for part in value)
    return "unknown" if value is None else f"{value:.3f}" if isinstance(value, float) else str(value)
