"""Recording an act: one transaction, one entry, one event, one job."""

import json
import threading
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction

from dothi.foundation.events.actions import emit, handle_once
from dothi.foundation.events.types import Event
from dothi.foundation.jobs.actions import defer
from dothi.foundation.jobs.errors import NoSuchJob
from dothi.foundation.keys.actions import seal, unseal
from dothi.foundation.keys.errors import SealBroken
from dothi.foundation.ledger.actions import record, record_read
from dothi.foundation.ledger.errors import AlreadyRecorded
from dothi.foundation.ledger.types import ActorRef, Entry
from dothi.foundation.ledger.writing import write
from dothi.kernel.ids import new_id
from tests.support.ledgers import ROOTS, Ledger
from tests.support.waiting import until

AT = datetime(2026, 3, 2, 8, 15, tzinfo=UTC)


def an_entry(entry_id: UUID | None = None) -> Entry:
    """Return an act of an official on the dossier of a resident."""
    return Entry(
        id=entry_id or new_id(), act="dossiers.accept", at=AT, authority="receive",
        actor=ActorRef("official", new_id(), post_id=new_id()), object="urn:dothi:hanoi:dossier:1",
        subjects=[new_id()], basis="Decree 61/2018/ND-CP, art. 17", facts={"state": "accepted"},
    )  # fmt: skip


class TestRecord:
    def test_writes_one_statement_and_no_person(self, db: None, django_assert_num_queries: object) -> None:
        entry = an_entry()
        with django_assert_num_queries(1):  # type: ignore[operator]  # pytest-django gives no type
            record(entry)
        body = _body(entry.id)
        assert body["act"] == "dossiers.accept"
        assert str(entry.subjects[0]) not in json.dumps(body)
        assert str(entry.actor.id) not in json.dumps(body)

    def test_refuses_the_same_act_twice_and_leaves_the_transaction_usable(self, db: None) -> None:
        entry = an_entry()
        record(entry)
        with pytest.raises(AlreadyRecorded):
            record(entry)
        record(an_entry())

    def test_refuses_outside_a_transaction(self, fresh_database: str) -> None:
        with pytest.raises(transaction.TransactionManagementError):
            record(an_entry())

    def test_a_list_is_one_entry_for_all_its_subjects(self, db: None) -> None:
        read = record_read(
            actor=ActorRef("official", new_id()), authority="process", object="urn:dothi:hanoi:queue:1",
            subjects=[new_id() for _ in range(100)], purpose="work list", basis="Decree", at=AT,
        )  # fmt: skip
        assert len(_body(read)["subjects"]) == 100


class TestRecordAtOnce:
    @pytest.mark.parametrize("first_commits", [True, False])
    def test_the_same_act_by_two_processes_is_done_once(self, ledger: Ledger, first_commits: bool) -> None:
        entry, outcome = an_entry(), list[str]()

        def second() -> None:
            with ledger.connect() as connection:
                try:
                    write(connection.cursor(), entry, ROOTS)
                    outcome.append("recorded")
                except AlreadyRecorded:
                    outcome.append("already")

        with ledger.connect() as connection:
            write(connection.cursor(), entry, ROOTS)
            thread = threading.Thread(target=second)
            thread.start()
            until(lambda: ledger.rows("select from pg_locks where not granted", "postgres"))
            assert outcome == []
            connection.commit() if first_commits else connection.rollback()
            thread.join()
        assert outcome == ["already" if first_commits else "recorded"]
        assert ledger.rows("select count(*) from ledger_entry") == [(1,)]


class TestEmit:
    def test_is_handled_once_by_each_consumer(self, db: None) -> None:
        event = Event(new_id(), "vn.dothi.dossiers.dossier.accepted.v1", "urn:dothi:hanoi:dossier:1", AT)
        emit(event)
        assert handle_once(consumer="inbox", event_id=event.id)
        assert not handle_once(consumer="inbox", event_id=event.id)
        assert handle_once(consumer="search", event_id=event.id)

    def test_refuses_a_type_that_is_not_of_the_house(self) -> None:
        with pytest.raises(ValueError, match="past-verb"):
            Event(new_id(), "dossier.accepted", "urn:x", AT)


class TestSeal:
    def test_opens_only_for_its_subject_and_context(self, db: None) -> None:
        subject = new_id()
        sealed = seal(subject, "Nguyễn Thị Hoa".encode(), "identity.person.name")
        assert unseal(subject, sealed, "identity.person.name").decode() == "Nguyễn Thị Hoa"
        with pytest.raises(SealBroken):
            unseal(subject, sealed, "identity.person.birth")


class TestDefer:
    def test_refuses_a_job_that_nobody_declares(self, db: None) -> None:
        with pytest.raises(NoSuchJob):
            defer("nobody.does_this", dossier_id=new_id())


def _body(entry_id: UUID) -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute("select body from ledger_entry where id = %s", [entry_id])
        return dict(json.loads(bytes(cursor.fetchone()[0])))
