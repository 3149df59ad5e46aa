"""What the desk shows of a dossier's contents: answers with their faults, documents, papers."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext

from dothi.dossiers.papers import APOLOGY, CORRECTION, FILING, RECEIPT, REFUSAL, RESULT, STOP
from dothi.dossiers.queries import Asked, Open
from dothi.foundation.papers.types import PaperState, Status
from dothi.kernel.problems import NotFound, msg
from dothi.procedures.engine import components, pages
from dothi.procedures.types import Answers, Input
from dothi.web.casework import answering, course
from dothi.web.components.rows import Fact

KINDS = {
    FILING: msg("Receipt of filing"),
    RECEIPT: msg("Receipt and appointment slip (form 01)"),
    CORRECTION: msg("Request to complete the dossier (form 02)"),
    REFUSAL: msg("Refusal (form 03)"),
    APOLOGY: msg("Apology and new date (form 04)"),
    STOP: msg("Notice of a pause or a stop (form 05)"),
    RESULT: msg("Signed result"),
}


@dataclass(frozen=True, slots=True)
class File:
    """A file among the answers."""

    field: str
    id: UUID
    name: str
    label: str


@dataclass(frozen=True, slots=True)
class Document:
    """One document that the procedure asks for: where it can be opened, or who brings it."""

    title: str
    source: str
    url: str = ""
    file: str = ""
    asked_again: bool = False


@dataclass(frozen=True, slots=True)
class PaperRow:
    """One paper of the dossier; without an address while it is being made."""

    title: str
    at: datetime | None
    url: str = ""
    failed: bool = False
    again: bool = False


@dataclass(frozen=True, slots=True)
class Changed:
    """One answer that the applicant changed; empty where there was or is none."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Correction:
    """A correction request in words: each fault as what it is about, why, and the note; what was changed."""

    asked_at: datetime
    answered_at: datetime | None
    faults: Sequence[tuple[str, str, str]]
    changes: Sequence[Changed] = ()
    is_refusal: bool = False


def answers(held: Open, on: date) -> list[tuple[str, list[Fact]]]:
    """Return the answers page by page; those that were asked to be corrected say so."""
    again = asked_again(held)
    groups = answering.facts_by_page(held.procedure, held.answers, held.provenance, on, lambda _page: "")
    fields = [[field.id for field in page.fields] for page in pages(held.procedure, held.answers, on)]
    return answering.gathered([
        (title, [_marked(fact) if name in again else fact for name, fact in zip(names, facts, strict=True)])
        for names, (title, facts) in zip(fields, groups, strict=True)
    ])  # fmt: skip


def asked_again(held: Open) -> frozenset[str]:
    """Return what the latest request asked to be corrected, by field or component; a refusal asks nothing."""
    requests = [one for one in held.corrections if not _is_refusal(held, one)]
    return frozenset(fault.about for fault in requests[-1].faults if fault.about) if requests else frozenset()


def corrections(held: Open, on: date) -> list[Correction]:
    """Return every correction request with what was changed after it, the latest first."""
    kept = [one for one in held.corrections if one.before]
    followed = [*(one.before for one in kept[1:]), held.answers]
    changes = {
        one.asked_at: changed(held, one.before, after, on)
        for one, after in zip(kept, followed, strict=False)
        if one.answered_at
    }
    return [_correction(held, one, changes.get(one.asked_at, [])) for one in reversed(held.corrections)]


def changed(held: Open, before: Answers, after: Answers, on: date) -> list[Changed]:
    """Return every answer that differs, in the order of the form."""
    names = answering.wards_in({**{f"before {name}": was for name, was in before.items()}, **after}, on)
    return [
        Changed(
            course.said(field.label),
            answering.in_words(field, before.get(field.id), names),
            answering.in_words(field, after.get(field.id), names),
        )
        for page in held.procedure.pages
        for field in page.fields
        if before.get(field.id) != after.get(field.id)
    ]


def file_of(held: Open, file_id: UUID) -> File:
    """Return a file of this dossier. Raises NotFound for a file of another one."""
    found = next((one for one in files(held) if one.id == file_id), None)
    if found is None:
        raise NotFound
    return found


def files(held: Open) -> list[File]:
    """Return the files among the answers, in the order of the form."""
    found = []
    for page in held.procedure.pages:
        for field in page.fields:
            answer = held.answers.get(field.id)
            if field.input is Input.FILE and isinstance(answer, dict) and answer.get("file"):
                label = course.said(field.label)
                found.append(File(field.id, UUID(str(answer["file"])), str(answer.get("name", "")), label))
    return found


def rows(held: Open, on: date) -> list[Document]:
    """Return each document that the procedure asks for, and how it is there."""
    by_field, taken = {one.field: one for one in files(held)}, {one.slot: one for one in held.held}
    again = asked_again(held)
    found = []
    for asked in components(held.procedure, held.answers, [], on):
        part = asked.component
        title, upload, kept = course.said(part.title), by_field.get(part.field or ""), taken.get(part.id)
        marked = part.id in again or (part.field or "") in again
        if kept is not None and kept.result_id is not None:
            url = reverse("desk:result", args=[held.row.id, kept.result_id])
            found.append(Document(title, gettext("from the applicant's data vault"), url, asked_again=marked))
        elif upload is not None:
            url = reverse("desk:preview", args=[held.row.id, upload.id])
            found.append(Document(title, gettext("sent by the applicant"), url, upload.name, marked))
        else:
            found.append(Document(title, _who_brings(part.provided_by, part.presented), asked_again=marked))
    return found


def paper_row(held: Open, paper: PaperState) -> PaperRow:
    """Return one paper of the dossier."""
    ready = paper.status is Status.READY
    url = reverse("desk:paper", args=[held.row.id, paper.id]) if ready else ""
    title = gettext(KINDS[paper.kind]) if paper.kind in KINDS else paper.kind
    return PaperRow(title, paper.at, url, paper.status is Status.FAILED, paper.again)


def _who_brings(provided_by: str, presented: bool) -> str:
    match provided_by:
        case "form":
            return gettext("the answers themselves")
        case "office":
            return gettext("looked up by the office")
        case "at-desk":
            return gettext("shown at the desk")
        case _:
            return gettext("shown at the desk") if presented else gettext("not sent")


def _marked(fact: Fact) -> Fact:
    said = gettext("Asked to be corrected")
    return replace(fact, value=f"{fact.value}\n({said})" if fact.value else f"({said})")


def _correction(held: Open, asked: Asked, changes: Sequence[Changed]) -> Correction:
    reasons = {one.id: one for one in (*held.procedure.corrections, *held.procedure.refusals)}
    faults = []
    for fault in asked.faults:
        reason = reasons.get(fault.reason)
        title = course.said(reason.title) if reason else fault.reason
        about = answering.label_of(held.procedure, fault.about)
        faults.append((about or gettext("The dossier as a whole"), title, fault.note))
    return Correction(asked.asked_at, asked.answered_at, faults, changes, _is_refusal(held, asked))


def _is_refusal(held: Open, asked: Asked) -> bool:
    refusals = {one.id for one in held.procedure.refusals}
    return any(fault.reason in refusals for fault in asked.faults)
