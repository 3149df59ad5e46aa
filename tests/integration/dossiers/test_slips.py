"""Slips 02 to 05: each ordered by its act, and drawn from the dossier as it stood, with the proof."""

from datetime import timedelta

import pytest

from dothi.config.supervisor import postgres
from dothi.dossiers import papers
from dothi.dossiers.actions import apply, process, receive
from dothi.dossiers.types import Fault, Outcome
from dothi.foundation.papers.kinds import collector
from dothi.foundation.papers.queries import papers_about
from dothi.foundation.papers.rendering import render
from dothi.foundation.papers.types import Draft, Order
from dothi.kernel.clock import Amount
from dothi.kernel.ids import DossierId
from dothi.procedures.types import Json
from tests.integration.dossiers.test_needs import processing
from tests.support.city import AT, person_id, resident
from tests.support.dossiers import call, drafted
from tests.support.ledgers import Ledger


@pytest.fixture
def ledger(cluster: postgres.Cluster, city: str) -> Ledger:
    return Ledger(cluster, city)


def drawn(ledger: Ledger, kind: str, done: Outcome, dossier_id: DossierId) -> Draft:
    """Return what the slip of an act says, once the act is sealed."""
    with ledger.sequencer() as sequencer:
        sequencer.seal_all()
    about = papers.about(dossier_id)
    paper_id = papers.paper_id_of(kind, done.entry_id)
    assert paper_id in {paper.id for paper in papers_about(about)}
    return collector(kind)(Order(paper_id, kind, about, person_id(resident("an"))), AT)


def printed(draft: Draft) -> bytes:
    """Return the slip as PDF."""
    return render(draft.template, {**draft.data, "demo": True}, AT)


class TestSlip:
    @pytest.mark.law("Circular 01/2018/TT-VPCP, form 02")
    def test_02_lists_each_fault_with_its_field_and_clause(self, ledger: Ledger) -> None:
        dossier_id = processing()
        faults = [Fault("", "name-differs", "Thiếu chữ đệm"), Fault("", "file-unreadable")]
        draft = drawn(
            ledger, papers.CORRECTION, receive.request_supplement(call(dossier_id, "minh", 4), faults),
            dossier_id,
        )  # fmt: skip
        first, second = items(draft.data["items"])
        assert "Thiếu chữ đệm" in str(first["reason"])
        assert first["basis"]
        assert second["name"] == "Hồ sơ"
        assert draft.attachments
        assert printed(draft).startswith(b"%PDF")

    @pytest.mark.law("Circular 01/2018/TT-VPCP, form 03")
    def test_03_says_ground_note_and_the_right_to_complain(self, ledger: Ledger) -> None:
        dossier_id = drafted()
        apply.submit(call(dossier_id, "an", 1))
        done = receive.refuse(call(dossier_id, "ha", 2, ground="other-office"), note="Nộp tại Ba Đình")
        draft = drawn(ledger, papers.REFUSAL, done, dossier_id)
        assert "Nộp tại Ba Đình" in str(draft.data["reason"])
        assert "khiếu nại" in str(draft.data["appeal"])
        assert printed(draft).startswith(b"%PDF")

    @pytest.mark.law("Circular 01/2018/TT-VPCP, form 04")
    def test_04_says_the_old_and_the_new_day(self, ledger: Ledger) -> None:
        dossier_id = processing()
        done = process.extend(call(dossier_id, "minh", 4, amount=Amount(2), note="Chờ xác minh"))
        draft = drawn(ledger, papers.APOLOGY, done, dossier_id)
        assert (draft.data["due_at"], draft.data["new_due_at"]) == ("2026-08-24T17:00", "2026-08-26T17:00")
        assert draft.data["reason"] == "Chờ xác minh"
        assert printed(draft).startswith(b"%PDF")

    @pytest.mark.law("Circular 03/2025/TT-VPCP, form 05")
    def test_05_says_a_pause_with_its_ground_and_its_end(self, ledger: Ledger) -> None:
        dossier_id = processing()
        done = process.pause(call(dossier_id, "minh", 4, ground="verification-by-other-ward"))
        draft = drawn(ledger, papers.STOP, done, dossier_id)
        assert draft.data["final"] is False
        assert "ngày làm việc" in str(draft.data["resume_when"])
        assert printed(draft).startswith(b"%PDF")

    def test_05_says_a_stop_with_its_reason(self, ledger: Ledger) -> None:
        dossier_id = processing()
        done = process.stop(call(dossier_id, "minh", 4, note="Người nộp đã mất"))
        draft = drawn(ledger, papers.STOP, done, dossier_id)
        assert draft.data["final"] is True
        assert draft.data["reason"] == "Người nộp đã mất."
        assert printed(draft).startswith(b"%PDF")

    def test_of_a_repeated_act_is_one(self, ledger: Ledger) -> None:
        dossier_id = processing()
        pressed = call(dossier_id, "minh", 4, ground="verification-by-other-ward")
        process.pause(pressed)
        process.pause(pressed)
        kinds = [paper.kind for paper in papers_about(papers.about(dossier_id))]
        assert kinds.count(papers.STOP) == 1
        assert AT + timedelta(minutes=4) == pressed.at


def items(value: object) -> list[dict[str, Json]]:
    """Return the items of a slip."""
    assert isinstance(value, list)
    return value
