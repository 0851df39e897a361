"""Reads what of a robot could touch what from `config/collision/`."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from solamen.core.errors import OutsideError
from solamen.core.resources import resource
from solamen.core.settings import read_yaml
from solamen.robot.safety.chains import AXES, Chain, ChainJoint, Triple
from solamen.robot.safety.collision import FLOOR, CollisionModel
from solamen.robot.safety.contact import Hand


def load_collision_model(robot: str) -> CollisionModel | None:
    """The model in `config/collision/` of the robot of that name; None where there is none.

    Raises:
        OutsideError: the file is malformed.
    """
    path = resource("config", "collision", f"{robot}.yaml")
    return read_collision_model(path) if path.is_file() else None


def read_collision_model(path: Path) -> CollisionModel:
    """Reads such a file.

    Raises:
        OutsideError: it is malformed.
    """
    content = read_yaml(path)
    try:
        chains = {str(name): _chain(value) for name, value in content["chains"].items()}
        pairs = [(str(one), str(two)) for one, two in content["pairs"]]
        pairs += [(str(name), FLOOR) for name in content.get("above_floor", ())]
        unknown = {side for pair in pairs for side in pair} - set(chains) - {FLOOR}
        if unknown:
            raise ValueError(f"unknown chain {min(unknown)!r}")
        hands = tuple(_hand(str(name), value, chains) for name, value in content.get("hands", {}).items())
        floor_m = _finite(content.get("floor", 0.0))
        model = CollisionModel(chains, tuple(pairs), _finite(content["margin"]), floor_m, hands)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        what = f"the collision model cannot be read ({error})"
        raise OutsideError(what, str(path), "Compare it with config/collision/sol.yaml.") from error
    return model


def _hand(name: str, value: Any, chains: Mapping[str, Chain]) -> Hand:
    chain = chains[value["chain"]]
    return Hand(
        name=name,
        grip=str(value["grip"]),
        open_at=_finite(value["open"]),
        arm=tuple(joint.name for joint in chain.joints),
        reach_m=chain.reach_m(),
        palm=_triple(value["palm"]),
        fingers=_triple(value["fingers"]),
    )


def _chain(value: Any) -> Chain:
    joints = tuple(_joint(*item) for item in value["joints"])
    balls = tuple((int(number), _triple(centre), _finite(radius)) for number, centre, radius in value["balls"])
    if not balls or not all(0 <= number <= len(joints) and radius > 0.0 for number, _, radius in balls):
        raise ValueError("a chain needs balls with a radius, each after one of its joints")
    return Chain(joints, balls)


def _joint(name: Any, axis: Any, place: Any, tilt: Any = (0.0, 0.0, 0.0)) -> ChainJoint:
    if axis not in AXES:
        raise ValueError(f"axis {axis!r} is none of {', '.join(AXES)}")
    return ChainJoint(str(name), str(axis), _triple(place), _triple(tilt))


def _triple(value: Any) -> Triple:
    x, y, z = value
    return _finite(x), _finite(y), _finite(z)


def _finite(value: Any) -> float:
    if isinstance(value, bool) or not math.isfinite(float(value)):
        raise ValueError(f"{value!r} is no finite number")
    return float(value)
