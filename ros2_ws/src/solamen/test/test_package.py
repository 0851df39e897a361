"""The package as ROS sees it once it is installed."""

import importlib.util
import os
from pathlib import Path

import pytest
import yaml

SOURCE = Path(__file__).parents[1]
MANIFEST = SOURCE / "package.xml"


def processes() -> list[str]:
    """Names of the processes, each of which is an executable."""
    table = yaml.safe_load((SOURCE / "config" / "nodes.yaml").read_text(encoding="utf-8"))
    return sorted(table["nodes"])


def prefix() -> Path:
    """Where colcon has installed this package."""
    for entry in os.environ.get("AMENT_PREFIX_PATH", "").split(os.pathsep):
        if (Path(entry) / "share" / "solamen" / "package.xml").is_file():
            return Path(entry)
    pytest.fail("the package is not installed: run `colcon build` first")


def test_the_manifest_is_valid() -> None:
    """An invalid one is silently taken for a plain Python package."""
    parse_package = pytest.importorskip("catkin_pkg.package").parse_package
    warnings: list[str] = []
    package = parse_package(str(MANIFEST), warnings=warnings)
    assert package.name == "solamen"
    assert package.get_build_type() == "ament_python"
    assert warnings == []


@pytest.mark.parametrize("process", processes())
def test_each_process_is_an_executable(process: str) -> None:
    """`ros2 run` and the launch file look in lib/solamen."""
    assert os.access(prefix() / "lib" / "solamen" / process, os.X_OK)


@pytest.mark.parametrize("folder", ["config", "launch", "urdf", "sim"])
def test_each_file_of_ours_is_installed(folder: str) -> None:
    """A file that is forgotten in setup.py would be missed only at run time."""
    share = prefix() / "share" / "solamen"
    ours = [path for path in (SOURCE / folder).rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    assert ours
    assert [path for path in ours if not (share / path.relative_to(SOURCE)).is_file()] == []


def test_each_model_and_page_of_the_library_is_installed() -> None:
    """They lie beside the code, and a pattern that is forgotten in setup.py would be missed only at run time."""
    library = SOURCE / "solamen"
    installed = Path(importlib.util.find_spec("solamen").submodule_search_locations[0])
    ours = [path.relative_to(library) for path in library.rglob("*") if path.is_file() and path.suffix != ".py"]
    ours = [path for path in ours if "__pycache__" not in path.parts]
    assert ours
    assert [path for path in ours if not (installed / path).is_file()] == []


@pytest.mark.parametrize("path", sorted((SOURCE / "launch").glob("*.launch.py")), ids=lambda path: path.name)
def test_each_launch_file_parses(path: Path) -> None:
    """Without launch installed this much can be told."""
    names = compile(path.read_text(encoding="utf-8"), str(path), "exec").co_names
    assert "generate_launch_description" in names
