"""Every model and page beside the code is installed, whichever door is used."""

import re
import tomllib
from fnmatch import fnmatch
from pathlib import Path

ROOT = Path(__file__).parents[3]
LIBRARY = ROOT / "src" / "solamen"


def files():
    """Each file that is no code, below the package in which it lies."""
    for path in LIBRARY.rglob("*"):
        if path.is_file() and path.suffix not in (".py", ".pyc"):
            package = next(folder for folder in path.parents if (folder / "__init__.py").is_file())
            yield str(path.relative_to(package))


def patterns():
    """What pyproject.toml and the ROS package's setup.py take along."""
    listed = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["package-data"]["*"]
    setup = (ROOT / "ros2_ws" / "src" / "solamen" / "setup.py").read_text()
    return listed, re.findall(r'"([^"]*)"', re.search(r'package_data=\{"": \[(.*)\]\}', setup)[1])


def test_both_doors_take_the_same_files_along():
    listed, of_ros = patterns()
    assert listed == of_ros


def test_each_file_beside_the_code_is_taken_along():
    listed, _ = patterns()
    found = list(files())
    assert len(found) > 10
    assert [file for file in found if not any(fnmatch(file, pattern) for pattern in listed)] == []
