"""What public warnings are drafted with and read as. Words of CAP 1.2 keep their spelling."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from dothi.incidents.types import IncidentId, WarningId
from dothi.kernel.ids import UnitId

LANGUAGES: Mapping[str, str] = {"vi": "vi-VN", "en": "en-US"}
"""The node's language to the one that CAP names; Vietnamese first."""


class Status(StrEnum):
    """Whether it is meant: only an actual warning reaches the public."""

    ACTUAL = "Actual"
    EXERCISE = "Exercise"
    TEST = "Test"


class MsgType(StrEnum):
    """A first message, one that replaces another, one that takes another back."""

    ALERT = "Alert"
    UPDATE = "Update"
    CANCEL = "Cancel"


class WarningState(StrEnum):
    """Where a message stands. An issued one ends by itself, or when another replaces it."""

    DRAFTED = "drafted"
    ISSUED = "issued"
    REFUSED = "refused"
    DISCARDED = "discarded"


URGENCIES = ("Immediate", "Expected", "Future", "Past", "Unknown")
SEVERITIES = ("Extreme", "Severe", "Moderate", "Minor", "Unknown")
CERTAINTIES = ("Observed", "Likely", "Possible", "Unlikely", "Unknown")


@dataclass(frozen=True, slots=True)
class Wording:
    """What is told in one language: what happens, in more words, and what to do."""

    headline: str
    description: str
    instruction: str


@dataclass(frozen=True, slots=True)
class NewWarning:
    """A message as it is drafted: `words` by language of the node, `wards` the codes of those concerned."""

    status: Status
    hazard: str
    urgency: str
    severity: str
    certainty: str
    words: Mapping[str, Wording]
    wards: tuple[str, ...]
    onset_at: datetime
    expires_at: datetime
    incident_id: IncidentId | None = None


@dataclass(frozen=True, slots=True)
class WarningRow:
    """A message as it stood at an instant. `replaced_at` is None while none stands for it."""

    id: WarningId
    unit_id: UnitId
    status: Status
    msg_type: MsgType
    hazard: str
    urgency: str
    severity: str
    certainty: str
    words: Mapping[str, Wording]
    wards: tuple[str, ...]
    onset_at: datetime
    expires_at: datetime
    incident_id: IncidentId | None
    replaces: WarningId | None
    state: WarningState
    drafted_at: datetime
    issued_at: datetime | None
    replaced_at: datetime | None

    def in_force(self, at: datetime) -> bool:
        """Tell whether it warns of something at `at`."""
        if self.issued_at is None or self.msg_type is MsgType.CANCEL:
            return False
        replaced = self.replaced_at is not None and self.replaced_at <= at
        return self.issued_at <= at < self.expires_at and not replaced


def may_be_replaced(state: str, msg_type: str, replaced_at: datetime | None) -> bool:
    """Tell whether another message may stand for this one: it is issued, no end, and none does yet."""
    return state == WarningState.ISSUED and msg_type != MsgType.CANCEL and replaced_at is None


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """How many people of a ward were told, by which way, when the last of them."""

    way: str
    ward_code: str
    people: int
    told_at: datetime
