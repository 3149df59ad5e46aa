"""
Tokens of devices and the codes of boxes, as the register keeps them: never themselves.

A token is made from the key of the act that issues it and the root key: pressing twice, or asking again
after a lost answer, gives the same token, and nobody without the root key can make it.
"""

import hashlib
from base64 import urlsafe_b64encode
from uuid import UUID

from dothi.foundation.keys.actions import root_keys


def token_of(key: UUID) -> str:
    """Return the token that the act with this key issues: 256 bits in 43 letters."""
    return urlsafe_b64encode(root_keys().blind(str(key), "devices.token")).rstrip(b"=").decode()


def hash_of(token: str) -> bytes:
    """Return the SHA-256 by which the edge knows a token."""
    return hashlib.sha256(token.encode()).digest()


def blind(code: str) -> bytes:
    """Return the 32 bytes that stand for a normalized claim code: a dump of the tables opens no box."""
    return root_keys().blind(code, "devices.claim")
