"""The only writes of events by the rooms of Django: `emit` and `handle_once`."""

from pathlib import Path
from uuid import UUID

from django.db import connection, transaction

from dothi.foundation import statements
from dothi.foundation.events.types import Event
from dothi.foundation.events.writing import EMIT, row_of

_HANDLE_ONCE = (Path(__file__).parent / "sql" / "handle_once.sql").read_text()


def emit(event: Event) -> None:
    """
    Put `event` into the outbox in the caller's transaction, in one statement.

    Call it after the lock on the thing was taken: events of one subject are published in the order
    in which they were emitted. Raises TransactionManagementError outside `transaction.atomic()`.
    """
    _demand_transaction()
    statements.write(EMIT, row_of(event))


def handle_once(*, consumer: str, event_id: UUID) -> bool:
    """
    Tell whether `consumer` is to handle this event: True once, False ever after.

    In the transaction of the handling itself, so that a handling that fails is tried again.
    """
    _demand_transaction()
    with connection.cursor() as cursor:
        cursor.execute(_HANDLE_ONCE, {"consumer": consumer, "event_id": event_id})
        return cursor.fetchone() is not None


def _demand_transaction() -> None:
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("an event belongs to the transaction of its act")
