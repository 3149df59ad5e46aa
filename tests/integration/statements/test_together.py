"""Statements sent together: order, answers, and nothing left when anything fails."""

import threading

import psycopg
import pytest
from django.db import DatabaseError, IntegrityError, OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext

from dothi.config.supervisor import postgres
from dothi.dossiers.models import Component
from dothi.foundation.notices.models import Notice
from dothi.foundation.sending import MOST_PREPARED
from dothi.foundation.statements import Row, Statement, ask, ask_one, insert, read, send, together, write
from dothi.foundation.tasks.models import Task
from dothi.kernel.ids import new_id
from tests.support.city import AT

POST = """
insert into tasks_task (id, key, unit_id, duty, title, facts, about, due_at, posted_at)
values (%(id)s, %(key)s, %(id)s, 'receive', '', '{}', '', %(at)s, %(at)s)
"""
RENAME = "update tasks_task set title = %(title)s where key = %(key)s"
PREPARED = """
select count(*), count(*) filter (where statement like 'select ''often''%%')
from pg_prepared_statements where name like 'dothi%%'
"""
TITLE = "select title from tasks_task where key = %(key)s"


def post(key: str) -> None:
    """Write one task."""
    write(POST, {"id": new_id(), "key": key, "at": AT})


class Missing(Exception):
    """What a check of these tests raises."""


def missing(row: Row | None) -> None:
    """Raise where an answer has no row."""
    if row is None:
        raise Missing


class TestPrepared:
    def test_statements_are_closed_when_there_are_too_many(self, fresh_database: str) -> None:
        often = "select 'often', %(value)s::integer"
        for number in range(MOST_PREPARED + 20):
            assert ask_one(f"select {number}, %(value)s::integer", {"value": number}) == (number, number)
            assert ask_one(often, {"value": number}) == ("often", number)
        [(kept, often_kept)] = ask(Statement(PREPARED, {}))[0]
        assert kept <= MOST_PREPARED + 2
        assert often_kept == 1

    def test_statement_that_was_closed_is_prepared_anew(self, fresh_database: str) -> None:
        for _ in range(2):
            for number in range(MOST_PREPARED + 5):
                assert ask_one(f"select {number}, %(value)s::integer", {"value": 1}) == (number, 1)


