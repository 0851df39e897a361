"""A seeded, resumable training loop, and export to ONNX with a proof that ONNX Runtime gives the same. Needs torch."""

from __future__ import annotations

import copy
import math
import pickle
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from rich.console import Console

from solamen.core.errors import OutsideError
from solamen.core.settings import Checked, setting
from solamen.learning.progress import progress

_LARGE = 256
"""Weights with at least so many numbers are kept in half precision."""
_ROUNDED = 5e-3
"""What half precision may change of a result, by the largest."""
Batch = tuple[torch.Tensor, ...]
Loss = Callable[[Any, Batch], torch.Tensor]


@dataclass(frozen=True, kw_only=True)
class TrainingSettings(Checked):
    """How long and how fast to learn."""

    seed: int = setting(0, low=0, high=2**31)
    epochs: int = setting(40, low=1, high=100_000)
    batch: int = setting(256, low=1, high=1_000_000)
    rate: float = setting(2e-3, low=1e-7, high=1.0, doc="highest learning rate; it warms up and falls as a cosine")
    decay: float = setting(1e-4, low=0.0, high=1.0, doc="weight decay (AdamW; Loshchilov & Hutter 2019)")
    patience: int = setting(10, low=1, high=100_000, doc="epochs without a better validation before it stops")
    clip: float = setting(1.0, low=1e-6, high=1e6, doc="largest norm of a gradient")


@dataclass
class Progress:
    """Where training stands; this is what a checkpoint holds beside the nets."""

    epoch: int = 0
    best_epoch: int = 0
    best: float = math.inf


class Training:
    """Learns from arrays in memory; goes on from its checkpoint where there is one.

    Args:
        net: what learns; afterwards it holds the weights that were best in validation.
        loss: of the net and a batch.
        settings: see there.
        checkpoint: file that is written after each epoch; None writes nothing.
    """

    def __init__(self, net: Any, loss: Loss, settings: TrainingSettings, checkpoint: Path | None = None) -> None:
        self._net, self._loss, self._settings, self._checkpoint = net, loss, settings, checkpoint
        self._optimizer = torch.optim.AdamW(net.parameters(), lr=settings.rate, weight_decay=settings.decay)
        self._best = copy.deepcopy(net.state_dict())
        self.progress = Progress()

    def run(self, train: Batch, validation: Batch, console: Console | None = None) -> Progress:
        """Trains until the epochs are over or validation has stopped getting better."""
        self._resume()
        at, total = self.progress, self._settings.epochs
        with progress("training", total, console) as step:
            step(at.epoch)
            while at.epoch < total and at.epoch - at.best_epoch < self._settings.patience:
                learned = self._epoch(train)
                judged = self._judge(validation)
                at.epoch += 1
                if judged < at.best:
                    at.best, at.best_epoch = judged, at.epoch
                    self._best = copy.deepcopy(self._net.state_dict())
                self._save()
                step(1, f"loss {learned:.4f}, validation {judged:.4f}, best {at.best:.4f} at {at.best_epoch}")
        self._net.load_state_dict(self._best)
        self._net.eval()
        return at

    def _epoch(self, data: Batch) -> float:
        """One pass; its order depends on seed and number alone, so that a resumed run goes the same way."""
        self._net.train()
        torch.manual_seed(self._settings.seed * 100_003 + self.progress.epoch)
        batches = list(self._batches(torch.randperm(len(data[0]))))
        total = 0.0
        for number, places in enumerate(batches):
            self._set_rate((self.progress.epoch + number / len(batches)) / self._settings.epochs)
            value = self._loss(self._net, tuple(part[places] for part in data))
            self._optimizer.zero_grad()
            value.backward()
            torch.nn.utils.clip_grad_norm_(self._net.parameters(), self._settings.clip)
            self._optimizer.step()
            total += float(value.detach()) * len(places)
        return total / len(data[0])

    def _judge(self, data: Batch) -> float:
        self._net.eval()
        with torch.no_grad():
            parts = [
                float(self._loss(self._net, tuple(part[places] for part in data))) * len(places)
                for places in self._batches(torch.arange(len(data[0])))
            ]
        return math.fsum(parts) / len(data[0])

    def _batches(self, order: torch.Tensor) -> Iterator[torch.Tensor]:
        yield from torch.split(order, self._settings.batch)

    def _set_rate(self, share: float) -> None:
        """Warms up over a twentieth of the way, then falls as a cosine."""
        warm = min(1.0, share / 0.05 + 0.01)
        rate = self._settings.rate * warm * (0.01 + 0.99 * 0.5 * (1.0 + math.cos(math.pi * min(1.0, share))))
        for group in self._optimizer.param_groups:
            group["lr"] = rate

    def _save(self) -> None:
        if self._checkpoint is None:
            return
        state = {
            "net": self._net.state_dict(),
            "best": self._best,
            "optimizer": self._optimizer.state_dict(),
            "progress": dict(vars(self.progress)),
            "settings": self._settings_dict(),
        }
        beside = self._checkpoint.with_suffix(".part")
        torch.save(state, beside)
        beside.replace(self._checkpoint)

    def _resume(self) -> None:
        """Goes on from the checkpoint.

        Raises:
            OutsideError: it belongs to another training.
        """
        if self._checkpoint is None or not self._checkpoint.is_file():
            return
        remedy = "Delete it to begin anew."
        try:
            state = torch.load(self._checkpoint, weights_only=True)
            if state["settings"] != self._settings_dict():
                raise ValueError("other settings")
            self._net.load_state_dict(state["net"])
            self._optimizer.load_state_dict(state["optimizer"])
        except (OSError, RuntimeError, ValueError, KeyError, EOFError, pickle.UnpicklingError) as error:
            where = str(self._checkpoint)
            raise OutsideError(f"the checkpoint is of another training ({error})", where, remedy) from error
        self._best, self.progress = state["best"], Progress(**state["progress"])

    def _settings_dict(self) -> dict[str, float]:
        return {name: getattr(self._settings, name) for name in self._settings.__dataclass_fields__}


