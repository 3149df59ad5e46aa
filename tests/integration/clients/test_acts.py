"""Acts on clients: by whom, once, with their entry; what stands in the tables is what the broker reads."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import IntegrityError, connection, transaction
from joserfc import jwt
from joserfc.jwk import OKPKey

from dothi.foundation.clients import actions, tokens
from dothi.foundation.clients.errors import (
    CertificateTaken,
    ClientEnded,
    NoFingerprint,
    NoSuchClient,
    NoSuchRight,
    TermsUnclear,
)
from dothi.foundation.clients.models import Right
from dothi.foundation.clients.queries import rights_at
from dothi.foundation.clients.types import Terms
from dothi.foundation.identity.authority import SYSTEM, Actor, Duty, Holding, Kind, Refused
from dothi.kernel.ids import PostId, UnitId, new_id

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
LATER = AT + timedelta(hours=1)
UNIT = UnitId(new_id())
READING = Terms(operations=("read",), basis="Decision 1", types=["RainGauge"], attributes=["rain"])
FINGERPRINT = "ab" * 32
KEY = Ed25519PrivateKey.generate()


def administrator(unit_id: UnitId = UNIT) -> Actor:
    post = Holding(PostId(new_id()), unit_id, Duty.ADMINISTER, frozenset(), AT.date() - timedelta(1))
    return Actor(Kind.OFFICIAL, person_id=new_id(), assurance=2, holdings=(post,))


def registered(name: str = "weather") -> UUID:
    return actions.register(name=name, description="", unit_id=UNIT, actor=SYSTEM, at=AT)


def entries() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("select act from ledger_entry where act like 'clients.%' order by id")
        return [act for (act,) in cursor.fetchall()]


@pytest.mark.usefixtures("db")
class TestActs:
    def test_are_done_once_and_recorded_once(self) -> None:
        assert registered() == registered()
        again = [actions.grant(client="weather", terms=READING, actor=SYSTEM, at=at) for at in (AT, LATER)]
        assert again[0] == again[1]
        for at in (AT, LATER):
            actions.certify(client="weather", fingerprint=FINGERPRINT.upper(), actor=SYSTEM, at=at)
            actions.revoke_token(client="weather", jti="one", actor=SYSTEM, at=AT)
        for _ in range(2):
            actions.revoke_tokens(client="weather", actor=SYSTEM, at=LATER)
            actions.withdraw(right_id=again[0], actor=SYSTEM, at=LATER)
            actions.end(client="weather", actor=SYSTEM, at=LATER)
        assert entries() == [
            "clients.client.registered", "clients.right.granted", "clients.certificate.added",
            "clients.token.revoked", "clients.tokens.revoked", "clients.right.withdrawn",
            "clients.client.ended",
        ]  # fmt: skip

    def test_are_for_the_administrator_of_the_unit_that_answers(self) -> None:
        registered()
        stranger = administrator(UnitId(new_id()))
        refused: list[Callable[[], Any]] = [
            lambda: actions.register(name="other", description="", unit_id=UNIT, actor=stranger, at=AT),
            lambda: actions.grant(client="weather", terms=READING, actor=stranger, at=AT),
            lambda: actions.publish(terms=READING, unit_id=UNIT, actor=stranger, at=AT),
            lambda: actions.certify(client="weather", fingerprint=FINGERPRINT, actor=stranger, at=AT),
            lambda: actions.issue(client="weather", key=KEY, actor=stranger, at=AT),
            lambda: actions.revoke_token(client="weather", jti="one", actor=stranger, at=AT),
            lambda: actions.revoke_tokens(client="weather", actor=stranger, at=AT),
            lambda: actions.end(client="weather", actor=stranger, at=AT),
        ]
        for act in refused:
            with pytest.raises(Refused):
                act()
        assert entries() == ["clients.client.registered"]
        granted = actions.grant(client="weather", terms=READING, actor=administrator(), at=AT)
        with pytest.raises(Refused):
            actions.withdraw(right_id=granted, actor=stranger, at=AT)

    def test_say_what_is_wrong(self) -> None:
        with pytest.raises(NoSuchClient):
            actions.grant(client="nobody", terms=READING, actor=SYSTEM, at=AT)
        with pytest.raises(NoSuchRight):
            actions.withdraw(right_id=new_id(), actor=SYSTEM, at=AT)
        registered()
        registered("other")
        with pytest.raises(NoFingerprint):
            actions.certify(client="weather", fingerprint="ab", actor=SYSTEM, at=AT)
        actions.certify(client="weather", fingerprint=FINGERPRINT, actor=SYSTEM, at=AT)
        with pytest.raises(CertificateTaken):
            actions.certify(client="other", fingerprint=FINGERPRINT, actor=SYSTEM, at=AT)
        with pytest.raises(TermsUnclear):
            actions.issue(client="weather", key=KEY, actor=SYSTEM, at=AT, life=timedelta(days=1))
        actions.end(client="weather", actor=SYSTEM, at=AT)
        for act in (registered, lambda: actions.issue(client="weather", key=KEY, actor=SYSTEM, at=AT)):
            with pytest.raises(ClientEnded):
                act()


@pytest.mark.usefixtures("db")
class TestRights:
    def test_stand_from_when_they_are_granted_until_they_are_withdrawn(self) -> None:
        registered()
        granted = actions.grant(client="weather", terms=READING, actor=SYSTEM, at=AT)
        assert rights_at(AT - timedelta(seconds=1)) == []
        [row] = rights_at(AT)
        assert (row.id, row.client, row.terms) == (granted, "weather", READING)
        actions.withdraw(right_id=granted, actor=SYSTEM, at=LATER)
        assert rights_at(LATER) == []
        assert [one.id for one in rights_at(AT)] == [granted]
        assert actions.grant(client="weather", terms=READING, actor=SYSTEM, at=LATER) != granted

    @pytest.mark.parametrize(
        "terms",
        [
            Terms(operations=["write"], basis="x", types=["A"]), Terms(operations=["read"], basis="x"),
            Terms(operations=["read"], basis="x", types=[]),
        ],
    )  # fmt: skip
    def test_of_everybody_are_to_read_types_that_are_named(self, terms: Terms) -> None:
        with pytest.raises(TermsUnclear):
            actions.publish(terms=terms, unit_id=UNIT, actor=SYSTEM, at=AT)
        right = Right(
            unit_id=UNIT, operations=list(terms.operations), types=terms.types or None, valid_from=AT
        )
        with pytest.raises(IntegrityError), transaction.atomic():
            right.save()

    def test_of_everybody_name_nobody(self) -> None:
        actions.publish(terms=READING, unit_id=UNIT, actor=administrator(), at=AT)
        [row] = rights_at(AT)
        assert row.client == ""
        assert entries() == ["clients.types.published"]


@pytest.mark.usefixtures("db")
class TestTokens:
    def test_name_their_client_for_a_short_while(self, settings: Any) -> None:
        settings.NODE = "a.dothi.example"
        registered()
        text = actions.issue(client="weather", key=KEY, actor=SYSTEM, at=AT)
        told = jwt.decode(text, OKPKey.import_key(tokens.public_pem(KEY)), algorithms=["Ed25519"]).claims
        assert (told["iss"], told["aud"], told["sub"]) == ("a.dothi.example", "broker", "weather")
        assert told["exp"] - told["iat"] == 15 * 60
        assert "rights" not in told
        assert told["jti"]
