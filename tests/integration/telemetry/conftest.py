"""
Fixtures of ingest's tests.

`dsn`   a database of the test's own, with the tables and a device `s1`
`door`  ingest on it
"""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from dothi.config.supervisor import postgres
from tests.support.devices import Ingest, ingest, provided
from tests.support.prepared import copy_database


@pytest.fixture(scope="session")
def with_two(cluster: postgres.Cluster) -> str:
    """The name of a database with the tables and two devices, to be copied."""
    name = "dothi_with_two_devices"
    postgres.create_database(cluster, name)
    provided(cluster.dsn(postgres.SUPERUSER, name), "s1", "s2")
    return name


@pytest.fixture
def dsn(cluster: postgres.Cluster, with_two: str) -> str:
    name = f"dothi_{uuid4().hex[:12]}"
    copy_database(cluster, name, with_two)
    return cluster.dsn(postgres.SUPERUSER, name)


@pytest.fixture
def door(dsn: str, tmp_path: Path) -> Iterator[Ingest]:
    with ingest(dsn, tmp_path / "ingest.log") as running:
        yield running