def export(
    net: Any,
    example: tuple[NDArray[np.float32], ...],
    path: Path,
    inputs: tuple[str, ...],
    outputs: tuple[str, ...],
    tolerance: float = 1e-4,
    free: Mapping[str, Mapping[int, str]] | None = None,
) -> None:
    """Writes a net as ONNX (first axis free) and checks that ONNX Runtime gives what torch gives.

    Large weights are kept in half precision, which halves the file, and are read back as single precision.

    Args:
        net: takes and gives tensors with a first axis of samples.
        example: input with at least two samples.
        path: of the file.
        inputs: names of the inputs.
        outputs: names of the outputs.
        tolerance: largest difference that is allowed.
        free: further free axes, by input: place of the axis to its name.

    Raises:
        ArithmeticError: they differ.
    """
    net.eval()
    tensors = tuple(torch.from_numpy(part) for part in example)
    axes = {name: {0: "samples", **(free or {}).get(name, {})} for name in (*inputs, *outputs)}
    torch.onnx.export(
        net, tensors, str(path), input_names=list(inputs), output_names=list(outputs), dynamic_axes=axes, dynamo=False
    )
    _shorten(path, {*inputs, *outputs})
    with torch.no_grad():
        wanted = net(*tensors)
    wanted = wanted if isinstance(wanted, tuple) else (wanted,)
    feed = dict(zip(inputs, example, strict=True))
    _agree(path, feed, [part.numpy() for part in wanted], tolerance)
    _halve(path)
    _agree(path, feed, [part.numpy() for part in wanted], max(tolerance, _ROUNDED))


def _agree(path: Path, feed: dict[str, NDArray[np.float32]], wanted: list[NDArray[np.float32]], most: float) -> None:
    """Checks what ONNX Runtime gives; `most` is by the largest number where that is beyond 1."""
    for given, want in zip(run_onnx(path, feed), wanted, strict=True):
        worst = float(np.abs(given - want).max()) / max(1.0, float(np.abs(want).max()))
        if not worst <= most:
            raise ArithmeticError(f"ONNX Runtime differs from torch by {worst:.2g} in {path.name}")


def _halve(path: Path) -> None:
    """Keeps large weights as float16, each behind a cast that ONNX Runtime does once, as it opens the file."""
    import onnx

    model = onnx.load(str(path))
    graph, casts = model.graph, []
    for weight in graph.initializer:
        values = onnx.numpy_helper.to_array(weight)
        if values.dtype == np.float32 and values.size >= _LARGE:
            short = f"{weight.name}_half"
            casts.append(onnx.helper.make_node("Cast", [short], [weight.name], to=onnx.TensorProto.FLOAT))
            weight.CopyFrom(onnx.numpy_helper.from_array(values.astype(np.float16), short))
    nodes = [*casts, *graph.node]
    del graph.node[:]
    graph.node.extend(nodes)
    onnx.save(model, str(path))


def _shorten(path: Path, kept: set[str]) -> None:
    """Shortens the names of what passes between nodes, which nobody reads: a tenth of a small net's file."""
    import onnx

    model = onnx.load(str(path))
    graph, short = model.graph, dict[str, str]()
    if any(attribute.HasField("g") for node in graph.node for attribute in node.attribute):
        return  # what lies within a node may speak of names outside it
    for node in graph.node:
        node.ClearField("name")
        for names in (node.input, node.output):
            for place, name in enumerate(names):
                if name and name not in kept:
                    names[place] = short.setdefault(name, f"v{len(short)}")
    for tensor in graph.initializer:
        tensor.name = short.get(tensor.name, tensor.name)
    graph.ClearField("value_info")
    onnx.save(model, str(path))


def run_onnx(path: Path, inputs: dict[str, NDArray[np.float32]]) -> list[NDArray[np.float32]]:
    """What ONNX Runtime gives for some inputs."""
    import onnxruntime

    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    return [np.asarray(part) for part in session.run(None, inputs)]


def parameters_of(net: Any) -> int:
    """How many numbers a net learns."""
    return sum(part.numel() for part in net.parameters())
