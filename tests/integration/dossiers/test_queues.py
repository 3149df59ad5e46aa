"""Lists of the desk: real clocks, nothing lost, and a price that does not grow with the rows."""

from datetime import timedelta

import psycopg
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dothi.config.supervisor import postgres
from dothi.dossiers import queues
from dothi.dossiers.actions import apply, process, receive
from dothi.dossiers.models import FAR, Dossier
from dothi.dossiers.queries import open_dossier
from dothi.kernel.clock import ClockState
from dothi.kernel.ids import new_id
from dothi.web.desk import lists
from tests.integration.dossiers.test_needs import processing
from tests.integration.dossiers.test_thread import LOOK
from tests.support.city import AT, official, person_id
from tests.support.dossiers import CHECKED, call, drafted

LATER = AT + timedelta(minutes=30)

pytestmark = pytest.mark.usefixtures("city")


def filed(count: int) -> None:
    """File and accept so many dossiers."""
    for _ in range(count):
        dossier_id = drafted()
        apply.submit(call(dossier_id, "an", 1))
        receive.accept(call(dossier_id, "ha", 2, confirmed=CHECKED))


def statements() -> int:
    """Return how many statements a page of the queue costs."""
    ha = official("ha")
    with CaptureQueriesContext(
        connection,
    ) as seen:
        rows = queues.queue(actor=ha, at=LATER, limit=50)
        lists.known(rows, ha, LATER)
    assert rows
    return len(seen)


class TestQueue:
    def test_costs_the_same_for_one_row_and_for_twelve(self) -> None:
        filed(1)
        statements()  # versions and calendars are kept by the process from here on
        one = statements()
        filed(11)
        assert statements() == one
        assert one <= 5

    def test_keeps_paused_dossiers_last_and_never_late(self) -> None:
        filed(1)
        paused = processing()
        process.pause(call(paused, "minh", 4, ground="verification-by-other-ward"))
        long_after = AT + timedelta(days=60)
        rows = queues.queue(actor=official("ha"), at=long_after)
        assert rows[-1].id == paused
        readings = queues.readings(rows, long_after)
        assert readings[paused].state is ClockState.PAUSED
        assert not readings[paused].is_late
        late = queues.queue(actor=official("ha"), at=long_after, wanted=queues.Wanted(due_before=long_after))
        assert paused not in {row.id for row in late}
        assert len(late) == 1

    def test_pages_by_key_without_losing_a_row(self) -> None:
        filed(5)
        paused = processing()
        process.pause(call(paused, "minh", 4, ground="verification-by-other-ward"))
        found, after = [], None
        while rows := queues.queue(actor=official("ha"), at=LATER, limit=2, after=after):
            found += [row.id for row in rows]
            after = (rows[-1].due_at or FAR, rows[-1].id)
        assert sorted(found) == sorted(Dossier.objects.values_list("id", flat=True))
        assert found[-1] == paused

    def test_shows_another_ward_nothing(self) -> None:
        filed(1)
        assert queues.queue(actor=official("lananh"), at=LATER) == []


class TestUnread:
    def test_marks_what_moved_since_one_looked(self) -> None:
        dossier_id = processing()
        minh = official("minh")
        rows = queues.queue(actor=minh, at=LATER)
        assert queues.unread(rows, person_id(minh)) == {dossier_id}
        open_dossier(dossier_id=dossier_id, actor=minh, purpose=LOOK, at=LATER)
        assert queues.unread(rows, person_id(minh)) == frozenset()
        assert queues.unread(rows, person_id(official("thao"))) == {dossier_id}


ENDED = """
insert into dossiers_dossier (id, code, owner_id, procedure_code, version_id, unit_id, ward_code, state,
    revision, channel, answers, provenance, proposal, done_by, calendar_version, due_at, created_at,
    touched_at)
select gen_random_uuid(), 'old ' || n, owner_id, procedure_code, version_id, unit_id, ward_code, 'returned',
    7, channel, '', '{}', '', '{}', '', timestamptz '2025-01-01' + n * interval '10 minutes', created_at,
    touched_at
from (select * from dossiers_dossier limit 1) as one, generate_series(1, 20000) as n
"""


class TestManyDossiers:
    """With 20,000 dossiers behind it, a page of a desk's list costs what it costs with none."""

    @pytest.mark.parametrize("first", [True, False])
    def test_the_next_page_by_deadline_comes_from_the_index(
        self, first: bool, city: str, cluster: postgres.Cluster
    ) -> None:
        filed(1)
        with connection.cursor() as cursor:
            cursor.execute(ENDED)
        with psycopg.connect(cluster.dsn(postgres.SUPERUSER, city), autocommit=True) as superuser:
            superuser.execute("analyze dossiers_dossier")
        ha, after = official("ha"), None if first else (AT - timedelta(days=500), new_id())
        with CaptureQueriesContext(connection) as seen:
            assert len(queues.queue(actor=ha, at=LATER, limit=50, after=after)) == 50
        plan = plan_of(seen[-1]["sql"])
        assert "Index Scan using dossier_queue" in plan
        assert "Sort" not in plan

    def test_what_moved_comes_from_the_index(self) -> None:
        filed(1)
        with CaptureQueriesContext(connection) as seen:
            assert queues.moved_since(official("ha"), AT) == 1
        with connection.cursor() as cursor:
            cursor.execute(
                "set local enable_seqscan = off"
            )  # one dossier needs no index; a year of them does
        assert "step_of_unit" in plan_of(seen[-1]["sql"])


def plan_of(query: str) -> str:
    """Return how PostgreSQL would answer."""
    with connection.cursor() as cursor:
        cursor.execute(f"explain {query}")
        return "\n".join(line for (line,) in cursor.fetchall())
