"""
The only writes of the vault: deposit, revoke, consent, withdraw, reuse.

The ledger entry comes first in each act: its id is the act's natural key, so that the second of two
attempts at once waits for the first and then returns its outcome.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from hashlib import sha256
from uuid import UUID, uuid5

from django.conf import settings
from django.db import transaction

from dothi.foundation.clock import HANOI
from dothi.foundation.events.actions import emit
from dothi.foundation.events.types import Event
from dothi.foundation.identity.purpose import Purpose
from dothi.foundation.keys.actions import seal
from dothi.foundation.ledger.actions import record
from dothi.foundation.ledger.errors import AlreadyRecorded
from dothi.foundation.ledger.types import ActorRef, Entry, Fact
from dothi.foundation.statements import insert, send, together
from dothi.kernel.ids import DossierId, PersonId, new_id, urn
from dothi.vault import models
from dothi.vault.errors import (
    ConsentMissing,
    DepositDiffers,
    FieldUnknown,
    NotTheirConsent,
    ResultNotUsable,
    ResultUnknown,
)
from dothi.vault.queries import context, note, opened
from dothi.vault.rules import packed
from dothi.vault.types import ConsentId, Issued, Provenance, Result, ResultId, Reused, Status

ACTS = UUID("6f0a2d0e-6f0c-4b0e-9d6f-6c8a2f1d7b11")
"""Namespace of the ids that are made from an act's natural key (RFC 9562, version 5)."""


@dataclass(frozen=True)
class _Act:
    """Who acts, by which right, when: what every entry of one call shares."""

    actor: ActorRef
    authority: str
    basis: str
    at: datetime
    purpose: str = ""

    def entry(self, name: str, key: UUID, thing: UUID, person: PersonId, **facts: Fact) -> Entry:
        kind = "consent" if name in {"vault.consent", "vault.withdraw"} else "result"
        return Entry(
            id=key, act=name, at=self.at, actor=self.actor, authority=self.authority,
            object=urn(settings.NODE, kind, thing), subjects=[person], basis=self.basis,
            purpose=self.purpose, facts=facts,
        )  # fmt: skip


def deposit(*, issued: Issued, actor: ActorRef, authority: str, basis: str, at: datetime) -> ResultId:
    """
    Keep a result for its owner, once for each dossier, owner and kind; a retry returns the same id.

    Raises FactsUnfit, DepositDiffers, and for what it supersedes ResultUnknown, ResultNotUsable.
    """
    act = _Act(actor, authority, basis, at)
    body = packed(issued.facts)
    result_id = ResultId(uuid5(ACTS, f"{issued.dossier_id}:{issued.owner_id}:{issued.kind}"))
    with together():
        sealed = seal(issued.owner_id, body, context(result_id))
        digest = sha256(sealed).hexdigest()
        try:
            record(act.entry("vault.deposit", result_id, result_id, issued.owner_id, sealed=digest))
            send()
        except AlreadyRecorded:
            return _same(result_id, issued)
        earlier = _superseded(issued, issued.supersedes, at) if issued.supersedes else None
        _insert(result_id, issued, sealed, earlier, at)
        _tell("deposited", result_id, at, kind=issued.kind, dossier=str(issued.dossier_id))
    return result_id


def _same(result_id: ResultId, issued: Issued) -> ResultId:
    kept = opened(models.Result.objects.get(pk=result_id))
    plain = [field.name for field in fields(Issued) if field.name not in {"facts", "supersedes"}]
    alike = all(getattr(kept, name) == getattr(issued, name) for name in plain)
    if not alike or packed(kept.facts) != packed(issued.facts):
        raise DepositDiffers(result_id=result_id)
    return result_id


def _insert(
    result_id: ResultId, issued: Issued, sealed: bytes, earlier: models.Result | None, at: datetime
) -> None:
    plain = {name: value for name, value in vars(issued).items() if name not in {"facts", "supersedes"}}
    row = models.Result(
        **plain, id=result_id, facts_sealed=sealed, supersedes=earlier,
        version=earlier.version + 1 if earlier else 1, deposited_at=at, changed_at=at,
    )  # fmt: skip
    insert(row)


