"""What every node has in common: lifecycle, parameters, diagnostics, and callbacks that cannot end the process."""

from __future__ import annotations

import dataclasses
import functools
import gc
import os
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, ClassVar, Generic, TypeVar

import rclpy
from diagnostic_msgs.msg import DiagnosticArray, DiagnosticStatus, KeyValue
from rcl_interfaces.msg import ParameterDescriptor
from rclpy.clock import Clock, ClockType
from rclpy.executors import Executor, ExternalShutdownException, SingleThreadedExecutor
from rclpy.lifecycle import LifecycleNode, LifecycleState, TransitionCallbackReturn
from rclpy.signals import SignalHandlerOptions
from rclpy.timer import Timer

from solamen.core.errors import OutsideError
from solamen.core.settings import from_mapping
from solamen.nodes.clock import NodeClock
from solamen.nodes.consent import ConsentWatch
from solamen.nodes.priority import GIVES_WAY_BY, MOVES_THE_ROBOT, give_way
from solamen.nodes.runtime import mark_complete, mark_ready, orphaned, supervised

S = TypeVar("S")

DIAGNOSTICS_PERIOD_S = 1.0
_STEADY = Clock(clock_type=ClockType.STEADY_TIME)
SPIN_S = 0.2
"""An idle node notices within this time that it should end."""
MISHAP_S = 30.0
"""So long the diagnostics tell of what went wrong once, such as a message that made no sense."""


