"""Trains the temporal pain model on sequences of action units, and writes it with its card. Needs torch.

Most sequences are generated, with a model of how units are misread; the others are of rendered clips as the shipped
reader reads them.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from rich.console import Console

from solamen.core.estimates import PAIN_MAX, PAIN_THRESHOLD
from solamen.face.pain_model import SCALE, WEIGHTS
from solamen.face.pain_window import CHANNELS, RECENT, STEPS, TERM_MAX, completed
from solamen.face.train_clips import FIRST_PERSON, clip_windows, generate_clips
from solamen.face.train_sequences import Windows, draw_windows
from solamen.learning.agreement import ccc, icc, mae, pcc
from solamen.learning.card import ModelCard
from solamen.learning.decisions import auc, conformal_factor, coverage, share
from solamen.learning.progress import progress
from solamen.learning.splits import split_by_person
from solamen.learning.train import Batch, Training, TrainingSettings, export, parameters_of

PERSONS, CLIP_PERSONS = 2000, 120
"""Of whom sequences are generated, and of whom clips are rendered."""
WINDOWS_EACH = 40
MEMBERS = 6
"""Nets that learn the same with other beginnings; their mean is steadier than each."""
LEVEL = 0.9
SENSITIVITY = 0.89
"""On clips of persons of validation; the terms are scaled until it is met.

Their heads are mixed from the same ones as those that were learned from; of heads of the split `test` as much is found.
"""
_NORMAL_90 = 1.6449
_CLIP = "clip-"
# Of the rendered persons, who calibrates and who judges.
_CLIP_SHARES = (0.2, 0.1)
_WIDTH = 40
# Of what the convolution gives, the one that rests on the newest step and none of the zeros behind it.
_NEWEST = 1
# A decoy that is called pain costs this much more than a calm face that is called pain. So does pain that is missed:
# more in generated sequences, as the faces that no renderer draws are more like these.
_DECOY_WEIGHT, _MISSED_WEIGHT, _MISSED_IN_CLIPS_WEIGHT = 1.5, 5.0, 3.0
# A decoy that lasts for a moment weighs so many times more.
_SHORT = {"sneeze": 4.0}
# A term is never taken for more than this many times what is seen of it.
_MOST_GAIN = 2.5


class PainNet(torch.nn.Module):  # type: ignore[misc]
    """Says how much of each seen term of the pain index is pain's.

    A causal temporal convolution (Bai et al. 2018) looks at the window; from it come weights over the last steps and a
    share for each term. So no term can count that was not seen, and each term's part of the result is known. Strides in
    the place of dilations give the same at the newest step, and leave out nearly all that it does not rest on.
    """

    def __init__(self) -> None:
        super().__init__()
        parts: list[Any] = []
        for number in range(3):
            layer = torch.nn.Conv1d(CHANNELS if number == 0 else _WIDTH, _WIDTH, 3, stride=2, padding=2)
            parts += [layer, torch.nn.ReLU()]
        self.body = torch.nn.Sequential(*parts, torch.nn.Conv1d(_WIDTH, _WIDTH, 3), torch.nn.ReLU())
        self.head = torch.nn.Sequential(
            torch.nn.Linear(_WIDTH + CHANNELS, _WIDTH), torch.nn.ReLU(), torch.nn.Linear(_WIDTH, 4 + 4 * RECENT + 1)
        )

    def forward(self, features: torch.Tensor, recent: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Terms (n, 4) as far as they are pain's, and the spread (n, 1) of the intensity in points."""
        seen = self.body(features.transpose(1, 2))[:, :, _NEWEST]
        return _told(self.head(torch.cat([seen, features[:, -1]], dim=1)), recent)


