"""Time of an expression through ROS: message → robot node → safety node → safe joint command."""

from __future__ import annotations

import os
import shlex
import statistics
import subprocess
import time

from solamen.session.environment import own_domain, return_shared_memory, run_environment, runtime_folder
from solamen.session.graph import command, parameters, read_table
from solamen.session.options import RunOptions

PROCESSES = ("safety", "sim", "robot")
COUNT = 200
PERIOD_S = 0.05
START_LIMIT_S = 30.0


def main() -> None:
    with own_domain() as domain, runtime_folder() as runtime:
        environment = run_environment(runtime, domain, network=False)
        os.environ.update(environment)
        values = parameters(RunOptions(headless=True), None)
        specs = [spec for spec in read_table() if spec.name in PROCESSES]
        started = [subprocess.Popen(shlex.split(command(spec, values)), env=environment) for spec in specs]
        (runtime / "go").touch()
        try:
            _wait(runtime)
            _print(_latencies_ms())
        finally:
            for process in started:
                process.terminate()
            for process in started:
                process.wait(10)
    return_shared_memory()


def _wait(runtime) -> None:
    end_s = time.monotonic() + START_LIMIT_S
    while not all((runtime / f"{name}.ready").exists() for name in PROCESSES):
        if time.monotonic() > end_s:
            raise SystemExit(f"the processes did not come up within {START_LIMIT_S:.0f} s")
        time.sleep(0.1)


def _latencies_ms() -> list[float]:
    import rclpy
    from solamen_msgs.msg import CommandTrace, Expression

    rclpy.init()
    node = rclpy.create_node("bench")
    latencies: list[float] = []
    node.create_subscription(
        CommandTrace,
        "robot/trace",
        lambda trace: latencies.append((trace.command_monotonic_ns - trace.answers_monotonic_ns) * 1e-6),
        50,
    )
    publisher = node.create_publisher(Expression, "robot/expression", 5)

    def send() -> None:
        level = 0.3 * (len(latencies) % 2)
        message = Expression(unit=[4, 7, 12], activation=[level, level, 0.3 - level], blend_s=0.05, cause="bench")
        message.header.stamp = message.answers = node.get_clock().now().to_msg()
        message.answers_monotonic_ns = time.monotonic_ns()
        publisher.publish(message)

    node.create_timer(PERIOD_S, send)
    end_s = time.monotonic() + COUNT * PERIOD_S + 10.0
    while len(latencies) < COUNT and time.monotonic() < end_s:
        rclpy.spin_once(node, timeout_sec=0.1)
    node.destroy_node()
    rclpy.shutdown()
    return latencies


def _print(latencies: list[float]) -> None:
    kept = sorted(latencies[20:])
    p95 = kept[int(0.95 * len(kept))]
    print(
        f"{'robot: expression message → safe joint command':<52}{statistics.median(kept):9.3f} ms median"
        f"{p95:9.3f} ms p95   ≤ 30   ({len(kept)} messages, load {os.getloadavg()[0]:.1f})"
    )


if __name__ == "__main__":
    main()
