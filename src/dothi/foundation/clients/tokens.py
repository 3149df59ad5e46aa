"""
Tokens of clients: JWT (RFC 7519) signed by Ed25519 (RFC 8037), without Django and without a database.

The node's key is 32 random bytes in a file of the supervisor's; the broker has the public half only.
"""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc import jwt
from joserfc.jwk import OKPKey

AUDIENCE: Final = "broker"
ALGORITHM: Final = "Ed25519"
SHORT: Final = timedelta(minutes=15)
LONGEST: Final = timedelta(hours=12)


def read_key(path: Path) -> Ed25519PrivateKey:
    """Return the key in a file of 32 bytes. Raises ValueError."""
    return Ed25519PrivateKey.from_private_bytes(path.read_bytes())


def public_pem(key: Ed25519PrivateKey) -> bytes:
    """Return the public half, as the broker reads it (PEM)."""
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def signed(
    key: Ed25519PrivateKey, *, node: str, client: str, jti: str, at: datetime, life: timedelta,
    rights: list[dict[str, Any]] | None = None,
) -> str:  # fmt: skip
    """
    Return a token for the broker of `node`, valid from the instant `at` for `life`.

    `rights` are for a broker alone; a broker of a node looks them up.
    """
    claims: dict[str, Any] = {
        "iss": node, "aud": AUDIENCE, "sub": client, "client_id": client, "jti": jti,
        "iat": at.timestamp(), "exp": int((at + life).timestamp()),
    }  # fmt: skip
    if rights is not None:
        claims["rights"] = rights
    return jwt.encode({"alg": ALGORITHM}, claims, OKPKey.import_key(key), algorithms=[ALGORITHM])