def _superseded(issued: Issued, earlier_id: ResultId, at: datetime) -> models.Result:
    """Lock the earlier result, mark it superseded, tell it. Only a current one of the same owner and kind."""
    earlier = _locked(earlier_id, issued.owner_id)
    if earlier.kind != issued.kind:
        raise ResultUnknown()
    if earlier.status != Status.CURRENT:
        raise ResultNotUsable(status=earlier.status, reason=earlier.status_reason)
    _change(earlier, Status.SUPERSEDED, "", at)
    _tell("superseded", ResultId(earlier.id), at)
    return earlier


def revoke(
    *, result_id: ResultId, person: PersonId, reason: str, actor: ActorRef, authority: str, basis: str,
    at: datetime,
) -> None:  # fmt: skip
    """
    Take back a result of `person`, with its reason (without personal data); again is the same.

    Dossiers that used it are found by `reuses_flagged`. Raises ResultUnknown, ResultNotUsable when it
    was superseded, ValueError without a reason.
    """
    if not reason.strip():
        raise ValueError("a result is revoked for a reason")
    with transaction.atomic():
        row = _locked(result_id, person)
        if row.status == Status.REVOKED:
            return
        if row.status == Status.SUPERSEDED:
            raise ResultNotUsable(status=row.status, reason=row.status_reason)
        act = _Act(actor, authority, basis, at)
        record(act.entry("vault.revoke", uuid5(result_id, "revoke"), result_id, person, reason=reason))
        _change(row, Status.REVOKED, reason, at)
        _tell("revoked", result_id, at)


def give_consent(
    *, person: PersonId, purpose: Purpose, kinds: Iterable[str], text: str, actor: ActorRef, authority: str,
    at: datetime, dossier_id: DossierId | None = None,
) -> ConsentId:  # fmt: skip
    """
    Record that `person` agrees to the reuse of `kinds` for `purpose`, having read `text`.

    For one dossier, or for every dossier of the purpose. While an open consent covers the kinds, it is
    returned; a narrower one is closed first. Raises NotTheirConsent.
    Source: Law 91/2025/QH15 (consent per purpose, provable; silence is not consent); verified: false.
    """
    _own(person, actor)
    wanted = sorted(set(kinds))
    if not text.strip() or not wanted:
        raise ValueError("consent names what it covers and keeps the words that were shown")
    act = _Act(actor, authority, purpose.basis, at, purpose.slug)
    row = models.Consent(
        id=new_id(), person_id=person, purpose=purpose.slug, basis=purpose.basis, text=text, kinds=wanted,
        dossier_id=dossier_id, given_at=at,
    )  # fmt: skip
    with transaction.atomic():
        # The insert waits for another one under way; then whichever consent is open is seen and locked.
        models.Consent.objects.bulk_create([row], ignore_conflicts=True)
        standing = _open_consent(person, purpose.slug, dossier_id)
        if standing and standing.id != row.id:
            if set(wanted) <= set(standing.kinds):
                return ConsentId(standing.id)
            _close(standing, act)
            row.save(force_insert=True)
        shown = sha256(text.encode()).hexdigest()
        record(act.entry("vault.consent", row.id, row.id, person, kinds=wanted, shown_sha256=shown))
    return ConsentId(row.id)


def withdraw_consent(
    *, consent_id: ConsentId, person: PersonId, actor: ActorRef, authority: str, at: datetime
) -> None:
    """End a consent of `person` from `at` on; what was reused before stands. Raises NotTheirConsent."""
    _own(person, actor)
    with transaction.atomic():
        row = models.Consent.objects.select_for_update().filter(pk=consent_id, person_id=person).first()
        if row is None:
            raise NotTheirConsent()
        if row.withdrawn_at is None:
            _close(row, _Act(actor, authority, row.basis, at, row.purpose))


def _close(row: models.Consent, act: _Act) -> None:
    person = PersonId(row.person_id)
    record(act.entry("vault.withdraw", uuid5(row.id, "withdraw"), row.id, person))
    row.withdrawn_at = act.at
    row.save(update_fields=["withdrawn_at"])


