"""Depositing a result: once, sealed, and never another one in its place."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import ProgrammingError

from dothi.kernel.ids import DossierId, new_id
from dothi.vault import models
from dothi.vault.errors import DepositDiffers, FactsUnfit, ResultNotUsable, ResultUnknown
from dothi.vault.types import Status
from tests.integration.vault.place import (
    BINH,
    FACTS,
    certificate,
    deposit,
    deposited,
    entries,
    events,
    revoke,
)

pytestmark = pytest.mark.usefixtures("db")


class TestDeposit:
    def test_keeps_the_result_with_its_entry_and_its_event(self) -> None:
        row = models.Result.objects.get(pk=deposited())
        assert (row.version, row.status) == (1, Status.CURRENT)
        assert (entries("vault.deposit"), events("deposited")) == (1, 1)

    def test_shows_no_fact_in_the_row(self) -> None:
        row = models.Result.objects.get(pk=deposited())
        assert "Nguyễn".encode() not in bytes(row.facts_sealed)
        assert b"single" not in bytes(row.facts_sealed)

    def test_retry_returns_the_same_result(self) -> None:
        issued = certificate()
        assert deposit(issued) == deposit(issued)
        assert (models.Result.objects.count(), entries("vault.deposit"), events("deposited")) == (1, 1, 1)

    def test_refuses_another_result_of_the_same_dossier_and_kind(self) -> None:
        issued = certificate()
        deposit(issued)
        for other in ({"facts": {**FACTS, "status": "married"}}, {"valid_to": None}):
            with pytest.raises(DepositDiffers):
                deposit(certificate(**{**vars(issued), **other}))

    def test_one_dossier_may_give_a_result_to_each_of_two_owners(self) -> None:
        dossier = DossierId(new_id())
        assert deposited(dossier_id=dossier) != deposited(dossier_id=dossier, owner_id=BINH)

    @pytest.mark.parametrize(
        "facts",
        [
            {"x": "y" * 70_000},
            {f"f{n}": n for n in range(201)},
            {"Not An Id": 1},
            {"x": 1.5e400},
            {"x": 2**80},
            {"x": "\ud800"},
        ],
    )
    def test_refuses_facts_that_it_cannot_keep(self, facts: dict[str, object]) -> None:
        with pytest.raises(FactsUnfit):
            deposited(facts=facts)
        assert not models.Result.objects.exists()

    def test_refuses_a_period_that_ends_before_it_begins(self) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            deposited(valid_to=date(2026, 11, 1))


class TestSupersede:
    def test_replaces_the_earlier_result_and_counts_the_version(self) -> None:
        first = deposited()
        second = deposited(supersedes=first)
        assert models.Result.objects.get(pk=first).status == Status.SUPERSEDED
        assert models.Result.objects.get(pk=second).version == 2
        assert events("superseded") == 1

    def test_refuses_to_replace_the_result_of_another_person(self) -> None:
        with pytest.raises(ResultUnknown):
            deposited(owner_id=BINH, supersedes=deposited())

    def test_refuses_to_replace_a_revoked_or_replaced_result(self) -> None:
        first = deposited()
        deposited(supersedes=first)
        with pytest.raises(ResultNotUsable):
            deposited(supersedes=first)
        revoked = deposited()
        revoke(revoked)
        with pytest.raises(ResultNotUsable):
            deposited(supersedes=revoked)


class TestRevoke:
    def test_keeps_the_reason_and_tells_once(self) -> None:
        result = deposited()
        revoke(result)
        revoke(result)
        row = models.Result.objects.get(pk=result)
        assert (row.status, row.status_reason) == (Status.REVOKED, "issued on a wrong ground")
        assert (entries("vault.revoke"), events("revoked")) == (1, 1)

    def test_refuses_the_result_of_another_person(self) -> None:
        with pytest.raises(ResultUnknown):
            revoke(deposited(), person=BINH)

    @pytest.mark.parametrize("table", ["vault_result", "vault_consent", "vault_reuse"])
    def test_application_cannot_delete_a_row(self, table: str) -> None:
        with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"delete from {table}")
