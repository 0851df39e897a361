import os
import sys

import pytest
from own_process import plugin

from solamen.core.resources import resource

os.environ.setdefault("AMENT_PREFIX_PATH", sys.prefix)
os.environ.setdefault("ROS_PYTHON_CHECK_FIELDS", "1")
os.environ.setdefault("ROS_AUTOMATIC_DISCOVERY_RANGE", "SYSTEM_DEFAULT")
os.environ.setdefault("FASTDDS_DEFAULT_PROFILES_FILE", str(resource("config", "dds", "shm.xml")))

rclpy = pytest.importorskip("rclpy", reason="rclpy is not installed")


@pytest.fixture
def ros():
    rclpy.init(domain_id=60)
    yield rclpy
    rclpy.try_shutdown()


def pytest_configure(config):
    """Each file of this folder gets a process of its own; see `own_process`."""
    made = plugin(config)
    if made is not None:
        config.pluginmanager.register(made, "own_process")