def _told(said: torch.Tensor, recent: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Terms and spread from what a head says, (..., n, 4 + 4 * RECENT + 1)."""
    gain = _MOST_GAIN * torch.sigmoid(said[..., :4])
    weight = torch.softmax(said[..., 4 : 4 + 4 * RECENT].unflatten(-1, (RECENT, 4)), dim=-2)
    terms = gain * (weight * recent).sum(dim=-2)
    limit = torch.tensor(TERM_MAX, dtype=terms.dtype)
    return torch.minimum(terms, limit), 0.15 + torch.nn.functional.softplus(said[..., -1:])


class Committee(torch.nn.Module):  # type: ignore[misc]
    """The mean of some nets, run side by side as one: the same numbers in a third of the steps."""

    def __init__(self, nets: list[PainNet]) -> None:
        super().__init__()
        self.nets = torch.nn.ModuleList(nets)

    def forward(self, features: torch.Tensor, recent: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """See `PainNet`."""
        count, seen = len(self.nets), features.transpose(1, 2)
        for place, layers in enumerate(zip(*(net.body for net in self.nets), strict=True)):
            seen = self._beside(layers, seen, groups=count if place else 1) if place % 2 == 0 else torch.relu(seen)
        each = seen[:, :, _NEWEST].unflatten(1, (count, _WIDTH)).transpose(0, 1)
        said = torch.cat([each, features[:, -1].expand(count, -1, -1)], dim=2)
        for place in (0, 2):
            weight = torch.stack([net.head[place].weight.T for net in self.nets])
            bias = torch.stack([net.head[place].bias[None] for net in self.nets])
            said = (torch.relu(said) if place else said) @ weight + bias
        terms, spread = _told(said, recent)
        return terms.mean(dim=0), spread.mean(dim=0)

    @staticmethod
    def _beside(layers: tuple[Any, ...], seen: torch.Tensor, groups: int) -> torch.Tensor:
        """One convolution of each net, side by side."""
        weight, bias = (torch.cat([getattr(layer, name) for layer in layers]) for name in ("weight", "bias"))
        return torch.nn.functional.conv1d(seen, weight, bias, layers[0].stride, layers[0].padding, groups=groups)


def points(terms: torch.Tensor) -> torch.Tensor:
    """Terms (n, 4) as points 0–10 on the observer's scale."""
    return PAIN_MAX * (1.0 - torch.exp(-terms.sum(dim=1) / SCALE))


def loss(net: Any, batch: Batch) -> torch.Tensor:
    """How unlikely the truth is (β-NLL; Seitzer et al. 2022), how wrong the yes or no, and how wrong each term."""
    features, recent, terms, decoy, missed = batch
    guessed, spread = net(features, recent)
    truth, said, spread = points(terms), points(guessed), spread[:, 0]
    surprise = spread.detach() * (torch.log(spread) + 0.5 * ((truth - said) / spread) ** 2)
    wanted = (truth >= PAIN_THRESHOLD).float()
    wrong = torch.nn.functional.binary_cross_entropy_with_logits(
        1.5 * (said - PAIN_THRESHOLD), wanted, reduction="none"
    )
    apart = ((guessed - terms) ** 2).mean(dim=1)
    weight = 1.0 + _DECOY_WEIGHT * decoy + missed * wanted
    return (surprise * (1.0 + 0.5 * decoy) + 1.5 * weight * wrong + 0.15 * apart).mean()


@dataclass(frozen=True)
class Judged:
    """Held-out windows with what the model said of them, in points, and which are of rendered clips."""

    truth: NDArray[np.float64]
    said: NDArray[np.float64]
    spread: NDArray[np.float64]
    kind: NDArray[np.str_]
    of_clip: NDArray[np.bool_]

    def part(self, chosen: NDArray[np.bool_]) -> Judged:
        """Some of them."""
        return Judged(*(getattr(self, name)[chosen] for name in self.__dataclass_fields__))


def train(
    seed: int = 0,
    folder: Path = WEIGHTS.parent,
    persons: int = PERSONS,
    clip_persons: int = CLIP_PERSONS,
    console: Console | None = None,
) -> Path:
    """Trains, calibrates the spread on validation persons, judges on test persons, and writes model and card.

    Args:
        seed: of the training.
        folder: where weights and card go.
        persons: of whom sequences are generated.
        clip_persons: of whom clips are rendered, where they are not in the cache yet.
        console: where progress is shown.
    """
    torch.set_num_threads(1)
    learned, validation, test = parts(seed, persons, clip_persons, console)
    batches = [as_batch(learned), as_batch(validation)]
    checkpoints = [folder / f"face_pain.{member}.checkpoint.pt" for member in range(MEMBERS)]
    net = Committee(
        [_member(MEMBERS * seed + number, batches, path, console) for number, path in enumerate(checkpoints)]
    )
    gain = gain_for(net, as_batch(validation.part(is_of_clip(validation))))
    scaled = Calibrated(net, 1.0, gain)
    calibration, judged = (judge(scaled, data) for data in (validation, test))
    # Generated persons are misread more than rendered ones, and what holds for them is the safer.
    wide = calibration.part(~calibration.of_clip)
    factor = conformal_factor(wide.truth, wide.said, wide.spread, LEVEL) / _NORMAL_90
    path = folder / WEIGHTS.name
    example = tuple(part[:8].numpy() for part in batches[1][:2])
    export(Calibrated(net, factor, gain), example, path, ("features", "recent"), ("terms", "spread"))
    found = figures(judged.part(~judged.of_clip), factor)
    found |= {f"clips: {name}": value for name, value in figures(judged.part(judged.of_clip), factor).items()}
    _card(net, found, (persons, clip_persons), seed).write(path)
    for checkpoint in checkpoints:
        checkpoint.unlink(missing_ok=True)
    return path


def _member(seed: int, batches: list[Batch], checkpoint: Path, console: Console | None) -> PainNet:
    """One net of the committee."""
    torch.manual_seed(seed)
    net = PainNet()
    settings = TrainingSettings(seed=seed, epochs=8, batch=512, rate=3e-3, patience=6)
    Training(net, loss, settings, checkpoint).run(batches[0], batches[1], console)
    return net


class Calibrated(torch.nn.Module):  # type: ignore[misc]
    """The net with its terms scaled, and its spread, so that ± 1.645 spreads hold nine true values of ten."""

    def __init__(self, net: torch.nn.Module, factor: float, gain: float) -> None:
        super().__init__()
        self.net, self.factor, self.gain = net, factor, gain

    def forward(self, features: torch.Tensor, recent: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """See `PainNet`."""
        terms, spread = self.net(features, recent)
        return torch.minimum(self.gain * terms, torch.tensor(TERM_MAX, dtype=terms.dtype)), self.factor * spread


def gain_for(net: Any, batch: Batch) -> float:
    """The least gain of the terms, 0.6 to 2, at which pain is found as often as is wanted."""
    features, recent, terms = batch[:3]
    pained = points(terms) >= PAIN_THRESHOLD
    gains = np.linspace(0.6, 2.0, 141)
    with torch.no_grad():
        said = net(features, recent)[0][pained]
    limit = torch.tensor(TERM_MAX, dtype=said.dtype)
    found = [points(torch.minimum(g * said, limit)) >= PAIN_THRESHOLD for g in gains]
    enough = [float(g) for g, called in zip(gains, found, strict=True) if called.float().mean() >= SENSITIVITY]
    return enough[0] if enough else float(gains[-1])


def generated(seed: int, persons: int, console: Console | None = None) -> Windows:
    """Windows of many persons."""
    drawn = []
    with progress("generating persons", persons, console) as step:
        for number in range(persons):
            drawn.append(draw_windows(f"{number:05d}", seed * 1_000_003 + number, WINDOWS_EACH))
            step()
    return Windows.joined(drawn)


def parts(seed: int, persons: int, clip_persons: int, console: Console | None = None) -> list[Windows]:
    """What is learned from, calibrates and judges, of different persons; the last two with clips as they are read."""
    data = generated(seed, persons, console)
    drawn = [data.part(places) for places in vars(split_by_person(data.person.tolist(), seed)).values()]
    numbers = range(FIRST_PERSON, FIRST_PERSON + clip_persons)
    with progress("rendering clips of persons", clip_persons, console) as step:
        clips = generate_clips(numbers, told=lambda *_: step())
    names = [f"{_CLIP}{number}" for number in numbers]
    split = vars(split_by_person(names, seed, *_CLIP_SHARES)).items()
    return [
        Windows.joined(
            [
                own,
                *(clip_windows(names[i], clips[i], seed + int(i), altered=part == "train") for i in places),
            ]
        )
        for own, (part, places) in zip(drawn, split, strict=True)
    ]


def is_of_clip(data: Windows) -> NDArray[np.bool_]:
    """Which windows are of rendered clips."""
    return np.char.startswith(data.person, _CLIP)


def as_batch(data: Windows) -> Batch:
    """Tensors of windows, without those in which no term of pain is seen."""
    recent, missing = completed(data.recent)
    usable = ~missing[:, :3].all(axis=1)
    decoy = ((data.kind != "pain") & (data.kind != "")).astype(np.float64)
    for name, weight in _SHORT.items():
        decoy[data.kind == name] = weight
    missed = np.where(is_of_clip(data), _MISSED_IN_CLIPS_WEIGHT, _MISSED_WEIGHT)
    columns = (data.features, recent, data.terms, decoy, missed)
    return tuple(torch.from_numpy(column[usable].astype(np.float32)) for column in columns)


def judge(net: Any, data: Windows) -> Judged:
    """What the net says of windows."""
    features, recent, terms = as_batch(data)[:3]
    usable = data.part(np.flatnonzero(~completed(data.recent)[1][:, :3].all(axis=1)))
    with torch.no_grad():
        guessed, spread = net(features, recent)
    truth, said = (points(part).numpy().astype(np.float64) for part in (terms, guessed))
    return Judged(truth, said, spread[:, 0].numpy().astype(np.float64), usable.kind, is_of_clip(usable))


def figures(judged: Judged, factor: float) -> dict[str, float]:
    """What stands on the card."""
    truth, said, kind = judged.truth, judged.said, judged.kind
    reach = _NORMAL_90 * factor * judged.spread
    pained, called = truth >= PAIN_THRESHOLD, said >= PAIN_THRESHOLD
    found = {
        "intensity PCC": pcc(truth, said),
        "intensity ICC(3,1)": icc(truth, said),
        "intensity CCC": ccc(truth, said),
        "intensity MAE, points": mae(truth, said),
        "AUC of pain of at least 4": auc(pained, said),
        "sensitivity": share(pained, called),
        "specificity": share(~pained, ~called),
        "coverage of 90 % intervals": coverage(truth, said - reach, said + reach),
    }
    decoys = sorted(set(kind.tolist()) - {"pain", ""})
    return found | {f"{name} called pain": share(kind == name, called) for name in decoys}


def _card(net: Any, found: dict[str, float], persons: tuple[int, int], seed: int) -> ModelCard:
    return ModelCard(
        name="face-pain",
        version="9",
        purpose="Expressed pain of one face on an observer's 0-10 scale, from 2.5 s of units. Not a medical device.",
        inputs=f"`features`: {STEPS} steps of 0.1 s x {CHANNELS} (16 units, what is seen); `recent`: the four terms of"
        f" the pain index over {RECENT} steps",
        outputs="`terms`: the part of each term that pain makes; `spread`: standard deviation of the intensity, points",
        data=f"Synthetic alone: {persons[0]} generated persons of 30 s each, seed {seed}, at 8 to 30 frames a second,"
        " with pain, ten kinds of decoys, overlaps, wrong neutrals, noise, hidden parts and lost frames; and clips of"
        f" {persons[1]} rendered persons, read by the shipped reader of units, with pain and seven decoys. Split by"
        " person: 70 % trained, the others calibrated spread and threshold or gave the figures below.",
        figures=found,
        how_measured="On generated sequences and (clips) on rendered ones, as they are read, of persons that training"
        " never saw (`solamen train pain`). Other rendered persons are judged by `solamen evaluate face`.",
        limits=(
            "No real face was learned from or tested on here.",
            "The scale is an observer's of expressed pain, made from the pain index; felt pain may be more or less.",
            "A face that hides pain shows none; the model then says that no signs were seen.",
            "Grief, anger and fear are not among the decoys.",
        ),
        parameters=parameters_of(net),
    )
