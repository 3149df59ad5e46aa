"""One dossier from draft to returned result, act by act, and a second one that takes it from there."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.conf import settings

from dothi.dossiers import queries
from dothi.dossiers.actions import apply, conclude, process, receive
from dothi.dossiers.actions.draft import open_draft, prefill_draft, save_answers
from dothi.dossiers.actions.reuse import use_result
from dothi.dossiers.errors import Incomplete
from dothi.dossiers.models import Dossier
from dothi.dossiers.offers import offers
from dothi.dossiers.types import Call, Fault
from dothi.foundation.identity.errors import LevelTooLow, OtherUnit, Refused, SamePerson
from dothi.foundation.identity.purpose import Purpose
from dothi.kernel.clock import ClockState
from dothi.procedures.errors import ActNotPossible
from tests.support.city import AT, MARRIAGE, official, person_id, profile_of, resident
from tests.support.dossiers import CHECKED, call, drafted, signed

LOOK = Purpose("test", "test", "A test looks")


@pytest.mark.usefixtures("city")
class TestThread:
    def test_leads_from_draft_to_returned_result(self) -> None:
        dossier_id = drafted()
        signed(dossier_id)
        done = conclude.give_back(call(dossier_id, "ha", 9, confirmed=CHECKED))
        assert done.state == "returned"
        held = queries.open_dossier(
            dossier_id=dossier_id, actor=resident("an"), purpose=LOOK, at=AT + timedelta(hours=1)
        )
        assert [one.act for one in held.timeline] == [
            "draft", "submit", "accept", "claim", "show-draft", "confirm-draft", "propose", "approve", "sign",
            "give-back",
        ]  # fmt: skip
        assert held.reading.state is ClockState.FINISHED
        assert held.proposal["holder_name"] == "Nguyễn Thị An"

    def test_files_once_when_pressed_twice(self) -> None:
        dossier_id = drafted()
        pressed = call(dossier_id, "an", 1)
        first, second = apply.submit(pressed), apply.submit(pressed)
        assert (first.code, first.entry_id) == (second.code, second.entry_id)
        assert Dossier.objects.count() == 1

    def test_refuses_to_file_what_is_incomplete_and_names_everything(self) -> None:
        dossier_id = drafted()
        who = resident("an")
        save_answers(
            dossier_id=dossier_id, resident=who, answers={"marital_status": None, "truthful": None}, at=AT
        )
        with pytest.raises(Incomplete) as refused:
            apply.submit(call(dossier_id, "an", 1))
        fields = [problem.field for problem in refused.value.facts["problems"]]  # type: ignore[attr-defined]
        assert {"marital_status", "truthful"} <= set(fields)
        assert Dossier.objects.get(pk=dossier_id).state == "draft"

    def test_ones_own_data_are_not_kept_as_those_of_another(self) -> None:
        dossier_id = drafted()
        answers = save_answers(
            dossier_id=dossier_id, resident=resident("an"), answers={"filing_for": "other"}, at=AT
        )
        assert not {"holder_name", "holder_personal_number", "holder_residence"} & set(answers)
        kept = queries.editing(dossier_id=dossier_id, resident=resident("an"), at=AT)
        assert "holder_name" not in kept.provenance

    def test_an_official_of_another_ward_is_refused(self) -> None:
        dossier_id = drafted()
        apply.submit(call(dossier_id, "an", 1))
        with pytest.raises(OtherUnit):
            receive.accept(call(dossier_id, "lananh", 2))
        with pytest.raises(OtherUnit):
            queries.open_dossier(dossier_id=dossier_id, actor=official("lananh"), purpose=LOOK, at=AT)

    def test_another_resident_is_refused(self) -> None:
        dossier_id = drafted()
        with pytest.raises(Refused):
            apply.submit(call(dossier_id, "binh", 1))
        with pytest.raises(Refused):
            queries.editing(dossier_id=dossier_id, resident=resident("binh"), at=AT)

    def test_level_one_prepares_but_does_not_file(self) -> None:
        dossier_id = drafted("chau")
        with pytest.raises(LevelTooLow):
            apply.submit(call(dossier_id, "chau", 1))

    def test_nobody_approves_an_own_proposal(self) -> None:
        dossier_id = drafted()
        apply.submit(call(dossier_id, "an", 1))
        receive.accept(call(dossier_id, "ha", 2, confirmed=CHECKED))
        receive.claim(call(dossier_id, "minh", 3))
        process.show_draft(call(dossier_id, "minh", 4))
        apply.confirm_draft(call(dossier_id, "an", 5))
        process.propose(call(dossier_id, "minh", 6))
        both = official("thao")
        cheat = replace(official("minh"), holdings=both.holdings)
        with pytest.raises(SamePerson):
            process.approve(Call(dossier_id, cheat, AT + timedelta(minutes=7)))

    def test_an_act_out_of_place_changes_nothing(self) -> None:
        dossier_id = drafted()
        apply.submit(call(dossier_id, "an", 1))
        before = Dossier.objects.values().get(pk=dossier_id)
        with pytest.raises(ActNotPossible):
            conclude.sign(call(dossier_id, "son", 2))
        assert Dossier.objects.values().get(pk=dossier_id) == before


@pytest.mark.usefixtures("city")
class TestClock:
    @pytest.mark.law("Decree 61/2018/ND-CP, art. 17")
    def test_promises_three_working_days_over_a_worked_saturday(self) -> None:
        dossier_id = drafted()
        apply.submit(call(dossier_id, "an", 1))
        promised = receive.accept(call(dossier_id, "ha", 2, confirmed=CHECKED)).due_at
        # Accepted on Thursday 20 August: Friday, the worked Saturday 22, Monday 24.
        assert promised == datetime(2026, 8, 24, 10, 0, tzinfo=UTC)

    @pytest.mark.law("Decree 61/2018/ND-CP, art. 17")
    def test_starts_afresh_when_completed(self) -> None:
        dossier_id = drafted()
        apply.submit(call(dossier_id, "an", 1))
        receive.accept(call(dossier_id, "ha", 2, confirmed=CHECKED))
        receive.claim(call(dossier_id, "minh", 3))
        asked = [Fault("holder_name", "name-differs"), Fault("purpose_in_words", "purpose-unclear", "Nêu rõ")]
        stopped = receive.request_supplement(call(dossier_id, "minh", 4), asked)
        assert (stopped.state, stopped.due_at) == ("supplement", None)
        again = apply.supplement(call(dossier_id, "an", 24 * 60))
        # Completed on Friday 21 August: Saturday 22, Monday 24, Tuesday 25.
        assert again.due_at == datetime(2026, 8, 25, 10, 0, tzinfo=UTC)

    def test_stands_still_on_a_lawful_ground(self) -> None:
        dossier_id = drafted()
        apply.submit(call(dossier_id, "an", 1))
        receive.accept(call(dossier_id, "ha", 2, confirmed=CHECKED))
        receive.claim(call(dossier_id, "minh", 3))
        process.pause(call(dossier_id, "minh", 4, ground="verification-by-other-ward"))
        found = queries.tracked(code=Dossier.objects.get(pk=dossier_id).code, at=AT + timedelta(minutes=5))
        assert found.reading.state is ClockState.PAUSED
        # The clock stood still at the end of Friday: one working day more.
        resumed = process.resume(call(dossier_id, "minh", 48 * 60))
        assert resumed.due_at == datetime(2026, 8, 25, 10, 0, tzinfo=UTC)


@pytest.mark.usefixtures("city")
class TestOnceOnly:
    def test_marriage_takes_the_certificate_instead_of_asking(self) -> None:
        settings.DEMO = True
        dossier_id = drafted()
        signed(dossier_id)
        an, at = resident("an"), AT + timedelta(hours=2)
        second = open_draft(resident=an, procedure_code=MARRIAGE, ward_code="00070", at=at, key=uuid4())
        prefill_draft(dossier_id=second, resident=an, profile=profile_of("an"), at=at)
        save_answers(dossier_id=second, resident=an, at=at, answers={
            "partner_name": "Trần Văn Bình", "partner_birth_date": "1998-11-02", "partner_sex": "male",
            "partner_personal_number": "001098000894", "partner_nationality": "Việt Nam",
        })  # fmt: skip
        offered = offers(dossier_id=second, resident=an, at=at)
        assert [one.kind for one in offered] == ["marital-status-certificate"]
        filled = use_result(
            dossier_id=second, resident=an, result_id=offered[0].id, shown="Tôi đồng ý", at=at
        )
        held = queries.editing(dossier_id=second, resident=an, at=at)
        assert filled
        assert [one.slot for one in held.held] == ["marital-status"]
        assert all(held.provenance[name]["record"] == str(offered[0].id) for name in filled)  # type: ignore[index, call-overload]
        assert person_id(an) == held.owner_id
