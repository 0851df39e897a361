"""How the face's own nets are opened."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def open_net(weights: Path) -> Any:
    """A session on one thread, which is enough for small nets and leaves the others to the rest."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(weights), options, providers=["CPUExecutionProvider"])