class TestTogether:
    def test_sends_all_in_the_order_in_which_they_were_written(self, fresh_database: str) -> None:
        with together():
            post("a")
            write(RENAME, {"key": "a", "title": "first"})
            write(RENAME, {"key": "a", "title": "last"})
        assert Task.objects.get().title == "last"

    def test_an_answer_sees_what_waited(self, fresh_database: str) -> None:
        with together():
            post("a")
            write(RENAME, {"key": "a", "title": "seen"})
            assert ask_one(TITLE, {"key": "a"}) == ("seen",)
            assert ask_one(TITLE, {"key": "b"}) is None
            assert ask(Statement(TITLE, {"key": "b"}), Statement(TITLE, {"key": "a"})) == [[], [("seen",)]]

    def test_a_statement_of_the_mapper_sees_what_waited(self, fresh_database: str) -> None:
        with together():
            post("a")
            assert Task.objects.filter(key="a").exists()
            Task.objects.update(title="by the mapper")
            write(RENAME, {"key": "a", "title": "after it"})
        assert Task.objects.get().title == "after it"

    def test_waits_until_the_end_without_a_question(self, fresh_database: str) -> None:
        with CaptureQueriesContext(connection) as sent, together():
            before = len(sent)
            post("a")
            post("b")
            assert len(sent) == before
        assert Task.objects.count() == 2

    def test_leaves_nothing_when_the_block_fails(self, fresh_database: str) -> None:
        def act() -> None:
            with together():
                post("a")
                send()
                post("b")
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            act()
        assert not Task.objects.exists()

    def test_leaves_nothing_when_a_statement_fails(self, fresh_database: str) -> None:
        def act() -> None:
            with together():
                post("a")
                post("a")
                post("b")

        with pytest.raises(IntegrityError, match="task_once"):
            act()
        assert not Task.objects.exists()

    def test_leaves_nothing_when_an_answer_is_refused(self, fresh_database: str) -> None:
        def act() -> None:
            with together():
                post("a")
                write(TITLE, {"key": "b"}, missing)
                post("b")

        with pytest.raises(Missing):
            act()
        assert not Task.objects.exists()

    def test_a_refused_answer_speaks_before_the_error_that_follows_from_it(self, fresh_database: str) -> None:
        def act() -> None:
            with together():
                post("a")
                write(TITLE, {"key": "b"}, missing)
                post("a")

        with pytest.raises(Missing):
            act()
        assert not Task.objects.exists()

    def test_sends_later_ones_when_an_early_answer_was_refused_and_caught(self, fresh_database: str) -> None:
        with together():
            post("a")
            write(TITLE, {"key": "b"}, missing)
            with pytest.raises(Missing):
                send()
            post("b")
        assert Task.objects.count() == 2

    def test_inside_another_is_part_of_it(self, fresh_database: str) -> None:
        def act() -> None:
            with together():
                with together():
                    post("a")
                raise ZeroDivisionError

        with CaptureQueriesContext(connection) as sent, pytest.raises(ZeroDivisionError):
            act()
        assert not [one for one in sent if "SAVEPOINT" in one["sql"]]
        assert not Task.objects.exists()

    def test_a_savepoint_within_takes_back_only_its_own(self, fresh_database: str) -> None:
        def within() -> None:
            with transaction.atomic():
                post("b")
                raise ZeroDivisionError

        with together():
            post("a")
            with pytest.raises(ZeroDivisionError):
                within()
            post("c")
        assert list(Task.objects.order_by("key").values_list("key", flat=True)) == ["a", "c"]

    def test_is_of_one_thread(self, fresh_database: str) -> None:
        seen: list[str] = []

        def alone() -> None:
            post("b")
            seen.extend(Task.objects.order_by("key").values_list("key", flat=True))
            connection.close()

        with together():
            post("a")
            other = threading.Thread(target=alone)
            other.start()
            other.join()
        assert seen == ["b"]
        assert Task.objects.count() == 2


def others() -> int:
    """Return how many tasks another connection sees."""
    seen = []

    def look() -> None:
        seen.append(Task.objects.count())
        connection.close()

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    return int(seen[0])


class TestCommit:
    """It goes with the last statements; what it may not take back must be decided before."""

    def test_is_done_when_the_block_ends(self, fresh_database: str) -> None:
        seen = list[int]()
        with together():
            post("a")
            transaction.on_commit(lambda: seen.append(others()))
        assert seen == [1]
        assert not connection.in_atomic_block

    def test_waits_for_the_greater_transaction(self, fresh_database: str) -> None:
        with transaction.atomic():
            with together():
                post("a")
            assert others() == 0
        assert others() == 1

    def test_waits_for_the_answer_of_a_check(self, fresh_database: str) -> None:
        def act() -> None:
            with together():
                post("a")
                write(TITLE, {"key": "b"}, missing)

        with pytest.raises(Missing):
            act()
        assert others() == 0

    def test_is_refused_with_a_strict_statement_and_the_check_says_why(self, fresh_database: str) -> None:
        key, told = new_id(), list[str]()
        lenient = POST + " on conflict (id) do nothing returning id"

        def act(then: str) -> None:
            with together():
                post(then)
                transaction.on_commit(lambda: told.append(then))
                write(
                    lenient, {"id": key, "key": f"{then}!", "at": AT}, missing, strict=POST + " returning id"
                )

        act("a")
        with pytest.raises(Missing):
            act("b")
        assert (others(), told) == (2, ["a"])

    def test_leaves_nothing_when_it_fails_itself(self, fresh_database: str) -> None:
        def act() -> None:
            with together():
                post("a")
                # Whose dossier is not there: PostgreSQL looks only at the commit.
                insert(Component(dossier_id=new_id(), slot="s", file_id=new_id(), added_at=AT))

        with pytest.raises(IntegrityError, match="foreign key"):
            act()
        assert others() == 0
        post("b")
        assert others() == 1


