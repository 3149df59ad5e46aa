"""The territory, as the demo city has it, and the calendar of the city."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from pytest_django.plugin import DjangoDbBlocker

from dothi.config.supervisor import postgres
from dothi.foundation.identity.authority import SYSTEM
from dothi.registers.agencies import seed
from dothi.registers.agencies.actions.calendar import enter_calendar
from tests.conftest import CityTemplate, database_of_its_own

AT = datetime(2026, 1, 5, 2, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def territory(
    cluster: postgres.Cluster, city_template: CityTemplate, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """The areas of Hanoi before and after 1 July 2025, and the steps between them; only to be read."""
    with database_of_its_own(cluster, django_db_blocker, city_template.name):
        yield


@pytest.fixture
def calendar(db: None) -> None:
    """The calendar of all units for 2024 to 2027."""
    enter_calendar(days=seed.days(), hours=seed.hours(), basis=seed.BASIS, actor=SYSTEM, at=AT)
