"""A hanging test of tests/nodes is a failure with a traceback, and the others do not hear of it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

OWN_PROCESS = Path(__file__).parents[1] / "nodes" / "own_process.py"
CONFTEST = """
from own_process import plugin

def pytest_configure(config):
    config.pluginmanager.register(plugin(config), "own_process")
"""
HANGS = """
import ctypes, os

def test_before():
    print("a word")

def test_that_holds_the_lock():
    ctypes.PyDLL(None).pause()  # unlike CDLL, keeps Python's lock

def test_after():
    pass
"""
FINE = """
import os, pytest

def test_alone():
    assert "test_fine" in " ".join(open("/proc/self/cmdline").read().split(chr(0)))

@pytest.mark.parametrize("word", ["a b", "c::d"])
def test_words(word):
    assert word == "a b", "not this one"
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    folder = tmp_path_factory.mktemp("nodes")
    (folder / "own_process.py").write_text(OWN_PROCESS.read_text())
    (folder / "conftest.py").write_text(CONFTEST)
    (folder / "test_hangs.py").write_text(HANGS)
    (folder / "test_fine.py").write_text(FINE)
    command = [sys.executable, "-m", "pytest", "-rA", "-v", "-p", "no:cacheprovider", "--rootdir", str(folder)]
    environment = {**os.environ, "SOLAMEN_TEST_LIMIT_S": "6"}
    done = subprocess.run([*command, str(folder)], cwd=folder, env=environment, capture_output=True, text=True)
    return done.stdout


def test_the_one_that_hangs_fails_with_where_it_stood(told):
    assert "FAILED test_hangs.py::test_that_holds_the_lock" in told
    assert "Timeout (0:00:06)!" in told
    assert "in test_that_holds_the_lock" in told


def test_those_after_it_in_its_process_fail_and_those_before_it_stand(told):
    assert "PASSED test_hangs.py::test_before" in told
    assert "FAILED test_hangs.py::test_after" in told


def test_those_of_another_file_run_in_a_process_of_their_own(told):
    assert "PASSED test_fine.py::test_alone" in told
    assert "PASSED test_fine.py::test_words[a b]" in told
    assert "FAILED test_fine.py::test_words[c::d] - AssertionError: not this one" in told
    assert "3 failed, 3 passed" in told
