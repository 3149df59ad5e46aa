"""A bitemporal fact: what was believed is never lost, and a question keeps its answer."""

import threading
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from dothi.foundation.bitemporal.facts import believe, record, retract
from dothi.foundation.bitemporal.questions import NotYetKnown, known
from dothi.kernel.ids import new_id
from dothi.kernel.problems import Conflict
from dothi.registers.agencies.models import Unit
from tests.support.threads import somebody_waits, together
from tests.support.waiting import PATIENCE_S, until

NINE = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
DAY = date(2026, 11, 20)
ALWAYS = DateRange(date(2025, 7, 1), None)


def unit(key: UUID, name: str, valid: DateRange = ALWAYS) -> Unit:
    return Unit(
        key=key,
        valid=valid,
        kind="ward",
        code="H26",
        name_vi=name,
        name_en=name,
        sort_key=name,
        verified=True,
    )


def names(known_at: datetime, at: datetime, as_of: date = DAY) -> list[str]:
    return [row.name_vi for row in known(Unit, as_of=as_of, known_at=known_at, at=at)]


def believed() -> list[tuple[str, date | None, date | None]]:
    return [(row.name_vi, row.valid_from, row.valid_to) for row in Unit.objects.order_by("key", "valid")]


class TestRecord:
    def test_keeps_what_was_believed_before_a_correction(self, fresh_database: str) -> None:
        key = new_id()
        record([believe(unit(key, "A"))], at=NINE)
        record([believe(unit(key, "B"))], at=NINE + timedelta(hours=1))
        later = NINE + timedelta(days=1)
        assert names(NINE - timedelta(hours=1), later) == []
        assert names(NINE + timedelta(minutes=5), later) == ["A"]
        assert names(NINE + timedelta(hours=1), later) == ["B"]

    def test_changes_only_the_days_that_it_is_about(self, fresh_database: str) -> None:
        key = new_id()
        record([believe(unit(key, "A"))], at=NINE)
        record([believe(unit(key, "B", DateRange(date(2026, 1, 1), date(2026, 2, 1))))], at=NINE)
        assert believed() == [
            ("A", date(2025, 7, 1), date(2026, 1, 1)),
            ("B", date(2026, 1, 1), date(2026, 2, 1)),
            ("A", date(2026, 2, 1), None),
        ]

    def test_says_nothing_of_days_that_are_retracted(self, fresh_database: str) -> None:
        key = new_id()
        record([believe(unit(key, "A"))], at=NINE)
        record([retract(Unit, key, DateRange(date(2026, 1, 1), None))], at=NINE)
        assert believed() == [("A", date(2025, 7, 1), date(2026, 1, 1))]

    def test_records_nothing_when_all_is_believed_already(self, fresh_database: str) -> None:
        key = new_id()
        assert record([believe(unit(key, "A"))], at=NINE) == NINE
        assert record([believe(unit(key, "A"))], at=NINE + timedelta(hours=1)) is None
        assert record([retract(Unit, new_id(), ALWAYS)], at=NINE) is None

    def test_rises_when_the_clock_goes_back(self, fresh_database: str) -> None:
        first = record([believe(unit(new_id(), "A"))], at=NINE)
        second = record([believe(unit(new_id(), "B"))], at=NINE - timedelta(days=30))
        assert first is not None
        assert second == first + timedelta(microseconds=1)

    def test_refuses_a_change_of_what_somebody_else_has_changed(self, fresh_database: str) -> None:
        key = new_id()
        record([believe(unit(key, "A"))], at=NINE)
        seen = Unit.objects.get(key=key).row_id
        record([believe(unit(key, "B"), seen=[seen])], at=NINE)
        with pytest.raises(Conflict):
            record([believe(unit(key, "C"), seen=[seen])], at=NINE)

    def test_many_corrections_at_once_leave_one_belief_each_instant(self, fresh_database: str) -> None:
        key = new_id()
        record([believe(unit(key, "start"))], at=NINE)
        together(lambda number: record([believe(unit(key, f"N{number}"))], at=NINE))
        assert Unit.objects.filter(key=key).count() == 1
        assert len(_past(key)) == 8
        assert len({row[0] for row in _past(key)}) == 8

    def test_answers_the_same_question_the_same_while_others_write(self, fresh_database: str) -> None:
        key = new_id()
        record([believe(unit(key, "start"))], at=NINE)
        asked: list[tuple[datetime, list[str]]] = []

        def write_and_ask(number: int) -> None:
            for turn in range(5):
                moment = NINE + timedelta(milliseconds=number + 10 * turn)
                record([believe(unit(key, f"N{number}.{turn}"))], at=moment)
                asked.append((moment, names(moment, NINE + timedelta(days=1))))

        together(write_and_ask)
        assert len(asked) == 40
        for moment, answer in asked:
            assert names(moment, NINE + timedelta(days=1)) == answer

    def test_waits_for_a_writer_before_it_answers(self, fresh_database: str) -> None:
        key = new_id()
        answers: list[list[str]] = []
        with transaction.atomic():
            record([believe(unit(key, "A"))], at=NINE)
            asking = threading.Thread(target=_ask_apart, args=(NINE + timedelta(hours=1), answers))
            asking.start()
            until(somebody_waits)
            assert not answers
        asking.join(PATIENCE_S)
        assert answers == [["A"]]

    def test_refuses_a_question_about_later(self, fresh_database: str) -> None:
        with pytest.raises(NotYetKnown):
            names(NINE + timedelta(seconds=1), NINE)


