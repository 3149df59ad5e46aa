"""The territory, once for each file of tests, and the calendar of the city."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from pytest_django.plugin import DjangoDbBlocker

from dothi.config.supervisor import postgres
from dothi.foundation.identity.authority import SYSTEM
from dothi.registers.agencies import seed
from dothi.registers.agencies.actions.calendar import enter_calendar
from dothi.registers.agencies.actions.territory import adopt_territory
from dothi.registers.agencies.territory import read_territory
from tests.conftest import database_of_its_own

AT = datetime(2026, 1, 5, 2, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def territory(cluster: postgres.Cluster, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The areas of Hanoi before and after 1 July 2025, and the steps between them; only to be read."""
    source = read_territory()
    areas, successions = list(source.areas()), list(source.successions())
    with database_of_its_own(cluster, django_db_blocker):
        adopt_territory(areas=areas, successions=successions, basis="test", actor=SYSTEM, at=AT)
        yield


@pytest.fixture
def calendar(db: None) -> None:
    """The calendar of all units for 2024 to 2027."""
    enter_calendar(days=seed.days(), hours=seed.hours(), basis=seed.BASIS, actor=SYSTEM, at=AT)
