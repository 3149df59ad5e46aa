"""Dossiers as lines of a list: codes, states and dates only, so that no read of them needs a record."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from dothi.dossiers.errors import DossierNotFound
from dothi.dossiers.models import Dossier
from dothi.kernel.dossier_code import parse
from dothi.kernel.ids import DossierId

MOST = 200


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a list: nothing in it names a person."""

    id: DossierId
    code: str
    procedure_code: str
    version_id: UUID
    unit_id: UUID
    state: str
    due_at: datetime | None
    submitted_at: datetime | None
    touched_at: datetime
    assignee_id: UUID | None
    result_id: UUID | None
    revision: int


def own(person_id: UUID, *, limit: int = 50) -> list[Row]:
    """Return a person's dossiers and drafts, newest first, then id; at most `limit`; one statement."""
    rows = Dossier.objects.filter(owner_id=person_id).order_by("-created_at", "-id")
    return [row_of(dossier) for dossier in slim(rows)[: min(limit, MOST)]]


def id_of(code: str) -> DossierId:
    """Return the id of a dossier by its code. Raises DossierCodeInvalid, DossierNotFound."""
    found = Dossier.objects.filter(code=str(parse(code))).values_list("id", flat=True).first()
    if found is None:
        raise DossierNotFound
    return DossierId(found)


def slim(rows: QuerySet[Dossier]) -> QuerySet[Dossier]:
    """Leave out what is sealed: a list needs none of it."""
    return rows.defer("answers", "proposal", "provenance")


def row_of(dossier: Dossier) -> Row:
    """Return the line of a dossier."""
    return Row(
        DossierId(dossier.id), dossier.code, dossier.procedure_code, dossier.version_id, dossier.unit_id,
        dossier.state, dossier.due_at, dossier.submitted_at, dossier.touched_at, dossier.assignee_id,
        dossier.result_id, dossier.revision,
    )  # fmt: skip


def codes_of(dossier_ids: Sequence[DossierId]) -> Mapping[UUID, str]:
    """Return the code of each dossier that has one; one statement."""
    rows = Dossier.objects.filter(pk__in=dossier_ids).exclude(code="").order_by("id")
    return dict(rows.values_list("id", "code"))
