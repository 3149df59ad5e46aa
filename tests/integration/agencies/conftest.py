"""The territory and the calendar of the city, loaded once into a template for each run."""

from datetime import UTC, datetime

import pytest

from dothi.foundation.identity.authority import SYSTEM
from dothi.registers.agencies import seed
from dothi.registers.agencies.actions.calendar import enter_calendar
from dothi.registers.agencies.actions.territory import adopt_territory
from dothi.registers.agencies.territory import read_territory

AT = datetime(2026, 1, 5, 2, 0, tzinfo=UTC)


@pytest.fixture
def territory(db: None) -> None:
    """The areas of Hanoi before and after 1 July 2025, and the steps between them."""
    source = read_territory()
    adopt_territory(
        areas=list(source.areas()), successions=list(source.successions()), basis="test", actor=SYSTEM, at=AT
    )


@pytest.fixture
def calendar(db: None) -> None:
    """The calendar of all units for 2024 to 2027."""
    enter_calendar(days=seed.days(), hours=seed.hours(), basis=seed.BASIS, actor=SYSTEM, at=AT)
