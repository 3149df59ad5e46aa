"""
Writing one entry with a cursor of psycopg or Django, for processes with and without Django.

One statement: the entry, and the links to its persons.
"""

from pathlib import Path
from typing import Any, Protocol

from dothi.foundation.keys.roots import RootKeys
from dothi.foundation.ledger.errors import AlreadyRecorded
from dothi.foundation.ledger.leaf import leaf_of
from dothi.foundation.ledger.types import Entry

RECORD = (Path(__file__).parent / "sql" / "record.sql").read_text()
RECORD_NEW = RECORD.replace("on conflict (id) do nothing", "")
"""The same for the end of an act: it fails where the entry is there already."""
assert RECORD_NEW != RECORD, "record.sql no longer says what is left out for the end of an act"


class Cursor(Protocol):
    """What psycopg's and Django's cursors have in common."""

    def execute(self, query: Any, params: Any = None) -> Any:
        """Run one statement."""

    def fetchone(self) -> Any:
        """Return the next row or None."""


def write(cursor: Cursor, entry: Entry, roots: RootKeys) -> None:
    """Write `entry` in the transaction of `cursor`. Raises AlreadyRecorded, EntryTooLarge."""
    cursor.execute(RECORD, row_of(entry, roots))
    if cursor.fetchone() is None:
        raise AlreadyRecorded(entry_id=entry.id)


def row_of(entry: Entry, roots: RootKeys) -> dict[str, Any]:
    """Return what RECORD takes; it gives no row back for an entry that is there. Raises EntryTooLarge."""
    leaf = leaf_of(entry, roots)
    return {
        "id": entry.id,
        "kind": entry.kind,
        "act": entry.act,
        "object": entry.object,
        "recorded_at": entry.at,
        "body": leaf.body,
        "places": [link.place for link in leaf.links],
        "refs": [link.ref for link in leaf.links],
        "seeds": [link.seed for link in leaf.links],
    }
