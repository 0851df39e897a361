"""The environment variables of child processes, free of any ROS installation that the user has sourced."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from bootstrap.places import Site

FOREIGN_PREFIXES = (
    "AMENT_",
    "COLCON_",
    "ROS_",
    "RMW_",
    "FASTDDS_",
    "FASTRTPS_",
    "CYCLONEDDS_",
    "GZ_",
    "IGN_",
    "GAZEBO_",
)
"""Variables of a sourced workspace; each of them can redirect our ROS to a foreign one."""

FOREIGN = (
    "CMAKE_PREFIX_PATH",
    "CMAKE_GENERATOR",
    "LD_LIBRARY_PATH",
    "LD_PRELOAD",
    "PKG_CONFIG_PATH",
    "PYTHONHOME",
    "PYTHONPATH",
    "PYTHONSTARTUP",
    "PYTHONWARNINGS",
    "VIRTUAL_ENV",
    "_ROS_WHEELS_BOOTSTRAP_COMPLETE",
    "MAKEFLAGS",
    "MAKELEVEL",
    "MFLAGS",
    "PIP_TARGET",
    "PIP_PREFIX",
    "PIP_CONSTRAINT",
    "PIP_REQUIREMENT",
    "PIP_REQUIRE_VIRTUALENV",
)
"""Variables that make Python, CMake or pip look elsewhere or install elsewhere."""

KEPT = ("ROS_DOMAIN_ID", "ROS_LOG_DIR", "ROS_HOME")
"""What a user sets on purpose; none of them points to foreign code."""


def cleaned(base: Mapping[str, str]) -> dict[str, str]:
    """The variables without those of a sourced ROS or of another virtual environment."""
    prefixes = [base[name] for name in ("AMENT_PREFIX_PATH", "COLCON_PREFIX_PATH", "VIRTUAL_ENV") if base.get(name)]
    foreign = [folder for prefix in prefixes for folder in prefix.split(":") if folder]
    kept = {name: value for name, value in base.items() if name in KEPT or not _is_foreign(name)}
    kept["PATH"] = ":".join(
        folder for folder in base.get("PATH", "/usr/bin:/bin").split(":") if not _lies_below(folder, foreign)
    )
    return kept


def _is_foreign(name: str) -> bool:
    return name in FOREIGN or name.startswith(FOREIGN_PREFIXES)


def _lies_below(folder: str, prefixes: list[str]) -> bool:
    """Whether a folder belongs to one of the prefixes, or to ROS where Debian installs it."""
    places = [Path(prefix) for prefix in [*prefixes, "/opt/ros"]]
    return any(Path(folder) == place or place in Path(folder).parents for place in places)


def activated(base: Mapping[str, str], venv: Path) -> dict[str, str]:
    """The cleaned variables, with one virtual environment in force and its ROS packages to be found."""
    variables = cleaned(base)
    variables["VIRTUAL_ENV"] = str(venv)
    variables["AMENT_PREFIX_PATH"] = str(venv)
    variables["PATH"] = f"{venv / 'bin'}:{variables['PATH']}"
    # A pip.conf with `user = true` would refuse to install into a virtual environment.
    variables["PIP_USER"] = "0"
    variables["PIP_DISABLE_PIP_VERSION_CHECK"] = "1"
    variables["PIP_NO_INPUT"] = "1"
    return variables


def running(base: Mapping[str, str], site: Site) -> dict[str, str]:
    """The variables under which Solamen runs: pictures drawn off screen, DDS within this machine."""
    variables = activated(base, site.venv)
    variables.setdefault("MUJOCO_GL", "egl")
    variables["FASTDDS_DEFAULT_PROFILES_FILE"] = str(site.root / "config" / "dds" / "shm.xml")
    return variables
