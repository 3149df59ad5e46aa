"""Reusing a result: with consent, with provenance, and never what was taken back."""

import threading
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction

from dothi.vault import actions, models, queries
from dothi.vault.errors import (
    ConsentMissing,
    FieldUnknown,
    NotTheirConsent,
    ResultNotUsable,
    ResultUnknown,
)
from dothi.vault.types import Status
from tests.integration.vault.place import (
    AN,
    AT,
    BINH,
    KIND,
    MARRIAGE,
    OFFICIAL,
    OWN_VIEW,
    OWNER,
    consented,
    deposited,
    entries,
    events,
    reused,
    revoke,
)
from tests.support.threads import somebody_waits
from tests.support.waiting import PATIENCE_S, until


@pytest.mark.usefixtures("db")
class TestReuse:
    def test_gives_values_with_their_provenance(self) -> None:
        result, consent, dossier = deposited(), consented(), uuid4()
        given = reused(result, dossier)
        assert given.values == {"name": "Nguyễn Thị An", "status": "single"}
        first = given.provenance[0]
        assert (first.result_id, first.version, first.field_id) == (result, 1, "name")
        assert (first.basis, first.consent_id, first.reused_at) == (MARRIAGE.basis, consent, AT)
        assert (entries("vault.reuse"), events("reused")) == (1, 1)

    def test_again_for_the_same_dossier_is_the_same_use_and_a_recorded_read(self) -> None:
        result, dossier = deposited(), uuid4()
        consented()
        assert reused(result, dossier) == reused(result, dossier)
        assert (models.Reuse.objects.count(), entries("vault.reuse")) == (1, 1)
        assert entries("vault.reuse-again") == 1

    def test_refuses_the_result_of_another_resident(self) -> None:
        result = deposited(owner_id=BINH)
        consented()
        with pytest.raises(ResultUnknown):
            reused(result, uuid4())

    @pytest.mark.parametrize("days", [-10, 400])
    def test_refuses_outside_its_period(self, days: int) -> None:
        result = deposited()
        consented()
        with pytest.raises(ResultNotUsable):
            reused(result, uuid4(), at=AT + timedelta(days=days))

    def test_refuses_what_was_taken_back(self) -> None:
        result = deposited()
        consented()
        revoke(result)
        with pytest.raises(ResultNotUsable):
            reused(result, uuid4())

    @pytest.mark.parametrize("fields", [["salary"], []])
    def test_refuses_a_field_that_the_result_does_not_hold(self, fields: list[str]) -> None:
        result = deposited()
        consented()
        with pytest.raises(FieldUnknown):
            reused(result, uuid4(), field_ids=fields)


@pytest.mark.usefixtures("db")
@pytest.mark.law("Law 91/2025/QH15 (consent per purpose, provable; silence is not consent)")
class TestConsent:
    def test_silence_is_not_consent(self) -> None:
        with pytest.raises(ConsentMissing):
            reused(deposited(), uuid4())

    def test_counts_for_its_purpose_its_kind_and_its_dossier_only(self) -> None:
        result, dossier = deposited(), uuid4()
        consented(dossier)
        consented(purpose=OWN_VIEW)
        consented(kinds=["birth-certificate"])
        assert reused(result, dossier)
        with pytest.raises(ConsentMissing):
            reused(result, uuid4())

    def test_can_be_proved(self) -> None:
        row = models.Consent.objects.get(pk=consented())
        assert (row.given_at, row.text) == (AT, "Đồng ý dùng lại kết quả này.")
        assert entries("vault.consent") == 1

    def test_given_twice_is_one(self) -> None:
        assert consented() == consented()
        assert entries("vault.consent") == 1

    def test_wider_one_closes_the_narrower(self) -> None:
        narrow = consented()
        wide = consented(kinds=[KIND, "birth-certificate"])
        assert wide != narrow
        assert models.Consent.objects.get(pk=narrow).withdrawn_at == AT

    def test_withdrawn_refuses_the_next_use_and_leaves_the_earlier(self) -> None:
        result, consent, dossier = deposited(), consented(), uuid4()
        reused(result, dossier)
        for _ in range(2):
            actions.withdraw_consent(consent_id=consent, person=AN, actor=OWNER, authority="owner", at=AT)
        for again in (uuid4(), dossier):
            with pytest.raises(ConsentMissing):
                reused(result, again)
        assert models.Reuse.objects.count() == entries("vault.withdraw") == 1

    def test_refuses_everybody_but_the_person(self) -> None:
        for stranger in (OFFICIAL, type(OWNER)("resident", BINH)):
            with pytest.raises(NotTheirConsent):
                consented(actor=stranger)
        with pytest.raises(NotTheirConsent):
            actions.withdraw_consent(
                consent_id=consented(), person=BINH, actor=type(OWNER)("resident", BINH),
                authority="owner", at=AT,
            )  # fmt: skip

    @pytest.mark.parametrize("change", [{"text": " "}, {"kinds": []}])
    def test_refuses_an_empty_consent(self, change: dict[str, Any]) -> None:
        with pytest.raises(ValueError, match="consent names"):
            consented(**change)


