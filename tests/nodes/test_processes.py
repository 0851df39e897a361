"""The processes of the table can be loaded at all: the type checker leaves out the folder that knows ROS."""

import importlib
import pkgutil

import pytest

import solamen.nodes
from solamen.session.graph import read_table

MODULES = [f"solamen.nodes.{module.name}" for module in pkgutil.iter_modules(solamen.nodes.__path__)]


@pytest.mark.parametrize("name", MODULES)
def test_every_module_of_the_nodes_can_be_imported(name):
    assert importlib.import_module(name).__doc__


def test_every_process_of_the_table_has_a_module_that_can_be_started():
    for process in read_table():
        assert callable(importlib.import_module(process.module).main), process.name
