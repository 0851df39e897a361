"""Solamen with its robot in Gazebo: Jazzy with Harmonic, Lyrical with Jetty.

ros2 launch solamen gazebo.launch.py input:=patient

Gazebo stands where the sim node stands otherwise: the safety node publishes sol_controller/joint_trajectory as ever,
and joint_states come from the broadcaster. Needed from apt: ros-$ROS_DISTRO-{ros-gz,gz-ros2-control,ros2-controllers,
robot-state-publisher}.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

import yaml
from launch.actions import (
    DeclareLaunchArgument,
    IncludeLaunchDescription,
    OpaqueFunction,
    RegisterEventHandler,
    SetEnvironmentVariable,
)
from launch.event_handlers import OnProcessExit, OnShutdown
from launch.launch_description_sources import PythonLaunchDescriptionSource
from launch.substitutions import Command, LaunchConfiguration, PathJoinSubstitution
from launch_ros.actions import Node
from launch_ros.parameter_descriptions import ParameterValue
from launch_ros.substitutions import FindPackageShare

from launch import LaunchContext, LaunchDescription, LaunchDescriptionEntity
from solamen.core.resources import resource
from solamen.core.states import Consent
from solamen.robot.description import load_robot
from solamen.session.graph import parameters, read_table
from solamen.session.options import RunOptions, parse_input

ROBOT = "sol"
BODY = "sim"
"""The process of config/nodes.yaml that Gazebo stands in for."""

ARGUMENTS = {
    "headless": ("false", "run Gazebo's server alone"),
    "input": ("patient", "who is watched: patient, topic (on camera/image), camera, camera:N, or a video file"),
    "companion": ("true", "start Solamen's own nodes, too; false: the body alone"),
    "network": ("false", "leave DDS as your environment has it; false: this machine alone"),
}
"""Name to default and meaning."""


def generate_launch_description() -> LaunchDescription:
    """The arguments, and what follows from them."""
    declared = [
        DeclareLaunchArgument(name, default_value=value, description=doc) for name, (value, doc) in ARGUMENTS.items()
    ]
    return LaunchDescription([*declared, OpaqueFunction(function=_all)])


def _all(context: LaunchContext) -> list[LaunchDescriptionEntity]:
    given = {name: LaunchConfiguration(name).perform(context) for name in ARGUMENTS}
    companion = _companion(given["input"]) if _is_true(given["companion"]) else []
    runtime = Path(tempfile.mkdtemp(prefix="solamen-"))
    environment = _environment(runtime, _is_true(given["network"]))
    return [*environment, _gazebo(_is_true(given["headless"])), *_body(runtime), *companion]


def _is_true(text: str) -> bool:
    return text.lower() in ("true", "1", "yes", "on")


def _environment(runtime: Path, network: bool) -> list[LaunchDescriptionEntity]:
    """What launch/companion.launch.py sets, too; DDS must be set up alike in Gazebo's plugin and in our nodes."""
    wanted = {"SOLAMEN_RUNTIME_DIR": str(runtime), "OMP_NUM_THREADS": "1", "LP_NUM_THREADS": "1"}
    if not network:
        wanted["FASTDDS_DEFAULT_PROFILES_FILE"] = str(resource("config", "dds", "shm.xml"))
    clean_up = OnShutdown(on_shutdown=lambda *_: shutil.rmtree(runtime, ignore_errors=True))
    return [
        *(SetEnvironmentVariable(name, value) for name, value in wanted.items()),
        RegisterEventHandler(clean_up),
    ]


def _gazebo(headless: bool) -> LaunchDescriptionEntity:
    """Gazebo itself, running from the start."""
    launch_file = PathJoinSubstitution([FindPackageShare("ros_gz_sim"), "launch", "gz_sim.launch.py"])
    words = f"-r {'-s ' if headless else ''}{resource('sim', 'gazebo', 'room.sdf')}"
    arguments = {"gz_args": words, "on_exit_shutdown": "true"}
    return IncludeLaunchDescription(PythonLaunchDescriptionSource(launch_file), launch_arguments=arguments.items())


def _body(runtime: Path) -> list[LaunchDescriptionEntity]:
    """The robot in Gazebo with its controllers, /clock, and the transforms."""
    simulated = {"use_sim_time": True}
    description = {"robot_description": ParameterValue(_description(_controllers(runtime)), value_type=str)}
    place = ["-topic", "robot_description", "-name", ROBOT]
    spawned = Node(package="ros_gz_sim", executable="create", arguments=place, output="screen")
    # The broadcaster first: the safety node lets nothing pass before it has seen all joints.
    broadcaster, controller = _spawner("joint_state_broadcaster"), _spawner("sol_controller")
    return [
        Node(
            package="ros_gz_bridge",
            executable="parameter_bridge",
            parameters=[{"config_file": str(resource("config", "gazebo", "bridge.yaml"))}],
        ),
        Node(
            package="robot_state_publisher",
            executable="robot_state_publisher",
            parameters=[description, simulated],
        ),
        spawned,
        RegisterEventHandler(OnProcessExit(target_action=spawned, on_exit=[broadcaster])),
        RegisterEventHandler(OnProcessExit(target_action=broadcaster, on_exit=[controller])),
    ]


def _spawner(controller: str) -> Node:
    return Node(package="controller_manager", executable="spawner", arguments=[controller], output="screen")


def _controllers(runtime: Path) -> Path:
    """A copy of the controllers' parameters in which the robot's channels stand; its light is a joint there, too."""
    robot = load_robot(ROBOT)
    content = yaml.safe_load(resource("config", "gazebo", "controllers.yaml").read_text(encoding="utf-8"))
    content[robot.controller]["ros__parameters"]["joints"] = list(robot.names())
    copy = runtime / "controllers.yaml"
    copy.write_text(yaml.safe_dump(content), encoding="utf-8")
    return copy


def _description(controllers: Path) -> Command:
    """The URDF as sim/gazebo/describe.py prints it."""
    words = [
        sys.executable,
        str(resource("sim", "gazebo", "describe.py")),
        str(resource("urdf", "sol.urdf.xacro")),
        "ros2_control:=gazebo",
        f"controllers:={controllers}",
    ]
    return Command([" ".join(f'"{word}"' for word in words)])


def _companion(source: str) -> list[LaunchDescriptionEntity]:
    """Solamen's nodes without their own simulator, on Gazebo's time; nothing is recorded."""
    watched = {"source": "topic"} if source == "topic" else parse_input(source)
    options = RunOptions(**watched, consent=Consent.OBSERVE, robot=ROBOT, headless=True)
    values = parameters(options, None) | {"use_sim_time": True}
    specs = [spec for spec in read_table() if spec.wanted(options.source, False) and spec.name != BODY]
    return [
        Node(
            package="solamen",
            executable=spec.name,
            parameters=[*(str(resource("config", file)) for file in spec.nodes.values()), spec.own(values)],
            output="screen",
            respawn=True,
            respawn_delay=0.5,
        )
        for spec in specs
    ]
