"""Whatever is believed and retracted in whatever order, the tables agree with a plain grid of days."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dothi.foundation.bitemporal.facts import believe, record, retract
from dothi.foundation.bitemporal.questions import known
from dothi.kernel.ids import new_id
from dothi.registers.agencies.models import Unit

START = datetime(2026, 1, 1, tzinfo=UTC)
DAY = date(2026, 1, 1)
DAYS = 8

periods = st.tuples(st.integers(0, DAYS - 1), st.integers(1, DAYS)).map(
    lambda pair: (pair[0], min(pair[0] + pair[1], DAYS))
)
steps = st.lists(st.tuples(periods, st.sampled_from(["A", "B", None])), max_size=7)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps)
def test_each_past_belief_is_answered_as_it_was(
    db: None, steps: list[tuple[tuple[int, int], str | None]]
) -> None:
    """After each step the grid of that step is what a question about that instant finds, also at the end."""
    with transaction.atomic():
        key, nothing = new_id(), _nothing()
        grid, grids = nothing, [nothing]
        for number, ((start, end), name) in enumerate(steps, start=1):
            _step(key, start, end, name, START + timedelta(hours=number))
            grid = [name if start <= day < end else grid[day] for day in range(DAYS)]
            grids.append(grid)
        last = START + timedelta(hours=len(steps))
        for number, expected in enumerate(grids):
            assert _grid(key, START + timedelta(hours=number), last) == expected
        assert _no_two_beliefs(key)
        transaction.set_rollback(True)


def _step(key: UUID, start: int, end: int, name: str | None, at: datetime) -> None:
    days = DateRange(DAY + timedelta(days=start), DAY + timedelta(days=end))
    if name is None:
        record([retract(Unit, key, days)], at=at)
        return
    row = Unit(
        key=key, valid=days, kind="ward", code="", name_vi=name, name_en="", sort_key="", verified=True
    )
    record([believe(row)], at=at)


def _grid(key: UUID, known_at: datetime, at: datetime) -> list[str | None]:
    found: list[str | None] = []
    for number in range(DAYS):
        rows = known(Unit, as_of=DAY + timedelta(days=number), known_at=known_at, at=at)
        names = [row.name_vi for row in rows if row.key == key]
        assert len(names) < 2
        found.append(names[0] if names else None)
    return found


def _no_two_beliefs(key: UUID) -> bool:
    """Tell whether past and present beliefs about one day never overlap in the time they were held."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            with all_rows as (
                select row_id, valid, known from agencies_unit_past where id = %(key)s
                union all
                select row_id, valid, tstzrange(recorded_at, null) from agencies_unit where id = %(key)s
            )
            select not exists (
                select from all_rows a join all_rows b
                on a.row_id < b.row_id and a.valid && b.valid and a.known && b.known
            )
            """,
            {"key": key},
        )
        return bool(cursor.fetchone()[0])


def _nothing() -> list[str | None]:
    return [None] * DAYS
