"""
Reads of the vault. Each that returns personal data records the read first: no record, no data.

The read is recorded in the same transaction as the rows are taken, for a lookup that finds nothing as
well: that somebody asked is what the owner wants to see. `authority` is `Decision.authority`.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F

from dothi.foundation.identity.purpose import Purpose
from dothi.foundation.keys.actions import unseal
from dothi.foundation.ledger.actions import record_read
from dothi.foundation.ledger.types import ActorRef
from dothi.foundation.statements import read, together
from dothi.kernel.ids import DossierId, PersonId, PostId, UnitId, urn
from dothi.vault import models
from dothi.vault.errors import ResultUnknown
from dothi.vault.types import (
    ConsentId,
    Digitisation,
    Flagged,
    Given,
    Result,
    ResultId,
    Status,
    Use,
)

LIMIT = 200
_SATISFYING = """
where owner_id = %(owner)s and kind = any(%(kinds)s) and status = %(status)s
  and valid_from <= %(on)s and (valid_to is null or valid_to > %(on)s)
order by issued_on desc, id desc limit %(most)s
"""


def result(
    *, result_id: ResultId, person: PersonId, actor: ActorRef, authority: str, purpose: Purpose, at: datetime
) -> Result:
    """Return one result of `person`; three SQL statements. Raises ResultUnknown, SubjectErased."""
    with transaction.atomic():
        note("vault.open", result_id, person, actor, authority, purpose, at)
        row = models.Result.objects.filter(pk=result_id).first()
        if row is None or row.owner_id != person:
            raise ResultUnknown(anothers=row is not None)
        return opened(row)


def results_of(
    *, person: PersonId, actor: ActorRef, authority: str, purpose: Purpose, at: datetime, limit: int = LIMIT
) -> Sequence[Result]:
    """Return all results of `person`, newest first, then id; at most `limit`; three SQL statements."""
    with transaction.atomic():
        note("vault.list", None, person, actor, authority, purpose, at)
        rows = models.Result.objects.filter(owner_id=person).order_by("-issued_on", "-id")[:limit]
        return [opened(row) for row in rows]


def satisfying(
    *,
    person: PersonId,
    kinds: Iterable[str],
    on: date,
    actor: ActorRef,
    authority: str,
    purpose: Purpose,
    at: datetime,
) -> Sequence[Result]:
    """
    Return the results of `person` of one of `kinds` that can be relied on at the civil date `on`.

    Newest first, then id; at most LIMIT; two SQL statements. Whether the facts fit is the
    procedure's question; the facts come with the row.
    """
    asked = {"owner": person, "kinds": list(kinds), "status": Status.CURRENT.value, "on": on, "most": LIMIT}
    with together():
        note("vault.match", None, person, actor, authority, purpose, at)
        return [opened(row) for row in read(models.Result, _SATISFYING, asked)]


def uses_of(
    *, result_id: ResultId, person: PersonId, actor: ActorRef, authority: str, purpose: Purpose, at: datetime
) -> Sequence[Use]:
    """
    Return who used a result of `person`, newest first; at most LIMIT; three SQL statements.

    Raises ResultUnknown.
    """
    with transaction.atomic():
        note("vault.uses", result_id, person, actor, authority, purpose, at)
        if not models.Result.objects.filter(pk=result_id, owner_id=person).exists():
            raise ResultUnknown()
        rows = models.Reuse.objects.filter(result_id=result_id).order_by("-at", "-id")[:LIMIT]
        return [
            Use(row.id, DossierId(row.dossier_id), row.procedure_code, tuple(row.field_ids), row.purpose,
                row.basis, row.at)
            for row in rows
        ]  # fmt: skip


def consents_of(
    *, person: PersonId, actor: ActorRef, authority: str, purpose: Purpose, at: datetime
) -> Sequence[Given]:
    """Return the consents of `person`, newest first; at most LIMIT; two SQL statements."""
    with transaction.atomic():
        note("vault.consents", None, person, actor, authority, purpose, at)
        rows = models.Consent.objects.filter(person_id=person).order_by("-given_at", "-id")[:LIMIT]
        return [
            Given(ConsentId(row.id), row.purpose, tuple(row.kinds),
                  DossierId(row.dossier_id) if row.dossier_id else None, row.given_at, row.withdrawn_at)
            for row in rows
        ]  # fmt: skip


def reuses_flagged(*, dossiers: Iterable[DossierId] | None = None, limit: int = LIMIT) -> Sequence[Flagged]:
    """
    Return dossiers that relied on a result which was revoked or superseded afterwards; ids only.

    Among `dossiers`, or all; latest change first, then reuse id; at most `limit`; one SQL statement.
    """
    rows = models.Reuse.objects.exclude(result__status=Status.CURRENT).select_related("result__superseded_by")
    if dossiers is not None:
        rows = rows.filter(dossier_id__in=list(dossiers))
    return [_flagged(row) for row in rows.order_by(F("result__changed_at").desc(), "id")[:limit]]


def _flagged(row: models.Reuse) -> Flagged:
    source = row.result
    successor = getattr(source, "superseded_by", None)
    return Flagged(
        dossier_id=DossierId(row.dossier_id),
        result_id=ResultId(source.id),
        field_ids=tuple(row.field_ids),
        status=Status(source.status),
        reason=source.status_reason,
        changed_at=source.changed_at,
        replaced_by=ResultId(successor.id) if successor else None,
    )


def opened(row: models.Result) -> Result:
    """Return `row` with its facts unsealed. Raises SubjectErased, SealBroken."""
    return Result(
        id=ResultId(row.id),
        owner_id=PersonId(row.owner_id),
        kind=row.kind,
        version=row.version,
        procedure_code=row.procedure_code,
        procedure_version=row.procedure_version,
        dossier_id=DossierId(row.dossier_id),
        issued_on=row.issued_on,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        facts=json.loads(unseal(row.owner_id, bytes(row.facts_sealed), context(ResultId(row.id)))),
        unit_id=UnitId(row.unit_id),
        signer_post_id=PostId(row.signer_post_id),
        paper_id=row.paper_id,
        digitisation=Digitisation(row.digitisation),
        status=Status(row.status),
        status_reason=row.status_reason,
    )


def context(result_id: ResultId) -> str:
    """Return what the seal is bound to, so that the facts of one row do not open in another."""
    return f"vault.result.facts:{result_id}"


def note(
    act: str,
    result_id: UUID | None,
    person: PersonId,
    actor: ActorRef,
    authority: str,
    purpose: Purpose,
    at: datetime,
) -> None:
    """Record a read of `person`'s vault, or of one result in it. A person's id never stands in a urn."""
    thing = urn(settings.NODE, "result", result_id) if result_id else urn(settings.NODE, "vault", "results")
    record_read(
        actor=actor, authority=authority, object=thing, subjects=[person],
        purpose=purpose.slug, basis=purpose.basis, at=at, act=act,
    )  # fmt: skip
