"""Where the files that belong to Solamen stand: config, urdf, sim, launch."""

from __future__ import annotations

import os
from pathlib import Path

from solamen.core.errors import OutsideError


def root() -> Path:
    """The folder that holds config/, urdf/, sim/ and launch/: the checkout, or the installed share folder.

    Raises:
        OutsideError: neither is there.
    """
    checkout = Path(__file__).resolve().parents[3]
    if (checkout / "config" / "nodes.yaml").is_file():
        return checkout
    for prefix in filter(None, os.environ.get("AMENT_PREFIX_PATH", "").split(os.pathsep)):
        share = Path(prefix) / "share" / "solamen"
        if (share / "config" / "nodes.yaml").is_file():
            return share
    raise OutsideError(
        "Solamen's own files (config, urdf, sim) are missing",
        str(checkout),
        "Run it from a checkout, or source the workspace in which it was built.",
    )


def resource(*parts: str) -> Path:
    """The path of one of Solamen's own files, such as `resource("config", "face.yaml")`."""
    return root().joinpath(*parts)
