"""What officials do to devices: in telemetry's tables, in the ledger, and only for their own unit."""

import hashlib
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from dothi.foundation.clock import now
from dothi.foundation.identity.authority import Actor, Kind
from dothi.foundation.identity.errors import DutyMissing, OtherUnit
from dothi.foundation.ledger.queries import history_of
from dothi.kernel.ids import new_id, urn
from dothi.registers.agencies.queries import holdings_of
from dothi.registers.devices import actions, errors, queries, rules
from dothi.registers.devices.types import Box, DeviceId, Facts, Issued, State, Twin
from tests.support.fleet import Officer, keep_profile
from tests.support.people import give_post, official

RAIN = Facts("rain-gauge", "Trạm mưa", "Rain station", 105.85, 21.03, "00070", "Mưa")
ONE = DeviceId("rain-00070")
PEM = """-----BEGIN CERTIFICATE-----
MIIBhTCCASugAwIBAgIQIRi6zePL6mKjOipn+dNuaTAKBggqhkjOPQQDAjASMRAw
DgYDVQQKEwdBY21lIENvMB4XDTE3MTAyMDE5NDMwNloXDTE4MTAyMDE5NDMwNlow
EjEQMA4GA1UEChMHQWNtZSBDbzBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABD0d
7VNhbWvZLWPuj/RtHFjvtJBEwOkhbN/BnnE8rnZR8+sbwnc/KhCk3FhnpHZnQz7B
5aETbbIgmuvewdjvSBSjYzBhMA4GA1UdDwEB/wQEAwICpDATBgNVHSUEDDAKBggr
BgEFBQcDATAPBgNVHRMBAf8EBTADAQH/MCkGA1UdEQQiMCCCDmxvY2FsaG9zdDo1
NDUzgg4xMjcuMC4wLjE6NTQ1MzAKBggqhkjOPQQDAgNIADBFAiEA2zpJEPQyz6/l
Wf86aX6PepsntZv2GYlA5UpabfT2EZICICpJ5h/iI+i341gBmLiAFQOyTDT+/wQc
6MF9+Yw1Yy0t
-----END CERTIFICATE-----
"""


def row(device: DeviceId = ONE) -> dict[str, Any]:
    """Return the row of a device."""
    with connection.cursor() as cursor:
        cursor.execute("select * from telemetry.device where id = %s", [device])
        names = [column[0] for column in cursor.description]
        found = cursor.fetchone()
        assert found is not None
        return dict(zip(names, found, strict=True))


def acts(device: DeviceId = ONE) -> list[str]:
    """Return what the ledger has of a device, newest first."""
    return [str(one.said["act"]) for one in history_of(urn(settings.NODE, "device", device))]


def registered(officer: Officer, **changes: Any) -> Issued:
    """Register ONE."""
    told: dict[str, Any] = {
        "device_id": ONE,
        "facts": RAIN,
        "unit_id": officer.unit_id,
        "key": new_id(),
        **changes,
    }
    return actions.register(actor=officer.actor(), at=now(), **told)


def boxed(officer: Officer, *boxes: Box) -> Any:
    """Register boxes."""
    return actions.register_boxes(
        boxes=boxes, unit_id=officer.unit_id, key=new_id(), actor=officer.actor(), at=now()
    )


def of_a_ward() -> tuple[Actor, Any]:
    """Return the device officer of a ward, and the ward."""
    account = official("other")
    given = give_post(account, ["administer_devices"])
    actor = Actor(Kind.OFFICIAL, account.person_id, account.id, 2, holdings_of(account.person_id, now()))
    return actor, given.unit_id


class TestRegister:
    def test_gives_a_token_that_is_kept_nowhere(self, officer: Officer) -> None:
        issued = registered(officer)
        kept = row()
        assert bytes(kept["token_hash"]) == hashlib.sha256(issued.token.encode()).digest()
        assert (kept["owner"], kept["profile"], kept["revoked_at"]) == ("ioc", "rain-gauge", None)
        assert acts() == ["devices.register"]

    def test_gives_the_same_token_under_the_same_key_and_writes_nothing(self, officer: Officer) -> None:
        key = new_id()
        assert registered(officer, key=key) == registered(officer, key=key)
        assert acts() == ["devices.register"]

    def test_refuses_an_id_that_is_taken_and_a_kind_that_is_none(self, officer: Officer) -> None:
        registered(officer)
        with pytest.raises(errors.DeviceTaken):
            registered(officer)
        with pytest.raises(errors.ProfileUnknown):
            registered(officer, device_id=DeviceId("other"), facts=replace(RAIN, profile="none"))

    def test_is_for_the_duty_and_the_unit_alone(self, officer: Officer) -> None:
        stranger, ward = of_a_ward()
        with pytest.raises(OtherUnit):
            actions.register(
                device_id=ONE, facts=RAIN, unit_id=officer.unit_id, key=new_id(), actor=stranger, at=now()
            )
        without = replace(stranger, holdings=())
        with pytest.raises(DutyMissing):
            actions.register(device_id=ONE, facts=RAIN, unit_id=ward, key=new_id(), actor=without, at=now())


