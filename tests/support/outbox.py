"""Events for tests of the publisher, emitted by the role of the web process."""

from dothi.foundation.events.types import Event
from dothi.foundation.events.writing import write
from dothi.kernel.ids import new_id
from tests.support.ledgers import AT, Ledger

TYPE = "vn.dothi.dossiers.dossier.accepted.v1"


def an_event(subject: int, n: int = 0) -> Event:
    """Return event `n` of a subject."""
    return Event(new_id(), TYPE, f"urn:dothi:test:{subject}", AT, {"n": n})


def emit(ledger: Ledger, count: int, subjects: int = 5) -> list[str]:
    """Commit `count` events in one transaction, round the subjects, and return their ids."""
    events = [an_event(n % subjects, n) for n in range(count)]
    with ledger.connect() as connection, connection.cursor() as cursor:
        for event in events:
            write(cursor, event)
    return [str(event.id) for event in events]
