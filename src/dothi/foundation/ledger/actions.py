"""The only writes of the ledger by the rooms of Django: `record` and `record_read`."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from dothi.foundation import statements
from dothi.foundation.keys.actions import root_keys
from dothi.foundation.ledger.errors import AlreadyRecorded
from dothi.foundation.ledger.types import ActorRef, Entry, Fact
from dothi.foundation.ledger.writing import RECORD, RECORD_NEW, row_of
from dothi.kernel.ids import new_id


def record(entry: Entry) -> None:
    """
    Record `entry` in the caller's transaction, in one statement.

    Raises AlreadyRecorded, after which the transaction is still usable: the caller returns the
    earlier outcome; EntryTooLarge; TransactionManagementError outside `transaction.atomic()`.
    Inside `statements.together()` AlreadyRecorded comes when the statement is sent.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("a ledger entry belongs to the transaction of its act")

    def is_new(row: statements.Row | None) -> None:
        if row is None:
            raise AlreadyRecorded(entry_id=entry.id)

    statements.write(RECORD, row_of(entry, root_keys()), is_new, strict=RECORD_NEW)


def record_read(
    *,
    actor: ActorRef,
    authority: str,
    object: str,  # noqa: A002 - the word of the ledger
    subjects: Sequence[UUID],
    purpose: str,
    basis: str,
    at: datetime,
    act: str = "read",
    facts: Mapping[str, Fact] | None = None,
) -> UUID:
    """
    Record one read of the personal data of `subjects` and return the entry's id.

    Committed when this returns, unless the caller has a transaction open; a page that reads calls
    it before its first byte leaves. A list is one entry, at most 1,000 subjects.
    Raises EntryTooLarge.
    """
    entry = Entry(
        id=new_id(), kind="read", act=act, at=at, actor=actor, authority=authority, object=object,
        subjects=subjects, basis=basis, purpose=purpose, facts=facts or {},
    )  # fmt: skip
    with statements.together():
        record(entry)
    return entry.id
