"""The only write of mending: a dead letter tries again, with its entry in one transaction."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from dothi.foundation.identity.authority import Actor, ActRule, CaseFacts, Duty, Kind, require
from dothi.foundation.jobs.actions import wake
from dothi.foundation.jobs.queries import dead_letter
from dothi.foundation.ledger.actions import record
from dothi.foundation.ledger.errors import AlreadyRecorded
from dothi.foundation.ledger.types import Entry
from dothi.kernel.ids import urn
from dothi.kernel.problems import NotFound

WAKE = ActRule("jobs.wake", frozenset({Kind.OFFICIAL, Kind.SYSTEM}), frozenset({Duty.ADMINISTER}))
_LOCK = "select from procrastinate_jobs where id = %s for update"


@transaction.atomic
def wake_letter(*, number: int, reason: str, unit_id: UUID, key: UUID, actor: Actor, at: datetime) -> None:
    """
    Let a dead letter of the node that the unit `unit_id` runs try again; `reason` stands in the ledger.

    The same key again changes nothing. Raises Refused; NotFound where it is no dead letter any more.
    """
    decision = require(actor, WAKE, CaseFacts("job", unit_id=unit_id), at)
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [number])
    found = dead_letter(number)
    entry = Entry(
        id=key, act=WAKE.name, at=at, actor=decision.by(actor), authority=decision.authority,
        object=urn(settings.NODE, "job", str(number)), basis=reason,
        facts={"job": found.name, "attempts": found.attempts, "failed": found.reason} if found else {},
    )  # fmt: skip
    try:
        record(entry)
    except AlreadyRecorded:
        return
    if found is None:
        raise NotFound
    wake(number, at=at)
