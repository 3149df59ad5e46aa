"""Publishing: only what passes its own examples, once, for ever, and one version a day."""

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from dothi.foundation.ledger.types import ActorRef
from dothi.kernel.documents.faults import DocumentInvalid
from dothi.procedures import actions, queries
from dothi.procedures.errors import (
    GoldenFailed,
    PeriodOverlaps,
    ProcedureUnknown,
    VersionDiffers,
)
from dothi.procedures.types import VersionId
from tests.unit.procedures.catalog import FILES, MARRIAGE, STATUS

AT = datetime(2026, 8, 1, 3, tzinfo=UTC)
ON = date(2026, 8, 1)
OPERATOR = ActorRef("system", service="tests")
STATUS_TEXT = next(file for file in FILES if STATUS in str(file)).read_text()

pytestmark = pytest.mark.django_db


def publish(text: str, *, replace: bool = False) -> VersionId:
    return actions.publish(text=text, actor=OPERATOR, authority="test", at=AT, replace=replace)


def count(table: str, where: str = "true") -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"select count(*) from {table} where {where}")
        return int(cursor.fetchone()[0])


def next_version(start: str) -> str:
    """Return the document as a later version that begins on `start`; its examples move with it."""
    text = STATUS_TEXT.replace("version: 163-qd-btp", "version: next", 1)
    return text.replace("valid: {start: 2026-02-01, end: null}", f"valid: {{start: {start}, end: null}}", 1)


class TestPublish:
    def test_puts_the_version_in_force_with_its_entry_and_event(self) -> None:
        version_id = publish(STATUS_TEXT)
        assert queries.current(STATUS, ON).code == STATUS
        assert queries.current_version_id(STATUS, ON) == version_id
        assert count("ledger_entry", f"id = '{version_id}'") == 1
        assert count("events_outbox", "type = 'vn.dothi.procedures.version.published.v1'") == 1

    def test_answers_a_repetition_with_the_first(self) -> None:
        assert publish(STATUS_TEXT) == publish(STATUS_TEXT)
        assert len(queries.versions(STATUS)) == 1

    def test_refuses_other_content_under_the_same_version(self) -> None:
        publish(STATUS_TEXT)
        with pytest.raises(VersionDiffers):
            publish(STATUS_TEXT.replace('"Civil status"', '"Civil matters"', 1))

    def test_refuses_a_document_whose_example_does_not_come_true(self) -> None:
        with pytest.raises(GoldenFailed) as refused:
            publish(STATUS_TEXT.replace("due_on: 2026-08-25", "due_on: 2026-08-26"))
        assert refused.value.faults[0].path == "golden[ordinary].due_on"
        assert queries.versions(STATUS) == []

    def test_refuses_a_document_with_faults(self) -> None:
        with pytest.raises(DocumentInvalid):
            publish("code: 1")

    def test_refuses_two_versions_on_one_day(self) -> None:
        publish(STATUS_TEXT)
        with pytest.raises(PeriodOverlaps):
            publish(next_version("2026-03-01"))

    def test_ends_the_earlier_version_when_told_to_replace_it(self) -> None:
        first = publish(STATUS_TEXT)
        second = publish(next_version("2026-03-01"), replace=True)
        assert queries.current_version_id(STATUS, date(2026, 2, 28)) == first
        assert queries.current_version_id(STATUS, date(2026, 3, 1)) == second
        assert [row.valid.end for row in queries.versions(STATUS)] == [date(2026, 3, 1), None]

    def test_knows_no_procedure_before_its_first_day(self) -> None:
        publish(STATUS_TEXT)
        with pytest.raises(ProcedureUnknown):
            queries.current(STATUS, date(2026, 1, 31))
        with pytest.raises(ProcedureUnknown):
            queries.version(VersionId(uuid4()))


class TestVersionsNeverChange:
    @pytest.mark.parametrize(
        "statement",
        [
            "update procedures_procedureversion set document = '{}'",
            "update procedures_procedureversion set sha256 = ''",
            "delete from procedures_procedureversion",
            "truncate procedures_procedureversion cascade",
            "delete from procedures_inforce",
            "update procedures_inforce set code = 'x'",
            "update procedures_inforce set valid = '[2020-01-01,)'",
            "update procedures_inforce set valid = 'empty'",
            "alter table procedures_procedureversion disable trigger all",
            "drop table procedures_inforce",
        ],
    )
    def test_the_application_can_neither_change_nor_delete_one(self, statement: str) -> None:
        publish(STATUS_TEXT)
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)

    def test_the_temporal_key_refuses_what_the_action_would_not_see(self) -> None:
        publish(STATUS_TEXT)
        with pytest.raises(DatabaseError, match="procedures_one_in_force"):
            _put_beside(STATUS)


def _put_beside(code: str) -> None:
    """Write a second version of `code` in force in the same time, past the action."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "with copy as (insert into procedures_procedureversion"
            "  (id, code, version, document, sha256, published_at, words)"
            "  select gen_random_uuid(), code, 'b', document, sha256, published_at, words"
            "  from procedures_procedureversion where code = %s returning id, code)"
            " insert into procedures_inforce (id, code, version_id, valid)"
            " select gen_random_uuid(), code, id, '[2026-05-01,)' from copy",
            [code],
        )


class TestSearch:
    def test_finds_by_everyday_words_and_says_why(self) -> None:
        for file in FILES:
            publish(file.read_text())
        [first, *_] = queries.search("giay doc than", ON)
        assert first.code == STATUS
        assert "giay doc than" in first.matched
        assert queries.search("lay vo", ON)[0].code == MARRIAGE
        assert queries.search("thoi tiet", ON) == []
        assert queries.search("lay vo", date(2025, 1, 1)) == []
