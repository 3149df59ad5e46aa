"""
The envelope of a sealed field: AES-256-GCM under the subject's key, bound to subject and context.

Layout: format byte 1, 12 bytes of nonce, ciphertext with its 16-byte tag.
"""

import os
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from dothi.foundation.keys.errors import SealBroken
from dothi.foundation.keys.roots import NONCE_BYTES

_FORMAT = b"\x01"


def seal_with(key: bytes, subject: UUID, plaintext: bytes, context: str) -> bytes:
    """Return `plaintext` sealed for `subject` in `context`."""
    nonce = os.urandom(NONCE_BYTES)
    return _FORMAT + nonce + AESGCM(key).encrypt(nonce, plaintext, _bound_to(subject, context))


def unseal_with(key: bytes, subject: UUID, sealed: bytes, context: str) -> bytes:
    """Return what was sealed. Raises SealBroken."""
    if sealed[:1] != _FORMAT:
        raise SealBroken("unknown format")
    nonce, ciphertext = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
    try:
        return AESGCM(key).decrypt(nonce, ciphertext, _bound_to(subject, context))
    except (InvalidTag, ValueError) as error:
        raise SealBroken(context) from error


def _bound_to(subject: UUID, context: str) -> bytes:
    return b"dothi sealed field v1 " + subject.bytes + context.encode()
