"""
One node for all tests that leave it whole; HOME is unset and its path is long and awkward.

Its doors of devices are open to all, by TLS.
"""

from collections.abc import Iterator

import pytest

from tests.support.certificates import Authority
from tests.support.node import RunningNode, node_folder, running_node
from tests.support.servers import free_port

AWKWARD = "thư mục có dấu cách và chữ Việt " + "dài" * 30


@pytest.fixture(scope="package")
def node() -> Iterator[RunningNode]:
    """A whole demo node."""
    with node_folder(AWKWARD) as var:
        told = Authority(var.parent).made("door")
        doors = {
            "DOTHI_DEVICES_CERTIFICATE_FILE": str(told.certificate),
            "DOTHI_DEVICES_KEY_FILE": str(told.key),
            "DOTHI_MQTTS_PORT": str(free_port()),
            "DOTHI_DEVICES_HTTPS_PORT": str(free_port()),
        }
        with running_node(var, "--demo", DOTHI_QUIET="1", **doors) as running:
            running.await_ready()
            yield running
