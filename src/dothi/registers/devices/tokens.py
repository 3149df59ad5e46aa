"""
Tokens of devices and the codes of boxes, as the register keeps them: never themselves.

Both are made from the key of the act that issues them and the root key: pressing twice, or asking again
after a lost answer, gives the same, and nobody without the root key can make them.
"""

import hashlib
from base64 import urlsafe_b64encode
from uuid import UUID

from dothi.foundation.keys.actions import root_keys
from dothi.registers.devices.rules import CODE_LENGTH, LETTERS


def token_of(key: UUID) -> str:
    """Return the token that the act with this key issues: 256 bits in 43 letters."""
    return urlsafe_b64encode(root_keys().blind(str(key), "devices.token")).rstrip(b"=").decode()


def code_of(key: UUID, device: str) -> str:
    """Return the claim code, normalized, that the act with this key makes for a box: 60 bits."""
    told = root_keys().blind(f"{key} {device}", "devices.code")
    return "".join(LETTERS[byte % len(LETTERS)] for byte in told[:CODE_LENGTH])


def hash_of(token: str) -> bytes:
    """Return the SHA-256 by which the edge knows a token."""
    return hashlib.sha256(token.encode()).digest()


def blind(code: str) -> bytes:
    """Return the 32 bytes that stand for a normalized claim code: a dump of the tables opens no box."""
    return root_keys().blind(code, "devices.claim")
