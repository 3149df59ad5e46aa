"""What is asked of an agency, and how it stands at an instant."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from dothi.incidents.types import IncidentId
from dothi.kernel.ids import UnitId

AssignmentId = NewType("AssignmentId", UUID)


class State(StrEnum):
    """Where an assignment stands; the name of the act that brought it there."""

    GIVEN = "given"
    ACCEPTED = "accepted"
    DONE = "done"
    WITHDRAWN = "withdrawn"


OPEN = frozenset({State.GIVEN, State.ACCEPTED})


@dataclass(frozen=True, slots=True)
class NewAssignment:
    """What is asked of which agency, until when; `words` name no person."""

    agency_id: UnitId
    words: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class AssignmentRow:
    """An assignment as it stood at an instant. `note` is what the last act said; `agency` its name then."""

    id: AssignmentId
    incident_id: IncidentId
    incident_code: str
    unit_id: UnitId
    agency_id: UnitId
    agency_vi: str
    agency_en: str
    words: str
    due_at: datetime
    given_at: datetime
    state: State
    changed_at: datetime
    note: str

    def overdue(self, at: datetime) -> bool:
        """Tell whether at `at` its deadline is over and nobody has reported it done."""
        return self.state in OPEN and at > self.due_at
