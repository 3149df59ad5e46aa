"""What must be corrected, in words: each fault with its clause, and the page on which it is corrected."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse

from dothi.dossiers.queries import Asked
from dothi.dossiers.types import Fault
from dothi.procedures.types import Procedure
from dothi.web.casework.citations import basis_in_words
from dothi.web.casework.course import said


@dataclass(frozen=True, slots=True)
class Correction:
    """One fault: the reason, the clause of law, the official's own words, and where to mend it."""

    reason: str
    clause: str
    note: str
    url: str
    question: str


def corrections(
    dossier_id: UUID, procedure: Procedure, asked: Sequence[Asked], *, editable: bool
) -> list[Correction]:
    """Return every fault of these requests, in the order of the request; addresses only where `editable`."""
    return [
        _correction(dossier_id, procedure, fault, editable) for one in asked for fault in one.faults
    ]  # fmt: skip


def pages_about(procedure: Procedure, about: str) -> list[str]:
    """Return the ids of the pages that ask for a field, or for the file of a component."""
    fields = {about} | {one.field for one in procedure.components if one.id == about and one.field}
    return [one.id for one in procedure.pages if fields & {field.id for field in one.fields}]


def _correction(dossier_id: UUID, procedure: Procedure, fault: Fault, editable: bool) -> Correction:
    reasons = {one.id: one for one in (*procedure.corrections, *procedure.refusals)}
    reason = reasons[fault.reason]
    pages = pages_about(procedure, fault.about) if editable else []
    where = reverse("portal:question", args=[dossier_id, pages[0]]) + "?to=check" if pages else ""
    if editable and not pages and fault.about in {one.id for one in procedure.components}:
        where = reverse("portal:documents", args=[dossier_id])
    question = said(procedure.page(pages[0]).title) if pages else ""
    return Correction(
        said(reason.title), basis_in_words(procedure, reason.basis), fault.note, where, question
    )
