"""Writing one event with a cursor of psycopg or Django, in one statement."""

import json
from pathlib import Path
from typing import Any, Protocol

from dothi.foundation.events.types import Event

EMIT = (Path(__file__).parent / "sql" / "emit.sql").read_text()


class Cursor(Protocol):
    """What psycopg's and Django's cursors have in common."""

    def execute(self, query: Any, params: Any = None) -> Any:
        """Run one statement."""


def write(cursor: Cursor, event: Event) -> None:
    """Write `event` into the outbox in the transaction of `cursor`."""
    cursor.execute(EMIT, row_of(event))


def row_of(event: Event) -> dict[str, Any]:
    """Return what EMIT takes."""
    return {
        "id": event.id,
        "type": event.type,
        "subject": event.subject,
        "at": event.at,
        "data": json.dumps(event.data, separators=(",", ":"), ensure_ascii=False),
    }
