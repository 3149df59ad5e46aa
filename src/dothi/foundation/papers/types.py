"""Values of papers: who signs, whom to trust, what a check found."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

PaperId = NewType("PaperId", UUID)


@dataclass(frozen=True)
class Credential:
    """A certificate with its private key and the certificates above it, all DER."""

    certificate: bytes
    private_key: bytes
    chain: tuple[bytes, ...] = ()


@dataclass(frozen=True)
class Signer:
    """Who signs a paper; `stamp` is the time-stamping authority, None for a signature without one."""

    credential: Credential
    stamp: Credential | None = None
    reason: str = ""
    place: str = ""


class Verdict(StrEnum):
    """What can be said of a paper as a whole."""

    GENUINE = "genuine"
    UNKNOWN_AUTHORITY = "unknown-authority"
    CHANGED = "changed"
    UNSIGNED = "unsigned"
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class Attachment:
    """A file inside a paper."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Report:
    """
    What a check found. `signer` and `issuer` are common names out of the certificates.

    `signed_at` is the time-stamp's instant when `stamped`, else what the signer claims.
    """

    verdict: Verdict
    signer: str = ""
    post: str = ""
    unit: str = ""
    issuer: str = ""
    signed_at: datetime | None = None
    stamped: bool = False
    demo: bool = False
    attachments: tuple[Attachment, ...] = ()
