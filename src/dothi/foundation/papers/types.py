"""Values of papers: what is ordered, who signs, what a check found."""

from collections.abc import Mapping
from dataclasses import dataclass, field
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
    """Who signs a paper, why and where."""

    credential: Credential
    reason: str = ""
    place: str = ""


class Status(StrEnum):
    """How far a paper is."""

    WAITING = "waiting"
    READY = "ready"
    FAILED = "failed"


@dataclass(frozen=True)
class Order:
    """A paper to be made: `about` is the urn of what it speaks of, `owner` whose key seals the file."""

    id: PaperId
    kind: str
    about: str
    owner: UUID


@dataclass(frozen=True)
class Official:
    """Who signs: a person through a post, with the words that certificate and paper print."""

    person_id: UUID
    post_id: UUID
    name: str
    post: str
    unit: str


@dataclass(frozen=True)
class Draft:
    """
    What the room that ordered a paper gives to make it.

    `data` fill `template`; `attachments` go in by name before the signature; `name` is the file's name
    for its reader.
    """

    template: str
    data: Mapping[str, object]
    official: Official
    name: str
    attachments: Mapping[str, bytes] = field(default_factory=dict)
    reason: str = ""
    place: str = ""


@dataclass(frozen=True)
class PaperState:
    """
    A paper as its orderer sees it; `sha256` is that of the signed file, None until it is ready.

    It has FAILED when nothing tries any more; until then it is WAITING, `again` after a failure.
    """

    id: PaperId
    kind: str
    about: str
    status: Status
    sha256: bytes | None
    at: datetime | None
    again: bool = False


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
