"""The processes of a run, from config/nodes.yaml and the options."""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from solamen.core.errors import OutsideError
from solamen.core.resources import resource
from solamen.core.settings import read_yaml
from solamen.session.options import RunOptions

_KEYS = {"module", "nodes", "when", "ready_s"}

MEANT_FOR = {"backend": "driver", "run_consent": "people"}
"""Parameter of a run to the one process that may have it: other nodes have settings of that name, too."""


@dataclass(frozen=True)
class ProcessSpec:
    """One process of the table.

    Attributes:
        name: of the process.
        module: what Python starts.
        nodes: ROS node name to its parameter file in config/.
        inputs: sources with which it runs; empty for all.
        backends: backends of the robot with which it runs; empty for all.
        only_recording: it runs only where something is recorded.
        ready_s: it should be up, or up again, within this many seconds.
    """

    name: str
    module: str
    nodes: Mapping[str, str]
    inputs: tuple[str, ...]
    backends: tuple[str, ...]
    only_recording: bool
    ready_s: float

    def own(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Those of a run's parameters that are not meant for another process alone."""
        return {key: value for key, value in values.items() if MEANT_FOR.get(key, self.name) == self.name}

    def wanted(self, source: str, records: bool, backend: str = "mujoco") -> bool:
        """Whether a run with this input and this backend of the robot, recorded or not, has this process."""
        seen, moved = not self.inputs or source in self.inputs, not self.backends or backend in self.backends
        return seen and moved and (records or not self.only_recording)


def read_table(path: Path | None = None) -> list[ProcessSpec]:
    """The table of processes.

    Raises:
        OutsideError: the file is missing, or an entry is not as it must be.
    """
    path = path or resource("config", "nodes.yaml")
    content = read_yaml(path)
    try:
        return [_spec(name, entry) for name, entry in content["nodes"].items()]
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        remedy = f"Give each process {', '.join(sorted(_KEYS))}, as in the file that Solamen came with."
        raise OutsideError(f"the table of processes is malformed ({error})", str(path), remedy) from error


def _spec(name: str, entry: Mapping[str, Any]) -> ProcessSpec:
    unknown = set(entry) - _KEYS
    if unknown:
        raise ValueError(f"unknown key {sorted(unknown)[0]!r} in {name}")
    when = entry.get("when", {})
    inputs, backends = tuple(when.get("input", ())), tuple(when.get("backend", ()))
    recording, ready_s = bool(when.get("record", False)), float(entry["ready_s"])
    return ProcessSpec(name, entry["module"], dict(entry["nodes"]), inputs, backends, recording, ready_s)


def parameters(options: RunOptions, out: Path | None) -> dict[str, Any]:
    """The parameters that a run sets, for all nodes; a node passes over what it does not declare."""
    return {
        # Where a person is named, the others wait for what the people process knows of that person's consent.
        "consent": "none" if options.person else options.consent.name.lower(),
        "run_consent": options.consent.name.lower(),
        "person_id": options.person,
        "preview": options.preview,
        "source": "topic" if options.source == "patient" else options.source,
        "device": options.device,
        "file": str(options.file or ""),
        "sound": options.sound,
        "microphone": -1 if options.microphone is None else options.microphone,
        "hear_stop": options.hear_stop,
        "scenario": str(options.scenario.absolute() if options.scenario else ""),
        "seed": options.seed,
        "robot_file": options.robot,
        # The robot's own file says where the robot is.
        "backend": options.backend,
        "headless": options.headless,
        "out": str(out.absolute()) if out else "",
        "label": options.label,
    }


def command(spec: ProcessSpec, values: Mapping[str, Any]) -> str:
    """The command line of a process."""
    words = [sys.executable, "-m", spec.module, "--ros-args", "--disable-external-lib-logs", "--log-level", "warn"]
    for file in spec.nodes.values():
        words += ["--params-file", str(resource("config", file))]
    for key, value in spec.own(values).items():
        words += ["-p", f"{key}:={json.dumps(value)}"]
    return shlex.join(words)
