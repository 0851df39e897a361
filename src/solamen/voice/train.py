"""Trains what tells pain in the voice, judges it on speakers whom it never heard, and writes it. Needs torch."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import onnx.numpy_helper
import torch
from rich.console import Console

from solamen.learning.card import ModelCard
from solamen.learning.decisions import auc
from solamen.learning.sounds_on_disk import PAIN
from solamen.learning.train import export, parameters_of
from solamen.voice.evaluate import data_folder, fold_weights
from solamen.voice.model import KINDS, WEIGHTS
from solamen.voice.steps import CHANNELS
from solamen.voice.train_base import pooled, stacked
from solamen.voice.train_data import FOLDS, Examples, read_examples
from solamen.voice.train_stack import NETS, Stack, said, train_stack

_CACHE = Path.home() / ".cache" / "solamen" / "voice_examples.npz"
EPOCHS = 12
_VERSION = "1"


def train(seed: int = 0, data: Path | None = None, folder: Path | None = None, cache: Path | None = None) -> Path:
    """Trains a model for each fold of speakers, compares them with base learners, and trains the shipped one on all.

    Args:
        seed: of all that is random.
        data: folder of the archives; None takes the environment's.
        folder: where weights and cards go; None means the shipped ones.
        cache: where what was computed from the archives is kept.

    Raises:
        OutsideError: an archive is missing or broken.
    """
    torch.set_num_threads(1)
    console = Console(stderr=True, highlight=False)
    examples = read_examples(data_folder(data), cache or _CACHE, console)
    folder = folder or WEIGHTS.parent
    figures: dict[str, float] = {}
    for fold in range(FOLDS):
        checkpoint = folder / f"voice_fold{fold}.checkpoint.pt"
        trained = train_stack(examples.take(examples.fold != fold), seed + fold, checkpoint, EPOCHS, console)
        held = clean_voices(examples.take(examples.fold == fold))
        found = auc(held.category == PAIN, said(trained, held)[0])
        figures[f"AUC of pain, fold {fold}"] = found
        console.print(f"fold {fold}: AUC of pain against all others {found:.3f}")
        write(trained, folder / fold_weights(fold).name, {f"AUC of pain, fold {fold}": found}, seed)
        forget(checkpoint)
    figures |= compared(examples, seed, console)
    checkpoint = folder / "voice.checkpoint.pt"
    path = folder / WEIGHTS.name
    write(train_stack(examples, seed + FOLDS, checkpoint, EPOCHS, console), path, figures, seed)
    forget(checkpoint)
    return path


def forget(checkpoint: Path) -> None:
    """Removes the checkpoints of a training that is done."""
    for number in range(NETS):
        checkpoint.with_suffix(f".{number}.pt").unlink(missing_ok=True)


def compared(examples: Examples, seed: int, console: Console) -> dict[str, float]:
    """AUC of the base learners and of their meta learner on the speakers of the first fold."""
    learned, held = (clean_voices(examples.take(examples.fold != 0)), clean_voices(examples.take(examples.fold == 0)))
    scores = stacked(pooled(learned), learned.category == PAIN, learned.speaker.tolist(), pooled(held), seed)
    found = {f"AUC of {name}, fold 0": auc(held.category == PAIN, score) for name, score in scores.items()}
    for name, value in found.items():
        console.print(f"{name}: {value:.3f}")
    return found


def clean_voices(data: Examples) -> Examples:
    """The acted bursts without added noise."""
    return data.take((data.kind == KINDS.index("voice")) & ~data.noisy)


def halve(path: Path, least: int = 1000) -> None:
    """Keeps large tables of weights in half precision, from which they are made again when the model is loaded."""
    model = onnx.load(path)
    for table in list(model.graph.initializer):
        values = onnx.numpy_helper.to_array(table)
        if values.dtype == np.float32 and values.size >= least:
            name = table.name
            table.CopyFrom(onnx.numpy_helper.from_array(values.astype(np.float16), f"{name}_half"))
            cast = onnx.helper.make_node("Cast", [f"{name}_half"], [name], to=onnx.TensorProto.FLOAT)
            model.graph.node.insert(0, cast)
    onnx.save(model, path)


def write(trained: Stack, path: Path, figures: dict[str, float], seed: int) -> None:
    """The calibrated net as ONNX, with its card."""
    steps = np.random.default_rng(0).normal(0.0, 1.0, (2, 12, CHANNELS)).astype(np.float32)
    answers = ("pain", "categories", "kinds")
    export(trained, (steps,), path, ("steps",), answers, free={"steps": {1: "count"}})
    halve(path)
    ModelCard(
        name="voice-pain",
        version=_VERSION,
        purpose="Whether pain is expressed in a burst of a voice; learned from acted pain alone. Not a medical device.",
        inputs="`steps`: (n, m, 164), m of 1 to 38 steps of 80 ms: speech embedding (96 numbers), log-mel (64), loudest"
        " level / 20 dB, pitch in octaves above 100 Hz, voiced share, periodic share.",
        outputs="`pain`: probability at even odds; `categories`: of thirty acted ones; `kinds`: of voice, infant cry,"
        " sneeze, other.",
        data=f"EmoGator (acted bursts, Apache-2.0), ESC-10 (CC BY 3.0) and donateacry (ODbL); seed {seed}; a copy of"
        " half of the bursts, and of all of pain, with noise of ESC-10 at 0 to 20 dB. Split by speaker. The"
        " embedding before it is Google's speech_embedding (Apache-2.0), not trained here.",
        figures=figures,
        how_measured="On speakers that training never heard, whole bursts cut out beforehand (`solamen train voice`)."
        " `solamen evaluate voice` judges the streaming reader.",
        limits=(
            "The emotions are acted, by adults before their own microphones; no figure here is clinical.",
            "Distress, fear, surprise and pain sound alike; many bursts of pain cannot be told from them.",
            "There is no speech among the examples: pain while speaking is not what this model is for.",
            "Whether an infant cries from pain is not told.",
        ),
        parameters=parameters_of(trained) + trained.bases.weight.numel() + len(trained.line),
    ).write(path)
