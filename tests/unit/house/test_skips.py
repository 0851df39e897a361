"""A skip that nobody has allowed is a failure."""

from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

CONFTEST = Path(__file__).parents[2] / "conftest.py"


@pytest.fixture
def house(pytester: pytest.Pytester) -> pytest.Pytester:
    """A small house with the same rule, in which one test may skip."""
    tests = pytester.mkdir("tests")
    (tests / "conftest.py").write_text(CONFTEST.read_text(encoding="utf-8"), encoding="utf-8")
    (tests / "allowed_skips.txt").write_text("tests/test_it.py::test_allowed  # no camera\n", encoding="utf-8")
    return pytester


def run(house: pytest.Pytester, body: str) -> pytest.RunResult:
    house.path.joinpath("tests", "test_it.py").write_text(f"import pytest\n{body}", encoding="utf-8")
    return house.runpytest_subprocess("-p", "no:timeout", "--rootdir", str(house.path), "tests")


def test_a_listed_skip_is_a_skip(house: pytest.Pytester) -> None:
    result = run(house, "def test_allowed():\n    pytest.skip('no camera')\n")
    result.assert_outcomes(skipped=1)
    assert result.ret == 0


def test_an_unlisted_skip_fails_and_tells_its_reason(house: pytest.Pytester) -> None:
    result = run(house, "def test_other():\n    pytest.skip('no camera')\n")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*no camera*", "*not listed*"])


def test_a_listed_name_does_not_allow_a_longer_one(house: pytest.Pytester) -> None:
    run(house, "def test_allowed_too():\n    pytest.skip('no camera')\n").assert_outcomes(failed=1)


def test_a_listed_test_may_skip_with_any_parameter(house: pytest.Pytester) -> None:
    body = "@pytest.mark.parametrize('n', [1, 2])\ndef test_allowed(n):\n    pytest.skip('no camera')\n"
    run(house, body).assert_outcomes(skipped=2)


def test_an_unlisted_file_that_skips_as_a_whole_fails(house: pytest.Pytester) -> None:
    result = run(house, "pytest.importorskip('no_such_module')\n")
    result.assert_outcomes(errors=1)
    assert result.ret != 0


def test_an_expected_failure_is_no_skip(house: pytest.Pytester) -> None:
    run(house, "@pytest.mark.xfail\ndef test_other():\n    assert False\n").assert_outcomes(xfailed=1)
