"""Trains the net that looks at a face's picture: numbers in which its change against the calm look tells the units.

It learns person by person, as it is used: from the difference between a picture's look and the mean look of some calm
pictures of the same person, a small head reads the units. The head is thrown away; the look goes to the unit model
beside the measures of the landmarks. Needs torch.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from rich.console import Console
from torch.nn import functional

from solamen.core.action_units import PAIN_UNITS
from solamen.face.geometry import frontal
from solamen.face.look import SIDE, looked_at, view_of
from solamen.face.look_model import LOOK_WEIGHTS, LOOKS
from solamen.face.train_data import NEUTRALS, STILLS, PersonData, load_person
from solamen.face.train_units import OUT, index_of
from solamen.face.unit_model import MODEL_UNITS
from solamen.learning.agreement import pcc
from solamen.learning.card import ModelCard
from solamen.learning.train import Batch, Training, TrainingSettings, export, parameters_of

INPUTS, OUTPUTS = ("picture", "view"), ("look",)
MARGIN_PX = 7
VERSION = "3"
CHECKPOINT = "face_look.checkpoint.pt"
# Each layer's width and step; a layer of the width and the size of the one before adds to it.
_LAYERS = ((24, 2), (48, 2), (72, 2), (72, 1), (96, 2))
EPOCHS = 40
_INNER = 128
_CELLS = (SIDE // 16) ** 2
_TAKEN = 20
"""Pictures of a person beside the calm ones, drawn anew for each step: a step sees more persons so."""
# How often a crop is made softer, noisy, or a part of it is blotted out.
_SOFT, _NOISY, _BLOTTED = 0.3, 0.4, 0.1
_RAMP = np.linspace(-1.0, 1.0, SIDE, dtype=np.float32)
_PAIN_WEIGHT, _INDEX_WEIGHT = 2.0, 0.15
_WEIGHTS = torch.tensor([_PAIN_WEIGHT if unit in PAIN_UNITS else 1.0 for unit in MODEL_UNITS])
_WEIGHTS = _WEIGHTS / _WEIGHTS.mean()


class _Layer(torch.nn.Module):  # type: ignore[misc]
    """A convolution, normalised."""

    def __init__(self, before: int, width: int, step: int, kernel: int) -> None:
        super().__init__()
        self.adds = before == width and step == 1
        self.turn = torch.nn.Conv2d(before, width, kernel, step, kernel // 2, bias=False)
        self.norm = torch.nn.BatchNorm2d(width)

    def forward(self, seen: torch.Tensor) -> torch.Tensor:
        said = self.norm(self.turn(seen))
        return functional.relu(said + seen if self.adds else said)


class LookNet(torch.nn.Module):  # type: ignore[misc]
    """A small convolution net from the face turned to the front, and how far it was turned, to its look."""

    def __init__(self) -> None:
        super().__init__()
        before, layers = 1, []
        for number, (width, step) in enumerate(_LAYERS):
            layers.append(_Layer(before, width, step, kernel=3 if number else 5))
            before = width
        self.body = torch.nn.Sequential(*layers)
        self.enter = torch.nn.Linear(_LAYERS[-1][0] * _CELLS, 96)
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
    if net.training:
        places = torch.cat([torch.arange(NEUTRALS), NEUTRALS + torch.randperm(pictures.shape[1] - NEUTRALS)[:_TAKEN]])
        pictures, views, units, found = (part[:, places] for part in batch)
    calm = found.clone()
    calm[:, NEUTRALS:] = 0.0
    if net.training:
        calm = calm * (torch.rand_like(calm) < torch.tensor([0.0, 0.4, 0.7, 1.0])[torch.randint(4, (len(calm), 1))])
        pictures = varied(pictures)
    else:
        pictures = _without_margin(pictures)
    with torch.autocast("cpu", torch.bfloat16):
        said = net(normalised(pictures), views, calm)
    said = said.float()
    error = (_WEIGHTS * functional.smooth_l1_loss(said, units, reduction="none", beta=0.5)).mean(dim=2)
    apart = functional.smooth_l1_loss(
        index_of(said.flatten(0, 1)), index_of(units.flatten(0, 1)), reduction="none"
    ).reshape(error.shape)
    return ((error + _INDEX_WEIGHT * apart) * found).sum() / found.sum()


def normalised(pictures: torch.Tensor) -> torch.Tensor:
    """Pictures without their brightness and contrast, as `look.as_input` makes them."""
    mean = pictures.mean(dim=(-2, -1), keepdim=True)
    spread = pictures.std(dim=(-2, -1), keepdim=True, correction=0)
    return (pictures - mean) / spread.clamp(min=4.0)


def varied(pictures: torch.Tensor) -> torch.Tensor:
    """Pictures as another landmark model, another light or another camera might give them, without their margin."""
    rng = np.random.default_rng(int(torch.randint(2**31, (1,))))
    one_by_one = [_lit(_moved(picture, rng), rng) for picture in pictures.flatten(0, 1).numpy()]
    return torch.from_numpy(np.stack(one_by_one)).unflatten(0, pictures.shape[:2])


def _moved(picture: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """A crop without its margin, a little turned, scaled and shifted; now and then a part of it is blotted out."""
    angle, scale = 0.03 * rng.standard_normal(), 1.0 + 0.03 * rng.standard_normal()
    turn = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    middle = 0.5 * (SIDE - 1)
    shift = middle + MARGIN_PX + rng.uniform(-5.5, 5.5, 2) - turn @ (middle, middle)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    out = cv2.warpAffine(picture, np.column_stack([turn, shift]), (SIDE, SIDE), flags=flags, borderMode=1)
    if rng.random() < _BLOTTED:
        (x, y), (wide, high) = rng.integers(0, SIDE, 2), rng.integers(10, 44, 2)
        out[y : y + high, x : x + wide] = rng.integers(30, 220)
    return np.asarray(out, np.uint8)


def _lit(crop: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.float32]:
    """A crop in other tones, in light from a side, and now and then softer or with noise."""
    tones = 255.0 * (np.arange(256) / 255.0) ** np.exp(0.2 * rng.standard_normal())
    out: NDArray[np.float32] = tones.astype(np.float32)[crop]
    across, down = 0.2 * rng.standard_normal(2).astype(np.float32)
    out *= np.clip(1.0 + across * _RAMP + down * _RAMP[:, None], 0.3, 2.0)
    if rng.random() < _SOFT:
        cv2.addWeighted(cv2.blur(out, (3, 3)), share := rng.random(), out, 1.0 - share, 0.0, dst=out)
    if rng.random() < _NOISY:
        out += np.float32(6.0 * rng.random()) * rng.standard_normal(out.shape, np.float32)
    return out


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


def train_look(
    learned: list[Path],
    validation: list[Path],
    tests: list[Path],
    folder: Path,
    seed: int,
    console: Console | None = None,
) -> Path:
    """Trains on some persons' files, stops by others, judges on a third group, and writes weights and card.

    The checkpoint is left, so that a training that is interrupted later goes on behind this one; see `train`.
    """
    torch.manual_seed(seed)
    net = LookLearner().to(memory_format=torch.channels_last)
    checkpoint = folder / CHECKPOINT
    settings = TrainingSettings(seed=seed, epochs=EPOCHS, batch=10, rate=2e-3, decay=2e-2, patience=8)
    judge = batch_of(validation)
    Training(net, loss, settings, checkpoint).run(batch_of(learned), judge, console)
    example = normalised(_without_margin(judge[0][0, :4]))[:, None]
    path = folder / LOOK_WEIGHTS.name
    export(net.look, (example.numpy(), judge[1][0, :4].numpy()), path, INPUTS, OUTPUTS, tolerance=1e-3)
    card = _card(net.look, len(learned), seed)
    dataclasses.replace(card, figures=figures(net, batch_of(tests))).write(path)
    return path


def figures(net: LookLearner, data: Batch) -> dict[str, float]:
    """How well the look alone tells the units of persons whose calm pictures are known."""
    pictures, views, units, found = data
    calm = found.clone()
    calm[:, NEUTRALS:] = 0.0
    net.eval()
    with torch.no_grad():
        rows = [
            net(normalised(_without_margin(p[None])), v[None], c[None])[0]
            for p, v, c in zip(pictures, views, calm, strict=True)
        ]
    judged = (found - calm) > 0.0
    said, truth = torch.stack(rows)[judged].numpy(), units[judged].numpy()
    out = {f"AU{unit} PCC": pcc(truth[:, c], said[:, c]) for c, unit in enumerate(MODEL_UNITS) if unit in PAIN_UNITS}
    index = [index_of(torch.from_numpy(part)).numpy().astype(np.float64) for part in (truth, said)]
    return {"PSPI PCC": pcc(*index), **out}


def _without_margin(pictures: torch.Tensor) -> torch.Tensor:
    return pictures[..., MARGIN_PX:-MARGIN_PX, MARGIN_PX:-MARGIN_PX].float()


def _card(net: Any, persons: int, seed: int) -> ModelCard:
    return ModelCard(
        name="face-look",
        version=VERSION,
        purpose="What creases, nostrils and the edges of lids and lips tell of the action units, for "
        "`face_units.onnx`, which reads it beside the measures of the landmarks. Not a medical device, and of no "
        "use by itself.",
        inputs=f"`picture`: {SIDE} × {SIDE} pixels in grey of a face turned to the front, its nearer side on the left, "
        "without brightness and contrast (`face/look.py`); `view`: how far it is turned and nodded, rad.",
        outputs=f"`look`: {LOOKS} numbers; their change against the look of the same person's calm face tells the "
        "units.",
        data=f"Rendered pictures of {persons} generated persons, {NEUTRALS + STILLS} of each (anny's heads, two "
        "families of rigs and mixtures, yaw and pitch to ±35°, light, blur, noise, cover), each shifted, turned, "
        f"scaled, lit and blurred at random; training seed {seed}. No picture of a real person.",
        how_measured="By the head with which it was trained, which is thrown away, on generated persons whose heads "
        "training never saw; `solamen train face`.",
        limits=(
            "Learned and judged on generated faces; real faces wrinkle, sweat and have hair before them.",
            "It looks where the landmarks say that the face is: where these are wrong, so is the look.",
            "It knows the persons that it learned from better than others: more persons would still help.",
        ),
        parameters=parameters_of(net),
    )
