"""
The live token: a short signed statement of which topics a browser may hear, and until when.

`base64url(JSON {"t": topics, "e": seconds}) . base64url(HMAC-SHA256)`; RFC 2104. Pages issue it, the
live process checks it without a database. A topic is `person/<id>`, `unit/<id>` or `subject/<id>`.
"""

import base64
import binascii
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

LIFETIME = timedelta(minutes=15)
MOST_TOPICS = 20


class TokenRefused(Exception):
    """The token is malformed, forged or too old."""


@dataclass(frozen=True)
class LiveToken:
    """What a token allows: `topics`, until the aware instant `expires_at`."""

    topics: tuple[str, ...]
    expires_at: datetime


def issue(topics: Sequence[str], key: str, at: datetime) -> str:
    """Return a token for `topics` from `at`. Raises ValueError for none or more than 20 topics."""
    if not 0 < len(topics) <= MOST_TOPICS:
        raise ValueError(f"a live token carries 1 to {MOST_TOPICS} topics")
    said = {"t": list(topics), "e": int((at + LIFETIME).timestamp())}
    body = _encode(json.dumps(said, separators=(",", ":")).encode())
    return f"{body}.{_encode(_mac(body, key))}"


def check(token: str, key: str, at: datetime) -> LiveToken:
    """Return what `token` allows at `at`. Raises TokenRefused."""
    body, _, mac = token.partition(".")
    try:
        genuine = bool(key) and hmac.compare_digest(_decode(mac), _mac(body, key))
        said = json.loads(_decode(body)) if genuine else None
    except (ValueError, binascii.Error) as error:
        raise TokenRefused("malformed") from error
    if said is None:
        raise TokenRefused("forged")
    expires_at = datetime.fromtimestamp(said["e"], UTC)
    if at >= expires_at:
        raise TokenRefused("expired")
    return LiveToken(tuple(said["t"]), expires_at)


def _mac(body: str, key: str) -> bytes:
    return hmac.digest(key.encode(), body.encode(), "sha256")


def _encode(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def _decode(value: str) -> bytes:
    return base64.urlsafe_b64decode(value.encode("ascii") + b"=" * (-len(value) % 4))
