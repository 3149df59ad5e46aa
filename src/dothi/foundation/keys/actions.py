"""
Sealing for the rooms of Django: `seal`, `unseal`, `blind`.

A subject's key is made with the first field sealed for it, in the caller's transaction. Unwrapped
keys are used for at most `CACHE_SECONDS`, and then leave this process with the next that comes:
unwrapping costs a round trip to the database, and a page may unseal hundreds of fields; but an erasure
must be true everywhere soon, and no message can be trusted to reach every process. A key made in a
transaction that is still open is never kept, because the transaction may roll back.
"""

import os
import time
from functools import cache
from itertools import takewhile
from pathlib import Path
from threading import Lock
from typing import NoReturn
from uuid import UUID

from django.conf import settings
from django.db import connection

from dothi.foundation.keys.errors import KeyMissing, SubjectErased
from dothi.foundation.keys.roots import KEY_BYTES, RootKeys, RootKeyUnusable, read_root_keys
from dothi.foundation.keys.sealing import seal_with, unseal_with

CACHE_SECONDS = 60
CACHE_KEYS = 10_000

_SQL = Path(__file__).parent / "sql"
_LOCK = (_SQL / "lock_subject.sql").read_text()
_FETCH = (_SQL / "fetch_key.sql").read_text()
_CREATE = (_SQL / "create_key.sql").read_text()
_ERASURE = (_SQL / "erasure.sql").read_text()

_cache: dict[UUID, tuple[float, bytes]] = {}
_cache_lock = Lock()


def seal(subject: UUID, plaintext: bytes, context: str) -> bytes:
    """
    Return `plaintext` sealed for `subject`; `context` names the field, e.g. `identity.person.name`.

    The result is 29 bytes longer than `plaintext`. Raises SubjectErased.
    """
    key = _cached(subject) or _fetched(subject) or _created(subject)
    return seal_with(key, subject, plaintext, context)


def unseal(subject: UUID, sealed: bytes, context: str) -> bytes:
    """Return what `seal` was given. Raises SubjectErased, KeyMissing, SealBroken."""
    key = _cached(subject) or _fetched(subject)
    if key is None:
        _raise_unreadable(subject)
    return unseal_with(key, subject, sealed, context)


def blind(value: str, index: str) -> bytes:
    """Return the 32 bytes that stand for `value` in the lookup column `index`."""
    return root_keys().blind(value, index)


def root_keys() -> RootKeys:
    """Return the root keys of this process. Raises RootKeyUnusable."""
    path: Path | None = settings.ROOT_KEY_FILE
    if path is None:
        raise RootKeyUnusable("DOTHI_ROOT_KEY_FILE is not set")
    return _read(path)


@cache
def _read(path: Path) -> RootKeys:
    return read_root_keys(path)


def forget_keys() -> None:
    """Drop every unwrapped key of this process."""
    with _cache_lock:
        _cache.clear()


def _cached(subject: UUID) -> bytes | None:
    kept = _cache.get(subject)
    if kept is None or kept[0] < time.monotonic():
        return None
    return kept[1]


def _keep(subject: UUID, key: bytes) -> None:
    now = time.monotonic()
    with _cache_lock:
        if len(_cache) >= CACHE_KEYS:
            _cache.clear()
        _cache.pop(subject, None)  # those that end first stand first
        for ended in [*takewhile(lambda one: _cache[one][0] < now, _cache)]:
            del _cache[ended]
        _cache[subject] = (now + CACHE_SECONDS, key)


def _fetched(subject: UUID) -> bytes | None:
    with connection.cursor() as cursor:
        cursor.execute(_FETCH, {"subject": subject})
        row = cursor.fetchone()
    if row is None:
        return None
    wrapped, made_in_this_transaction = row
    key = root_keys().unwrap(subject, bytes(wrapped))
    if not made_in_this_transaction:
        _keep(subject, key)
    return key


def _created(subject: UUID) -> bytes:
    wrapped = root_keys().wrap(subject, os.urandom(KEY_BYTES))
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, {"subject": subject})
        cursor.execute(_CREATE, {"subject": subject, "version": root_keys().current, "wrapped": wrapped})
    # Read back: another transaction may have made the key first, and then its key counts.
    return _fetched(subject) or _raise_unreadable(subject)


def _raise_unreadable(subject: UUID) -> NoReturn:
    with connection.cursor() as cursor:
        cursor.execute(_ERASURE, {"subject": subject})
        row = cursor.fetchone()
    if row is None:
        raise KeyMissing(subject=subject)
    raise SubjectErased(erased_at=row[0], law=row[1])