@pytest.mark.usefixtures("db")
class TestFlagged:
    def test_finds_the_dossiers_of_a_result_that_changed_afterwards(self) -> None:
        gone, replaced, kept = deposited(), deposited(), deposited()
        consented()
        dossiers = [uuid4() for _ in range(3)]
        for result, dossier in zip((gone, replaced, kept), dossiers, strict=True):
            reused(result, dossier)
        revoke(gone)
        newer = deposited(supersedes=replaced)
        found = {it.dossier_id: it for it in queries.reuses_flagged()}
        assert set(found) == set(dossiers[:2])
        assert found[dossiers[0]].status is Status.REVOKED  # type: ignore[index]  # plain ids in a test
        assert found[dossiers[1]].replaced_by == newer  # type: ignore[index]  # plain ids in a test


class TestAtOnce:
    """With commits: two connections, two threads."""

    def test_a_revocation_waits_for_a_use_under_way_and_then_flags_it(self, fresh_database: str) -> None:
        result, dossier = deposited(), uuid4()
        consented()
        with transaction.atomic():
            reused(result, dossier)
            other = _started(lambda: revoke(result))
            until(somebody_waits)
        other.join(PATIENCE_S)
        (flag,) = queries.reuses_flagged()
        assert (flag.dossier_id, flag.status) == (dossier, Status.REVOKED)

    def test_a_use_waits_for_a_revocation_under_way_and_is_refused(self, fresh_database: str) -> None:
        result, refused = deposited(), threading.Event()
        consented()

        def use() -> None:
            try:
                reused(result, uuid4())
            except ResultNotUsable:
                refused.set()

        with transaction.atomic():
            revoke(result)
            other = _started(use)
            until(somebody_waits)
        other.join(PATIENCE_S)
        assert refused.is_set()
        assert not models.Reuse.objects.exists()

    def test_the_same_deposit_from_eight_threads_is_one_result(self, fresh_database: str) -> None:
        from tests.integration.vault.place import certificate, deposit

        issued, found = certificate(), set()
        threads = [_started(lambda: found.add(deposit(issued))) for _ in range(8)]
        for thread in threads:
            thread.join(PATIENCE_S)
        assert len(found) == models.Result.objects.count() == entries("vault.deposit") == 1

    def test_the_same_consent_from_eight_threads_is_one(self, fresh_database: str) -> None:
        found = set()
        threads = [_started(lambda: found.add(consented())) for _ in range(8)]
        for thread in threads:
            thread.join(PATIENCE_S)
        assert len(found) == models.Consent.objects.count() == entries("vault.consent") == 1


def _started(work: object) -> threading.Thread:
    def run() -> None:
        try:
            work()  # type: ignore[operator]  # any callable
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread
