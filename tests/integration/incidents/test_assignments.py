"""Assignments: an agency is asked, answers on its own work list, and what is overdue shows; the past too."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.conf import settings

from dothi.foundation.identity.authority import Actor, Refused
from dothi.foundation.ledger.errors import AlreadyRecorded
from dothi.foundation.ledger.queries import history_of
from dothi.foundation.tasks.queries import work_list
from dothi.foundation.tasks.types import Place as Desk
from dothi.incidents.actions.incidents import merge
from dothi.incidents.assignments import actions, queries
from dothi.incidents.assignments.errors import AssignmentMoved, AssignmentNotFound, AssignmentUnfit
from dothi.incidents.assignments.types import AssignmentId, NewAssignment, State
from dothi.incidents.errors import WordsMissing
from dothi.incidents.queries import incident, timeline
from dothi.incidents.types import EntryKind, IncidentId
from dothi.incidents.types import State as Stands
from dothi.kernel.ids import UnitId, new_id, urn
from tests.support.center import AT, Center, call, center, later, official_in, opened
from tests.support.events import emitted, faults

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Case:
    """A flood of the center, and the ward that is asked for sandbags within an hour."""

    center: Center
    ward: Actor
    agency: UnitId
    incident: IncidentId


@pytest.fixture
def case() -> Case:
    at_center = center()
    ward = official_in("00004", ["process"])
    return Case(at_center, ward, ward.holdings[0].unit_id, opened(at_center))


def given(case: Case, words: str = "Chở 200 bao cát tới phố Hàng Bài", hours: float = 1) -> AssignmentId:
    """Ask the ward, a minute after AT."""
    asked = call(case.incident, case.center.van, 1, key=new_id())
    new = NewAssignment(case.agency, words, asked.at + timedelta(hours=hours))
    actions.give(asked, new=new)
    return AssignmentId(asked.key)


def on_list(case: Case) -> list[str]:
    """Return what the ward's work list says."""
    return [str(task.facts["words"]) for task in work_list([Desk(case.agency, "process")])]


class TestGive:
    def test_puts_it_on_the_agency_s_work_list_with_ledger_event_and_line(self, case: Case) -> None:
        key = given(case)
        assert on_list(case) == ["Chở 200 bao cát tới phố Hàng Bài"]
        [entry, *_] = history_of(urn(settings.NODE, "incident", case.incident), limit=5)
        assert (entry.said["act"], key in {one.id for one in timeline(case.incident, later(2))}) == (
            "incidents.give-assignment", True,
        )  # fmt: skip
        assert "vn.dothi.incidents.incident.assignment-given.v1" in dict(emitted())
        assert [fault for told in emitted() for fault in faults(*told)] == []
        assert [one.kind for one in timeline(case.incident, later(2))][-1] is EntryKind.ASSIGNMENT_GIVEN

    def test_is_one_under_retry(self, case: Case) -> None:
        asked = call(case.incident, case.center.van, 1, key=new_id())
        new = NewAssignment(case.agency, "Chặn xe", asked.at + timedelta(hours=1))
        for _ in range(2):
            actions.give(asked, new=new)
        assert len(queries.assignments_at(later(2))) == 1
        assert len(on_list(case)) == 1

    @pytest.mark.parametrize("hours", [-1, 0, 24 * 31])
    def test_refuses_a_deadline_that_is_none(self, case: Case, hours: float) -> None:
        with pytest.raises(AssignmentUnfit):
            given(case, hours=hours)

    @pytest.mark.parametrize("words", ["", "   ", "x" * 2001])
    def test_refuses_without_words_or_with_too_many(self, case: Case, words: str) -> None:
        with pytest.raises(WordsMissing):
            given(case, words)

    def test_refuses_an_agency_that_is_none(self, case: Case) -> None:
        new = NewAssignment(UnitId(new_id()), "Chặn xe", later(60))
        with pytest.raises(AssignmentUnfit):
            actions.give(call(case.incident, case.center.van), new=new)

    def test_is_not_for_an_agency_s_own_officials(self, case: Case) -> None:
        with pytest.raises(Refused):
            actions.give(call(case.incident, case.ward), new=NewAssignment(case.agency, "Chặn xe", later(60)))