class TestConnection:
    def test_prepares_each_statement_once(self, fresh_database: str) -> None:
        for key in "abc":
            post(key)
        with connection.cursor() as cursor:
            cursor.execute(
                "select count(*) from pg_prepared_statements where statement like %s", ["%tasks_task%"]
            )
            assert cursor.fetchone() == (1,)

    def test_goes_on_after_a_statement_failed(self, fresh_database: str) -> None:
        post("a")
        with pytest.raises(IntegrityError):
            post("a")
        post("b")
        assert Task.objects.count() == 2

    def test_prepares_anew_what_was_forgotten(self, fresh_database: str) -> None:
        post("a")
        with connection.cursor() as cursor:
            cursor.execute("deallocate all")
        with pytest.raises(DatabaseError):
            post("b")
        post("b")
        assert Task.objects.count() == 2

    def test_prepares_anew_what_reads_a_table_that_was_changed(
        self, cluster: postgres.Cluster, fresh_database: str
    ) -> None:
        read(Task, "", {})
        with psycopg.connect(cluster.dsn(postgres.SUPERUSER, fresh_database)) as owner:
            owner.execute("alter table tasks_task alter column about type varchar(999)")
        with pytest.raises(DatabaseError):
            read(Task, "", {})
        assert read(Task, "", {}) == []

    def test_sends_and_reads_more_than_the_buffers_hold(self, fresh_database: str) -> None:
        much = "x" * 3_000_000
        echo = Statement("select %(much)s::text || '%%'", {"much": much})
        assert ask(echo, echo, echo) == [[(much + "%",)]] * 3

    def test_is_lost_in_an_act_and_leaves_nothing(self, fresh_database: str) -> None:
        def act() -> None:
            with together():
                post("a")
                write("select pg_terminate_backend(pg_backend_pid())", {})
                post("b")

        with pytest.raises(OperationalError):
            act()
        connection.close()
        assert not Task.objects.exists()
        post("c")
        assert Task.objects.get().key == "c"


class TestElsewhere:
    def test_a_statement_goes_at_once(self, fresh_database: str) -> None:
        post("a")
        assert Task.objects.count() == 1

    def test_a_check_speaks_at_once(self, fresh_database: str) -> None:
        with pytest.raises(Missing):
            write(TITLE, {"key": "b"}, missing)

    def test_a_new_row_is_as_the_mapper_would_write_it(self, fresh_database: str) -> None:
        notice = Notice(person_id=new_id(), key="k", kind="kind", sealed=b"\x00\xff", about="", at=AT)
        task = Task(key="k", unit_id=new_id(), duty="sign", facts={"n": 1}, due_at=AT, posted_at=AT)
        insert(notice)
        insert(task)
        kept = Notice.objects.get(pk=notice.id)
        assert (bytes(kept.sealed), kept.at, kept.read_at) == (b"\x00\xff", AT, None)
        assert Task.objects.get(pk=task.id).facts == {"n": 1}

    def test_is_counted_as_a_statement(self, fresh_database: str) -> None:
        with CaptureQueriesContext(connection) as sent:
            post("a")
        assert len(sent) == 1

    def test_rows_are_read_as_the_mapper_would(self, fresh_database: str) -> None:
        task = Task(key="k", unit_id=new_id(), duty="sign", facts={"n": [1]}, due_at=AT, posted_at=AT)
        insert(task)
        (found,) = read(Task, "where key = %(key)s for update", {"key": "k"})
        wanted = Task.objects.get()
        assert found.__dict__.keys() == wanted.__dict__.keys()
        names = [field.attname for field in Task._meta.concrete_fields]
        assert [getattr(found, name) for name in names] == [getattr(wanted, name) for name in names]
        assert read(Task, "where key = %(key)s", {"key": "l"}) == []
