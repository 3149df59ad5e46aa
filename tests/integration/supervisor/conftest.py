"""One node for all tests that leave it whole; HOME is unset and its path is long and awkward."""

from collections.abc import Iterator

import pytest

from tests.support.node import RunningNode, node_folder, running_node

AWKWARD = "thư mục có dấu cách và chữ Việt " + "dài" * 30


@pytest.fixture(scope="package")
def node() -> Iterator[RunningNode]:
    """A whole demo node."""
    with node_folder(AWKWARD) as var, running_node(var, "--demo", DOTHI_QUIET="1") as running:
        running.await_ready()
        yield running