class TestBoxes:
    def test_wait_shut_out_until_they_are_claimed(self, officer: Officer) -> None:
        (entered,), wrong = boxed(officer, Box(ONE, RAIN))
        assert not wrong
        assert rules.normalized(entered.claim_code) == entered.claim_code
        assert row()["revoked_at"] is not None
        view = queries.device(device_id=ONE, actor=officer.actor(), at=now())
        assert view.row.state is State.WAITING
        assert entered.claim_code not in str(row())

    def test_are_left_alone_when_they_are_sent_again(self, officer: Officer) -> None:
        boxes = [Box(ONE, RAIN, "ABCDEFGH"), Box(DeviceId("rain-2"), RAIN)]
        boxed(officer, *boxes)
        before = row()
        entered, wrong = boxed(officer, *boxes)
        assert ([one.new for one in entered], wrong) == ([False, False], [])
        assert row() == before
        assert acts() == ["devices.register-boxes"]

    def test_are_kept_where_others_are_wrong(self, officer: Officer) -> None:
        boxed(officer, Box(ONE, RAIN, "ABCDEFGH"))
        keep_profile("air")
        entered, wrong = boxed(
            officer,
            Box(DeviceId("good"), RAIN, line=2),
            Box(DeviceId("bad"), replace(RAIN, profile="none"), line=3),
            Box(DeviceId("worse"), RAIN, "ABCDEFGH", line=4),
            Box(ONE, replace(RAIN, profile="air"), line=5),
        )
        assert [one.id for one in entered] == ["good"]
        assert [(one.line, one.column) for one in wrong] == [(3, "profile"), (4, "claim_code"), (5, "device")]


class TestClaim:
    def test_opens_the_box_for_the_unit_of_the_post(self, officer: Officer) -> None:
        (entered,), _ = boxed(officer, Box(ONE, RAIN))
        actor, ward = of_a_ward()
        issued = actions.claim(
            code=rules.shown(entered.claim_code).lower(), unit_id=ward, key=new_id(), actor=actor, at=now()
        )
        kept = row()
        assert (issued.id, kept["owner"], kept["revoked_at"], kept["claim_hash"]) == (
            ONE, "H26.00070.1", None, None
        )  # fmt: skip
        assert bytes(kept["token_hash"]) == hashlib.sha256(issued.token.encode()).digest()
        assert acts() == ["devices.claim", "devices.register-boxes"]

    def test_leaves_a_device_the_token_of_its_maker(self, officer: Officer) -> None:
        burned = hashlib.sha256(b"of the maker").digest()
        (entered,), _ = boxed(officer, Box(ONE, RAIN, token_hash=burned))
        issued = self._claimed(officer, entered.claim_code)
        assert issued == Issued(ONE)
        assert bytes(row()["token_hash"]) == burned

    def test_works_once_and_again_under_the_same_key(self, officer: Officer) -> None:
        (entered,), _ = boxed(officer, Box(ONE, RAIN))
        key = new_id()
        first = self._claimed(officer, entered.claim_code, key=key)
        assert self._claimed(officer, entered.claim_code, key=key) == first
        with pytest.raises(errors.ClaimUnknown):
            self._claimed(officer, entered.claim_code)

    @pytest.mark.parametrize("code", ["", "ABCD", "ABCD-EFGH-JKMN", "đây-là-mã"])
    def test_refuses_a_code_that_opens_nothing(self, officer: Officer, code: str) -> None:
        with pytest.raises(errors.ClaimUnknown):
            self._claimed(officer, code)

    def test_refuses_a_code_whose_time_is_over(self, officer: Officer) -> None:
        (entered,), _ = boxed(officer, Box(ONE, RAIN))
        later = now() + rules.CLAIM_PERIOD
        with pytest.raises(errors.ClaimExpired):
            self._claimed(officer, entered.claim_code, at=later + timedelta(seconds=1))

    @staticmethod
    def _claimed(officer: Officer, code: str, **changes: Any) -> Issued:
        told: dict[str, Any] = {"unit_id": officer.unit_id, "key": new_id(), "at": now(), **changes}
        return actions.claim(code=code, actor=officer.actor(), **told)


