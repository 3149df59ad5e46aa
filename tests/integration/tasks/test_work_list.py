"""Whether each official has one work list, in order of the deadlines, each task for one of them."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection

from dothi.foundation.tasks.actions import claim, finish, move, post, release
from dothi.foundation.tasks.errors import NoSuchTask, TaskTaken
from dothi.foundation.tasks.queries import open_about, work_list
from dothi.foundation.tasks.types import Place, Work
from dothi.kernel.ids import new_id

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
HERE, ELSEWHERE = Place(new_id(), "receive"), Place(new_id(), "receive")
ABOUT = "urn:dothi:test:dossier:1"


def work(key: str, days: int = 0, place: Place = HERE) -> Work:
    return Work(key, place, "Receive dossier %(code)s", ABOUT, AT + timedelta(days), {"code": key})


def first_id() -> UUID:
    return work_list([HERE])[0].id


class TestWorkList:
    def test_is_ordered_by_deadline_and_shows_other_places_nothing(self, db: None) -> None:
        for key, days in (("late", 3), ("soon", 1), ("now", 0), ("same", 1)):
            post(work=work(key, days), at=AT)
        post(work=work("elsewhere", 0, ELSEWHERE), at=AT)
        rows = work_list([HERE])
        assert [row.facts["code"] for row in rows] == ["now", "soon", "same", "late"]
        first = work_list([HERE], limit=2)
        rest = work_list([HERE], limit=2, after=(first[-1].due_at, first[-1].id))
        assert first + rest == rows
        assert work_list([]) == []
        assert {row.place for row in work_list([HERE, ELSEWHERE])} == {HERE, ELSEWHERE}

    def test_takes_one_statement(self, db: None, django_assert_num_queries: object) -> None:
        post(work=work("a"), at=AT)
        with django_assert_num_queries(1):  # type: ignore[operator]  # pytest-django gives no type
            work_list([HERE, ELSEWHERE])


class TestPost:
    def test_posts_one_task_for_each_occasion(self, db: None) -> None:
        post(work=work("a"), at=AT)
        post(work=work("a", 5), at=AT)
        assert [row.due_at for row in open_about(ABOUT)] == [AT]

    def test_leaves_the_list_when_it_is_finished_and_stays_away(self, db: None) -> None:
        post(work=work("a"), at=AT)
        move(key="a", due_at=AT + timedelta(2))
        assert work_list([HERE])[0].due_at == AT + timedelta(2)
        finish(key="a", at=AT)
        finish(key="a", at=AT)
        post(work=work("a"), at=AT)
        assert work_list([HERE]) == []


class TestClaim:
    def test_belongs_to_one_official_until_released(self, db: None) -> None:
        post(work=work("a"), at=AT)
        minh, thao = new_id(), new_id()
        claim(task_id=first_id(), person_id=minh, at=AT)
        claim(task_id=first_id(), person_id=minh, at=AT)
        with pytest.raises(TaskTaken):
            claim(task_id=first_id(), person_id=thao, at=AT)
        release(task_id=first_id(), person_id=thao)
        assert [row.claimed_by for row in work_list([HERE], claimed_by=minh)] == [minh]
        release(task_id=first_id(), person_id=minh)
        claim(task_id=first_id(), person_id=thao, at=AT)

    def test_refuses_what_is_unknown_or_finished(self, db: None) -> None:
        post(work=work("a"), at=AT)
        known = first_id()
        finish(key="a", at=AT)
        with pytest.raises(TaskTaken):
            claim(task_id=known, person_id=new_id(), at=AT)
        with pytest.raises(NoSuchTask):
            claim(task_id=new_id(), person_id=new_id(), at=AT)

    def test_has_one_winner_among_many_at_once(self, fresh_database: str) -> None:
        post(work=work("a"), at=AT)
        task = first_id()

        def attempt(person: UUID) -> bool:
            try:
                claim(task_id=task, person_id=person, at=AT)
            except TaskTaken:
                return False
            finally:
                connection.close()
            return True

        with ThreadPoolExecutor(6) as pool:
            won = list(pool.map(attempt, [new_id() for _ in range(12)]))
        assert won.count(True) == 1
