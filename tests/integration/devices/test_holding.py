"""Days of readings are held and let go by order, with an entry in the ledger, by a person or a command."""

from datetime import date, datetime

import pytest
from django.conf import settings

from dothi.config import cli
from dothi.foundation.clock import now
from dothi.foundation.identity.authority import Actor, Kind
from dothi.foundation.identity.errors import DutyMissing, OtherUnit
from dothi.foundation.ledger.queries import history_of
from dothi.kernel.ids import new_id, urn
from dothi.registers.agencies.queries import holdings_of
from dothi.registers.devices import actions, errors, queries
from tests.support.fleet import Officer
from tests.support.people import give_post, official

FIRST, LAST = date(2026, 10, 1), date(2026, 10, 3)
ORDER = "Quyết định 12/QĐ-VKS"


def held(officer: Officer) -> int:
    number = actions.hold(
        first=FIRST, last=LAST, reason="vụ ngập", order=ORDER, key=new_id(), actor=officer.actor(), at=now()
    )
    assert number
    return number


def acts(number: int) -> list[tuple[object, object]]:
    """Return what the ledger has of a hold, newest first, and why."""
    name = urn(settings.NODE, "hold", str(number))
    return [(one.said["act"], one.said["basis"]) for one in history_of(name)]


class TestHold:
    def test_stands_in_the_table_and_in_the_ledger(self, officer: Officer) -> None:
        number = held(officer)
        (one,) = queries.holds()
        assert (one.number, one.first, one.last, one.made_by, one.lifted_at) == (
            number, FIRST, LAST, ORDER, None,
        )  # fmt: skip
        assert acts(number) == [("devices.hold-readings", f"{ORDER}: vụ ngập")]

    def test_is_made_once_under_its_key(self, officer: Officer) -> None:
        key = new_id()
        told = {"first": FIRST, "last": LAST, "reason": "a", "order": "b", "key": key, "at": now()}
        numbers = [actions.hold(**told, actor=officer.actor()) for _ in range(2)]  # type: ignore[arg-type]
        assert numbers[1] is None
        assert len(queries.holds()) == 1

    def test_is_lifted_once_by_order(self, officer: Officer) -> None:
        number = held(officer)

        def lifted(at: datetime) -> bool:
            return actions.lift(number=number, order=ORDER, key=new_id(), actor=officer.actor(), at=at)

        assert lifted(now())
        assert not lifted(now())
        assert [act for act, _ in acts(number)] == ["devices.lift-hold", "devices.hold-readings"]

    def test_that_is_none_cannot_be_lifted(self, officer: Officer) -> None:
        with pytest.raises(errors.HoldUnknown):
            actions.lift(number=9, order=ORDER, key=new_id(), actor=officer.actor(), at=now())

    @pytest.mark.parametrize(
        ("duty", "refusal"), [("process", DutyMissing), ("administer_devices", OtherUnit)]
    )
    def test_is_made_by_nobody_else(self, officer: Officer, duty: str, refusal: type[Exception]) -> None:
        account = official("elsewhere", "Ngô Lan Anh")
        give_post(account, [duty], ward="00004")
        actor = Actor(Kind.OFFICIAL, account.person_id, account.id, 2, holdings_of(account.person_id, now()))
        with pytest.raises(refusal):
            actions.hold(first=FIRST, last=LAST, reason="a", order="b", key=new_id(), actor=actor, at=now())
        assert not queries.holds()


class TestCommand:
    def test_holds_and_lifts_in_the_ledger_too(
        self, officer: Officer, capsys: pytest.CaptureFixture[str]
    ) -> None:
        days = ["--first", str(FIRST), "--last", str(LAST)]
        assert cli.main(["readings", "hold", *days, "--reason", "vụ ngập", "--by", ORDER]) == 0
        number = int(capsys.readouterr().out.split()[1])
        assert cli.main(["readings", "lift", str(number), "--by", ORDER]) == 0
        assert cli.main(["readings", "lift", str(number), "--by", ORDER]) == 1
        assert [act for act, _ in acts(number)] == ["devices.lift-hold", "devices.hold-readings"]