class TestKeys:
    def test_rotates_a_token_with_and_without_a_day_for_the_old_one(self, officer: Officer) -> None:
        registered(officer)
        before = row()["token_hash"]
        issued = self._issued(officer, overlap=True)
        kept = row()
        assert bytes(kept["token_hash"]) == hashlib.sha256(issued.token.encode()).digest()
        assert (kept["old_token_hash"], kept["old_token_until"] > now()) == (before, True)
        self._issued(officer, overlap=False)
        assert (row()["old_token_hash"], row()["old_token_until"]) == (None, None)

    def test_issues_the_same_token_under_the_same_key(self, officer: Officer) -> None:
        registered(officer)
        key = new_id()
        assert self._issued(officer, key=key) == self._issued(officer, key=key)
        assert acts() == ["devices.issue-token", "devices.register"]

    def test_takes_a_certificate_instead_of_a_token(self, officer: Officer) -> None:
        registered(officer)
        actions.accept_certificate(device_id=ONE, pem=PEM, key=new_id(), actor=officer.actor(), at=now())
        kept = row()
        assert (len(kept["certificate_hash"]), kept["token_hash"]) == (32, None)
        with pytest.raises(errors.CertificateUnreadable):
            actions.accept_certificate(device_id=ONE, pem="x", key=new_id(), actor=officer.actor(), at=now())
        self._issued(officer)
        assert row()["certificate_hash"] is None

    @staticmethod
    def _issued(officer: Officer, *, overlap: bool = False, **changes: Any) -> Issued:
        told: dict[str, Any] = {"device_id": ONE, "overlap": overlap, "key": new_id(), **changes}
        return actions.issue_token(actor=officer.actor(), at=now(), **told)


