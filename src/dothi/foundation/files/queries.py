"""Reading a stored file; each of these takes one SQL statement, and unsealing may take one more."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from dothi.foundation.files.encrypting import decrypted
from dothi.foundation.files.errors import FileDamaged, NoSuchFile
from dothi.foundation.files.keeping import Keep
from dothi.foundation.files.types import FileId, StoredFile
from dothi.foundation.keys.actions import unseal

_FETCH = (Path(__file__).parent / "sql" / "fetch.sql").read_text()


def describe(file_id: FileId) -> StoredFile:
    """Return what is known of a file. Raises NoSuchFile, SubjectErased."""
    row = _row(file_id)
    name = unseal(row["owner"], bytes(row["name"]), f"files.name {file_id}").decode()
    return StoredFile(
        file_id, row["owner"], name, row["media_type"], row["size"], bytes(row["ciphertext_hash"]),
        row["stored_at"],
    )  # fmt: skip


def read(file_id: FileId) -> Iterator[bytes]:
    """
    Return the plaintext in chunks of at most 64 KiB; constant memory.

    The key is fetched before this returns, the bytes while they are consumed.
    Raises NoSuchFile, SubjectErased, FileDamaged (also while consumed).
    """
    row = _row(file_id)
    key = unseal(row["owner"], bytes(row["key"]), f"files.key {file_id}")
    return _plaintext(Keep(settings.FILES_DIR).path(bytes(row["ciphertext_hash"])), key, file_id)


def _plaintext(path: Path, key: bytes, file_id: FileId) -> Iterator[bytes]:
    try:
        with path.open("rb") as source:
            yield from decrypted(source, key, file_id.bytes)
    except OSError as error:
        raise FileDamaged(file_id=file_id) from error


def _row(file_id: FileId) -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute(_FETCH, {"id": file_id})
        row = cursor.fetchone()
        if row is None:
            raise NoSuchFile(file_id=file_id)
        return dict(zip([column[0] for column in cursor.description], row, strict=True))
