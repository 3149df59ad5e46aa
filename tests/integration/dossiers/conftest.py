"""A demo city of this folder's own, loaded once and copied for each test."""

from collections.abc import Iterator

import pytest
from pytest_django.plugin import DjangoDbBlocker

from dothi.config.demo.load import load
from dothi.config.supervisor import postgres
from tests.conftest import connected_to, database_of_its_own
from tests.support.city import AT

CITY = "dothi_city"


@pytest.fixture(scope="session")
def city_template(cluster: postgres.Cluster, django_db_blocker: DjangoDbBlocker) -> str:
    """Load the demo city into a database that others are copied from."""
    postgres.create_database(cluster, CITY, "dothi_template")
    with django_db_blocker.unblock(), connected_to(cluster, CITY):
        load(at=AT, tell=lambda _told: None)
    return CITY


@pytest.fixture
def city(cluster: postgres.Cluster, city_template: str, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """Yield the name of a database with a whole demo city, in which the test may commit."""
    with database_of_its_own(cluster, django_db_blocker, city_template) as name:
        yield name
