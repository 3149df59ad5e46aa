"""
Fixtures of the broker's tests, which speak HTTP to it.

`api`  a client of a broker on a database of this module's own; tests take ids of their own.
`dsn`  that database.
`city`, `ward`, `quarter`  three more for all modules, each on a database of its own, to know each other.
`stub`  a context source that is no broker.
"""

from collections.abc import Iterator
from uuid import uuid4

import httpx
import pytest

from dothi.config.supervisor import postgres
from tests.support.broker import broker
from tests.support.sources import Source, source


@pytest.fixture(scope="module")
def dsn(cluster: postgres.Cluster) -> str:
    name = f"dothi_{uuid4().hex[:12]}"
    postgres.create_database(cluster, name)
    return cluster.dsn(postgres.SUPERUSER, name)


@pytest.fixture(scope="package")
def city(cluster: postgres.Cluster) -> Iterator[httpx.Client]:
    yield from _broker(cluster, "city")


@pytest.fixture(scope="package")
def ward(cluster: postgres.Cluster) -> Iterator[httpx.Client]:
    yield from _broker(cluster, "ward")


@pytest.fixture(scope="package")
def quarter(cluster: postgres.Cluster) -> Iterator[httpx.Client]:
    yield from _broker(cluster, "quarter")


@pytest.fixture
def stub() -> Iterator[Source]:
    with source() as one:
        yield one


def _broker(cluster: postgres.Cluster, alias: str) -> Iterator[httpx.Client]:
    name = f"dothi_{uuid4().hex[:12]}"
    postgres.create_database(cluster, name)
    with broker(cluster.dsn(postgres.SUPERUSER, name), alias) as client:
        yield client


@pytest.fixture(scope="module")
def api(dsn: str) -> Iterator[httpx.Client]:
    with broker(dsn) as client:
        yield client
