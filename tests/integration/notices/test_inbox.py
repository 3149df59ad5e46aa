"""Whether each person has one inbox, told once, read by nobody else."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection

from dothi.foundation.notices.actions import mark_read, tell
from dothi.foundation.notices.queries import inbox, notice, unread_count
from dothi.foundation.notices.types import NoticeKind
from dothi.kernel.ids import new_id
from dothi.kernel.problems import NotFound

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
ABOUT = "urn:dothi:test:dossier:1"
ACCEPTED = NoticeKind("dossiers.accepted", "Your dossier %(code)s was accepted", "Due on %(due)s.")


def tell_an(person: UUID, key: str = "k", at: datetime = AT) -> None:
    tell(
        person_id=person, kind=ACCEPTED, facts={"code": "H26.1", "due": "24/11"}, about=ABOUT, key=key, at=at
    )


class TestTell:
    def test_is_told_once_for_each_occasion(self, db: None) -> None:
        person = new_id()
        tell_an(person)
        tell_an(person, at=AT + timedelta(hours=1))
        assert [(row.title, row.facts["code"], row.at) for row in inbox(person)] == [
            (ACCEPTED.title, "H26.1", AT)
        ]

    def test_keeps_no_word_of_it_in_clear(self, db: None) -> None:
        tell_an(new_id())
        with connection.cursor() as cursor:
            cursor.execute("select notice::text from notices_notice notice")
            dump = str(cursor.fetchall())
        assert b"H26.1".hex() not in dump
        assert "H26.1" not in dump


class TestInbox:
    def test_shows_the_newest_first_and_goes_on_where_it_stopped(self, db: None) -> None:
        person = new_id()
        for number in range(5):
            tell_an(person, str(number), AT + timedelta(minutes=number // 2))
        first = inbox(person, limit=3)
        rest = inbox(person, limit=3, before=first[-1].id)
        everything = inbox(person)
        assert [row.id for row in first + rest] == [row.id for row in everything]
        assert [row.at for row in everything] == sorted((row.at for row in everything), reverse=True)

    def test_shows_nobody_another_s(self, db: None) -> None:
        person = new_id()
        tell_an(person)
        row = inbox(person)[0]
        assert inbox(new_id()) == []
        for stranger, notice_id in ((new_id(), row.id), (person, new_id())):
            with pytest.raises(NotFound):
                notice(stranger, notice_id)
        assert inbox(new_id(), before=row.id) == []


class TestMarkRead:
    def test_counts_down_once_and_only_for_the_owner(self, db: None) -> None:
        person = new_id()
        tell_an(person)
        row = inbox(person)[0]
        assert unread_count(person) == 1
        assert not mark_read(person_id=new_id(), notice_id=row.id, at=AT)
        assert mark_read(person_id=person, notice_id=row.id, at=AT)
        assert not mark_read(person_id=person, notice_id=row.id, at=AT + timedelta(1))
        assert (unread_count(person), inbox(person)[0]) == (0, replace(row, read_at=AT))
