"""The rules of the house that a linter does not know."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
LIBRARY = ROOT / "src" / "solamen"
WRITTEN = [path for name in ("src", "bootstrap", "launch", "tests") for path in (ROOT / name).rglob("*.py")]

MAX_FILE_LINES = 400
USUAL_FILE_LINES = 250
MAX_FUNCTION_LINES = 60
USUAL_FUNCTION_LINES = 15

CLOCK_FILE = LIBRARY / "core" / "clock.py"
CLOCKS = re.compile(
    r"\btime\.(time|monotonic|perf_counter|process_time)(_ns)?\(|\btime\.sleep\(|\b(datetime|date)\.(now|utcnow|today)\("
)
EMPTY_NAMES = re.compile(r"(^|_)(utils?|helpers?|managers?|misc|data2)(_|$)")


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """Functions of a file with their number of lines, without the docstring."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            has_docstring = ast.get_docstring(node, clean=False) is not None and len(node.body) > 1
            first = node.body[1] if has_docstring else node.body[0]
            yield f"{name_of(path)}:{node.name}", (node.end_lineno or 0) - first.lineno + 1


def test_no_file_is_longer_than_400_lines() -> None:
    lengths = {name_of(path): len(path.read_text(encoding="utf-8").splitlines()) for path in WRITTEN}
    assert {name: length for name, length in lengths.items() if length > MAX_FILE_LINES} == {}


def test_most_files_have_less_than_250_lines() -> None:
    lengths = [len(path.read_text(encoding="utf-8").splitlines()) for path in LIBRARY.rglob("*.py")]
    assert sum(length < USUAL_FILE_LINES for length in lengths) >= 0.85 * len(lengths)


def test_no_function_is_longer_than_60_lines() -> None:
    lengths = dict(item for path in WRITTEN for item in functions(path))
    assert {name: length for name, length in lengths.items() if length > MAX_FUNCTION_LINES} == {}


def test_most_functions_have_less_than_15_lines() -> None:
    lengths = [length for path in LIBRARY.rglob("*.py") for _, length in functions(path)]
    assert sum(length < USUAL_FUNCTION_LINES for length in lengths) >= 0.85 * len(lengths)


def test_only_the_clock_reads_the_clock() -> None:
    reading = [path for path in LIBRARY.rglob("*.py") if CLOCKS.search(path.read_text(encoding="utf-8"))]
    assert [name_of(path) for path in reading if path != CLOCK_FILE] == []


def test_no_unit_test_sleeps() -> None:
    folder = ROOT / "tests" / "unit"
    asleep = [path for path in folder.rglob("*.py") if re.search(r"\bsleep\([^)]", path.read_text(encoding="utf-8"))]
    assert [name_of(path) for path in asleep if path != Path(__file__)] == []


def test_names_say_what_is_inside() -> None:
    assert [name_of(path) for path in WRITTEN if EMPTY_NAMES.search(path.stem)] == []


def test_no_package_manifest_stands_at_the_root() -> None:
    # colcon would take the whole checkout for one package and look no further.
    assert not (ROOT / "package.xml").exists()


@pytest.mark.parametrize("name", ["solamen", "launch", "config", "urdf", "sim"])
def test_the_ros_package_is_linked_to_the_house(name: str) -> None:
    link = ROOT / "ros2_ws" / "src" / "solamen" / name
    assert link.is_symlink()
    assert not link.readlink().is_absolute()
    assert link.resolve() == (LIBRARY if name == "solamen" else ROOT / name)


def test_the_rooms_import_only_what_they_may() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    answer = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stdout


def test_locked_lists_name_no_index_and_hash_each_package() -> None:
    for path in (ROOT / "bootstrap").glob("*.txt"):
        text = path.read_text(encoding="utf-8")
        assert "://" not in text
        assert "--index" not in text
        packages = re.split(r"\n(?=[A-Za-z0-9])", re.sub(r"(?m)^ *#.*\n?", "", text).strip())
        assert [package.split()[0] for package in packages if "--hash=sha256:" not in package] == []
