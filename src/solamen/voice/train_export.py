"""Weights as they are shipped."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import onnx.numpy_helper


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
