"""What Gazebo reads is well formed and says the same as the robot's own file. Gazebo itself is not started here."""

import ast
import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
import xacro
import yaml

from solamen.core.resources import resource
from solamen.robot.description import load_robot

ROOT = Path(__file__).parents[3]
XACRO = resource("urdf", "sol.urdf.xacro")
CONTROLLERS = resource("config", "gazebo", "controllers.yaml")
LAUNCH = resource("launch", "gazebo.launch.py")
SOL = yaml.safe_load(resource("config", "robots", "sol.yaml").read_text(encoding="utf-8"))
COMMANDED = SOL["joints"] | SOL["channels"]


def load(path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def described():
    arguments = {"ros2_control": "gazebo", "controllers": str(CONTROLLERS)}
    return load(resource("sim", "gazebo", "describe.py")).describe(XACRO, arguments)


@pytest.fixture(scope="module")
def robot(described):
    return ElementTree.fromstring(described)


def joints(robot):
    return {joint.attrib["name"]: joint for joint in robot.findall("joint")}


@pytest.fixture(scope="module")
def plain():
    return xacro.process_file(str(XACRO), mappings={"meshes": str(XACRO.parent / "meshes")}).toxml()


def test_links_and_joints_of_the_plain_model_share_no_name(plain):
    robot = ElementTree.fromstring(plain)
    names = [link.attrib["name"] for link in robot.findall("link")] + list(joints(robot))
    assert len(set(names)) == len(names) > 100


def test_links_and_joints_share_no_name(robot):
    links = [link.attrib["name"] for link in robot.findall("link")]
    names = [*links, *joints(robot)]
    assert len(set(names)) == len(names)


def test_each_joint_hangs_between_links_that_are_there(robot):
    links = {link.attrib["name"] for link in robot.findall("link")}
    ends = {end.attrib["link"] for end in (*robot.findall("joint/parent"), *robot.findall("joint/child"))}
    assert ends == links


def test_joints_keep_their_names_and_limits(robot):
    for joint in load_robot("sol").joints:
        if joint.name in COMMANDED:
            limit = joints(robot)[joint.name].find("limit")
            assert (float(limit.get("lower")), float(limit.get("upper"))) == (joint.lower, joint.upper)


def test_the_robot_is_fixed_to_the_world(robot):
    joint = joints(robot)["world_to_base"]
    assert (joint.get("type"), joint.find("parent").get("link")) == ("fixed", "world")
    assert joint.find("child").get("link") == "base_link"


def test_every_mesh_is_a_file(robot):
    meshes = {mesh.get("filename") for mesh in robot.iter("mesh")}
    assert meshes
    assert all(Path(mesh.removeprefix("file://")).is_file() for mesh in meshes)


def test_no_moving_part_is_lighter_than_its_motor(robot):
    inertias = {link.get("name"): link.find("inertial/inertia") for link in robot.findall("link")}
    moving = [joint.find("child").get("link") for joint in joints(robot).values() if joint.get("type") != "fixed"]
    assert min(float(inertias[link].get(axis)) for link in moving for axis in ("ixx", "iyy", "izz")) >= 2e-5


def test_ros2_control_commands_the_joints_of_the_robots_file(robot):
    control = robot.find("ros2_control")
    commanded = [joint.get("name") for joint in control.findall("joint") if joint.find("command_interface") is not None]
    assert commanded == list(COMMANDED)


def test_ros2_control_knows_all_that_follow_and_gives_them_no_command(robot):
    following = {name for name, joint in joints(robot).items() if joint.find("mimic") is not None}
    listed = [joint for joint in robot.find("ros2_control").findall("joint") if joint.get("name") not in COMMANDED]
    assert sorted(joint.get("name") for joint in listed) == sorted(following)
    assert all(joint.find("command_interface") is None for joint in listed)


def test_ros2_control_starts_at_neutral(robot):
    for joint in robot.find("ros2_control").findall("joint"):
        if joint.get("name") in COMMANDED:
            start = joint.find("state_interface[@name='position']/param[@name='initial_value']")
            assert float(start.text) == COMMANDED[joint.get("name")]["neutral"]


def test_a_light_is_a_slide_that_nobody_sees_for_ros2_control_and_nothing_moves_in_the_plain_model(robot, plain):
    slide = joints(robot)["glow"]
    assert (slide.get("type"), slide.find("limit").get("lower"), slide.find("limit").get("upper")) == (
        "prismatic",
        "0.0",
        "1.0",
    )
    link = next(link for link in robot.findall("link") if link.get("name") == slide.find("child").get("link"))
    assert link.find("visual") is None
    assert "glow" not in joints(ElementTree.fromstring(plain))


def test_gazebo_gets_no_halo_and_keeps_the_ring(robot, plain):
    def materials(text):
        (link,) = (link for link in text.findall("link") if link.get("name") == "glow_link")
        return [visual.find("material").get("name") for visual in link.findall("visual")]

    assert materials(robot) == ["glow"]
    assert set(materials(ElementTree.fromstring(plain))) == {"glow", "halo"}


def test_every_motor_has_the_effort_of_the_robots_file(plain):
    found = joints(ElementTree.fromstring(plain))
    for name, values in SOL["joints"].items():
        assert float(found[name].find("limit").get("effort")) == values["max_effort"]


def test_an_arm_can_carry_itself_and_a_stretched_one_pushes_no_harder_than_a_hand_may_be_touched(plain):
    links = {link.get("name"): link for link in ElementTree.fromstring(plain).findall("link")}
    arm = ("shoulder", "shoulder_swing", "upper_arm", "elbow", "forearm", "wrist", "hand", "fingers")
    names = [f"{part}_left" if f"{part}_left" in links else f"{part}_left_link" for part in arm]
    mass_kg = sum(float(links[name].find("inertial/mass").get("value")) for name in names)
    assert mass_kg == pytest.approx(1.2, abs=0.01)
    effort = SOL["joints"]["shoulder_pitch_left"]["max_effort"]
    middle_m, reach_m = 0.13, 0.30
    assert 1.5 * mass_kg * 9.81 * middle_m < effort < 15.0 * reach_m


def test_the_plugin_in_gazebo_is_given_its_controllers(robot):
    plugin = robot.find("gazebo/plugin")
    assert plugin.get("filename") == "gz_ros2_control-system"
    assert plugin.find("parameters").text == str(CONTROLLERS)


def test_without_the_argument_there_is_no_ros2_control():
    plain = ElementTree.fromstring(xacro.process_file(str(XACRO)).toxml())
    assert plain.find("ros2_control") is None
    assert plain.find("gazebo") is None


def test_mock_hardware_needs_no_gazebo():
    mock = ElementTree.fromstring(xacro.process_file(str(XACRO), mappings={"ros2_control": "mock"}).toxml())
    assert mock.find("ros2_control/hardware/plugin").text == "mock_components/GenericSystem"
    assert mock.find("gazebo") is None


def test_the_controllers_are_the_ones_that_safety_and_the_robot_listen_to():
    content = yaml.safe_load(CONTROLLERS.read_text(encoding="utf-8"))
    name = load_robot("sol").controller
    assert content[name]["ros__parameters"]["command_interfaces"] == ["position"]
    managed = content["controller_manager"]["ros__parameters"]
    kinds = {key: value["type"] for key, value in managed.items() if isinstance(value, dict)}
    assert kinds == {
        "joint_state_broadcaster": "joint_state_broadcaster/JointStateBroadcaster",
        name: "joint_trajectory_controller/JointTrajectoryController",
    }


def test_the_bridge_brings_the_time_to_ros():
    (entry,) = yaml.safe_load(resource("config", "gazebo", "bridge.yaml").read_text(encoding="utf-8"))
    assert (entry["ros_topic_name"], entry["direction"]) == ("/clock", "GZ_TO_ROS")


def calls(name):
    tree = ast.parse(LAUNCH.read_text(encoding="utf-8"))
    return [
        [argument.value if isinstance(argument, ast.Constant) else None for argument in node.args]
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name
    ]


def test_every_file_that_the_launch_file_names_exists():
    named = [parts for parts in calls("resource") if None not in parts]
    assert len(named) >= 6
    assert [parts for parts in named if not resource(*parts).is_file()] == []


def test_the_launch_file_starts_the_controllers_that_are_configured():
    assert sorted(name for (name,) in calls("_spawner")) == ["joint_state_broadcaster", "sol_controller"]


def test_the_launch_file_leaves_out_the_process_that_gazebo_stands_in_for():
    tree = ast.parse(LAUNCH.read_text(encoding="utf-8"))
    (body,) = [node.value.value for node in tree.body if isinstance(node, ast.Assign) and node.targets[0].id == "BODY"]
    assert body in yaml.safe_load(resource("config", "nodes.yaml").read_text(encoding="utf-8"))["nodes"]


def ign_sdf(path):
    if shutil.which("ign") is None:
        pytest.skip("ign sdf is not installed (apt: sdformat-sdf libsdformat-dev ignition-tools)")
    return subprocess.run(["ign", "sdf", "-k", path], capture_output=True, text=True, timeout=60, check=False)


def check_urdf(path):
    if shutil.which("check_urdf") is None:
        pytest.skip("check_urdf is not installed (apt: liburdfdom-tools)")
    return subprocess.run(["check_urdf", path], capture_output=True, text=True, timeout=60, check=False)


def test_ign_sdf_takes_the_room():
    answer = ign_sdf(resource("sim", "gazebo", "room.sdf"))
    assert answer.stdout.strip() == "Valid."


def test_ign_sdf_takes_the_robot(described, tmp_path):
    (tmp_path / "sol.urdf").write_text(described, encoding="utf-8")
    answer = ign_sdf(tmp_path / "sol.urdf")
    assert answer.stdout.strip() == "Valid."
    assert "Error" not in answer.stderr


@pytest.mark.parametrize("hardware", ["none", "mock", "gazebo"])
def test_both_checkers_take_the_plain_model(hardware, tmp_path):
    (tmp_path / "sol.urdf").write_text(
        xacro.process_file(str(XACRO), mappings={"ros2_control": hardware}).toxml(), encoding="utf-8"
    )
    assert check_urdf(tmp_path / "sol.urdf").returncode == 0
    answer = ign_sdf(tmp_path / "sol.urdf")
    assert answer.stdout.strip() == "Valid."
    assert "Error" not in answer.stderr


@pytest.mark.parametrize("hardware", ["none", "mock", "gazebo"])
def test_check_urdf_takes_the_robot(hardware, tmp_path):
    command = [sys.executable, resource("sim", "gazebo", "describe.py"), XACRO, f"ros2_control:={hardware}"]
    answer = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    (tmp_path / "sol.urdf").write_text(answer.stdout, encoding="utf-8")
    assert check_urdf(tmp_path / "sol.urdf").returncode == 0
