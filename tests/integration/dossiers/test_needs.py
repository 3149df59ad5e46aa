"""What an act needs, by the names of the procedures' documents: each is handled, and each can refuse."""

from dataclasses import replace
from datetime import timedelta

import pytest

from dothi.dossiers import needs, papers
from dothi.dossiers.actions import apply, conclude, process, receive
from dothi.dossiers.actions.draft import save_answers
from dothi.dossiers.errors import DossierMoved, NotConfirmed, NoteMissing, NotEntitled, TakenUp
from dothi.dossiers.models import Dossier
from dothi.dossiers.papers import PRODUCED
from dothi.dossiers.queries import open_dossier, tracked
from dothi.dossiers.types import Call, Fault
from dothi.foundation.ledger.queries import history_of
from dothi.kernel.clock import Amount
from dothi.kernel.ids import DossierId
from dothi.procedures.engine import transition
from dothi.procedures.queries import current
from tests.support.city import AT, MARITAL_STATUS, MARRIAGE, ON, official, resident
from tests.support.dossiers import CHECKED, LOOK, call, drafted, signed

pytestmark = pytest.mark.usefixtures("city")


def processing() -> DossierId:
    """Return a dossier that Minh works on."""
    dossier_id = drafted()
    apply.submit(call(dossier_id, "an", 1))
    receive.accept(call(dossier_id, "ha", 2, confirmed=CHECKED))
    receive.claim(call(dossier_id, "minh", 3))
    return dossier_id


class TestDocuments:
    @pytest.mark.parametrize("code", [MARITAL_STATUS, MARRIAGE])
    def test_name_no_need_that_nobody_handles(self, code: str) -> None:
        named = {need for row in current(code, ON).transitions for need in row.needs}
        assert named - set(needs.CONFIRMED) - set(needs.CHECKED) == set()

    @pytest.mark.parametrize("code", [MARITAL_STATUS, MARRIAGE])
    def test_name_no_product_that_nobody_makes(self, code: str) -> None:
        named = {made for row in current(code, ON).transitions for made in row.produces}
        assert named - set(PRODUCED) == set()

    def test_ask_for_the_earlier_certificate_only_where_there_is_one(self) -> None:
        procedure = current(MARITAL_STATUS, ON)
        row = transition(procedure, "signed", "give-back")
        assert needs.to_confirm(procedure, row, {"issued_before": "never"}, ON) == ()
        had_one = needs.to_confirm(procedure, row, {"issued_before": "have-it"}, ON)
        assert had_one == ("earlier-certificate-handed-in",)

    def test_ask_for_both_partners_when_a_marriage_is_handed_over(self) -> None:
        procedure = current(MARRIAGE, ON)
        row = transition(procedure, "signed", "give-back")
        assert needs.to_confirm(procedure, row, {}, ON) == (
            "both-present", "identity-checked", "partners-signed",
        )  # fmt: skip


class TestNeed:
    def test_unconfirmed_keeps_a_dossier_from_being_accepted(self) -> None:
        dossier_id = drafted()
        apply.submit(call(dossier_id, "an", 1))
        with pytest.raises(NotConfirmed):
            receive.accept(call(dossier_id, "ha", 2))
        assert Dossier.objects.get(pk=dossier_id).state == "submitted"

    def test_confirmed_stands_in_the_ledger(self) -> None:
        dossier_id = drafted()
        apply.submit(call(dossier_id, "an", 1))
        accepted = receive.accept(call(dossier_id, "ha", 2, confirmed=CHECKED))
        done = [row for row in history_of(papers.about(dossier_id)) if row.id == accepted.entry_id]
        assert done[0].said["facts"]["confirmed"] == ["components-checked"]

    def test_of_entitlement_refuses_a_purpose_that_the_law_excludes(self) -> None:
        dossier_id = drafted()
        answers = {"purpose": "marriage-mission"}
        save_answers(dossier_id=dossier_id, resident=resident("an"), answers=answers, at=AT)
        with pytest.raises(NotEntitled):
            apply.submit(call(dossier_id, "an", 1))

    @pytest.mark.law("Decree 61/2018/ND-CP, art. 19")
    def test_of_a_reason_refuses_an_apology_without_one(self) -> None:
        dossier_id = processing()
        with pytest.raises(NoteMissing):
            process.extend(call(dossier_id, "minh", 4, amount=Amount(1)))

    def test_to_have_seen_it_refuses_an_act_on_a_stale_page(self) -> None:
        dossier_id = processing()
        with pytest.raises(DossierMoved):
            process.show_draft(call(dossier_id, "minh", 4, seen=1))

    def test_to_be_the_first_tells_the_second_that_a_colleague_has_it(self) -> None:
        dossier_id = drafted()
        apply.submit(call(dossier_id, "an", 1))
        receive.accept(call(dossier_id, "ha", 2, confirmed=CHECKED))
        seen = Dossier.objects.get(pk=dossier_id).revision
        receive.claim(call(dossier_id, "minh", 3, seen=seen))
        colleague = replace(official("thao"), holdings=official("minh").holdings)
        with pytest.raises(TakenUp):
            receive.claim(Call(dossier_id, colleague, AT + timedelta(minutes=3), seen=seen))


class TestFault:
    def test_is_about_what_its_reason_is_about(self) -> None:
        dossier_id = processing()
        receive.request_supplement(call(dossier_id, "minh", 4), [Fault("", "name-differs")])
        held = open_dossier(dossier_id=dossier_id, actor=official("minh"), purpose=LOOK, at=AT)
        assert held.corrections[0].faults[0].about == "holder_name"


class TestNote:
    def test_is_read_by_who_may_open_the_dossier_and_by_nobody_else(self) -> None:
        dossier_id = drafted()
        signed_up_to_proposal(dossier_id)
        process.send_back(call(dossier_id, "thao", 7, note="Xem lại ngày sinh"))
        at = AT + timedelta(minutes=8)
        held = open_dossier(dossier_id=dossier_id, actor=official("minh"), purpose=LOOK, at=at)
        assert held.timeline[-1].note == "Xem lại ngày sinh"
        public = tracked(code=held.row.code, at=at)
        assert {step.note for step in public.timeline} == {""}


def signed_up_to_proposal(dossier_id: DossierId) -> None:
    """Bring a draft before the approver."""
    apply.submit(call(dossier_id, "an", 1))
    receive.accept(call(dossier_id, "ha", 2, confirmed=CHECKED))
    receive.claim(call(dossier_id, "minh", 3))
    process.show_draft(call(dossier_id, "minh", 4))
    apply.confirm_draft(call(dossier_id, "an", 5))
    process.propose(call(dossier_id, "minh", 6))


class TestHandover:
    def test_needs_no_tick_where_there_was_no_earlier_certificate(self) -> None:
        dossier_id = drafted()
        signed(dossier_id)
        assert conclude.give_back(call(dossier_id, "ha", 9)).state == "returned"
