"""Acts on a dossier: at once, again, out of turn, and by silence."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dothi.dossiers import queries
from dothi.dossiers.actions import apply, conclude, process, receive
from dothi.dossiers.actions.draft import open_draft
from dothi.dossiers.errors import DraftNotShown, FaultsMissing, GroundUnknown, NoteMissing
from dothi.dossiers.models import Correction, Dossier, Step
from dothi.dossiers.tasks import silence
from dothi.dossiers.types import Act, Fault
from dothi.dossiers.writing import OF_DOSSIER
from dothi.foundation.identity.authority import Duty
from dothi.foundation.identity.errors import NotAssigned, Refused
from dothi.foundation.ledger.errors import AlreadyRecorded
from dothi.foundation.notices.queries import inbox
from dothi.foundation.tasks.queries import work_list
from dothi.foundation.tasks.types import Place
from dothi.kernel.clock import Amount
from dothi.kernel.clock.errors import ExtensionRefused
from dothi.kernel.ids import DossierId
from dothi.procedures.errors import ActNotPossible
from dothi.vault.models import Result
from tests.support.city import AT, MARITAL_STATUS, official, person_id, resident
from tests.support.dossiers import CHECKED, call, drafted, signed
from tests.support.threads import together


def in_work() -> DossierId:
    """Return a dossier that the civil-status officer works on."""
    dossier_id = drafted()
    apply.submit(call(dossier_id, "an", 1))
    receive.accept(call(dossier_id, "ha", 2, confirmed=CHECKED))
    receive.claim(call(dossier_id, "minh", 3))
    return dossier_id


@pytest.mark.usefixtures("city")
class TestCost:
    def test_an_act_is_six_statements_beside_its_transaction(self) -> None:
        """The lock, whether it was done before, then entry, step with dossier, event and task, together."""
        in_work()  # the process now knows version and calendar
        dossier_id = drafted()
        apply.submit(call(dossier_id, "an", 1))
        receive.accept(call(dossier_id, "ha", 2, confirmed=CHECKED))
        minh = call(dossier_id, "minh", 3)
        with CaptureQueriesContext(connection) as seen:
            receive.claim(minh)
        assert [one["sql"] for one in seen if one["sql"] in ("BEGIN", "COMMIT")] == ["BEGIN", "COMMIT"]
        assert len(seen) - 2 == 6


@pytest.mark.usefixtures("city")
class TestAtOnce:
    def test_one_of_many_claims_wins(self) -> None:
        dossier_id = drafted()
        apply.submit(call(dossier_id, "an", 1))
        receive.accept(call(dossier_id, "ha", 2, confirmed=CHECKED))
        calls = [call(dossier_id, "minh", 3) for _ in range(6)]
        outcomes: list[str] = []

        def claim(number: int) -> None:
            try:
                receive.claim(calls[number])
                outcomes.append("claimed")
            except ActNotPossible:
                outcomes.append("too late")

        together(claim, workers=6)
        assert sorted(outcomes) == ["claimed"] + ["too late"] * 5
        assert Step.objects.filter(dossier_id=dossier_id, act=Act.CLAIM).count() == 1

    def test_the_same_press_many_times_is_one_act(self) -> None:
        dossier_id = drafted()
        pressed = call(dossier_id, "an", 1)
        together(lambda _number: apply.submit(pressed), workers=6)
        with connection.cursor() as cursor:
            cursor.execute("select count(*) from ledger_entry where id = %s", [pressed.key])
            assert cursor.fetchone() == (1,)
        assert Step.objects.filter(dossier_id=dossier_id, act=Act.SUBMIT).count() == 1

    def test_many_dossiers_of_one_desk_take_running_numbers(self) -> None:
        calls = [call(drafted(), "an", 1) for _ in range(6)]
        together(lambda number: apply.submit(calls[number]), workers=6)
        codes = Dossier.objects.order_by("code").values_list("code", flat=True)
        assert [code[-4:] for code in codes] == [f"{number:04d}" for number in range(1, 7)]

    def test_signing_twice_gives_one_result(self) -> None:
        dossier_id = drafted()
        signed(dossier_id)
        with pytest.raises(ActNotPossible):
            conclude.sign(call(dossier_id, "son", 9))
        assert Result.objects.count() == 1

    def test_the_key_of_another_dossier_does_nothing(self) -> None:
        first, second = drafted(), drafted()
        pressed = call(first, "an", 1)
        apply.submit(pressed)
        stolen = call(second, "an", 2, key=pressed.key)
        with pytest.raises(AlreadyRecorded):
            apply.submit(stolen)
        assert Dossier.objects.get(pk=second).state == "draft"


@pytest.mark.usefixtures("city")
class TestDraft:
    def test_the_same_key_opens_one_draft(self) -> None:
        key, who = uuid4(), resident("an")
        for _ in range(2):
            open_draft(resident=who, procedure_code=MARITAL_STATUS, ward_code="00070", at=AT, key=key)
        assert Dossier.objects.count() == 1

    def test_the_key_of_anothers_draft_is_refused(self) -> None:
        key = uuid4()
        for who in ("an", "binh"):
            open_draft(
                resident=resident(who), procedure_code=MARITAL_STATUS, ward_code="00070", at=AT, key=key
            )
        with pytest.raises(Refused):
            queries.editing(dossier_id=key, resident=resident("binh"), at=AT)


@pytest.mark.usefixtures("city")
class TestCourse:
    def test_only_who_claimed_may_propose(self) -> None:
        dossier_id = in_work()
        other = official("minh")
        Dossier.objects.filter(pk=dossier_id).update(assignee_id=person_id(official("thao")))
        assert other.person_id is not None
        with pytest.raises(NotAssigned):
            process.show_draft(call(dossier_id, "minh", 4))

    def test_an_online_applicant_sees_the_draft_before_it_is_proposed(self) -> None:
        with pytest.raises(DraftNotShown):
            process.propose(call(in_work(), "minh", 4))

    @pytest.mark.law("Decision 163/QD-BTP, procedure: one day without an answer")
    def test_silence_confirms_the_draft_once_its_day_has_passed(self) -> None:
        dossier_id = in_work()
        process.show_draft(call(dossier_id, "minh", 4))
        revision = Dossier.objects.get(pk=dossier_id).revision
        silence(dossier_id=str(dossier_id), revision=revision)
        silence(dossier_id=str(dossier_id), revision=revision)
        step = Step.objects.filter(dossier_id=dossier_id).order_by("-number")[0]
        assert (step.act, step.state, step.actor_id) == ("confirm-draft", "draft-confirmed", None)

    def test_silence_means_nothing_after_an_answer(self) -> None:
        dossier_id = in_work()
        process.show_draft(call(dossier_id, "minh", 4))
        revision = Dossier.objects.get(pk=dossier_id).revision
        apply.correct_draft(call(dossier_id, "an", 5, note="Ngày sinh sai"))
        silence(dossier_id=str(dossier_id), revision=revision)
        assert Dossier.objects.get(pk=dossier_id).state == "processing"

    @pytest.mark.law("Decree 61/2018/ND-CP, art. 17")
    def test_corrections_are_asked_for_once_and_name_something(self) -> None:
        dossier_id = in_work()
        with pytest.raises(FaultsMissing):
            receive.request_supplement(call(dossier_id, "minh", 4), [])
        with pytest.raises(GroundUnknown):
            receive.request_supplement(call(dossier_id, "minh", 4), [Fault("", "because")])
        assert not Correction.objects.exists()

    @pytest.mark.law("Decree 61/2018/ND-CP, art. 19")
    def test_the_due_date_moves_once_only(self) -> None:
        dossier_id = in_work()
        moved = process.extend(call(dossier_id, "minh", 4, amount=Amount(2), note="Chờ xác minh"))
        assert moved.due_at == datetime(2026, 8, 26, 10, 0, tzinfo=UTC)
        with pytest.raises(ExtensionRefused):
            process.extend(call(dossier_id, "minh", 5, amount=Amount(1), note="Lại chờ"))

    def test_a_pause_needs_a_ground_of_the_procedure(self) -> None:
        with pytest.raises(GroundUnknown):
            process.pause(call(in_work(), "minh", 4, ground="tired"))

    def test_sending_back_says_why(self) -> None:
        dossier_id = in_work()
        process.show_draft(call(dossier_id, "minh", 4))
        apply.confirm_draft(call(dossier_id, "an", 5))
        process.propose(call(dossier_id, "minh", 6))
        with pytest.raises(NoteMissing):
            process.send_back(call(dossier_id, "thao", 7))
        assert process.send_back(call(dossier_id, "thao", 7, note="Xem lại nơi cư trú")).state == "processing"

    def test_a_withdrawn_dossier_is_over(self) -> None:
        dossier_id = in_work()
        assert apply.withdraw(call(dossier_id, "an", 4)).due_at is None
        with pytest.raises(ActNotPossible):
            process.show_draft(call(dossier_id, "minh", 5))


@pytest.mark.usefixtures("city")
class TestTelling:
    def test_the_work_list_follows_the_dossier_from_duty_to_duty(self) -> None:
        dossier_id = in_work()
        unit = Dossier.objects.get(pk=dossier_id).unit_id
        waiting = {duty: work_list([Place(unit, duty.value)]) for duty in Duty}
        assert {duty for duty, tasks in waiting.items() if tasks} == {Duty.PROCESS}

    def test_the_owner_is_told_of_each_step_once(self) -> None:
        in_work()
        kinds = [row.kind for row in inbox(person_id(resident("an")))]
        assert kinds == ["dossier-accepted", "dossier-submitted"]

    def test_public_tracking_names_nobody(self) -> None:
        dossier_id = in_work()
        found = queries.tracked(code=Dossier.objects.get(pk=dossier_id).code, at=AT + timedelta(hours=1))
        shown = repr((found.code, found.state, found.due_at, found.timeline, found.unit_id))
        assert "An" not in shown
        assert str(person_id(resident("an"))) not in shown


class TestWriting:
    def test_knows_of_every_column_whether_an_act_writes_it(self) -> None:
        never = {
            "owner_id", "procedure_code", "version_id", "unit_id", "ward_code", "channel", "answers",
            "provenance", "created_at",
        }  # fmt: skip
        assert {field.attname for field in Dossier._meta.fields} == {*OF_DOSSIER, "done_by"} | never
