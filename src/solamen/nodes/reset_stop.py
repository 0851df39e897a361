"""Asks the safety process of the run on this ROS domain to let the robot move again."""

from __future__ import annotations

import sys

import rclpy
from std_srvs.srv import Trigger

from solamen.nodes.send import in_namespace
from solamen.nodes.shell import end_process

FOUND_WITHIN_S = 5.0
ANSWER_WITHIN_S = 3.0


def main() -> None:
    """Calls robot/reset_stop once; prints the answer and leaves with 0, or the reason and 1."""
    rclpy.init(args=in_namespace())
    node = rclpy.create_node("reset_stop")
    client = node.create_client(Trigger, "robot/reset_stop")
    answer = None
    if client.wait_for_service(timeout_sec=FOUND_WITHIN_S):
        future = client.call_async(Trigger.Request())
        rclpy.spin_until_future_complete(node, future, timeout_sec=ANSWER_WITHIN_S)
        answer = future.result()
    if answer is None:
        print("the safety process does not answer", file=sys.stderr)
        end_process(1)
    print(answer.message)
    end_process(0 if answer.success else 1)


if __name__ == "__main__":
    main()
