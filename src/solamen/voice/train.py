"""Trains what tells pain in the voice, judges it on speakers whom it never heard, and writes it. Needs torch."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import torch
from rich.console import Console

from solamen.core.errors import OutsideError
from solamen.learning.card import ModelCard
from solamen.learning.decisions import auc
from solamen.learning.sounds_on_disk import PAIN
from solamen.learning.train import export, parameters_of
from solamen.voice import train_judge
from solamen.voice.evaluate import data_folder, fold_weights
from solamen.voice.evaluate_figures import HARD
from solamen.voice.model import KINDS, WEIGHTS
from solamen.voice.steps import CHANNELS
from solamen.voice.train_data import FOLDS, Examples, read_examples
from solamen.voice.train_export import halve
from solamen.voice.train_net import as_batch, cut_after
from solamen.voice.train_stack import NETS, TERMS, Stack, pain_of, terms_of, train_stack

EPOCHS = 8
_VERSION = "3"


def train(seed: int = 0, data: Path | None = None, folder: Path | None = None, cache: Path | None = None) -> Path:
    """Trains a model for each fold of speakers, compares it with the learners in it, and trains the shipped one on all.

    Interrupted, it goes on where it was: with the next part of the archives, the next epoch, or the next model.

    Args:
        seed: of all that is random.
        data: folder of the archives; None takes the environment's.
        folder: where weights and cards go; None means the shipped ones.
        cache: folder where what was computed from the archives is kept.

    Raises:
        OutsideError: an archive is missing or broken, or what is there is of another training.
    """
    torch.set_num_threads(1)
    console = Console(stderr=True, highlight=False)
    data, cache, folder = data_folder(data), cache or train_judge.CACHE, folder or WEIGHTS.parent
    train_judge.train(seed, data, folder, cache)
    examples = read_examples(data, cache, console)
    done = Done(folder / "voice.progress.json", seed)
    for fold in range(FOLDS):
        if f"fold {fold}" not in done.names:
            done.add(f"fold {fold}", _train_fold(examples, fold, seed, folder, console))
    checkpoint, path = folder / "voice.checkpoint.pt", folder / WEIGHTS.name
    write(train_stack(examples, seed + FOLDS, checkpoint, EPOCHS, console), path, done.figures, seed)
    forget(checkpoint)
    done.forget()
    return path


def _train_fold(examples: Examples, fold: int, seed: int, folder: Path, console: Console) -> dict[str, float]:
    """Trains on the speakers of the other folds, writes the model, and gives its figures on this one's."""
    checkpoint = folder / f"voice_fold{fold}.checkpoint.pt"
    trained = train_stack(examples.take(examples.fold != fold), seed + fold, checkpoint, EPOCHS, console)
    voices = examples.take((examples.fold == fold) & (examples.kind == KINDS.index("voice")))
    found = {f"{name}, fold {fold}": value for name, value in judged(trained, voices).items()}
    for name, value in found.items():
        console.print(f"{name}: {value:.3f}")
    write(trained, folder / fold_weights(fold).name, found, seed)
    forget(checkpoint)
    return found


def judged(trained: Stack, voices: Examples) -> dict[str, float]:
    """AUC of pain at the end of the burst, early, against what is like it, in noise, and of each learner."""
    clean, noisy = voices.take(~voices.noisy), voices.take(voices.noisy)
    steps, length, _, _ = as_batch(clean)
    pain, end = clean.category == PAIN, pain_of(trained, steps)
    found = {"AUC of pain": auc(pain, end)}
    for name, most in (("0.3 s", 4), ("1.0 s", 12)):
        found[f"AUC of pain after {name}"] = auc(pain, pain_of(trained, cut_after(steps, length, most)))
    for name in HARD:
        kept = pain | (clean.category == name)
        found[f"AUC of pain against {name}"] = auc(pain[kept], end[kept])
    same = np.isin(clean.speaker, noisy.speaker)
    found["AUC of pain, speakers with noise, without it"] = auc(pain[same], end[same])
    found["AUC of pain in noise"] = auc(noisy.category == PAIN, pain_of(trained, as_batch(noisy)[0]))
    for name, scores in zip(TERMS, terms_of(trained, steps).T[1:], strict=False):
        found[f"AUC of {name}"] = auc(pain, scores)
    return found


class Done:
    """What of a training is done, kept in a file beside the weights until all is.

    Args:
        path: of the file.
        seed: of the training.

    Raises:
        OutsideError: the file is of another training.
    """

    def __init__(self, path: Path, seed: int) -> None:
        self._path, self._seed = path, seed
        self.names: list[str] = []
        self.figures: dict[str, float] = {}
        if not path.is_file():
            return
        try:
            kept = json.loads(path.read_text(encoding="utf-8"))
            if (kept["seed"], kept["version"]) != (seed, _VERSION):
                raise ValueError("another seed or version")
            self.names, self.figures = list(kept["names"]), dict(kept["figures"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            remedy = "Delete it to begin anew."
            raise OutsideError(f"what is there is of another training ({error})", str(path), remedy) from error

    def add(self, name: str, figures: dict[str, float]) -> None:
        """Notes that a part is done, and its figures."""
        self.names.append(name)
        self.figures |= figures
        kept = {"seed": self._seed, "version": _VERSION, "names": self.names, "figures": self.figures}
        beside = self._path.with_suffix(".part")
        beside.write_text(json.dumps(kept), encoding="utf-8")
        beside.replace(self._path)

    def forget(self) -> None:
        """Removes the file."""
        self._path.unlink(missing_ok=True)


def forget(checkpoint: Path) -> None:
    """Removes the checkpoints of a training that is done."""
    for number in range(NETS):
        checkpoint.with_suffix(f".{number}.pt").unlink(missing_ok=True)


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
        data=f"EmoGator (acted bursts, Apache-2.0), ESC-10 (CC BY 3.0) and donateacry (ODbL); seed {seed}; each as the"
        " reader comes upon it in a stream, and of 200 speakers a copy (two of pain) played faster or slower, of"
        " another gain and colour, with noise of ESC-10 at 3 to 20 dB. Split by speaker. The embedding before it is"
        " Google's speech_embedding (Apache-2.0), not trained here.",
        figures=figures,
        how_measured="On speakers and noises that training never heard, at the end of the burst (`solamen train"
        " voice`); in noise: on their spoilt copies."
        " `solamen evaluate voice` judges the streaming reader.",
        limits=(
            "The emotions are acted, by adults before their own microphones; no figure here is clinical.",
            "Distress, fear, surprise and pain sound alike; many bursts of pain cannot be told from them.",
            "There is no speech among the examples: pain while speaking is not what this model is for.",
            "Whether an infant cries from pain is not told.",
        ),
        parameters=parameters_of(trained) + trained.bases.weight.numel() + len(trained.line),
    ).write(path)
