"""As many devices as a city begins with, in each state, with names that have marks: each is found."""

from collections.abc import Iterator

import psycopg
import pytest
from pytest_django.plugin import DjangoDbBlocker

from dothi.config.supervisor import postgres
from dothi.foundation.clock import now
from dothi.registers.devices import queries
from dothi.registers.devices.types import State
from tests.conftest import database_of_its_own
from tests.support.fleet import Officer, keep_profile, officer_of_the_center

DEVICES = 10_000
MANY = """
insert into telemetry.device (id, profile, created_at, owner, revoked_at, name_vi)
select 'many-' || to_char(n, 'FM00000'), 'rain-gauge', now(), 'ioc',
       case when n %% 5 = 4 then now() end, 'Trạm Hồ Gươm ' || to_char(n, 'FM00000')
from generate_series(1, %s) as n
"""
SERIES = """
insert into telemetry.series (device, name)
select id, 'rain' from telemetry.device where id like 'many-%' and right(id, 1)::int % 5 in (1, 2, 3)
"""
LAST = """
insert into telemetry.last_value (series, at, seen_at, value, flags)
select number, seen_at, seen_at, 1, case right(device, 1)::int % 5 when 2 then 4 else 0 end
from telemetry.series, lateral (
    select now() - case right(device, 1)::int % 5 when 3 then interval '2 days' else interval '1 minute' end
) as last (seen_at)
where device like 'many-%'
"""
STATES = (State.NEW, State.HEARD, State.DOUBTFUL, State.SILENT, State.REVOKED)


@pytest.fixture(scope="module")
def officer(cluster: postgres.Cluster, django_db_blocker: DjangoDbBlocker) -> Iterator[Officer]:
    """The officer of a center with all these devices."""
    with database_of_its_own(cluster, django_db_blocker) as name:
        keep_profile()
        with psycopg.connect(cluster.dsn(postgres.SUPERUSER, name)) as connection:
            connection.execute(MANY, [DEVICES])
            connection.execute(SERIES)
            connection.execute(LAST)
        yield officer_of_the_center()


class TestList:
    @pytest.mark.parametrize("state", STATES)
    def test_has_each_device_of_a_state_once_page_by_page(self, officer: Officer, state: State) -> None:
        wanted, after, found = queries.Wanted(state=state), "", list[str]()
        while page := queries.devices(actor=officer.actor(), at=now(), wanted=wanted, limit=500, after=after):
            assert {one.state for one in page} == {state}
            found += [one.id for one in page]
            after = found[-1]
        assert found == sorted(set(found))
        assert len(found) == DEVICES // len(STATES)

    @pytest.mark.parametrize("text", ["Trạm Hồ Gươm 00777", "tram ho guom 00777", "HỒ GƯƠM 00777", "-00777"])
    def test_finds_with_marks_and_without(self, officer: Officer, text: str) -> None:
        found = queries.devices(actor=officer.actor(), at=now(), wanted=queries.Wanted(text), limit=9)
        assert [one.id for one in found] == ["many-00777"]
