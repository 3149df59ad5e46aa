"""A stored file as the rooms see it."""

from dataclasses import dataclass
from datetime import datetime
from typing import NewType
from uuid import UUID

FileId = NewType("FileId", UUID)


@dataclass(frozen=True)
class StoredFile:
    """`size` in bytes of plaintext; `ciphertext_hash` is the SHA-256 that names it on disk."""

    id: FileId
    owner: UUID
    name: str
    media_type: str
    size: int
    ciphertext_hash: bytes
    stored_at: datetime
