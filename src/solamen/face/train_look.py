"""Trains the net that looks at a face's picture: numbers in which its change against the calm look tells the units.

It learns person by person, as it is used: from the difference between a picture's look and the mean look of some calm
pictures of the same person, a small head reads the units. The head is thrown away; the look goes to the unit model
beside the measures of the landmarks. Needs torch.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from rich.console import Console
from torch.nn import functional

from solamen.face.geometry import frontal
from solamen.face.look import SIDE, looked_at, view_of
from solamen.face.look_model import LOOK_WEIGHTS, LOOKS
from solamen.face.train_data import NEUTRALS, PersonData, load_person
from solamen.face.train_units import OUT, index_of
from solamen.face.unit_model import MODEL_UNITS
from solamen.learning.train import Batch, Training, TrainingSettings, export

INPUTS, OUTPUTS = ("picture", "view"), ("look",)
MARGIN_PX = 3
CHECKPOINT = "face_look.checkpoint.pt"
_WIDTHS = (16, 32, 48, 48, 64)
_INNER = 128
_CELLS = (SIDE // 16) ** 2


class LookNet(torch.nn.Module):  # type: ignore[misc]
    """A small convolution net from the face turned to the front, and how far it was turned, to its look."""

    def __init__(self) -> None:
        super().__init__()
        layers: list[Any] = []
        before = 1
        for number, width in enumerate(_WIDTHS):
            kernel, stride = (5, 2) if number == 0 else (3, 1 if number == 3 else 2)
            layers += [
                torch.nn.Conv2d(before, width, kernel, stride, kernel // 2, bias=False),
                torch.nn.BatchNorm2d(width),
                torch.nn.ReLU(),
            ]
            before = width
        self.body = torch.nn.Sequential(*layers)
        self.enter = torch.nn.Linear(_WIDTHS[-1] * _CELLS, 96)
        self.leave = torch.nn.Linear(96 + 4, LOOKS)

    def forward(self, picture: torch.Tensor, view: torch.Tensor) -> torch.Tensor:
        """Look (n, LOOKS) of pictures (n, 1, side, side) and views (n, 2)."""
        seen = functional.relu(self.enter(self.body(picture).flatten(1)))
        seen = functional.dropout(seen, 0.1, self.training)
        return self.leave(torch.cat([seen, view, view**2], dim=1))


class LookLearner(torch.nn.Module):  # type: ignore[misc]
    """The net and the head by which it learns."""

    def __init__(self) -> None:
        super().__init__()
        self.look = LookNet()
        self.register_buffer("calm", torch.zeros(LOOKS))
        self.head = torch.nn.Sequential(
            torch.nn.Linear(2 * LOOKS + 5, _INNER),
            torch.nn.GELU(),
            torch.nn.Dropout(0.1),
            torch.nn.Linear(_INNER, len(MODEL_UNITS)),
        )
        self.direct = torch.nn.Linear(LOOKS, len(MODEL_UNITS), bias=False)

    def forward(self, pictures: torch.Tensor, views: torch.Tensor, known: torch.Tensor) -> torch.Tensor:
        """Units (persons, pictures, 15).

        Args:
            pictures: (persons, pictures, side, side), normalised.
            views: (persons, pictures, 2).
            known: (persons, pictures), 1 where a picture teaches the person's calm look, else 0.
        """
        persons, count = pictures.shape[:2]
        look = self.look(pictures.flatten(0, 1)[:, None], views.flatten(0, 1)).unflatten(0, (persons, count))
        number = known.sum(dim=1, keepdim=True)
        own = (look * known[..., None]).sum(dim=1) / number.clamp(min=1.0)
        if self.training and bool((number > 0).any()):
            with torch.no_grad():
                self.calm += 0.05 * (own[number[:, 0] > 0].mean(dim=0) - self.calm)
        sure = number / (number + 0.5)
        calm = sure * own + (1.0 - sure) * self.calm
        change = look - calm[:, None]
        beside = [0.5 * calm[:, None].expand_as(look), sure[:, None].expand(-1, count, -1), views, views**2]
        level = self.head(torch.cat([change, *beside], dim=2)) + self.direct(change)
        return functional.softplus(2.0 * level) / 2.0


def loss(net: Any, batch: Batch) -> torch.Tensor:
    """How wrong the units are, and the pain index made of them."""
    pictures, views, units, found = batch
    calm = found.clone()
    calm[:, NEUTRALS:] = 0.0
    if net.training:
        calm = calm * (torch.rand_like(calm) < torch.tensor([0.0, 0.4, 0.7, 1.0])[torch.randint(4, (len(calm), 1))])
        pictures = varied(pictures)
    else:
        pictures = pictures[..., MARGIN_PX:-MARGIN_PX, MARGIN_PX:-MARGIN_PX].float()
    said = net(normalised(pictures), views, calm)
    error = functional.smooth_l1_loss(said, units, reduction="none", beta=0.5).mean(dim=2)
    apart = functional.smooth_l1_loss(
        index_of(said.flatten(0, 1)), index_of(units.flatten(0, 1)), reduction="none"
    ).reshape(error.shape)
    return ((error + 0.08 * apart) * found).sum() / found.sum()


def normalised(pictures: torch.Tensor) -> torch.Tensor:
    """Pictures without their brightness and contrast, as `look.as_input` makes them."""
    mean = pictures.mean(dim=(-2, -1), keepdim=True)
    spread = pictures.std(dim=(-2, -1), keepdim=True, correction=0)
    return (pictures - mean) / spread.clamp(min=4.0)


def varied(pictures: torch.Tensor) -> torch.Tensor:
    """Pictures as another landmark model, another light or another camera might give them."""
    persons, count = pictures.shape[:2]
    out = torch.empty(persons, count, SIDE, SIDE)
    for person in range(persons):
        for number in range(count):
            y, x = torch.randint(2 * MARGIN_PX + 1, (2,)).tolist()
            out[person, number] = pictures[person, number, y : y + SIDE, x : x + SIDE]
    shape = (persons, count, 1, 1)
    out = 255.0 * (out / 255.0) ** torch.exp(0.2 * torch.randn(shape))
    ramp = torch.linspace(-1.0, 1.0, SIDE)
    shade = 0.2 * torch.randn(shape) * ramp + 0.2 * torch.randn(shape) * ramp[:, None]
    out = out * (1.0 + shade).clamp(0.3, 2.0)
    soft = functional.avg_pool2d(out.flatten(0, 1)[:, None], 3, 1, 1).reshape(out.shape)
    share = torch.rand(shape) * (torch.rand(shape) < 0.3)
    out = out + share * (soft - out)
    return out + (6.0 * torch.rand(shape) * (torch.rand(shape) < 0.4)) * torch.randn_like(out)


def pictures_of(data: PersonData) -> tuple[NDArray[np.uint8], NDArray[np.float32], NDArray[np.float32]]:
    """Crops (n, side, side) with their margin, views (n, 2), and which of them show a face (n,), of one person."""
    side, count = SIDE + 2 * MARGIN_PX, len(data.points)
    crops, views, found = np.zeros((count, side, side), np.uint8), np.zeros((count, 2)), np.zeros(count)
    for number in range(count):
        face = frontal(data.points[number].astype(np.float64)) if data.found[number] else None
        if face is not None:
            crops[number] = looked_at(data.picture(number), data.points[number], face, MARGIN_PX)
            views[number], found[number] = view_of(face), 1.0
    return crops, views.astype(np.float32), found.astype(np.float32)


def batch_of(files: list[Path]) -> Batch:
    """Tensors with persons as their first axis: pictures, views, units, and which of them show a face."""
    rows = []
    for path in files:
        data = load_person(path)
        crops, views, found = pictures_of(data)
        rows.append((crops, views, data.units[:, OUT], found))
    return tuple(torch.from_numpy(np.array(column)) for column in zip(*rows, strict=True))


def train_look(learned: list[Path], validation: list[Path], folder: Path, seed: int, console: Console | None) -> Path:
    """Trains on some persons' files, stops by others, and writes the weights; the checkpoint is left, see `train`."""
    net = LookLearner()
    checkpoint = folder / CHECKPOINT
    settings = TrainingSettings(seed=seed, epochs=16, batch=5, rate=2e-3, decay=2e-2, patience=6)
    judge = batch_of(validation)
    Training(net, loss, settings, checkpoint).run(batch_of(learned), judge, console)
    example = normalised(judge[0][0, :4, MARGIN_PX:-MARGIN_PX, MARGIN_PX:-MARGIN_PX].float())[:, None]
    path = folder / LOOK_WEIGHTS.name
    export(net.look, (example.numpy(), judge[1][0, :4].numpy()), path, INPUTS, OUTPUTS, tolerance=1e-3)
    return path
