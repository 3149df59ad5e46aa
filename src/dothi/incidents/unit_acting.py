"""How a response unit is acted on: locked, moved from state to state, once a key."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from dothi.foundation.identity.authority import CaseFacts
from dothi.foundation.statements import read
from dothi.incidents.errors import UnitNotFound
from dothi.incidents.models import Incident, ResponseUnit, UnitStatus
from dothi.incidents.telling import OF_UNIT, tell_of_unit
from dothi.incidents.types import UnitState


@dataclass(frozen=True, slots=True)
class Moved:
    """That a unit does something else: what, for which incident, since when, and under which key."""

    state: UnitState
    incident: Incident | None
    occurred_at: datetime
    recorded_at: datetime
    key: UUID


def lock_unit(response_unit_id: UUID) -> ResponseUnit:
    """Return the unit, locked until the transaction ends. Raises UnitNotFound."""
    found = read(ResponseUnit, "where id = %(id)s for update", {"id": response_unit_id})
    if not found:
        raise UnitNotFound
    return found[0]


def case_of(unit: ResponseUnit) -> CaseFacts:
    """Return what authority needs to know of a unit."""
    return CaseFacts("response-unit", unit_id=unit.unit_id, absent=UnitNotFound)


def move(unit: ResponseUnit, moved: Moved) -> None:
    """Let the unit be in a state from now on, in its row and in what is only added to; tell of it."""
    unit.state, unit.incident = moved.state.value, moved.incident
    unit.revision += 1
    unit.save()
    keep(unit, moved)
    tell_of_unit(OF_UNIT[moved.state], unit, moved.recorded_at)


def keep(unit: ResponseUnit, moved: Moved) -> None:
    """Add what the unit did to what is only added to."""
    UnitStatus.objects.create(
        id=moved.key, response_unit=unit, state=moved.state.value, incident=moved.incident,
        occurred_at=moved.occurred_at, recorded_at=moved.recorded_at,
    )  # fmt: skip
