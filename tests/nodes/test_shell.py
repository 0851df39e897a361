import errno
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from diagnostic_msgs.msg import DiagnosticArray, DiagnosticStatus
from rclpy.clock import ClockType
from rclpy.executors import SingleThreadedExecutor
from rclpy.lifecycle import TransitionCallbackReturn
from rclpy.parameter import Parameter
from std_msgs.msg import Float64

from solamen.core.errors import OutsideError
from solamen.core.settings import Checked, setting
from solamen.nodes import shell
from solamen.nodes.runtime import keep, kept
from solamen.nodes.shell import Shell

SUCCESS, FAILURE = TransitionCallbackReturn.SUCCESS, TransitionCallbackReturn.FAILURE


@dataclass(frozen=True, kw_only=True)
class EchoSettings(Checked):
    gain: float = setting(2.0, low=0.0, high=10.0, doc="factor")


class EchoNode(Shell[EchoSettings]):
    settings_type = EchoSettings
    refuses = False

    def __init__(self, **arguments):
        self.finished = 0
        super().__init__("echo", **arguments)

    def start(self):
        if self.refuses:
            raise OutsideError("the lamp is gone", "here", "Bring it back.")
        self.out = self.create_publisher(Float64, "out", 5)
        self.listen(Float64, "in", self._on_number, 5)

    def finish(self):
        self.finished += 1

    def _on_number(self, message):
        if message.data < 0.0:
            raise ValueError("a number below 0")
        self.out.publish(Float64(data=self.settings.gain * message.data))


@pytest.fixture
def echo(ros):
    node = EchoNode()
    yield node
    node.close()
    node.destroy_node()


class Bench:
    """Another node that sends numbers and keeps what comes back."""

    def __init__(self, ros, node):
        self.probe = ros.create_node("bench")
        self.numbers, self.diagnostics = [], []
        self.sender = self.probe.create_publisher(Float64, "in", 5)
        self.probe.create_subscription(Float64, "out", lambda message: self.numbers.append(message.data), 5)
        self.probe.create_subscription(DiagnosticArray, "/diagnostics", self.diagnostics.append, 5)
        self.executor = SingleThreadedExecutor()
        self.executor.add_node(node)
        self.executor.add_node(self.probe)

    def until(self, condition, turns=500):
        for _ in range(turns):
            if condition():
                return True
            self.executor.spin_once(timeout_sec=0.01)
        return condition()

    def send(self, number):
        self.until(lambda: self.sender.get_subscription_count() > 0)
        self.sender.publish(Float64(data=number))


@pytest.fixture
def bench(ros, echo):
    made = Bench(ros, echo)
    yield made
    made.executor.shutdown()
    made.probe.destroy_node()


def test_an_active_node_works_with_its_parameters(echo, bench):
    assert (echo.trigger_configure(), echo.trigger_activate()) == (SUCCESS, SUCCESS)
    bench.send(1.5)
    assert bench.until(lambda: bench.numbers == [3.0])


def test_a_failing_callback_becomes_a_diagnostic_and_the_node_goes_on(echo, bench):
    echo.trigger_configure()
    echo.trigger_activate()
    bench.send(-1.0)
    bench.send(2.0)
    assert bench.until(lambda: bench.numbers == [4.0])

    def told():
        statuses = [array.status[0] for array in bench.diagnostics]
        return any(s.level == DiagnosticStatus.ERROR and "a number below 0" in s.message for s in statuses)

    assert bench.until(told)


def test_what_went_wrong_once_is_counted_and_no_longer_an_error_after_a_while(echo, bench, monkeypatch):
    echo.trigger_configure()
    echo.trigger_activate()
    bench.send(-1.0)
    assert bench.until(lambda: told(bench, DiagnosticStatus.ERROR, "a number below 0"))
    monkeypatch.setattr(shell, "MISHAP_S", 0.0)
    assert bench.until(lambda: told(bench, DiagnosticStatus.OK, "active"))
    values = {pair.key: pair.value for pair in bench.diagnostics[-1].status[0].values}
    assert values == {"problems": "1", "last_mishap": "_on_number failed: ValueError: a number below 0"}


def test_a_problem_stands_until_it_is_solved_whatever_else_goes_wrong(echo, bench, monkeypatch):
    echo.trigger_configure()
    echo.trigger_activate()
    monkeypatch.setattr(shell, "MISHAP_S", 0.0)
    echo.problem("the lamp is gone; look for it")
    echo.problem("nobody listens", "listeners")
    echo.mishap("a word was not understood")
    assert bench.until(lambda: told(bench, DiagnosticStatus.ERROR, "the lamp is gone; look for it; nobody listens"))
    echo.solved()
    assert bench.until(lambda: told(bench, DiagnosticStatus.ERROR, "nobody listens"))
    echo.solved("listeners")
    assert bench.until(lambda: told(bench, DiagnosticStatus.OK, "active"))


def told(bench, level, message):
    newest = bench.diagnostics[-1].status[0] if bench.diagnostics else None
    return newest is not None and (newest.level, newest.message[-len(message) :]) == (level, message)


def test_a_deactivated_node_hears_nothing_and_can_be_activated_again(echo, bench):
    echo.trigger_configure()
    echo.trigger_activate()
    echo.trigger_deactivate()
    assert echo.finished == 1
    assert echo.count_subscribers("in") == 0
    echo.trigger_activate()
    bench.send(1.0)
    assert bench.until(lambda: bench.numbers == [2.0])


def test_a_parameter_out_of_range_keeps_the_node_unconfigured(ros):
    from rclpy.parameter import Parameter

    node = EchoNode(parameter_overrides=[Parameter("gain", value=11.0)])
    assert node.trigger_configure() == FAILURE
    node.destroy_node()


def test_a_node_whose_device_is_gone_stays_inactive(echo):
    echo.refuses = True
    echo.trigger_configure()
    assert echo.trigger_activate() == FAILURE
    assert not echo.active


def test_where_the_disk_is_full_what_is_kept_is_still_the_newest(tmp_path, monkeypatch):
    monkeypatch.setenv("SOLAMEN_RUNTIME_DIR", str(tmp_path))
    keep("person", {"consent": 2, "reason": "the person agreed to record"})

    def full(*_, **__):
        raise OSError(errno.ENOSPC, "no space")

    monkeypatch.setattr(Path, "write_text", full)
    keep("person", {"consent": 0})
    assert kept("person") == {"consent": 0}
    keep("another", {"consent": 0})
    assert kept("another") is None


ASKS = """
import os, sys
from solamen.nodes.runtime import orphaned
os.write(int(sys.argv[1]), b"up")
sys.stdin.read()
print(orphaned())
"""
STARTS = f"""
import os, subprocess, sys
read, write = os.pipe()
os.environ["SOLAMEN_LAUNCHER"] = str(os.getpid()) if sys.argv[1] == "launch" else sys.argv[1]
child = subprocess.Popen([sys.executable, "-c", {ASKS!r}, str(write)], pass_fds=[write])
os.read(read, 2)
child.wait() if sys.argv[2] == "stays" else os._exit(0)
"""


@pytest.mark.parametrize(
    ("launcher", "launch", "alone"),
    [("launch", "stays", "False"), ("launch", "dies", "True"), ("1234567", "dies", "False"), ("", "dies", "False")],
)
def test_a_process_that_launch_left_behind_notices(launcher, launch, alone):
    with subprocess.Popen(
        [sys.executable, "-c", STARTS, launcher, launch], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        if launch == "dies":
            process.wait()
        assert process.communicate()[0].strip() == alone


@pytest.mark.parametrize(("simulated", "kind"), [(False, ClockType.STEADY_TIME), (True, ClockType.ROS_TIME)])
def test_what_is_done_at_a_period_goes_on_when_the_wall_clock_is_set(ros, simulated, kind):
    # One of the wall clock would not fire until a clock that was set back has caught up: no watchdog, no stop.
    node = EchoNode(parameter_overrides=[Parameter("use_sim_time", value=simulated)])
    node.every(1.0, lambda: None)
    assert {timer.clock.clock_type for timer in node.timers} == {kind}
    node.destroy_node()
