"""
Encryption of a file in chunks, in constant memory.

The STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár 2015) over AES-256-GCM: each chunk of
64 KiB has the nonce prefix(7) || counter(4) || last(1), so that chunks cannot be cut off, moved or
repeated. The key is of this file alone. Layout: magic, prefix, then chunks, each with its tag.
"""

import os
from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from dothi.foundation.files.errors import FileDamaged

CHUNK_BYTES = 65_536
MAGIC = b"DOTHIF1\n"
_PREFIX_BYTES, _TAG_BYTES = 7, 16


def encrypted(chunks: Iterable[bytes], key: bytes, context: bytes) -> Iterator[bytes]:
    """Yield the ciphertext of `chunks`, each but the last of CHUNK_BYTES, bound to `context`."""
    prefix = os.urandom(_PREFIX_BYTES)
    yield MAGIC + prefix
    cipher = AESGCM(key)
    for counter, chunk, last in _marked(chunks):
        yield cipher.encrypt(_nonce(prefix, counter, last), chunk, context)


def decrypted(source: BinaryIO, key: bytes, context: bytes) -> Iterator[bytes]:
    """Yield the plaintext of `source` chunk by chunk. Raises FileDamaged."""
    if source.read(len(MAGIC)) != MAGIC:
        raise FileDamaged
    prefix = source.read(_PREFIX_BYTES)
    cipher = AESGCM(key)
    for counter, chunk, last in _marked(_pieces(source, CHUNK_BYTES + _TAG_BYTES)):
        try:
            yield cipher.decrypt(_nonce(prefix, counter, last), chunk, context)
        except (InvalidTag, ValueError) as error:
            raise FileDamaged from error


def hash_of(source: BinaryIO) -> bytes:
    """Return the SHA-256 of all of `source`."""
    digest = sha256()
    for piece in _pieces(source, CHUNK_BYTES):
        digest.update(piece)
    return digest.digest()


def _pieces(source: BinaryIO, size: int) -> Iterator[bytes]:
    while piece := source.read(size):
        yield piece


def _marked(chunks: Iterable[bytes]) -> Iterator[tuple[int, bytes, bool]]:
    """Yield each chunk with its number and whether it is the last; at least one, maybe empty."""
    held, counter = b"", 0
    for number, chunk in enumerate(chunks):
        if number:
            yield counter, held, False
            counter += 1
        held = chunk
    yield counter, held, True


def _nonce(prefix: bytes, counter: int, last: bool) -> bytes:
    return prefix + counter.to_bytes(4, "big") + bytes((last,))
