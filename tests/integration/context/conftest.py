"""
Fixtures of the broker's tests, which speak HTTP to it.

`api`  a client of a broker on a database of this module's own; tests take ids of their own.
`dsn`  that database.
"""

from collections.abc import Iterator
from uuid import uuid4

import httpx
import pytest

from dothi.config.supervisor import postgres
from tests.support.broker import broker


@pytest.fixture(scope="module")
def dsn(cluster: postgres.Cluster) -> str:
    name = f"dothi_{uuid4().hex[:12]}"
    postgres.create_database(cluster, name)
    return cluster.dsn(postgres.SUPERUSER, name)


@pytest.fixture(scope="module")
def api(dsn: str) -> Iterator[httpx.Client]:
    with broker(dsn) as client:
        yield client
