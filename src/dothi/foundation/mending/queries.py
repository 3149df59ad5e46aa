"""Reads of work that gave up; for administrators."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from dothi.foundation.identity.authority import Actor, ActRule, CaseFacts, Duty, Kind, require
from dothi.foundation.jobs.queries import DeadLetter, dead_letter, dead_letters
from dothi.kernel.problems import NotFound

LIST = ActRule("jobs.list", frozenset({Kind.OFFICIAL, Kind.SYSTEM}), frozenset({Duty.ADMINISTER}))


def letters(*, unit_id: UUID, actor: Actor, at: datetime, limit: int = 100) -> Sequence[DeadLetter]:
    """Return the dead letters of the node that a unit runs, newest first; one statement. Raises Refused."""
    require(actor, LIST, CaseFacts("job", unit_id=unit_id), at)
    return dead_letters(limit=limit)


def letter(*, number: int, unit_id: UUID, actor: Actor, at: datetime) -> DeadLetter:
    """Return one dead letter; one statement. Raises Refused, NotFound."""
    require(actor, LIST, CaseFacts("job", unit_id=unit_id), at)
    found = dead_letter(number)
    if found is None:
        raise NotFound
    return found
