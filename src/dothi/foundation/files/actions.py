"""Storing and discarding files, and sweeping away what no row names."""

import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID

from django.conf import settings
from django.db import connection

from dothi.foundation import statements
from dothi.foundation.files.encrypting import CHUNK_BYTES, encrypted
from dothi.foundation.files.errors import FileTooLarge
from dothi.foundation.files.keeping import Keep
from dothi.foundation.files.recognizing import guard_image, limits, recognize
from dothi.foundation.files.types import FileId
from dothi.foundation.keys.actions import seal
from dothi.foundation.keys.roots import KEY_BYTES
from dothi.kernel.ids import new_id

GRACE = timedelta(hours=24)
"""A file without a row may belong to a transaction that is still open; none lasts a day."""

_SQL = Path(__file__).parent / "sql"
_STORE = (_SQL / "store.sql").read_text()
_DISCARD = (_SQL / "discard.sql").read_text()
_NAMED = (_SQL / "named.sql").read_text()


def store(owner: UUID, source: BinaryIO, name: str, at: datetime) -> FileId:
    """
    Store what `source` holds from here on for `owner`, encrypted; `name` as the person chose it.

    `source` is seekable and read in chunks of 64 KiB, never beyond the limit of its type. The file
    is durable when this returns; its row belongs to the caller's transaction.
    Raises FileTypeNotAccepted, FileTooLarge, ImageTooLarge, ImageUnreadable, SubjectErased.
    """
    file_id, key, counted = FileId(new_id()), os.urandom(KEY_BYTES), _Counted()
    head = source.read(CHUNK_BYTES)
    media_type = recognize(head)
    source.seek(-len(head), os.SEEK_CUR)
    guard_image(source, head, media_type)
    pieces = counted.read(source, limits()[1][media_type])
    ciphertext_hash = Keep(settings.FILES_DIR).write(encrypted(pieces, key, file_id.bytes))
    row: dict[str, Any] = {
        "id": file_id,
        "owner": owner,
        "key": seal(owner, key, f"files.key {file_id}"),
        "name": seal(owner, name.encode(), f"files.name {file_id}"),
        "media_type": media_type,
        "size": counted.size,
        "ciphertext_hash": ciphertext_hash,
        "stored_at": at,
    }
    statements.write(_STORE, row)
    return file_id


def discard(file_id: FileId) -> None:
    """Forget a file; its ciphertext, which nobody can read any more, goes with the next sweep."""
    statements.write(_DISCARD, {"id": file_id})


def sweep(*, at: datetime, grace: timedelta = GRACE) -> int:
    """Remove ciphertexts older than `grace` that no row names; return how many."""
    removed = 0
    for path in Keep(settings.FILES_DIR).everything():
        if path.stat().st_mtime < (at - grace).timestamp() and not _is_named(path):
            path.unlink()
            removed += 1
    return removed


def _is_named(path: Path) -> bool:
    try:
        name = bytes.fromhex(path.name)
    except ValueError:
        return False
    with connection.cursor() as cursor:
        cursor.execute(_NAMED, {"ciphertext_hash": name})
        return cursor.fetchone() is not None


class _Counted:
    """Chunks of a source, counted, and refused as soon as they pass a limit."""

    size = 0

    def read(self, source: BinaryIO, limit: int) -> Iterator[bytes]:
        while chunk := source.read(CHUNK_BYTES):
            self.size += len(chunk)
            if self.size > limit:
                raise FileTooLarge(limit_mb=limit // 1_048_576)
            yield chunk
