"""Values of the vault: what is deposited, what a reader receives, where a reused field came from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum, StrEnum
from typing import NewType
from uuid import UUID

from dothi.kernel.ids import DossierId, PersonId, PostId, UnitId

ResultId = NewType("ResultId", UUID)
ConsentId = NewType("ConsentId", UUID)

Value = str | int | bool | None | Sequence["Value"] | Mapping[str, "Value"]
"""A fact: a value of canonical JSON without floats."""


class Status(StrEnum):
    """Where a result stands."""

    CURRENT = "current"
    SUPERSEDED = "superseded"
    REVOKED = "revoked"


class Digitisation(IntEnum):
    """How a result came to be digital, in the codes of production systems (notes A1; verified)."""

    NONE = 0
    DIGITISED = 1
    REUSED_COMPONENT = 2
    REUSED_RESULT = 3


@dataclass(frozen=True)
class Issued:
    """
    A result as its issuer hands it in. `facts` are by stable field id; dates are civil dates of the city.

    Valid from `valid_from` until before `valid_to`; None: without end. `supersedes` is the earlier
    result of the same owner and kind that this one replaces.
    """

    owner_id: PersonId
    kind: str
    procedure_code: str
    procedure_version: str
    dossier_id: DossierId
    issued_on: date
    valid_from: date
    valid_to: date | None
    facts: Mapping[str, Value]
    unit_id: UnitId
    signer_post_id: PostId
    paper_id: UUID | None = None
    digitisation: Digitisation = Digitisation.DIGITISED
    supersedes: ResultId | None = None


@dataclass(frozen=True)
class Result:
    """A result as a reader receives it; the read stands in the ledger."""

    id: ResultId
    owner_id: PersonId
    kind: str
    version: int
    procedure_code: str
    procedure_version: str
    dossier_id: DossierId
    issued_on: date
    valid_from: date
    valid_to: date | None
    facts: Mapping[str, Value]
    unit_id: UnitId
    signer_post_id: PostId
    paper_id: UUID | None
    digitisation: Digitisation
    status: Status
    status_reason: str

    def valid_on(self, day: date) -> bool:
        """Return whether the result can be relied on at the civil date `day`."""
        begun = self.valid_from <= day and (self.valid_to is None or day < self.valid_to)
        return begun and self.status is Status.CURRENT


@dataclass(frozen=True)
class Provenance:
    """Where one reused field came from; the dossier keeps it beside the answer."""

    result_id: ResultId
    kind: str
    version: int
    field_id: str
    issued_on: date
    basis: str
    consent_id: ConsentId
    reused_at: datetime


@dataclass(frozen=True)
class Reused:
    """What a reuse gives to the dossier: the values and, for each, its provenance."""

    values: Mapping[str, Value]
    provenance: tuple[Provenance, ...]


@dataclass(frozen=True)
class Use:
    """One use of a result, as its owner sees it. `entry_id` leads to the proof in the ledger."""

    entry_id: UUID
    dossier_id: DossierId
    procedure_code: str
    field_ids: tuple[str, ...]
    purpose: str
    basis: str
    at: datetime


@dataclass(frozen=True)
class Given:
    """A consent, as the person who gave it sees it."""

    id: ConsentId
    purpose: str
    kinds: tuple[str, ...]
    dossier_id: DossierId | None
    given_at: datetime
    withdrawn_at: datetime | None


@dataclass(frozen=True)
class Flagged:
    """A dossier that relied on a result which changed afterwards."""

    dossier_id: DossierId
    result_id: ResultId
    field_ids: tuple[str, ...]
    status: Status
    reason: str
    changed_at: datetime
    replaced_by: ResultId | None
