"""What an entry of the ledger says: who, by which authority, what, about whom, why, when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from uuid import UUID

ActorKind = Literal["anonymous", "resident", "official", "system", "agency"]
EntryKind = Literal["act", "read"]

Fact = str | int | bool | None | Sequence["Fact"] | Mapping[str, "Fact"]
"""A value of canonical JSON; no floats, because two programs rarely print them alike."""


@dataclass(frozen=True)
class ActorRef:
    """
    Who acts. `id` is a person (resident, official) and stands in the ledger only as a commitment.

    `post_id` is the dated post of an official, `on_behalf_of` the person for whom another acts,
    `service` the name of a system or agency; posts and services are not personal data.
    """

    kind: ActorKind
    id: UUID | None = None
    post_id: UUID | None = None
    on_behalf_of: UUID | None = None
    service: str = ""


@dataclass(frozen=True)
class Entry:
    """
    One act or one read of personal data.

    `id` is also the idempotency key of the act. `act` is dotted, e.g. `dossiers.accept`; `object`
    a urn; `subjects` are persons or organizations, at most MAX_SUBJECTS, each committed to with a
    salt of its own; `basis` the legal instrument; `facts` never hold personal data. `at` is when
    the system learned of it, `occurred_at` when it happened in the world, where that differs.
    """

    id: UUID
    act: str
    at: datetime
    actor: ActorRef
    authority: str
    object: str
    subjects: Sequence[UUID] = ()
    basis: str = ""
    purpose: str = ""
    facts: Mapping[str, Fact] = field(default_factory=dict)
    occurred_at: datetime | None = None
    kind: EntryKind = "act"

    def __post_init__(self) -> None:
        # A list may name one person twice; the entry commits to each once.
        object.__setattr__(self, "subjects", tuple(dict.fromkeys(self.subjects)))
