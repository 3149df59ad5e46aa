"""Public warnings: drafted by one, approved by another, told to whom they concern, replaced, canceled."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, connections, transaction
from lxml import etree

from dothi.foundation.clock import now
from dothi.foundation.identity.errors import DutyMissing, OtherUnit, SamePerson
from dothi.foundation.ledger.errors import AlreadyRecorded
from dothi.foundation.notices.queries import inbox
from dothi.incidents import errors
from dothi.incidents.actions import warnings as acts
from dothi.incidents.cap import NAMESPACE
from dothi.incidents.models import PublicWarning
from dothi.incidents.queries import (
    deliveries,
    public_feed,
    public_message,
    public_warning,
    public_warnings,
    timeline,
    waiting,
    warnings_at,
)
from dothi.incidents.queries.warnings import Reader
from dothi.incidents.tasks import tell_wards
from dothi.incidents.types import EntryKind, WarningId
from dothi.incidents.warning_types import Status, Wording
from dothi.kernel.ids import new_id
from tests.support.center import AT, BA_DINH, HOAN_KIEM, Center, center, later, opened
from tests.support.events import emitted, faults
from tests.support.people import AN, BINH, resident
from tests.support.warnings import WORDS, approved, canceled, drafted, issued, new, updated

SCHEMA = etree.XMLSchema(etree.parse(Path(__file__).parents[2] / "unit/incidents/cap-1.2.xsd"))
CAP = {"cap": NAMESPACE}


@pytest.fixture
def ioc(db: None) -> Center:
    return center()


def entries(act: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from ledger_entry where act = %s", [act])
        return int(cursor.fetchone()[0])


def document(warning_id: WarningId) -> etree._Element:
    found = etree.fromstring(public_message(warning_id))
    SCHEMA.assertValid(found)
    return found


class TestDraft:
    def test_tells_nobody(self, ioc: Center) -> None:
        key = drafted(ioc)
        assert [row.id for row in waiting(Reader(ioc.bao, AT), AT)] == [key]
        assert public_warnings(later(1)) == public_feed(later(1)) == warnings_at(later(1)) == []
        with pytest.raises(errors.WarningNotFound):
            public_warning(key)

    def test_twice_with_one_key_is_one(self, ioc: Center) -> None:
        key = new_id()
        drafts = {acts.draft(new=new(), actor=ioc.van, at=AT, key=key) for _ in range(2)}
        assert len(drafts) == len(waiting(Reader(ioc.van, AT), AT)) == entries("incidents.draft-warning") == 1

    @pytest.mark.parametrize(
        ("changes", "part"),
        [
            ({"hazard": "volcano"}, "hazard"),
            ({"severity": "severe"}, "severity"),
            ({"urgency": "now"}, "urgency"),
            ({"certainty": ""}, "certainty"),
            ({"wards": ("99999",)}, "wards"),
            ({"expires_at": AT}, "expires_at"),
            ({"expires_at": AT + timedelta(hours=49)}, "onset_at"),
            ({"onset_at": AT + timedelta(hours=7)}, "expires_at"),
            ({"words": {"vi": WORDS["vi"]}}, "words.en"),
            ({"words": {**WORDS, "en": replace(WORDS["en"], headline=" ")}}, "words.en"),
            ({"words": {**WORDS, "en": replace(WORDS["en"], headline="x" * 161)}}, "words.en"),
            ({"words": {**WORDS, "vi": replace(WORDS["vi"], instruction="")}}, "words.vi"),
            ({"words": {**WORDS, "vi": replace(WORDS["vi"], description="\x00\x0b")}}, "words.vi"),
        ],
    )
    def test_refuses_what_cannot_be_told(self, ioc: Center, changes: dict[str, object], part: str) -> None:
        with pytest.raises(errors.WarningUnfit) as refused:
            acts.draft(new=new(**changes), actor=ioc.van, at=AT, key=new_id())
        assert refused.value.facts == {"part": part}

    def test_needs_wards_and_the_duty(self, ioc: Center) -> None:
        with pytest.raises(errors.WarningUnfit):
            drafted(ioc, wards=())
        with pytest.raises(DutyMissing):
            acts.draft(new=new(), actor=ioc.bao, at=AT, key=new_id())

    def test_of_a_ward_s_office_stays_in_its_ward_and_hazards(self, ioc: Center) -> None:
        acts.draft(new=new(), actor=ioc.ward, at=AT, key=new_id())
        for changes in ({"wards": (BA_DINH,)}, {"wards": (HOAN_KIEM, BA_DINH)}, {"hazard": "storm"}):
            with pytest.raises(errors.NotCompetent):
                acts.draft(new=new(**changes), actor=ioc.ward, at=AT, key=new_id())

    def test_is_discarded_or_refused_with_a_reason(self, ioc: Center) -> None:
        one, other = drafted(ioc), drafted(ioc)
        acts.discard(warning_id=one, actor=ioc.van, at=later(1), key=new_id())
        with pytest.raises(errors.WordsMissing):
            acts.refuse(warning_id=other, note=" ", actor=ioc.bao, at=later(1), key=new_id())
        acts.refuse(warning_id=other, note="Chưa đủ căn cứ", actor=ioc.bao, at=later(1), key=new_id())
        assert waiting(Reader(ioc.bao, later(2)), later(2)) == []
        with pytest.raises(errors.WarningMoved):
            approved(ioc, one)


class TestApprove:
    def test_tells_the_public_in_cap(self, ioc: Center) -> None:
        key = issued(ioc, wards=(HOAN_KIEM, BA_DINH))
        found = document(key)
        assert [one.text for one in found.findall("cap:info/cap:language", CAP)] == ["vi-VN", "en-US"]
        assert [one.text for one in found.findall("cap:info/cap:area/cap:areaDesc", CAP)] == [
            "Phường Ba Đình", "Phường Hoàn Kiếm", "Ba Đình Ward", "Hoàn Kiếm Ward"
        ]  # fmt: skip
        assert found.findtext("cap:sender", "", CAP).startswith("ioc@")
        assert [row.id for row in public_warnings(later(1))] == [key]
        assert entries("incidents.approve-warning") == 1

    def test_by_who_drafted_it_is_refused(self, ioc: Center) -> None:
        both = replace(ioc.van, holdings=(*ioc.van.holdings, *ioc.bao.holdings))
        key = acts.draft(new=new(), actor=both, at=AT, key=new_id())
        with pytest.raises(SamePerson):
            acts.approve(warning_id=key, actor=both, at=AT, key=new_id())

    def test_in_the_name_of_who_drafted_it_is_refused(self, ioc: Center) -> None:
        key = drafted(ioc)
        for actor in (
            replace(ioc.bao, acting_for=ioc.van.person_id),
            replace(ioc.bao, person_id=ioc.van.person_id, acting_for=ioc.bao.person_id),
        ):
            with pytest.raises(SamePerson):
                acts.approve(warning_id=key, actor=actor, at=AT, key=new_id())
        assert public_warnings(later(1)) == []

    def test_without_the_duty_or_from_elsewhere_is_refused(self, ioc: Center) -> None:
        key = drafted(ioc)
        with pytest.raises(DutyMissing):
            acts.approve(warning_id=key, actor=replace(ioc.van, person_id=new_id()), at=AT, key=new_id())
        with pytest.raises(OtherUnit):
            acts.approve(warning_id=key, actor=ioc.ward, at=AT, key=new_id())

    def test_after_its_end_or_of_a_forged_id_is_refused(self, ioc: Center) -> None:
        with pytest.raises(errors.WarningUnfit):
            approved(ioc, drafted(ioc), 361)
        with pytest.raises(errors.WarningNotFound):
            approved(ioc, WarningId(UUID(int=4)))

    def test_twice_with_one_key_issues_once_and_with_another_s_key_nothing(self, ioc: Center) -> None:
        key, once = drafted(ioc), new_id()
        for _ in range(2):
            acts.approve(warning_id=key, actor=ioc.bao, at=later(1), key=once)
        assert entries("incidents.approve-warning") == 1
        with pytest.raises(AlreadyRecorded):
            acts.approve(warning_id=drafted(ioc), actor=ioc.bao, at=later(1), key=once)

    def test_writes_into_the_timeline_of_its_incident(self, ioc: Center) -> None:
        incident = opened(ioc)
        key = issued(ioc, 2, incident_id=incident)
        line = timeline(incident, later(3))[-1]
        assert (line.kind, line.warning_id) == (EntryKind.WARNING_ISSUED, key)

    def test_leaves_a_document_that_nobody_changes(self, ioc: Center) -> None:
        issued(ioc)
        for statement in (
            "update incidents_warningmessage set document = 'x'",
            "delete from incidents_warningmessage",
            "update incidents_warningstep set act = 'x'",
        ):
            with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)

    def test_cannot_be_talked_into_other_elements(self, ioc: Center) -> None:
        evil = Wording("</headline><status>Actual</status>&amp;", "]]><scope>Public</scope>", "<script>")
        found = document(issued(ioc, words={"vi": evil, "en": evil}))
        assert found.findtext("cap:info/cap:headline", None, CAP) == evil.headline
        assert len(found.findall(".//cap:status", CAP)) == 1


class TestUpdate:
    def test_stands_for_the_earlier_one_and_refers_to_all_before(self, ioc: Center) -> None:
        first = issued(ioc)
        second = updated(ioc, first, 10, severity="Extreme")
        third = updated(ioc, second, 20, severity="Minor")
        assert [row.id for row in public_warnings(later(21))] == [third]
        assert [row.id for row in public_warnings(later(15))] == [second]
        references = document(third).findtext("cap:references", "", CAP).split(" ")
        assert [reference.split(",")[1].split(":")[-1] for reference in references] == [
            str(first), str(second)
        ]  # fmt: skip
        assert [row.id for row in warnings_at(later(21), later(5))] == [first]

    def test_of_what_was_replaced_or_is_another_hazard_is_refused(self, ioc: Center) -> None:
        first = issued(ioc)
        with pytest.raises(errors.WarningUnfit):
            updated(ioc, first, 5, hazard="storm")
        with pytest.raises(errors.WarningUnfit):
            updated(ioc, first, 5, status=Status.TEST)
        updated(ioc, first, 10)
        with pytest.raises(errors.WarningMoved):
            updated(ioc, first, 20)

    def test_drafted_again_with_its_key_is_one_even_after_it_was_issued(self, ioc: Center) -> None:
        first, key = issued(ioc), new_id()
        given = {"replaces": first, "actor": ioc.van, "at": later(5), "key": key}
        second = acts.draft_update(new=new(), **given)  # type: ignore[arg-type]  # said twice alike
        approved(ioc, second, 6)
        assert acts.draft_update(new=new(), **given) == second  # type: ignore[arg-type]  # as above

    def test_takes_two_persons_as_well(self, ioc: Center) -> None:
        first = issued(ioc)
        both = replace(ioc.van, holdings=(*ioc.van.holdings, *ioc.bao.holdings))
        key = acts.draft_cancel(replaces=first, words=WORDS, actor=both, at=later(1), key=new_id())
        with pytest.raises(SamePerson):
            acts.approve(warning_id=key, actor=both, at=later(2), key=new_id())
        assert [row.id for row in public_warnings(later(3))] == [first]


class TestCancel:
    def test_ends_it_and_says_so(self, ioc: Center) -> None:
        first = issued(ioc)
        last = canceled(ioc, first, 10)
        assert public_warnings(later(11)) == []
        assert [row.id for row in public_feed(later(11))] == [last, first]
        assert document(last).findtext("cap:msgType", None, CAP) == "Cancel"
        with pytest.raises(errors.WarningMoved):
            canceled(ioc, last, 20)

    def test_is_not_needed_where_it_ends_by_itself(self, ioc: Center) -> None:
        issued(ioc)
        assert len(public_warnings(later(359))) == 1
        assert public_warnings(later(360)) == []


class TestExercise:
    @pytest.mark.parametrize("status", [Status.EXERCISE, Status.TEST])
    def test_reaches_no_query_of_the_public_and_no_inbox(self, ioc: Center, status: Status) -> None:
        person = resident(AN).person_id
        key = issued(ioc, status=status)
        assert public_warnings(later(1)) == public_feed(later(1)) == []
        for door in (public_warning, public_message):
            with pytest.raises(errors.WarningNotFound):
                door(key)
        with pytest.raises(errors.WarningNotFound):
            tell_wards(warning_id=str(key))
        assert inbox(person, before=None, limit=9) == []
        assert [row.id for row in warnings_at(later(1))] == [key]

    def test_is_not_even_deferred(self, ioc: Center) -> None:
        for status in Status:
            issued(ioc, status=status)
        with connection.cursor() as cursor:
            cursor.execute("select count(*) from procrastinate_jobs where task_name = 'incidents.tell_wards'")
            assert cursor.fetchone() == (1,)


class TestAttack:
    @pytest.mark.parametrize("status", [Status.EXERCISE, Status.TEST])
    def test_of_an_exercise_by_update_or_cancellation_tells_nobody(self, ioc: Center, status: Status) -> None:
        person = resident(AN).person_id
        first = issued(ioc, status=status)
        second = updated(ioc, first, 5, status=status)
        last = canceled(ioc, second, 10)
        assert public_feed(later(11)) == public_warnings(later(7)) == []
        for key in (first, second, last):
            with pytest.raises(errors.WarningNotFound):
                tell_wards(warning_id=str(key))
        assert inbox(person, before=None, limit=9) == []

    def test_by_an_actual_update_of_an_exercise_is_refused_even_in_the_row(self, ioc: Center) -> None:
        first = issued(ioc, status=Status.EXERCISE)
        with pytest.raises(errors.WarningUnfit):
            updated(ioc, first, 5)
        draft = acts.draft_update(
            new=new(status=Status.EXERCISE), replaces=first, actor=ioc.van, at=later(5), key=new_id()
        )
        PublicWarning.objects.filter(pk=draft).update(status="Actual")
        with pytest.raises(errors.WarningUnfit):
            approved(ioc, draft, 6)
        assert public_feed(later(7)) == []

    def test_by_a_reference_to_an_exercise_finds_none_in_an_actual_message(self, ioc: Center) -> None:
        issued(ioc, status=Status.EXERCISE)
        told = document(updated(ioc, issued(ioc), 5))
        references = told.findtext("cap:references", "", CAP).split(" ")
        assert len(references) == 1
        assert told.findtext("cap:status", "", CAP) == "Actual"

    def test_on_another_center_s_timeline_is_refused(self, ioc: Center) -> None:
        """A ward's office may warn in its ward, and not write into what the city's center does."""
        theirs = opened(ioc)
        with pytest.raises(OtherUnit):
            acts.draft(new=new(incident_id=theirs), actor=ioc.ward, at=AT, key=new_id())
        assert len(timeline(theirs, later(9))) == 1


class TestNotices:
    def test_go_to_who_lives_there_once_and_are_counted(self, ioc: Center) -> None:
        here, there = resident(AN).person_id, resident(replace(BINH, ward=BA_DINH)).person_id
        key = issued(ioc)
        for _ in range(2):
            tell_wards(warning_id=str(key))
        assert [row.kind for row in inbox(here, before=None, limit=9)] == ["warning-issued"]
        assert inbox(there, before=None, limit=9) == []
        assert [(row.ward_code, row.people) for row in deliveries(key, now())] == [(HOAN_KIEM, 1)]

    def test_tell_a_ward_that_an_update_leaves_out_that_it_is_over_there(self, ioc: Center) -> None:
        here = resident(AN).person_id
        first = issued(ioc, wards=(HOAN_KIEM, BA_DINH))
        second = updated(ioc, first, 10, wards=(BA_DINH,))
        tell_wards(warning_id=str(second))
        assert [row.kind for row in inbox(here, before=None, limit=9)] == ["warning-over-here"]

    def test_follow_who_moves(self, ioc: Center) -> None:
        resident(AN)
        person = resident(replace(AN, ward=BA_DINH)).person_id
        tell_wards(warning_id=str(issued(ioc)))
        assert inbox(person, before=None, limit=9) == []
        tell_wards(warning_id=str(issued(ioc, wards=(BA_DINH,))))
        assert len(inbox(person, before=None, limit=9)) == 1

    def test_leave_a_record_of_the_read(self, ioc: Center) -> None:
        resident(AN)
        tell_wards(warning_id=str(issued(ioc)))
        assert entries("identity.residence.read") == 1


class TestEvents:
    def test_fit_their_schemas_and_name_no_person(self, ioc: Center) -> None:
        canceled(ioc, updated(ioc, issued(ioc), 5), 10)
        acts.discard(warning_id=drafted(ioc), actor=ioc.van, at=later(1), key=new_id())
        acts.refuse(warning_id=drafted(ioc), note="x", actor=ioc.bao, at=later(1), key=new_id())
        said = [(kind, data) for kind, data in emitted() if ".incidents.warning" in kind]
        assert {kind.split(".")[4] for kind, _ in said} == {"drafted", "issued", "refused", "discarded"}
        assert [fault for kind, data in said for fault in faults(kind, data)] == []
        assert str(ioc.van.person_id) not in repr(said)


@pytest.mark.usefixtures("fresh_database")
class TestTwoHands:
    def test_issue_one_update_of_one_warning(self) -> None:
        ioc = center()
        first = issued(ioc)
        drafts = [
            acts.draft_update(new=new(), replaces=first, actor=ioc.van, at=later(1), key=new_id())
            for _ in range(2)
        ]

        def issue(key: WarningId) -> str:
            try:
                approved(ioc, key, 2)
            except errors.WarningMoved:
                return "moved"
            finally:
                connections.close_all()
            return "issued"

        with ThreadPoolExecutor(2) as hands:
            assert sorted(hands.map(issue, drafts)) == ["issued", "moved"]
        assert len(public_warnings(later(3))) == 1
