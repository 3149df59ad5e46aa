"""The only writes of papers: ordering one, and making it in a job."""

import io
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from dothi.foundation import statements
from dothi.foundation.events.actions import emit
from dothi.foundation.events.types import Event
from dothi.foundation.files.actions import store
from dothi.foundation.jobs.actions import deferral
from dothi.foundation.papers import kinds, models
from dothi.foundation.papers.credentials import credential_of, usable
from dothi.foundation.papers.errors import PaperUnknown
from dothi.foundation.papers.types import Draft, Order, PaperId, Signer, Status
from dothi.kernel.ids import new_id, urn
from dothi.kernel.problems import Problem, Unavailable

_ORDER = (Path(__file__).parent / "sql" / "order.sql").read_text()
MAKE = "papers.make"


def order(*, wanted: Order, at: datetime, not_before: datetime | None = None) -> PaperId:
    """
    Order a paper in the caller's transaction; its job runs once that commits, and not before `not_before`.

    The same id again is the same paper and defers nothing. Raises PaperUnknown when the id already
    stands for another paper (inside `statements.together()` once it is sent), KeyError for a kind that
    no room registered.
    """
    kinds.collector(wanted.kind)
    row: dict[str, Any] = {"id": wanted.id, "kind": wanted.kind, "about": wanted.about, "owner": wanted.owner,
           "status": Status.WAITING.value, "at": at}  # fmt: skip

    def is_this_paper(new: statements.Row | None) -> None:
        if new is None and _order(models.Paper.objects.get(id=wanted.id)) != wanted:
            raise PaperUnknown(paper_id=wanted.id)

    job = deferral(MAKE, not_before=not_before, paper_id=wanted.id)
    query = f"with ordered as ({_ORDER}) {job.query} from ordered"
    statements.write(query, {**row, **job.params}, is_this_paper)
    return wanted.id


def make(*, paper_id: PaperId, at: datetime) -> None:
    """
    Collect, render, sign and store a paper; does nothing when it is ready.

    The slow part holds no lock. Two at once both work, the later one throws its copy away: a paper
    is signed once. A failure is kept on the row and raised, so that the job comes back.
    Raises PaperUnknown, PaperIncomplete, SignerMissing, and what `collect` raises.
    """
    row = models.Paper.objects.filter(pk=paper_id).first()
    if row is None:
        raise PaperUnknown(paper_id=paper_id)
    if row.status == Status.READY:
        return
    try:
        draft = kinds.collector(row.kind)(_order(row), at)
        signed, credential = _signed(draft, at)
        _keep(paper_id, draft, signed, credential, at)
    except Exception as error:
        _note_failure(paper_id, error)
        raise


def _note_failure(paper_id: PaperId, error: Exception) -> None:
    """Keep why a try failed; what is only not there yet, as a checkpoint, is no failure of the paper."""
    models.Paper.objects.filter(pk=paper_id).exclude(status=Status.READY).update(
        status=Status.WAITING if isinstance(error, Unavailable) else Status.FAILED,
        failure=error.slug if isinstance(error, Problem) else "unexpected",
    )


def _signed(draft: Draft, at: datetime) -> tuple[bytes, models.Credential]:
    # Late: only a worker signs, and pyHanko takes 0.6 s to import.
    from dothi.foundation.papers.rendering import render
    from dothi.foundation.papers.signing import sign

    credential = credential_of(draft.official, at)
    signer = Signer(usable(credential.id), draft.reason, draft.place)
    # Whatever the room says, a paper of a demo city says so on its face.
    pdf = render(draft.template, {**draft.data, "demo": settings.DEMO}, at)
    return sign(pdf, signer, at, draft.attachments), credential


def _keep(
    paper_id: PaperId, draft: Draft, signed: bytes, credential: models.Credential, at: datetime
) -> None:
    with transaction.atomic():
        row = models.Paper.objects.select_for_update().get(pk=paper_id)
        if row.status == Status.READY:
            return
        row.file_id = store(row.owner, io.BytesIO(signed), draft.name, at)
        row.sha256, row.signed_by, row.at = sha256(signed).digest(), credential, at
        row.status, row.failure = Status.READY, ""
        row.save()
        emit(
            Event(
                id=new_id(), type="vn.dothi.papers.paper.made.v1", subject=row.about, at=at,
                data={"paper": urn(settings.NODE, "paper", paper_id), "kind": row.kind},
            )
        )  # fmt: skip


def _order(row: models.Paper) -> Order:
    return Order(PaperId(row.id), row.kind, row.about, row.owner)
