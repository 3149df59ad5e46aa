"""Who acts: a person or a program, with the duties of the post through which an official acts."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from dothi.foundation.ledger.types import ActorRef
from dothi.kernel.ids import PostId, UnitId


class Kind(StrEnum):
    """Who acts."""

    ANONYMOUS = "anonymous"
    RESIDENT = "resident"
    OFFICIAL = "official"
    SYSTEM = "system"


class Duty(StrEnum):
    """What a post lets its holder do."""

    RECEIVE = "receive"
    PROCESS = "process"
    APPROVE = "approve"
    SIGN = "sign"
    RETURN = "return"
    ADMINISTER = "administer"
    AUDIT = "audit"
    OPERATE = "operate"
    DISPATCH = "dispatch"
    DRAFT_WARNING = "draft_warning"
    APPROVE_WARNING = "approve_warning"
    ADMINISTER_DEVICES = "administer_devices"


@dataclass(frozen=True, slots=True)
class Holding:
    """One duty of one post, from `valid_from` until before `valid_to` (civil dates in Hanoi)."""

    post_id: PostId
    unit_id: UnitId
    duty: Duty
    territory: frozenset[str]
    """Codes of the wards that the post answers for."""
    valid_from: date
    valid_to: date | None = None

    def holds(self, on: date) -> bool:
        """Return whether the post was held on the civil date `on`."""
        return self.valid_from <= on and (self.valid_to is None or on < self.valid_to)


@dataclass(frozen=True, slots=True)
class Actor:
    """
    Who acts now. `assurance`: 0 not proven, 1 declared, 2 proven at a counter or with two factors.

    `holdings` are those of the one post through which an official acts.
    """

    kind: Kind
    person_id: UUID | None = None
    account_id: UUID | None = None
    assurance: int = 0
    holdings: tuple[Holding, ...] = ()
    acting_for: UUID | None = None

    @property
    def ref(self) -> ActorRef:
        """Return how the ledger names this actor."""
        post = self.holdings[0].post_id if self.holdings else None
        return ActorRef(self.kind.value, self.person_id, post, self.acting_for)


ANONYMOUS = Actor(Kind.ANONYMOUS)
SYSTEM = Actor(Kind.SYSTEM, assurance=2)
