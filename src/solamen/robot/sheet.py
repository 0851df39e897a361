"""A sheet of eight expressions: `python -m solamen.robot.sheet OUT.png`."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

import cv2
import numpy as np

from solamen.core.errors import OutsideError
from solamen.core.frames import Image
from solamen.core.intents import Expression
from solamen.robot.adapters.scene import FACE, Framing, RobotRenderer
from solamen.robot.description import RobotDescription, load_robot
from solamen.robot.retarget import Retargeter

EXPRESSIONS: dict[str, Mapping[int, float]] = {
    "neutral": {},
    "attend": {1: 0.2, 2: 0.35, 5: 0.3},
    "mild pain, mirrored": {1: 0.15, 4: 0.2, 6: 0.25, 7: 0.12, 10: 0.2},
    "moderate pain, mirrored": {1: 0.3, 4: 0.3, 6: 0.35, 7: 0.2, 10: 0.36, 20: 0.15},
    "strong pain, mirrored": {1: 0.45, 4: 0.4, 6: 0.4, 7: 0.32, 9: 0.2, 10: 0.4, 15: 0.2, 20: 0.25, 25: 0.25},
    "concern": {1: 0.85, 4: 0.2, 7: 0.1, 15: 0.55},
    "calm": {1: 0.15, 6: 0.2, 12: 0.4, 43: 0.2},
    "smile": {1: 0.1, 2: 0.15, 6: 0.7, 12: 0.9},
}
"""Name to action units at 0–1. Mirrored units of pain stay at 0.4 or below, whatever the person shows; the inner brows
rise with them and keep a pained look from becoming a stern one."""

SMALL = (cv2.IMWRITE_PNG_COMPRESSION, 9)

EYE_LEVEL = (0.8, 0.0, 0.53)
"""Someone in front who is looked at, metres in base_link."""


def draw_sheet(description: RobotDescription, size_px: int = 300, framing: Framing = FACE) -> Image:
    """The expressions in two rows of four, with their names."""
    retargeter = Retargeter(description)
    pictures = []
    with RobotRenderer(description, size_px, size_px, framing, samples=4) as renderer:
        for name, activation in EXPRESSIONS.items():
            expression = Expression(0.0, activation, gaze_target=EYE_LEVEL)
            picture = renderer.render(retargeter.retarget(expression)).copy()
            cv2.putText(picture, name, (8, 18), cv2.FONT_HERSHEY_SIMPLEX, 0.45, (60, 60, 60), 1, cv2.LINE_AA)
            pictures.append(picture)
    rows = [np.hstack(pictures[:4]), np.hstack(pictures[4:])]
    return np.asarray(np.vstack(rows), dtype=np.uint8)


def main(arguments: list[str]) -> int:
    """Writes the sheet of our robot; returns the exit status."""
    if len(arguments) != 1:
        print("usage: python -m solamen.robot.sheet OUT.png", file=sys.stderr)
        return 2
    try:
        sheet = draw_sheet(load_robot("sol"))
    except OutsideError as error:
        print(error, file=sys.stderr)
        return 2
    if not Path(arguments[0]).parent.is_dir() or not cv2.imwrite(arguments[0], sheet[:, :, ::-1], SMALL):
        print(f"cannot write the picture: {arguments[0]}. Give a file in a folder that exists.", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
