"""
Erasing a person where the law orders it, as dothi_erase, without Django.

In one transaction: the subject's keys go, so that every sealed field and file becomes unreadable,
also in backups that hold no key; the erasure is noted with its law; and whoever calls adds what else
must go with it, such as the links of the ledger. Web and workers cannot do this.
"""

from datetime import datetime
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

_SQL = Path(__file__).parent / "sql"
_LOCK = (_SQL / "lock_subject.sql").read_text()
_NOTE = (_SQL / "note_erasure.sql").read_text()
_DELETE = (_SQL / "delete_key.sql").read_text()


class Cursor(Protocol):
    """What psycopg's and Django's cursors have in common."""

    @property
    def rowcount(self) -> int:
        """Return how many rows the last statement touched."""

    def execute(self, query: Any, params: Any = None) -> Any:
        """Run one statement."""


def erase_keys(cursor: Cursor, subject: UUID, *, law: str, at: datetime) -> bool:
    """
    Delete the keys of `subject` and note why; return False when it was erased before.

    Other processes may hold the unwrapped key for at most `actions.CACHE_SECONDS` more.
    """
    cursor.execute(_LOCK, {"subject": subject})
    cursor.execute(_NOTE, {"subject": subject, "erased_at": at, "law": law})
    is_first = cursor.rowcount == 1
    cursor.execute(_DELETE, {"subject": subject})
    return is_first
