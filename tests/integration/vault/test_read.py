"""Reading the vault: no record, no data."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from dothi.foundation.keys.errors import SealBroken
from dothi.foundation.ledger import actions as ledger
from dothi.kernel.ids import DossierId, PersonId, new_id
from dothi.vault import models, queries
from dothi.vault.errors import ResultUnknown
from dothi.vault.types import Result, ResultId
from tests.integration.vault.place import (
    AN,
    AT,
    BINH,
    FACTS,
    KIND,
    MARRIAGE,
    OFFICIAL,
    OWN_VIEW,
    OWNER,
    consented,
    deposited,
    entries,
    reused,
    revoke,
)

pytestmark = pytest.mark.usefixtures("db")
READER: dict[str, Any] = {"actor": OFFICIAL, "authority": "post:x:process", "purpose": MARRIAGE, "at": AT}
READS: dict[str, Callable[[ResultId], Any]] = {
    "vault.open": lambda it: queries.result(result_id=it, person=AN, **READER),
    "vault.list": lambda it: queries.results_of(person=AN, **READER),
    "vault.match": lambda it: queries.satisfying(person=AN, kinds=[KIND], on=AT.date(), **READER),
    "vault.uses": lambda it: queries.uses_of(result_id=it, person=AN, **READER),
    "vault.consents": lambda it: queries.consents_of(person=AN, **READER),
}


class TestRecord:
    @pytest.mark.parametrize("act", READS)
    def test_every_read_stands_in_the_ledger(self, act: str) -> None:
        READS[act](deposited())
        assert entries(act) == 1

    @pytest.mark.parametrize("act", READS)
    def test_no_record_no_data(self, act: str, monkeypatch: pytest.MonkeyPatch) -> None:
        result = deposited()

        def broken(*_: object) -> None:
            raise OSError("the ledger does not answer")

        monkeypatch.setattr(ledger, "row_of", broken)
        with pytest.raises(OSError, match="ledger"):
            READS[act](result)

    def test_a_read_that_finds_nothing_is_recorded_too(self) -> None:
        assert not queries.results_of(person=PersonId(AN), **READER)
        assert entries("vault.list") == 1


class TestResult:
    def test_gives_the_owner_what_was_deposited(self) -> None:
        found = queries.result(
            result_id=deposited(), person=AN, actor=OWNER, authority="owner", purpose=OWN_VIEW, at=AT
        )
        assert found.facts == FACTS

    def test_refuses_the_result_of_another_resident(self) -> None:
        with pytest.raises(ResultUnknown):
            queries.result(result_id=deposited(), person=BINH, **READER)
        with pytest.raises(ResultUnknown):
            queries.uses_of(result_id=deposited(), person=BINH, **READER)

    def test_facts_moved_to_another_row_do_not_open(self) -> None:
        one, other = deposited(), deposited()
        stolen = models.Result.objects.get(pk=one).facts_sealed
        models.Result.objects.filter(pk=other).update(facts_sealed=stolen)
        with pytest.raises(SealBroken):
            queries.result(result_id=other, person=AN, **READER)


class TestSatisfying:
    def found(self, on: date, kinds: tuple[str, ...] = (KIND,)) -> list[Result]:
        return list(queries.satisfying(person=AN, kinds=kinds, on=on, **READER))

    def test_holds_from_the_first_day_until_before_the_last(self) -> None:
        deposited()
        held = [bool(self.found(on)) for on in
                (date(2026, 11, 19), date(2026, 11, 20), date(2027, 5, 19), date(2027, 5, 20))]  # fmt: skip
        assert held == [False, True, True, False]

    def test_leaves_out_other_kinds_other_owners_and_what_was_taken_back(self) -> None:
        deposited(owner_id=BINH)
        deposited(kind="birth-certificate")
        revoke(deposited())
        assert not self.found(AT.date())

    def test_without_end_holds_for_good(self) -> None:
        deposited(valid_to=None)
        assert self.found(date(2099, 1, 1))


class TestUses:
    def test_tells_the_owner_who_used_what_and_why(self) -> None:
        result, dossier = deposited(), DossierId(new_id())
        consented()
        reused(result, dossier)
        (use,) = queries.uses_of(
            result_id=result, person=AN, actor=OWNER, authority="owner", purpose=OWN_VIEW, at=AT
        )
        assert (use.dossier_id, use.field_ids, use.purpose) == (dossier, ("name", "status"), MARRIAGE.slug)