class Shell(LifecycleNode, Generic[S]):
    """A lifecycle node around one room.

    A subclass names its settings, makes its subscriptions in `start` and releases what it holds in `finish`. With
    `autostart` (the default) it configures and activates itself, so that a respawned node comes back under either door.
    """

    settings_type: type[S]
    options: ClassVar[dict[str, Any]] = {}
    """Parameters that a run sets and that no file holds, with their defaults: consent, seed, …"""

    def __init__(self, name: str, **arguments: Any) -> None:
        super().__init__(name, **arguments)
        self.solamen_clock = NodeClock(self.get_clock())
        self.declare_parameter("autostart", True)
        self._declare_settings()
        for option, default in self.options.items():
            self.declare_parameter(option, default)
        self.run_over = False
        self._problems: dict[str, str] = {}
        self._mishap, self._mishap_ns = "", 0
        self._problem_count = 0
        self._logged_ns: dict[str, int] = {}
        self._diagnostics = self.create_publisher(DiagnosticArray, "/diagnostics", 10)
        self._diagnostics_timer = self.timer(DIAGNOSTICS_PERIOD_S, self._publish_diagnostics)
        self.active = False

    def start(self) -> None:
        """Makes what the node needs while it is active; `self.settings` is filled."""
        raise NotImplementedError

    def finish(self) -> None:
        """Releases what `start` made beside subscriptions, publishers and timers. May be called twice."""

    def figures(self) -> dict[str, Any]:
        """What the node tells about itself in its diagnostics."""
        return {}

    def option(self, name: str) -> Any:
        """The value of one of the options."""
        return self.get_parameter(name).value

    def obey_consent(self, changed: Callable[[], None] = lambda: None) -> ConsentWatch:
        """Follows what the person agreed to, from `start` on; `changed` is called within 200 ms of any change."""
        return ConsentWatch(self, self.guard(changed))

    def end_run(self) -> None:
        """Ends this process and, through the supervisor, the run: there is no more to show."""
        self.run_over = True

    def _declare_settings(self) -> None:
        for item in dataclasses.fields(self.settings_type):
            default = item.default_factory() if item.default is dataclasses.MISSING else item.default
            description = ParameterDescriptor(description=item.metadata.get("doc", ""), dynamic_typing=True)
            self.declare_parameter(item.name, default, description)

    def _read_settings(self) -> S:
        names = [item.name for item in dataclasses.fields(self.settings_type)]
        values = {name: self.get_parameter(name).value for name in names}
        return from_mapping(self.settings_type, values, f"parameters of node {self.get_name()}")

    def on_configure(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Reads the parameters."""
        try:
            self.settings = self._read_settings()
        except OutsideError as error:
            self.problem(str(error))
            return TransitionCallbackReturn.FAILURE
        return super().on_configure(state)

    def on_activate(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Starts the work."""
        self._before = (set(self.subscriptions), set(self.timers), set(self.publishers), set(self.services))
        try:
            self.start()
        except OutsideError as error:
            self.problem(str(error))
            self._undo_start()
            return TransitionCallbackReturn.FAILURE
        self.active = True
        return super().on_activate(state)

    def on_deactivate(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Ends the work; the node can be activated again."""
        self.active = False
        self._undo_start()
        return super().on_deactivate(state)

    def on_shutdown(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Ends the work for good."""
        self.close()
        return super().on_shutdown(state)

    def close(self) -> None:
        """Releases what the node holds; a problem while doing so is told and does not stop the others."""
        self.active = False
        self.guard(self.finish)()

    def _undo_start(self) -> None:
        self.guard(self.finish)()
        subscriptions, timers, publishers, services = self._before
        for subscription in set(self.subscriptions) - subscriptions:
            self.destroy_subscription(subscription)
        for timer in set(self.timers) - timers:
            self.destroy_timer(timer)
        for publisher in set(self.publishers) - publishers:
            self.destroy_publisher(publisher)
        for service in set(self.services) - services:
            self.destroy_service(service)

    def guard(self, work: Callable[..., Any]) -> Callable[..., Any]:
        """Wraps a callback: an exception becomes a diagnostic and the node goes on."""

        # rclpy reads the signature to tell what a callback takes; `wraps` keeps it.
        @functools.wraps(work)
        def guarded(*arguments: Any) -> Any:
            try:
                return work(*arguments)
            except (ExternalShutdownException, KeyboardInterrupt):
                raise
            except Exception as error:
                where = getattr(work, "__name__", "callback")
                self.mishap(f"{where} failed: {type(error).__name__}: {error}")
                return None

        return guarded

    def listen(self, kind: Any, topic: str, work: Callable[[Any], None], qos: Any) -> Any:
        """Subscribes with a guarded callback."""
        return self.create_subscription(kind, topic, self.guard(work), qos)

    def every(self, period_s: float, work: Callable[[], None]) -> None:
        """Calls a guarded callback at a fixed period, of simulated time where the node obeys that."""
        self.timer(period_s, self.guard(work))

    def timer(self, period_s: float, work: Callable[[], None]) -> Timer:
        """A timer that goes on when the machine's wall clock is set, as it is by the network soon after a start.

        One of the wall clock, which is rclpy's default, stands still until a clock that was set back has caught up.
        """
        simulated = self.get_clock().ros_time_is_active
        return self.create_timer(period_s, work, clock=self.get_clock() if simulated else _STEADY)

    def problem(self, sentence: str, about: str = "") -> None:
        """Tells what is wrong until it is solved, in the log and in the diagnostics.

        Args:
            sentence: what is wrong, and what to do.
            about: what it is about; one thing has one problem at a time.
        """
        self._problems[about] = sentence
        self._note(sentence)

    def solved(self, about: str = "") -> None:
        """What was wrong with this is over."""
        self._problems.pop(about, None)

    def mishap(self, sentence: str) -> None:
        """Tells what went wrong once, in the log, and in the diagnostics for some time."""
        self._mishap, self._mishap_ns = sentence, self.solamen_clock.monotonic_ns()
        self._note(sentence)

    def wrong(self) -> str:
        """What is wrong now, in words; empty: nothing."""
        recent = bool(self._mishap) and self.solamen_clock.monotonic_ns() - self._mishap_ns < MISHAP_S * 1e9
        problems = list(self._problems.values())  # at once: threads add to it
        return "; ".join(dict.fromkeys([*problems, *([self._mishap] if recent else [])]))

    def _note(self, sentence: str) -> None:
        """Counts, and logs the same thing at most once a second."""
        self._problem_count += 1
        now_ns = self.solamen_clock.monotonic_ns()
        logged = {said: at_ns for said, at_ns in list(self._logged_ns.items()) if now_ns - at_ns < 1_000_000_000}
        if sentence not in logged:
            self.get_logger().error(sentence)
            logged[sentence] = now_ns
        self._logged_ns = logged

    def _publish_diagnostics(self) -> None:
        figures = self.guard(self.figures)() or {}
        wrong = self.wrong()
        status = DiagnosticStatus(name=self.get_name(), hardware_id="solamen")
        status.level = DiagnosticStatus.ERROR if wrong else DiagnosticStatus.OK
        status.message = wrong or ("active" if self.active else "inactive")
        figures["problems"] = self._problem_count
        if self._mishap:
            figures["last_mishap"] = self._mishap
        status.values = [KeyValue(key=key, value=str(value)) for key, value in figures.items()]
        message = DiagnosticArray(status=[status])
        message.header.stamp = self.get_clock().now().to_msg()
        self._diagnostics.publish(message)


def cheapest_executor() -> Executor:
    """The executor that waits for events, where rclpy has it (from Kilted on), else the usual one.

    The usual one builds a new set of all that it waits for at each turn: most of the processor time of a small node.
    """
    try:
        from rclpy.experimental import EventsExecutor
    except ImportError:
        return SingleThreadedExecutor()
    return EventsExecutor()


def spin(
    process: str,
    makers: Sequence[Callable[[], Shell[Any]]],
    arguments: Sequence[str] | None = None,
) -> int:
    """Runs some nodes in this process until it is asked to end.

    Returns:
        0 after a request to end, 1 where a node could not start.
    """
    # rclpy's own handler would take the context away at once, under nodes that still have something to say.
    rclpy.init(args=arguments, signal_handler_options=SignalHandlerOptions.NO)
    asked = threading.Event()
    for number in _asks_to_end():
        signal.signal(number, lambda *_: asked.set())
    executor = cheapest_executor()
    nodes = [make() for make in makers]
    try:
        if not all(_bring_up(node) for node in nodes):
            return 1
        for node in nodes:
            executor.add_node(node)
        mark_ready(process)
        ranked = not supervised() or process in MOVES_THE_ROBOT
        # Without their supervisor they would go on unseen and disturb the next run.
        while not asked.is_set() and not orphaned() and not any(node.run_over for node in nodes):
            ranked = ranked or give_way(GIVES_WAY_BY)
            executor.spin_once(timeout_sec=SPIN_S)
    except ExternalShutdownException:
        pass
    finally:
        _close(nodes, executor)
    if any(node.run_over for node in nodes):
        mark_complete(process)
    return 0


def _asks_to_end() -> tuple[signal.Signals, ...]:
    """Signals that ask for an end in order; a terminal that is closed does, unless `nohup` has that ignored."""
    outlives_terminal = signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
    return (signal.SIGINT, signal.SIGTERM, *(() if outlives_terminal else (signal.SIGHUP,)))


def _bring_up(node: Shell[Any]) -> bool:
    if not node.get_parameter("autostart").value:
        return True
    success = TransitionCallbackReturn.SUCCESS
    return node.trigger_configure() == success and node.trigger_activate() == success


def _close(nodes: Sequence[Shell[Any]], executor: Executor) -> None:
    # Asked again to end while ending, the nodes still end in order: a recorder must close its files.
    for number in _asks_to_end():
        signal.signal(number, signal.SIG_IGN)
    for node in reversed(nodes):
        node.close()
    executor.shutdown(timeout_sec=1.0)
    for node in nodes:
        node.destroy_node()
    rclpy.try_shutdown()


def end_process(status: int) -> None:
    """Leaves the process without the interpreter's teardown, in which C++ libraries are known to crash."""
    gc.collect()  # what is left of the nodes gives its shared memory back
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


def log_to_file() -> None:
    """Where the supervisor asks for it, sends what the process prints to a file that its owner alone can read."""
    name = os.environ.get("SOLAMEN_LOG_FILE", "")
    if name:
        descriptor = os.open(Path(name), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(descriptor, 1)
        os.dup2(descriptor, 2)


def main_of(process: str, *makers: Callable[[], Shell[Any]]) -> Callable[[Sequence[str] | None], None]:
    """The `main` of a process that runs the given nodes."""

    def main(arguments: Sequence[str] | None = None) -> None:
        log_to_file()
        end_process(spin(process, makers, arguments))

    return main
