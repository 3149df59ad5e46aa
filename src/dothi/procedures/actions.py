"""
The one write of this room: publishing a version.

Nobody publishes a procedure that fails its own examples, that overlaps another version in time, or
that changes what is published. A repeated publication of the same content is answered with the first.
"""

from datetime import date, datetime
from uuid import UUID, uuid5

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from dothi.foundation.events.actions import emit
from dothi.foundation.events.types import Event
from dothi.foundation.ledger.actions import record
from dothi.foundation.ledger.errors import AlreadyRecorded
from dothi.foundation.ledger.types import ActorRef, Entry
from dothi.kernel.documents.authoring import parse
from dothi.kernel.ids import new_id, urn
from dothi.procedures import document
from dothi.procedures.engine import failures
from dothi.procedures.errors import GoldenFailed, PeriodOverlaps, VersionDiffers
from dothi.procedures.models import InForce, ProcedureVersion
from dothi.procedures.search import phrases_of
from dothi.procedures.types import Json, Procedure, VersionId

ACTS = UUID("2b3c1a5e-0d0e-4c1f-8f5b-9a7f6f1d3c22")
"""Namespace of the ids made from a procedure's code and version (RFC 9562, version 5)."""


def publish(
    *, text: str, actor: ActorRef, authority: str, at: datetime, replace: bool = False
) -> VersionId:  # fmt: skip
    """
    Publish the document in `text` (YAML) and return its version's id; again, and it returns the same.

    With `replace`, the version now open-ended ends on the day when this one begins. Open dossiers keep
    their version. Raises DocumentInvalid, GoldenFailed, VersionDiffers, PeriodOverlaps.
    Source: Decree 63/2010/ND-CP, art. 13 to 15 (publication of procedures); verified: false.
    """
    data = parse(text)
    procedure = document.read(data)
    failed = tuple(failures(procedure))
    if failed:
        raise GoldenFailed(failed)
    version_id = VersionId(uuid5(ACTS, f"{procedure.code}:{procedure.version}"))
    with transaction.atomic():
        try:
            record(_entry(version_id, procedure, actor, authority, at))
        except AlreadyRecorded:
            return _same(version_id, procedure)
        if replace:
            _end_earlier(procedure)
        _insert(version_id, procedure, data, at)
        emit(_event(version_id, procedure, at))
    return version_id


def _same(version_id: VersionId, procedure: Procedure) -> VersionId:
    kept = ProcedureVersion.objects.values_list("sha256", flat=True).get(id=version_id)
    if kept != procedure.sha256:
        raise VersionDiffers(code=procedure.code, version=procedure.version)
    return version_id


def _end_earlier(procedure: Procedure) -> None:
    start: date = procedure.valid.start
    earlier = InForce.objects.select_for_update().filter(
        code=procedure.code, valid__endswith=None, valid__startswith__lt=start
    )
    for row in earlier:
        InForce.objects.filter(id=row.id).update(valid=DateRange(row.valid.lower, start))


def _insert(version_id: VersionId, procedure: Procedure, data: dict[str, Json], at: datetime) -> None:
    ProcedureVersion.objects.create(
        id=version_id, code=procedure.code, version=procedure.version, document=data,
        sha256=procedure.sha256, published_at=at, words=phrases_of(procedure),
    )  # fmt: skip
    valid = DateRange(procedure.valid.start, procedure.valid.end)
    try:
        with transaction.atomic():
            InForce.objects.create(id=new_id(), code=procedure.code, version_id=version_id, valid=valid)
    except IntegrityError as error:
        raise PeriodOverlaps(code=procedure.code) from error


def _entry(
    version_id: VersionId, procedure: Procedure, actor: ActorRef, authority: str, at: datetime
) -> Entry:  # fmt: skip
    end = procedure.valid.end
    facts = {
        "code": procedure.code,
        "version": procedure.version,
        "sha256": procedure.sha256,
        "valid_from": procedure.valid.start.isoformat(),
        "valid_to": end.isoformat() if end else None,
    }
    return Entry(
        id=version_id, act="procedures.publish", at=at, actor=actor, authority=authority,
        object=urn(settings.NODE, "procedure-version", version_id), basis=procedure.sources[0].number,
        facts=facts,
    )  # fmt: skip


def _event(version_id: VersionId, procedure: Procedure, at: datetime) -> Event:
    data = {"code": procedure.code, "version": procedure.version, "sha256": procedure.sha256}
    return Event(
        uuid5(version_id, "published"), "vn.dothi.procedures.version.published.v1",
        urn(settings.NODE, "procedure-version", version_id), at, data,
    )  # fmt: skip