class TestTheDatabase:
    """What the web process's role cannot do, whatever its code."""

    def test_keeps_the_past_of_a_row_that_is_deleted_by_hand(self, fresh_database: str) -> None:
        key = new_id()
        record([believe(unit(key, "A"))], at=NINE)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("select bitemporal_take(%s)", [NINE + timedelta(hours=1)])
            cursor.execute("delete from agencies_unit where id = %s", [key])
        assert names(NINE, NINE + timedelta(days=1)) == ["A"]
        assert [row[1] for row in _past(key)] == ["A"]

    @pytest.mark.parametrize(
        "statement",
        [
            "update agencies_unit set name_vi = 'X'",
            "delete from agencies_unit",
            "truncate agencies_unit",
            "update agencies_unit_past set name_vi = 'X'",
            "delete from agencies_unit_past",
            "truncate agencies_unit_past",
            "insert into agencies_unit_past select *, tstzrange(null, null) from agencies_unit",
            "update bitemporal_stamp set last = '2000-01-01'",
            "delete from bitemporal_stamp",
            "alter table agencies_unit disable trigger bitemporal_delete",
        ],
    )
    def test_refuses_to_lose_a_belief(self, fresh_database: str, statement: str) -> None:
        key = new_id()
        record([believe(unit(key, "A"))], at=NINE)
        record([believe(unit(key, "B"))], at=NINE)
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)

    def test_refuses_two_beliefs_about_one_day(self, db: None) -> None:
        key = new_id()
        record([believe(unit(key, "A"))], at=NINE)
        with pytest.raises(DatabaseError) as refusal, transaction.atomic():
            Unit.objects.bulk_create([unit(key, "B")])
        assert isinstance(refusal.value.__cause__, psycopg.errors.ExclusionViolation)

    def test_lets_a_parent_be_corrected_in_part_of_its_days(self, fresh_database: str) -> None:
        parent, child = new_id(), new_id()
        row = unit(child, "B")
        row.parent_id = parent
        record([believe(unit(parent, "A")), believe(row)], at=NINE)
        record([believe(unit(parent, "A2", DateRange(date(2026, 1, 1), date(2026, 2, 1))))], at=NINE)
        assert Unit.objects.filter(key=parent).count() == 3
        with pytest.raises(DatabaseError):
            record([retract(Unit, parent, DateRange(date(2026, 3, 1), date(2026, 3, 2)))], at=NINE)
        assert Unit.objects.filter(key=parent).count() == 3

    def test_refuses_a_child_of_a_unit_that_does_not_exist_throughout(self, fresh_database: str) -> None:
        parent, child = new_id(), new_id()
        short = unit(parent, "A", DateRange(date(2025, 7, 1), date(2026, 1, 1)))
        row = unit(child, "B")
        row.parent_id = parent
        with pytest.raises(DatabaseError):
            record([believe(short), believe(row)], at=NINE)
        record([believe(unit(parent, "A")), believe(row)], at=NINE)


def _past(key: UUID) -> list[tuple[datetime, str]]:
    with connection.cursor() as cursor:
        cursor.execute("select lower(known), name_vi from agencies_unit_past where id = %s order by 1", [key])
        return list(cursor.fetchall())


def _ask_apart(known_at: datetime, answers: list[list[str]]) -> None:
    try:
        answers.append(names(known_at, known_at))
    finally:
        connection.close()
