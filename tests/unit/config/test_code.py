"""The code that children run, compiled once."""

import importlib.util

import pytest

from dothi.config.supervisor.code import IMPORTED


@pytest.mark.parametrize("module", IMPORTED)
def test_what_is_compiled_for_children_exists(module: str) -> None:
    assert importlib.util.find_spec(module)
