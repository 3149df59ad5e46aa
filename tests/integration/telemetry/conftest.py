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


@pytest.fixture
def dsn(cluster: postgres.Cluster) -> str:
    name = f"dothi_{uuid4().hex[:12]}"
    postgres.create_database(cluster, name)
    told = cluster.dsn(postgres.SUPERUSER, name)
    provided(told, "s1", "s2")
    return told


@pytest.fixture
def door(dsn: str, tmp_path: Path) -> Iterator[Ingest]:
    with ingest(dsn, tmp_path / "ingest.log") as running:
        yield running
