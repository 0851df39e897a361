"""Starts the nodes of config/nodes.yaml under `ros2 launch`: the same processes that `solamen run` supervises.

ros2 launch solamen companion.launch.py input:=patient headless:=true
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

import xacro
import yaml
from ament_index_python.packages import PackageNotFoundError, get_package_prefix
from launch.actions import (
    DeclareLaunchArgument,
    EmitEvent,
    OpaqueFunction,
    RegisterEventHandler,
    SetEnvironmentVariable,
)
from launch.event_handlers import OnProcessExit, OnShutdown
from launch.events import Shutdown
from launch.substitutions import LaunchConfiguration
from launch_ros.actions import Node
from launch_ros.parameter_descriptions import ParameterValue

from launch import LaunchContext, LaunchDescription, LaunchDescriptionEntity
from solamen.core.clock import SystemClock
from solamen.core.resources import resource
from solamen.core.states import Consent
from solamen.robot.description import load_robot
from solamen.session.environment import RunNote, hold_domain
from solamen.session.folder import hold, new_run_folder
from solamen.session.graph import ProcessSpec, parameters, read_table
from solamen.session.options import (
    RunOptions,
    parse_consent,
    parse_input,
    parse_microphone,
    parse_person,
    parse_robot,
)
from solamen.session.run import write_run_file
from solamen.session.supervisor import RunLog

RESPAWN_DELAY_S = 0.5
GRACE_S = 10.0
"""A recorder needs this long at most to close its files after it was asked to end."""

ARGUMENTS = {
    "use_sim_time": ("false", "take time from /clock"),
    "namespace": ("", "before all topics and nodes"),
    "params_file": ("", "a parameter file that overrides those in config/"),
    "headless": ("false", "open no window"),
    "robot": ("mujoco", "mujoco or dry (ours), the name of a file in config/robots, or the path of your own"),
    "input": ("patient", "patient, topic (a robot's camera on camera/image), camera, camera:N, or a video file"),
    "microphone": ("", "a microphone's number, default, or none; empty: the source's own sound, on the topic audio"),
    "record": ("true", "write what the consent allows"),
    "person": ("", "id of the person in care, a code, never a name; empty: anonymous"),
    "consent": ("", "none, observe, record or learn; empty: record for the patient and files, else none"),
    "scenario": ("", "a virtual patient's scenario; empty: the default one"),
    "seed": ("0", "of the virtual patient"),
    "out": ("", "folder of the record; empty: runs/<stamp>"),
    "network": ("false", "leave DDS as your environment has it; false: this machine alone"),
}
"""Name to default and meaning."""


def generate_launch_description() -> LaunchDescription:
    """The arguments, and what follows from them."""
    declared = [
        DeclareLaunchArgument(name, default_value=value, description=doc) for name, (value, doc) in ARGUMENTS.items()
    ]
    return LaunchDescription([*declared, OpaqueFunction(function=_companion)])


def _companion(context: LaunchContext) -> list[LaunchDescriptionEntity]:
    given = {name: LaunchConfiguration(name).perform(context) for name in ARGUMENTS}
    options = _options(given)
    runtime = Path(tempfile.mkdtemp(prefix="solamen-"))
    # So that `solamen consent`, `solamen stop` and the like find this run, too.
    hold_domain(RunNote(network=_is_true(given["network"]), namespace=given["namespace"].strip("/")))
    specs = [spec for spec in read_table() if spec.wanted(options.source, options.records, options.backend)]
    out = _new_folder(options) if options.records else None
    # The embedded simulator is then the source of time, too.
    sim_time = _is_true(given["use_sim_time"])
    values = parameters(options, out) | {"use_sim_time": sim_time, "publish_clock": sim_time}
    processes = [_process(spec, given, values, runtime) for spec in specs]
    return [
        *_environment(runtime, _is_true(given["network"])),
        *processes,
        *_transforms(given, options, sim_time),
        *(_end_with(process) for process in processes),
        RegisterEventHandler(OnShutdown(on_shutdown=lambda *_: shutil.rmtree(runtime, ignore_errors=True))),
    ]


def _new_folder(options: RunOptions) -> Path:
    """The folder of the record, with what was asked for."""
    folder = new_run_folder(options.out, SystemClock())
    hold(folder)
    write_run_file(folder, options, RunLog())
    return folder


def _options(given: dict[str, str]) -> RunOptions:
    """The options of the run; who asks for no record gets none, whatever the consent would allow."""
    source = {"source": "topic"} if given["input"] == "topic" else parse_input(given["input"])
    consent = parse_consent(given["consent"], source["source"])
    return RunOptions(
        **source,
        consent=consent if _is_true(given["record"]) else min(consent, Consent.OBSERVE),
        person=parse_person(given["person"]),
        **parse_robot(given["robot"]),
        **parse_microphone(given["microphone"] or None),
        scenario=Path(given["scenario"]) if given["scenario"] else None,
        headless=_is_true(given["headless"]),
        out=Path(given["out"]) if given["out"] else None,
        seed=int(given["seed"]),
        network=_is_true(given["network"]),
    )


def _is_true(text: str) -> bool:
    return text.lower() in ("true", "1", "yes", "on")


def _environment(runtime: Path, network: bool) -> list[LaunchDescriptionEntity]:
    """What the supervisor sets, too: where state is kept, drawing off screen, one thread for each process."""
    wanted = {"SOLAMEN_LAUNCHER": str(os.getpid())}
    wanted |= {"SOLAMEN_RUNTIME_DIR": str(runtime), "MUJOCO_GL": os.environ.get("MUJOCO_GL", "egl")}
    wanted |= {"OMP_NUM_THREADS": "1", "LP_NUM_THREADS": "1"}
    if not network:
        wanted["FASTDDS_DEFAULT_PROFILES_FILE"] = str(resource("config", "dds", "shm.xml"))
    return [SetEnvironmentVariable(name, value) for name, value in wanted.items()]


def _process(spec: ProcessSpec, given: dict[str, str], values: dict[str, Any], runtime: Path) -> Node:
    """One process of the table, started again when it dies."""
    files = [_for_any_namespace(resource("config", file), runtime) for file in spec.nodes.values()]
    own = [Path(given["params_file"])] if given["params_file"] else []
    return Node(
        package="solamen",
        executable=spec.name,
        namespace=given["namespace"],
        parameters=[*files, spec.own(values), *own],
        output="screen",
        respawn=True,
        respawn_delay=RESPAWN_DELAY_S,
        sigterm_timeout=str(GRACE_S),
    )


def _transforms(given: dict[str, str], options: RunOptions, sim_time: bool) -> list[LaunchDescriptionEntity]:
    """robot_description and /tf from the robot's model, where ROS's robot_state_publisher is installed."""
    robot = load_robot(options.robot)
    try:
        get_package_prefix("robot_state_publisher")
    except PackageNotFoundError:
        return []
    if not robot.has_model:
        return []
    model = xacro.process_file(str(robot.urdf)).toxml()
    description = {"robot_description": ParameterValue(model, value_type=str), "use_sim_time": sim_time}
    package = executable = "robot_state_publisher"
    return [Node(package=package, executable=executable, namespace=given["namespace"], parameters=[description])]


def _for_any_namespace(path: Path, runtime: Path) -> Path:
    """A copy of a parameter file that also holds where the nodes have a namespace."""
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    copy = runtime / path.name
    copy.write_text(yaml.safe_dump({f"/**/{node}": block for node, block in content.items()}), encoding="utf-8")
    return copy


def _end_with(process: Node) -> RegisterEventHandler:
    """Ends everything when a process leaves with status 0 unasked, as at the end of a file."""

    def ended(event: Any, context: LaunchContext) -> list[LaunchDescriptionEntity]:
        return [EmitEvent(event=Shutdown(reason="the run is complete"))] if event.returncode == 0 else []

    return RegisterEventHandler(OnProcessExit(target_action=process, on_exit=ended))