def reuse(
    *, result_id: ResultId, person: PersonId, dossier_id: DossierId, procedure_code: str,
    field_ids: Iterable[str], purpose: Purpose, actor: ActorRef, authority: str, at: datetime,
) -> Reused:  # fmt: skip
    """
    Give fields of a result of `person` to a dossier, with consent, and keep where they came from.

    The result stays locked to the end of the transaction: a revocation comes either before, and
    refuses, or after, and flags. The same dossier asking for the same fields again gets the same, while
    result and consent still stand; that it looked again is recorded.
    Raises ResultUnknown, ResultNotUsable, ConsentMissing, FieldUnknown.
    """
    wanted = sorted(set(field_ids))
    act = _Act(actor, authority, purpose.basis, at, purpose.slug)
    key = uuid5(result_id, f"reuse:{dossier_id}:{':'.join(wanted)}")
    with transaction.atomic():
        row = _locked(result_id, person)
        source = opened(row)
        consent = _usable(source, wanted, dossier_id, act)
        earlier = models.Reuse.objects.filter(pk=key).first()
        if earlier is not None:
            note("vault.reuse-again", row.id, person, actor, authority, purpose, at)
            return _reused(source, earlier)
        record(act.entry("vault.reuse", key, result_id, person, fields=wanted, dossier=str(dossier_id)))
        made = models.Reuse.objects.create(
            id=key, result=row, consent=consent, dossier_id=dossier_id, procedure_code=procedure_code,
            field_ids=wanted, purpose=purpose.slug, basis=purpose.basis, at=at,
        )  # fmt: skip
        _tell("reused", result_id, at, dossier=str(dossier_id))
        return _reused(source, made)


def _usable(source: Result, wanted: list[str], dossier_id: DossierId, act: _Act) -> models.Consent:
    """Return the consent under which `source` may be used now. Raises what forbids it."""
    if not source.valid_on(act.at.astimezone(HANOI).date()):
        raise ResultNotUsable(status=source.status, reason=source.status_reason)
    missing = [name for name in wanted if name not in source.facts]
    if missing or not wanted:
        raise FieldUnknown(fields=missing)
    for scope in (dossier_id, None):
        consent = _open_consent(source.owner_id, act.purpose, scope)
        if consent is not None and source.kind in consent.kinds:
            return consent
    raise ConsentMissing(purpose=act.purpose, kind=source.kind)


def _reused(source: Result, use: models.Reuse) -> Reused:
    return Reused(
        {name: source.facts[name] for name in use.field_ids},
        tuple(
            Provenance(
                result_id=source.id, kind=source.kind, version=source.version, field_id=name,
                issued_on=source.issued_on, basis=use.basis, consent_id=ConsentId(use.consent_id),
                reused_at=use.at,
            )
            for name in use.field_ids
        ),
    )  # fmt: skip


def _own(person: PersonId, actor: ActorRef) -> None:
    """Only residents decide about their own data; who acts for another needs a mandate, not yet here."""
    if actor.kind != "resident" or actor.id != person or actor.on_behalf_of not in (None, person):
        raise NotTheirConsent()


def _open_consent(person: PersonId, purpose: str, dossier_id: DossierId | None) -> models.Consent | None:
    return (
        models.Consent.objects.select_for_update()
        .filter(person_id=person, purpose=purpose, dossier_id=dossier_id, withdrawn_at=None)
        .first()
    )


def _locked(result_id: ResultId, person: PersonId) -> models.Result:
    row = models.Result.objects.select_for_update().filter(pk=result_id, owner_id=person).first()
    if row is None:
        raise ResultUnknown()
    return row


def _change(row: models.Result, status: Status, reason: str, at: datetime) -> None:
    row.status, row.status_reason, row.changed_at = status, reason, at
    row.save(update_fields=["status", "status_reason", "changed_at"])


def _tell(happened: str, result_id: ResultId, at: datetime, **data: str) -> None:
    emit(
        Event(
            id=new_id(), type=f"vn.dothi.vault.result.{happened}.v1",
            subject=urn(settings.NODE, "result", result_id), at=at, data=data,
        )
    )  # fmt: skip
