"""Sending units to an incident, and what they do there."""

from uuid import UUID

from dothi.foundation.identity.authority import require
from dothi.foundation.ledger.types import Fact
from dothi.incidents import kinds, rules
from dothi.incidents.acting import Line, Turn, perform
from dothi.incidents.errors import UnitBusy, UnitNotHere
from dothi.incidents.models import Incident
from dothi.incidents.queries.units import nearest_units
from dothi.incidents.types import (
    Call,
    EntryKind,
    Nearest,
    Outcome,
    Place,
    ResponseUnitId,
    State,
    UnitState,
    Weighed,
)
from dothi.incidents.unit_acting import Moved, case_of, lock_unit, move

DISPATCH = rules.DISPATCH
MOST_TOLD = 20
"""Units of which a line of the timeline tells: the one that was sent, the nearest fit, and those around."""


def send_unit(call: Call, *, response_unit_id: ResponseUnitId) -> Outcome:
    """
    Send a free unit to the incident; the timeline keeps which were passed over, and why.

    Off shift or with a stale position it may be sent, for a person decides; busy or off it may not.
    Raises UnitNotFound, UnitBusy and what all raise.
    """
    rule = rules.acts_by("send-unit", DISPATCH)

    def sent(turn: Turn) -> Line:
        unit = lock_unit(response_unit_id)
        require(call.actor, rule, case_of(unit), call.at)
        if unit.state != UnitState.AVAILABLE:
            raise UnitBusy(unit=unit.call_sign)
        weighed = nearest_units(
            place=_place(turn.incident), kinds=_fitting(turn.incident), at=call.at, live=True
        )
        move(unit, _moved(UnitState.SENT, turn.incident, call))
        return Line(
            EntryKind.UNIT_SENT, _under_way(turn.incident), response_unit_id=unit.id,
            facts={"unit": unit.call_sign, "kind": unit.kind, **_proof(weighed, unit.id)},
        )  # fmt: skip

    return perform(rule, call, sent)


def arrive(call: Call, *, response_unit_id: ResponseUnitId) -> Outcome:
    """Say that a unit sent to the incident is there. Raises UnitNotFound, UnitNotHere and what all raise."""
    return _step(call, response_unit_id, UnitState.ON_SCENE, EntryKind.UNIT_ARRIVED, "unit-arrived")


def clear_unit(call: Call, *, response_unit_id: ResponseUnitId) -> Outcome:
    """Say that a unit is free of the incident. Raises UnitNotFound, UnitNotHere and what all raise."""
    return _step(call, response_unit_id, UnitState.AVAILABLE, EntryKind.UNIT_CLEARED, "unit-cleared")


def _step(
    call: Call, response_unit_id: ResponseUnitId, state: UnitState, kind: EntryKind, act: str
) -> Outcome:
    def stepped(turn: Turn) -> Line:
        unit = lock_unit(response_unit_id)
        if unit.incident_id != turn.incident.id or state not in rules.FOLLOWS[UnitState(unit.state)]:
            raise UnitNotHere(unit=unit.call_sign)
        move(unit, _moved(state, turn.incident if state is UnitState.ON_SCENE else None, call))
        return Line(kind, response_unit_id=unit.id, facts={"unit": unit.call_sign})

    return perform(rules.acts_by(act, DISPATCH), call, stepped)


def _moved(state: UnitState, incident: Incident | None, call: Call) -> Moved:
    return Moved(state, incident, call.occurred_at or call.at, call.at, call.key)


def _under_way(incident: Incident) -> State | None:
    return None if incident.state == State.UNDER_WAY else State.UNDER_WAY


def _place(incident: Incident) -> Place:
    return Place(incident.lon, incident.lat, incident.ward_code)


def _fitting(incident: Incident) -> tuple[str, ...]:
    return kinds.types()[incident.type].units


def _proof(found: Nearest, sent: UUID) -> dict[str, Fact]:
    """
    Return what the line keeps of how units were weighed; whole meters and seconds.

    Of many those that are near whether they fit or not: it is asked why one that was nearer did not go.
    """

    def far(one: Weighed) -> tuple[bool, bool, float]:
        return one.unit.id != sent, one.over is not None, one.distance_m

    kept = {one.unit.id for one in sorted(found.weighed, key=far)[:MOST_TOLD]}
    return {
        "measure": found.measure.value,
        "nearest": found.chosen.unit.call_sign if found.chosen else None,
        "weighed": [_told(one) for one in found.weighed if one.unit.id in kept],
    }


def _told(one: Weighed) -> dict[str, Fact]:
    return {
        "unit": one.unit.call_sign, "measure": one.measure.value, "distance_m": round(one.distance_m),
        "seconds": None if one.seconds is None else round(one.seconds),
        "over": one.over.value if one.over else None,
    }  # fmt: skip