class TestKeeping:
    def test_says_anew_what_a_device_is_and_names_what_changed(self, officer: Officer) -> None:
        registered(officer)
        moved = replace(RAIN, lon=105.9, group="Hồ")
        told: dict[str, Any] = {"device_id": ONE, "actor": officer.actor(), "at": now()}
        assert actions.assign(facts=moved, key=new_id(), **told)
        assert not actions.assign(facts=moved, key=new_id(), **told)
        assert acts() == ["devices.assign", "devices.register"]
        (entry, _) = history_of(urn(settings.NODE, "device", ONE))
        assert entry.said["facts"]["changed"] == ["group", "lon"]

    def test_links_a_measure_to_an_attribute_of_an_entity_and_lets_it_go(self, officer: Officer) -> None:
        registered(officer)
        twin = Twin("rain", "urn:ngsi-ld:WeatherObserved:hanoi:1", "WeatherObserved", "precipitation")
        told: dict[str, Any] = {"device_id": ONE, "actor": officer.actor(), "at": now()}
        for _ in range(2):
            actions.link(twin=twin, key=new_id(), **told)
        assert queries.device(**told).twins == [twin]
        with pytest.raises(errors.MeasureUnknown):
            actions.link(twin=replace(twin, measure="wind"), key=new_id(), **told)
        actions.unlink(measure="rain", key=new_id(), **told)
        assert queries.device(**told).twins == []
        assert acts() == ["devices.unlink", "devices.link", "devices.register"]

    @pytest.mark.parametrize(
        "names",
        [
            {"entity_id": "http://evil.example/"}, {"entity_id": "urn:ngsi-ld:T:a b"}, {"entity_type": "a b"},
            {"attribute": "type"}, {"attribute": "location"}, {"attribute": "@type"},
            {"attribute": "a\u202eb"},
        ],
    )  # fmt: skip
    def test_links_to_no_names_that_the_context_could_not_show(
        self, officer: Officer, names: dict[str, str]
    ) -> None:
        """One such name would stop the feed of all devices."""
        registered(officer)
        good = Twin("rain", "urn:ngsi-ld:WeatherObserved:hanoi:1", "WeatherObserved", "precipitation")
        with pytest.raises(errors.TwinUnfit):
            actions.link(
                device_id=ONE, actor=officer.actor(), at=now(), key=new_id(), twin=replace(good, **names)
            )

    def test_speaks_for_no_entity_for_which_another_unit_s_devices_do(self, officer: Officer) -> None:
        ward, unit = of_a_ward()
        registered(officer)
        mine, theirs = DeviceId("rain-of-the-ward"), ONE
        actions.register(device_id=mine, facts=RAIN, unit_id=unit, key=new_id(), actor=ward, at=now())
        twin = Twin("rain", "urn:ngsi-ld:WeatherObserved:hanoi:1", "WeatherObserved", "precipitation")
        told: dict[str, Any] = {"twin": twin, "at": now()}
        actions.link(device_id=theirs, key=new_id(), actor=officer.actor(), **told)
        with pytest.raises(errors.EntityTaken):
            actions.link(device_id=mine, key=new_id(), actor=ward, **told)
        actions.unlink(device_id=theirs, measure="rain", key=new_id(), actor=officer.actor(), at=now())
        actions.link(device_id=mine, key=new_id(), actor=ward, **told)

    def test_revokes_for_good_and_says_why(self, officer: Officer) -> None:
        registered(officer)
        told: dict[str, Any] = {"device_id": ONE, "actor": officer.actor(), "at": now()}
        assert actions.revoke(reason="stolen", key=new_id(), **told)
        assert not actions.revoke(reason="stolen", key=new_id(), **told)
        assert row()["revoked_at"] is not None
        (entry, _) = history_of(urn(settings.NODE, "device", ONE))
        assert entry.said["basis"] == "stolen"
        with pytest.raises(errors.DeviceRevoked):
            actions.issue_token(overlap=False, key=new_id(), **told)
        with pytest.raises(errors.DeviceRevoked):
            actions.assign(facts=RAIN, key=new_id(), **told)

    def test_is_for_the_unit_that_owns_the_device(self, officer: Officer) -> None:
        registered(officer)
        stranger, _ = of_a_ward()
        told: dict[str, Any] = {"device_id": ONE, "key": new_id(), "actor": stranger, "at": now()}
        for act in (
            lambda: actions.revoke(reason="x", **told),
            lambda: actions.assign(facts=RAIN, **told),
            lambda: actions.issue_token(overlap=False, **told),
            lambda: actions.accept_certificate(pem=PEM, **told),
            lambda: actions.link(twin=Twin("rain", "urn:x", "T", "a"), **told),
            lambda: actions.unlink(measure="rain", **told),
        ):
            with pytest.raises(OtherUnit):
                act()
        with pytest.raises(errors.DeviceUnknown):
            actions.revoke(**{**told, "device_id": DeviceId("none")}, reason="x")


class TestLists:
    def test_shows_ones_own_and_for_the_center_those_of_nobody(self, officer: Officer) -> None:
        registered(officer)
        registered(officer, device_id=DeviceId("air-1"), facts=replace(RAIN, name_vi="Không khí", group=""))
        with connection.cursor() as cursor:
            cursor.execute(
                "insert into telemetry.device (id, profile, created_at) values ('b', 'rain-gauge', now())"
            )
        assert self._ids(officer.actor()) == ["air-1", "b", "rain-00070"]
        stranger, _ = of_a_ward()
        assert self._ids(stranger) == []

    def test_finds_by_words_group_and_state_and_goes_on_after_an_id(self, officer: Officer) -> None:
        registered(officer)
        registered(officer, device_id=DeviceId("air-1"), facts=replace(RAIN, name_vi="Không khí", group=""))
        actor = officer.actor()
        assert self._ids(actor, text="KHÔNG") == ["air-1"]
        assert self._ids(actor, group="Mưa") == ["rain-00070"]
        assert self._ids(actor, state="new") == ["air-1", "rain-00070"]
        assert self._ids(actor, state="revoked") == []
        after = queries.devices(actor=actor, at=now(), wanted=queries.Wanted(), limit=9, after="air-1")
        assert [one.id for one in after] == ["rain-00070"]
        assert queries.groups(actor=actor, at=now()) == ["Mưa"]

    @staticmethod
    def _ids(actor: Actor, **wanted: str) -> list[str]:
        found = queries.devices(actor=actor, at=now(), wanted=queries.Wanted(**wanted), limit=9)
        return [one.id for one in found]
