"""The only writes of clients: each is one transaction with its ledger entry; the broker hears of it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.db import transaction

from dothi.foundation.clients import tokens
from dothi.foundation.clients.errors import (
    CertificateTaken,
    ClientEnded,
    NoFingerprint,
    NoSuchClient,
    NoSuchRight,
    TermsUnclear,
)
from dothi.foundation.clients.models import Certificate, Client, Revocation, Right
from dothi.foundation.clients.rules import is_fingerprint, problem_of
from dothi.foundation.clients.types import Terms
from dothi.foundation.identity.authority import Actor, ActRule, CaseFacts, Duty, Kind, require
from dothi.foundation.ledger.actions import record
from dothi.foundation.ledger.types import Entry, Fact
from dothi.kernel.ids import new_id, urn

OPEN_TO: Final = frozenset({Kind.OFFICIAL, Kind.SYSTEM})


@transaction.atomic
def register(*, name: str, description: str, unit_id: UUID, actor: Actor, at: datetime) -> UUID:
    """
    Return the id of the client `name`, made if there is none, for which a unit answers.

    Raises Refused; ClientEnded where one of this name is none any more.
    """
    authority = _allowed("clients.client.registered", unit_id, actor, at)
    new = Client(name=name, description=description, unit_id=unit_id, valid_from=at)
    Client.objects.bulk_create([new], ignore_conflicts=True)
    client = Client.objects.select_for_update().get(name=name)
    if client.valid_to is not None:
        raise ClientEnded(client=name)
    if client.id == new.id:
        _tell("clients.client.registered", client, authority, actor, at, {"unit": str(unit_id)})
    return client.id


@transaction.atomic
def grant(*, client: str, terms: Terms, actor: Actor, at: datetime) -> UUID:
    """
    Give a client a right from `at` on, and return its id; a right that stands already is returned.

    Raises Refused, NoSuchClient, ClientEnded, TermsUnclear.
    """
    found = _standing(client)
    authority = _allowed("clients.right.granted", found.unit_id, actor, at)
    return _given(Right(client=found, unit_id=found.unit_id), terms, authority, actor, at)


@transaction.atomic
def publish(*, terms: Terms, unit_id: UUID, actor: Actor, at: datetime, key: UUID | None = None) -> UUID:
    """
    Let everybody read entities of some types from `at` on, and return the id of that right.

    Raises Refused; TermsUnclear where types are missing, or it is not reading; AlreadyRecorded for a `key`
    that was used before: a form that comes again opens nothing that was closed since.
    """
    authority = _allowed("clients.types.published", unit_id, actor, at)
    if list(terms.operations) != ["read"] or not terms.types:
        raise TermsUnclear
    return _given(Right(client=None, unit_id=unit_id), terms, authority, actor, at, key)


@transaction.atomic
def publish_once(*, terms: Terms, unit_id: UUID, actor: Actor, at: datetime) -> UUID | None:
    """
    Publish types that were never published before; what somebody has withdrawn since stays withdrawn.

    Returns the id of the new right, None where there was one once. Raises what `publish` raises.
    """
    types = _sorted(terms.types)
    if Right.objects.filter(client=None, tenant=terms.tenant, types=types).exists():
        return None
    return publish(terms=terms, unit_id=unit_id, actor=actor, at=at)


@transaction.atomic
def withdraw(*, right_id: UUID, actor: Actor, at: datetime, basis: str = "") -> None:
    """End a right at `at`, if it has not ended before, and why. Raises Refused, NoSuchRight."""
    found = Right.objects.select_for_update(of=("self",)).filter(id=right_id).first()
    if found is None:
        raise NoSuchRight
    authority = _allowed("clients.right.withdrawn", found.unit_id, actor, at)
    if found.valid_to is None or found.valid_to > at:
        found.valid_to = max(at, found.valid_from)
        found.save(update_fields=["valid_to"])
        _tell("clients.right.withdrawn", found, authority, actor, at, {}, basis)


@transaction.atomic
def certify(*, client: str, fingerprint: str, actor: Actor, at: datetime) -> None:
    """
    Let a client prove itself by the certificate of this SHA-256 (hex).

    Raises Refused, NoSuchClient, ClientEnded, NoFingerprint, CertificateTaken.
    """
    found = _standing(client)
    authority = _allowed("clients.certificate.added", found.unit_id, actor, at)
    digits = fingerprint.replace(":", "").lower()
    if not is_fingerprint(digits):
        raise NoFingerprint
    new = Certificate(client=found, fingerprint=digits, added_at=at)
    Certificate.objects.bulk_create([new], ignore_conflicts=True)
    kept = Certificate.objects.get(fingerprint=digits)
    if kept.client_id != found.id or kept.revoked_at is not None:
        raise CertificateTaken
    if kept.id == new.id:
        _tell("clients.certificate.added", found, authority, actor, at, {"fingerprint": digits})


@transaction.atomic
def issue(
    *, client: str, key: Ed25519PrivateKey, actor: Actor, at: datetime, life: timedelta = tokens.SHORT
) -> str:
    """
    Return a token for the broker by which a client proves itself, for `life`, 12 hours at most.

    Raises Refused, NoSuchClient, ClientEnded, TermsUnclear.
    """
    found = _standing(client)
    authority = _allowed("clients.token.issued", found.unit_id, actor, at)
    if not timedelta() < life <= tokens.LONGEST:
        raise TermsUnclear
    jti = new_id().hex
    until = (at + life).isoformat(timespec="seconds")
    _tell("clients.token.issued", found, authority, actor, at, {"jti": jti, "until": until})
    return tokens.signed(key, node=settings.NODE, client=client, jti=jti, at=at, life=life)


@transaction.atomic
def revoke_token(*, client: str, jti: str, actor: Actor, at: datetime) -> None:
    """Make one token of a client worthless; once more changes nothing. Raises Refused, NoSuchClient."""
    found = _client(client)
    authority = _allowed("clients.token.revoked", found.unit_id, actor, at)
    Revocation.objects.filter(expires_at__lt=at).delete()
    new = Revocation(jti=jti, client=found, revoked_at=at, expires_at=at + tokens.LONGEST)
    if not Revocation.objects.filter(jti=jti).exists():
        new.save(force_insert=True)
        _tell("clients.token.revoked", found, authority, actor, at, {"jti": jti})


@transaction.atomic
def revoke_tokens(*, client: str, actor: Actor, at: datetime) -> None:
    """Make every token worthless that a client has got before `at`. Raises Refused, NoSuchClient."""
    found = _client(client)
    authority = _allowed("clients.tokens.revoked", found.unit_id, actor, at)
    if found.tokens_since is None or found.tokens_since < at:
        found.tokens_since = at
        found.save(update_fields=["tokens_since"])
        _tell("clients.tokens.revoked", found, authority, actor, at, {})


@transaction.atomic
def end(*, client: str, actor: Actor, at: datetime) -> None:
    """
    Let a client be none from `at` on: its tokens, certificates and rights are worth nothing.

    Raises Refused, NoSuchClient.
    """
    found = _client(client)
    authority = _allowed("clients.client.ended", found.unit_id, actor, at)
    if found.valid_to is None:
        found.valid_to = at
        found.save(update_fields=["valid_to"])
        Certificate.objects.filter(client=found, revoked_at=None).update(revoked_at=at)
        _tell("clients.client.ended", found, authority, actor, at, {})


def _given(
    right: Right, terms: Terms, authority: str, actor: Actor, at: datetime, key: UUID | None = None
) -> UUID:
    """Return the id of a right of these terms, made unless it stands. Raises TermsUnclear."""
    if problem_of(terms):
        raise TermsUnclear
    said = {
        "tenant": terms.tenant, "operations": sorted(set(terms.operations)), "types": _sorted(terms.types),
        "scopes": _sorted(terms.scopes), "attributes": _sorted(terms.attributes), "basis": terms.basis,
        "valid_to": terms.until,
    }  # fmt: skip
    same = Right.objects.filter(client=right.client, unit_id=right.unit_id, valid_from__lte=at, **said)
    standing = same.order_by("valid_from").first()
    if standing is not None and (standing.valid_to is None or standing.valid_to > at):
        return standing.id
    for name, value in said.items():
        setattr(right, name, value)
    right.valid_from = at
    right.save(force_insert=True)
    act = "clients.right.granted" if right.client else "clients.types.published"
    _tell(act, right, authority, actor, at, _facts(right), key=key)
    return right.id


def _facts(right: Right) -> dict[str, Fact]:
    told: dict[str, Fact] = {
        "client": right.client.name if right.client else "", "tenant": right.tenant,
        "operations": right.operations, "basis": right.basis,
    }  # fmt: skip
    narrowed = {"types": right.types, "scopes": right.scopes, "attributes": right.attributes}
    return told | {name: list(one) for name, one in narrowed.items() if one is not None}


def _sorted(told: Sequence[str] | None) -> list[str] | None:
    return None if told is None else sorted(set(told))


def _standing(name: str) -> Client:
    found = _client(name)
    if found.valid_to is not None:
        raise ClientEnded(client=name)
    return found


def _client(name: str) -> Client:
    found = Client.objects.select_for_update().filter(name=name).first()
    if found is None:
        raise NoSuchClient(client=name)
    return found


def _allowed(act: str, unit_id: UUID, actor: Actor, at: datetime) -> str:
    """Return by which authority the administrator of the unit acts. Raises Refused."""
    rule = ActRule(act, OPEN_TO, frozenset({Duty.ADMINISTER}))
    return require(actor, rule, CaseFacts("client", unit_id=unit_id), at).authority


def _tell(
    act: str, about: Client | Right, authority: str, actor: Actor, at: datetime, facts: dict[str, Fact],
    basis: str = "", key: UUID | None = None,
) -> None:  # fmt: skip
    kind = "client" if isinstance(about, Client) else "right"
    entry = Entry(
        id=key or new_id(), act=act, at=at, actor=actor.ref, authority=authority,
        object=urn(settings.NODE, kind, about.id), basis=basis, facts=facts,
    )  # fmt: skip
    record(entry)
