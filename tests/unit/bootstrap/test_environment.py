"""A sourced ROS installation does not reach Solamen's own processes."""

from pathlib import Path

from bootstrap.environment import activated, cleaned, running
from bootstrap.places import Site

SOURCED = {
    "HOME": "/home/ada",
    "ROS_DISTRO": "jazzy",
    "ROS_VERSION": "2",
    "AMENT_PREFIX_PATH": "/home/ada/ws/install/arm:/opt/ros/jazzy",
    "COLCON_PREFIX_PATH": "/home/ada/ws/install",
    "CMAKE_PREFIX_PATH": "/opt/ros/jazzy",
    "PYTHONPATH": "/opt/ros/jazzy/lib/python3.12/site-packages",
    "LD_LIBRARY_PATH": "/opt/ros/jazzy/lib",
    "RMW_IMPLEMENTATION": "rmw_cyclonedds_cpp",
    "PATH": "/home/ada/ws/install/arm/bin:/opt/ros/jazzy/bin:/usr/local/bin:/usr/bin:/bin",
}


def test_nothing_of_a_sourced_workspace_is_left() -> None:
    assert cleaned(SOURCED) == {"HOME": "/home/ada", "PATH": "/usr/local/bin:/usr/bin:/bin"}


def test_the_domain_that_the_user_chose_is_kept() -> None:
    assert cleaned({"ROS_DOMAIN_ID": "7", "ROS_DISTRO": "jazzy", "PATH": "/bin"}) == {
        "ROS_DOMAIN_ID": "7",
        "PATH": "/bin",
    }


def test_an_active_virtual_environment_is_left() -> None:
    assert cleaned({"VIRTUAL_ENV": "/home/ada/env", "PATH": "/home/ada/env/bin:/bin"}) == {"PATH": "/bin"}


def test_a_folder_that_only_begins_like_a_foreign_one_stays() -> None:
    assert cleaned({"PATH": "/opt/ros_tools/bin:/bin"})["PATH"] == "/opt/ros_tools/bin:/bin"


def test_ros_finds_the_packages_of_the_virtual_environment() -> None:
    variables = activated(SOURCED, Path("/solamen/.venv"))
    assert variables["AMENT_PREFIX_PATH"] == "/solamen/.venv"
    assert variables["PATH"] == "/solamen/.venv/bin:/usr/local/bin:/usr/bin:/bin"


def test_a_guard_of_another_environment_is_not_inherited() -> None:
    assert "_ROS_WHEELS_BOOTSTRAP_COMPLETE" not in cleaned({"_ROS_WHEELS_BOOTSTRAP_COMPLETE": "1"})


def test_a_run_speaks_on_this_machine_alone() -> None:
    site = Site(Path("/solamen"), Path("/cache"))
    assert running(SOURCED, site)["FASTDDS_DEFAULT_PROFILES_FILE"] == "/solamen/config/dds/shm.xml"


def test_the_user_may_choose_how_pictures_are_drawn() -> None:
    site = Site(Path("/solamen"), Path("/cache"))
    assert running(SOURCED, site)["MUJOCO_GL"] == "egl"
    assert running({"MUJOCO_GL": "osmesa"}, site)["MUJOCO_GL"] == "osmesa"