class TestAnswer:
    def test_is_accepted_and_reported_done_once(self, case: Case) -> None:
        key = given(case)
        accepting, reporting = new_id(), new_id()
        for _ in range(2):
            actions.accept(assignment_id=key, actor=case.ward, at=later(5), key=accepting)
        assert on_list(case)
        for _ in range(2):
            actions.report(assignment_id=key, note="Đã xong", actor=case.ward, at=later(30), key=reporting)
        assert on_list(case) == []
        assert [step.state for step in queries.steps_of(key)] == [State.GIVEN, State.ACCEPTED, State.DONE]
        kinds = [one.kind for one in timeline(case.incident, later(60))]
        assert kinds[-2:] == [EntryKind.ASSIGNMENT_ACCEPTED, EntryKind.ASSIGNMENT_DONE]

    def test_by_the_key_of_another_s_answer_is_refused(self, case: Case) -> None:
        first, other, key = given(case), given(case), new_id()
        actions.accept(assignment_id=first, actor=case.ward, at=later(5), key=key)
        with pytest.raises(AlreadyRecorded):
            actions.accept(assignment_id=other, actor=case.ward, at=later(6), key=key)
        assert [step.state for step in queries.steps_of(other)] == [State.GIVEN]

    def test_is_not_done_before_it_is_accepted(self, case: Case) -> None:
        with pytest.raises(AssignmentMoved):
            actions.report(
                assignment_id=given(case), note="Đã xong", actor=case.ward, at=later(5), key=new_id()
            )

    def test_is_the_asked_agency_s_alone(self, case: Case) -> None:
        key, stranger = given(case), official_in("00070", ["process"])
        for actor in (stranger, case.center.van):
            with pytest.raises((Refused, AssignmentNotFound)):
                actions.accept(assignment_id=key, actor=actor, at=later(5), key=new_id())
            with pytest.raises((Refused, AssignmentNotFound)):
                queries.assignment(key, actor, later(5))

    def test_does_not_come_after_it_was_withdrawn(self, case: Case) -> None:
        key = given(case)
        actions.withdraw(
            assignment_id=key, note="Nước đã rút", actor=case.center.van, at=later(4), key=new_id()
        )
        assert on_list(case) == []
        with pytest.raises(AssignmentMoved):
            actions.accept(assignment_id=key, actor=case.ward, at=later(5), key=new_id())

    def test_of_what_nobody_asked_is_not_found(self, case: Case) -> None:
        with pytest.raises(AssignmentNotFound):
            actions.accept(assignment_id=AssignmentId(new_id()), actor=case.ward, at=later(5), key=new_id())


class TestMerge:
    def test_takes_what_was_asked_along(self, case: Case) -> None:
        key, into = given(case), opened(case.center, 2)
        merge(call(case.incident, case.center.van, 3), into=into)
        actions.accept(assignment_id=key, actor=case.ward, at=later(4), key=new_id())
        [row] = queries.of_incident(into, later(5))
        assert (row.id, row.state) == (key, State.ACCEPTED)
        told = timeline(into, later(5))[-1]
        assert told.kind is EntryKind.ASSIGNMENT_ACCEPTED
        assert told.number == incident(into, later(5)).revision
        assert incident(case.incident, later(5)).state is Stands.CLOSED


class TestPast:
    def test_shows_what_stood_then_and_whether_it_was_overdue(self, case: Case) -> None:
        key = given(case)
        actions.accept(assignment_id=key, actor=case.ward, at=later(90), key=new_id())
        actions.report(assignment_id=key, note="Đã xong", actor=case.ward, at=later(120), key=new_id())
        assert queries.assignments_at(AT) == []
        [early] = queries.assignments_at(later(30))
        assert (early.state, early.overdue(later(30))) == (State.GIVEN, False)
        [late] = queries.assignments_at(later(100))
        assert (late.state, late.overdue(later(100))) == (State.ACCEPTED, True)
        assert queries.assignments_at(later(121)) == []
        [known] = queries.assignments_at(later(121), later(100))
        assert known.state is State.ACCEPTED
