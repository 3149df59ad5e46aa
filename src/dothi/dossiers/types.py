"""What the dossiers room is asked with and what it answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal
from uuid import UUID

from dothi.foundation.identity.authority import Actor
from dothi.kernel.clock import Amount
from dothi.kernel.ids import DossierId, new_id

Provided = Literal["file", "result"]


class Act(StrEnum):
    """What can be done with a dossier; each is a transition in the procedure's document."""

    SUBMIT = "submit"
    ACCEPT = "accept"
    CLAIM = "claim"
    REQUEST_SUPPLEMENT = "request-supplement"
    SUPPLEMENT = "supplement"
    PAUSE = "pause"
    RESUME = "resume"
    EXTEND = "extend"
    SHOW_DRAFT = "show-draft"
    CONFIRM_DRAFT = "confirm-draft"
    CORRECT_DRAFT = "correct-draft"
    PROPOSE = "propose"
    APPROVE = "approve"
    SEND_BACK = "send-back"
    SIGN = "sign"
    GIVE_BACK = "give-back"
    REFUSE = "refuse"
    STOP = "stop"
    WITHDRAW = "withdraw"


@dataclass(frozen=True, slots=True)
class Call:
    """
    One call of an act: on which dossier, by whom, at which aware instant.

    `key` makes it safe to retry: the same key by the same hand is the same act. `ground` is the id of
    a lawful ground of the procedure, `note` what the actor writes about it, `amount` a time. `confirmed`
    are the needs of the act that the actor has checked with their own eyes; `seen` is the revision that
    the actor was looking at, None where nobody was.
    """

    dossier_id: DossierId
    actor: Actor
    at: datetime
    key: UUID = field(default_factory=new_id)
    ground: str = ""
    note: str = ""
    amount: Amount | None = None
    confirmed: frozenset[str] = frozenset()
    seen: int | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """Where the dossier stands after the act. `entry_id` is the act's entry in the ledger."""

    dossier_id: DossierId
    code: str
    state: str
    due_at: datetime | None
    entry_id: UUID


@dataclass(frozen=True, slots=True)
class Fault:
    """
    One fault of a correction request.

    `about` is a field or component id, `reason` the id of a reason of the procedure, whose clause is
    thereby cited; `note` is the official's own sentence to the applicant.
    """

    about: str
    reason: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """How a component is provided: `source` names the file or the vault result by `id`."""

    slot: str
    source: Provided
    id: UUID
    provenance: Mapping[str, str] = field(default_factory=dict)
