"""Reads of papers: how far one is, and the file itself, which is a recorded read of personal data."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction

from dothi.foundation import statements
from dothi.foundation.files.queries import read
from dothi.foundation.files.types import FileId
from dothi.foundation.jobs.queries import given_up
from dothi.foundation.ledger.actions import record_read
from dothi.foundation.ledger.types import ActorRef
from dothi.foundation.papers import models
from dothi.foundation.papers.actions import MAKE
from dothi.foundation.papers.errors import PaperNotReady, PaperUnknown
from dothi.foundation.papers.types import PaperId, PaperState, Status
from dothi.kernel.ids import urn


def state(paper_id: PaperId) -> PaperState:
    """Return how far a paper is; one SQL statement, one more while its tries fail. Raises PaperUnknown."""
    row = models.Paper.objects.filter(pk=paper_id).first()
    if row is None:
        raise PaperUnknown(paper_id=paper_id)
    return _states([row])[0]


def papers_about(about: str) -> Sequence[PaperState]:
    """
    Return the papers about the thing with this urn, oldest first, then id.

    One SQL statement, one more while the tries of a paper fail.
    """
    rows = statements.read(models.Paper, "where about = %(about)s order by ordered_at, id", {"about": about})
    return _states(rows)


def content(
    *, paper_id: PaperId, owner: UUID, actor: ActorRef, authority: str, purpose: str, basis: str, at: datetime
) -> Iterator[bytes]:
    """
    Record the read, then return the signed PDF of `owner` in chunks of at most 64 KiB.

    Raises PaperUnknown also for a paper of another owner, PaperNotReady, SubjectErased, FileDamaged.
    """
    with transaction.atomic():
        record_read(
            actor=actor, authority=authority, object=urn(settings.NODE, "paper", paper_id), subjects=[owner],
            purpose=purpose, basis=basis, at=at, act="papers.open",
        )  # fmt: skip
        row = models.Paper.objects.filter(pk=paper_id).first()
        if row is None or row.owner != owner:
            raise PaperUnknown(paper_id=paper_id, anothers=row is not None)
        if row.file_id is None:
            raise PaperNotReady(paper_id=paper_id)
        return read(FileId(row.file_id))


def _states(rows: Iterable[models.Paper]) -> list[PaperState]:
    found = list(rows)
    lost = given_up(MAKE, "paper_id", [row.id for row in found if row.failure])
    return [_state(row, given_up=row.id in lost) for row in found]


def _state(row: models.Paper, *, given_up: bool) -> PaperState:
    """Return a row as its orderer sees it: there, FAILED says that the last try failed."""
    status, tried = Status(row.status), row.status == Status.FAILED
    if status is not Status.READY:
        status = Status.FAILED if given_up else Status.WAITING
    return PaperState(
        PaperId(row.id), row.kind, row.about, status, bytes(row.sha256) if row.sha256 else None, row.at,
        again=tried and not given_up,
    )  # fmt: skip
