"""The job that makes papers."""

from uuid import UUID

from dothi.foundation.clock import now
from dothi.foundation.jobs.declaring import job
from dothi.foundation.papers import actions
from dothi.foundation.papers.types import PaperId


@job(actions.MAKE)
def make_paper(paper_id: str) -> None:
    """Make one ordered paper; running it twice makes one."""
    actions.make(paper_id=PaperId(UUID(paper_id)), at=now())
