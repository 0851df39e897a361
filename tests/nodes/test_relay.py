"""The relay to a robot's own controllers, in this process; the action's types are a stand-in, as no wheel has them."""

import sys
import types

import pytest
import yaml
from rclpy.executors import SingleThreadedExecutor
from rclpy.parameter import Parameter
from rclpy.task import Future
from sensor_msgs.msg import JointState
from trajectory_msgs.msg import JointTrajectory, JointTrajectoryPoint

from solamen.core.intents import TrajectoryPoint
from solamen.core.resources import resource
from solamen.nodes import relay
from solamen.nodes.convert import trajectory_from, trajectory_message
from solamen.nodes.qos import ESTIMATE
from solamen.nodes.relay import RelayNode, part_of
from solamen.robot.description import load_robot

TIAGO = load_robot("tiago_pro")


def trajectory(place=0.1):
    names = TIAGO.names()
    points = [TrajectoryPoint(0.1, dict.fromkeys(names, place), dict.fromkeys(names, 0.0))]
    return trajectory_message(points, 0.0)


class Controller:
    """A stand-in for an action client: keeps the goals, answers when it is told to."""

    made = []  # noqa: RUF012

    def __init__(self, node, kind, name):
        self.name, self.ready, self.goals, self.answers = name, True, [], []
        Controller.made.append(self)

    def server_is_ready(self):
        return self.ready

    def send_goal_async(self, goal):
        self.goals.append(goal.trajectory)
        self.answers.append(Future())
        return self.answers[-1]

    def answer(self, accepted):
        self.answers[-1].set_result(types.SimpleNamespace(accepted=accepted))

    def destroy(self):
        pass


class Goal:
    def __init__(self, trajectory):
        self.trajectory = trajectory


@pytest.fixture
def control_msgs(monkeypatch):
    action = types.ModuleType("control_msgs.action")
    action.FollowJointTrajectory = types.SimpleNamespace(Goal=Goal)
    monkeypatch.setitem(sys.modules, "control_msgs", types.ModuleType("control_msgs"))
    monkeypatch.setitem(sys.modules, "control_msgs.action", action)
    monkeypatch.setattr(relay, "ActionClient", Controller)
    Controller.made = []


@pytest.fixture
def tiago_with_goals(tmp_path):
    content = yaml.safe_load(resource("config", "robots", "tiago_pro.yaml").read_text())
    content["backend"]["action"] = True
    file = tmp_path / "tiago_goals.yaml"
    file.write_text(yaml.safe_dump(content, sort_keys=False))
    return str(file)


@pytest.fixture
def start(ros):
    made = []

    def make(robot):
        node = RelayNode(parameter_overrides=[Parameter("robot_file", value=robot)])
        made.append(node)
        node.trigger_configure()
        node.trigger_activate()
        return node

    yield make
    for node in made:
        node.close()
        node.destroy_node()


def test_a_part_has_the_joints_asked_for_under_the_drivers_names():
    part = part_of(trajectory(0.2), {"head_2_joint"}, {"head_2_joint": "nod"})
    assert list(part.joint_names) == ["nod"]
    assert trajectory_from(part) == [TrajectoryPoint(0.1, {"nod": 0.2}, {"nod": 0.0})]
    assert part_of(trajectory(), {"tail"}, {}) is None


def test_points_of_another_length_are_refused():
    message = trajectory()
    message.points[0].velocities = [0.0]
    with pytest.raises(ValueError, match="another length"):
        part_of(message, {"head_1_joint"}, {})


def test_each_controller_hears_its_own_joints_on_its_topic(ros, start):
    node, probe, heard = start("tiago_pro"), ros.create_node("probe"), {}
    for name in TIAGO.controllers:
        probe.create_subscription(
            JointTrajectory, f"{name}/joint_trajectory", lambda m, n=name: heard.update({n: m}), 5
        )
    safety = probe.create_publisher(JointTrajectory, f"{TIAGO.controller}/joint_trajectory", ESTIMATE)
    executor = SingleThreadedExecutor()
    executor.add_node(node)
    executor.add_node(probe)
    for _ in range(300):
        safety.publish(trajectory())
        executor.spin_once(timeout_sec=0.02)
        if len(heard) == 3:
            break
    executor.shutdown()
    probe.destroy_node()
    assert {name: tuple(message.joint_names) for name, message in heard.items()} == dict(TIAGO.controllers)


def test_a_robot_whose_one_controller_hears_safety_itself_gets_nothing_twice(start):
    node = start("sol")
    assert node.active and node.figures()["controllers"] == 0
    assert node.count_publishers("sol_controller/joint_trajectory") == 0


def test_without_control_msgs_goals_are_refused_in_one_sentence(start, tiago_with_goals):
    node = start(tiago_with_goals)
    assert not node.active
    assert "control_msgs is not installed" in node.wrong() and "\n" not in node.wrong()


def test_goals_go_out_one_at_a_time_and_the_newest_first(control_msgs, start, tiago_with_goals):
    node = start(tiago_with_goals)
    head = Controller.made[0]
    assert [client.name for client in Controller.made] == [f"{c}/follow_joint_trajectory" for c in TIAGO.controllers]
    for place in (0.1, 0.2, 0.3):
        node._on_trajectory(trajectory(place))
    assert len(head.goals) == 1
    head.answer(accepted=True)
    assert [goal.points[0].positions[0] for goal in head.goals] == pytest.approx([0.1, 0.3])


def test_a_rejected_goal_and_a_missing_controller_are_told(control_msgs, start, tiago_with_goals):
    node = start(tiago_with_goals)
    head = Controller.made[0]
    node._on_trajectory(trajectory())
    head.answer(accepted=False)
    assert "head_controller rejects the trajectory" in node.wrong()
    head.ready = False
    node._on_trajectory(trajectory())
    assert len(head.goals) == 1
    for client in Controller.made[1:]:
        client.ready = False
    assert "follow_joint_trajectory" in node.wrong()


def test_an_answer_that_never_comes_holds_nothing_up(control_msgs, start, tiago_with_goals, monkeypatch):
    node = start(tiago_with_goals)
    now_ns = [1_000_000_000]
    monkeypatch.setattr(node.solamen_clock, "monotonic_ns", lambda: now_ns[0])
    node._on_trajectory(trajectory())
    now_ns[0] += 150_000_000
    node._on_trajectory(trajectory())
    assert len(Controller.made[0].goals) == 2


def test_what_the_driver_calls_otherwise_and_lights_are_told_in_our_names_for_as_long_as_it_tells(ros, start, tmp_path):
    content = yaml.safe_load(resource("config", "robots", "tiago_pro.yaml").read_text())
    content["joints"]["head_1_joint"]["driver"] = "neck"
    light = {"kind": "light", "lower": 0.0, "upper": 1.0, "max_velocity": 1.0, "max_acceleration": 5.0, "neutral": 0.4}
    content.setdefault("channels", {})["ring"] = light
    next(iter(content["controllers"].values())).append("ring")
    (tmp_path / "own.yaml").write_text(yaml.safe_dump(content, sort_keys=False))
    node, probe, heard = start(str(tmp_path / "own.yaml")), ros.create_node("probe"), []
    states = probe.create_publisher(JointState, "joint_states", ESTIMATE)
    probe.create_subscription(JointState, "joint_states", heard.append, ESTIMATE)
    executor = SingleThreadedExecutor()
    for each in (node, probe):
        executor.add_node(each)

    def until(condition, turns=300):
        while not condition() and (turns := turns - 1) > 0:
            executor.spin_once(timeout_sec=0.02)
        return condition()

    assert until(lambda: states.get_subscription_count() == 2 and probe.count_publishers("joint_states") == 2)
    assert not until(lambda: heard, turns=10)
    for place, ring in ((0.3, 0.4), (0.2, 0.9)):
        heard.clear()
        states.publish(JointState(name=["neck", "head_2_joint"], position=[place, 0.1], velocity=[0.5, 0.0]))
        assert until(lambda: len(heard) == 2)
        own = heard[1]
        assert (list(own.name), list(own.position), list(own.velocity)) == (
            ["head_1_joint", "ring"],
            [place, ring],
            [0.5, 0.0],
        )
        node._on_trajectory(
            JointTrajectory(joint_names=["ring"], points=[JointTrajectoryPoint(positions=[0.9], velocities=[0.0])])
        )
    assert not until(lambda: len(heard) > 2, turns=10)
    states.publish(JointState(name=["ring"], position=[0.1]))  # who can measure it knows better
    assert until(lambda: len(heard) == 3) and not until(lambda: len(heard) > 3, turns=10)
    executor.shutdown()
    probe.destroy_node()
