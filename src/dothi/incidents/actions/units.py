"""Acts on response units: make one known, send it, say what it does; and where units are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from dothi.foundation.identity.authority import Actor, CaseFacts, Decision, require
from dothi.foundation.ledger.errors import AlreadyRecorded
from dothi.foundation.ledger.types import Fact
from dothi.foundation.statements import read, together
from dothi.incidents import kinds, rules
from dothi.incidents.acting import Line, Turn, perform, record_act
from dothi.incidents.errors import KindUnknown, PlaceUnfit, UnitBusy, UnitNotFound, UnitNotHere
from dothi.incidents.models import Incident, ResponseUnit, UnitPosition, UnitStatus
from dothi.incidents.queries.units import nearest_units
from dothi.incidents.telling import KNOWN, OF_UNIT, name_of, tell_of_unit
from dothi.incidents.types import (
    Call,
    EntryKind,
    Nearest,
    Outcome,
    Place,
    ResponseUnitId,
    State,
    UnitState,
)
from dothi.kernel.ids import UnitId, new_id

DISPATCH = rules.DISPATCH
MOST_TOLD = 20
"""Units that were passed over of which a line of the timeline tells, nearest first."""


@dataclass(frozen=True, slots=True)
class NewUnit:
    """A response unit as it is made known; `shifts` are spans of the day in Hanoi, none: always."""

    kind: str
    call_sign: str
    name_vi: str
    name_en: str
    home: Place
    unit_id: UnitId
    shifts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Fix:
    """Where a unit was at an aware instant, in degrees."""

    response_unit_id: ResponseUnitId
    at: datetime
    lon: float
    lat: float


def make_known(*, new: NewUnit, actor: Actor, at: datetime, key: UUID) -> ResponseUnitId:
    """
    Make a unit known to the center; the same call sign again changes nothing.

    Raises Refused, KindUnknown, PlaceUnfit.
    """
    decision = require(actor, rules.FOUND, CaseFacts("response-unit", unit_id=new.unit_id), at)
    if new.kind not in kinds.unit_kinds():
        raise KindUnknown(word=new.kind)
    if not rules.on_earth(new.home):
        raise PlaceUnfit
    with together():
        found = ResponseUnit.objects.filter(call_sign=new.call_sign).first()
        return ResponseUnitId((found or _found(new, actor, decision, at, key)).id)


def send_unit(call: Call, *, response_unit_id: ResponseUnitId) -> Outcome:
    """
    Send a free unit to the incident; the timeline keeps which were passed over, and why.

    Off shift or with a stale position it may be sent, for a person decides; busy or off it may not.
    Raises UnitNotFound, UnitBusy and what all raise.
    """
    rule = rules.acts_by("send-unit", DISPATCH)

    def sent(turn: Turn) -> Line:
        unit = _lock(response_unit_id)
        require(call.actor, rule, CaseFacts("response-unit", unit_id=unit.unit_id), call.at)
        if unit.state != UnitState.AVAILABLE:
            raise UnitBusy(unit=unit.call_sign)
        weighed = nearest_units(place=_place(turn.incident), kinds=_fitting(turn.incident), at=call.at)
        _move(unit, UnitState.SENT, turn.incident, call.at, call.occurred_at, call.key)
        return Line(
            EntryKind.UNIT_SENT, _under_way(turn.incident), response_unit_id=unit.id,
            facts={"unit": unit.call_sign, "kind": unit.kind, **_proof(weighed)},
        )  # fmt: skip

    return perform(rule, call, sent)


def arrive(call: Call, *, response_unit_id: ResponseUnitId) -> Outcome:
    """Say that a unit sent to the incident is there. Raises UnitNotFound, UnitNotHere and what all raise."""
    return _step(call, response_unit_id, UnitState.ON_SCENE, EntryKind.UNIT_ARRIVED, "unit-arrived")


def clear_unit(call: Call, *, response_unit_id: ResponseUnitId) -> Outcome:
    """Say that a unit is free of the incident. Raises UnitNotFound, UnitNotHere and what all raise."""
    return _step(call, response_unit_id, UnitState.AVAILABLE, EntryKind.UNIT_CLEARED, "unit-cleared")


def take_off(*, response_unit_id: ResponseUnitId, actor: Actor, at: datetime, key: UUID) -> UnitState:
    """Take a free unit out of service, once a `key`. Raises UnitNotFound, UnitBusy, Refused."""
    return _alone(response_unit_id, UnitState.OFF, actor, at, key)


def put_on(*, response_unit_id: ResponseUnitId, actor: Actor, at: datetime, key: UUID) -> UnitState:
    """Put a unit back into service, once a `key`. Raises UnitNotFound, UnitBusy, Refused."""
    return _alone(response_unit_id, UnitState.AVAILABLE, actor, at, key)


def take_positions(*, fixes: Sequence[Fix], at: datetime) -> int:
    """
    Keep where units were, as readings; return how many were new. One statement, unordered.

    No act of a person, hence no ledger entry. What was kept before, lies in the future or off the
    earth, or belongs to no unit known, is left out.
    """
    known = set(
        ResponseUnit.objects.filter(id__in={fix.response_unit_id for fix in fixes}).values_list(
            "id", flat=True
        )
    )
    rows = [
        UnitPosition(
            response_unit_id=fix.response_unit_id,
            occurred_at=fix.at,
            recorded_at=at,
            lon=fix.lon,
            lat=fix.lat,
        )
        for fix in fixes
        if fix.response_unit_id in known
        and fix.at <= at + rules.AHEAD
        and rules.on_earth(Place(fix.lon, fix.lat))
    ]
    before = UnitPosition.objects.filter(response_unit_id__in=known, recorded_at=at).count()
    UnitPosition.objects.bulk_create(rows, ignore_conflicts=True)
    return UnitPosition.objects.filter(response_unit_id__in=known, recorded_at=at).count() - before


def _found(new: NewUnit, actor: Actor, decision: Decision, at: datetime, key: UUID) -> ResponseUnit:
    unit = ResponseUnit(
        kind=new.kind, call_sign=new.call_sign, name_vi=new.name_vi, name_en=new.name_en, unit_id=new.unit_id,
        home_lon=new.home.lon, home_lat=new.home.lat, shifts=[list(span) for span in new.shifts], since=at,
    )  # fmt: skip
    unit.save(force_insert=True)
    _keep(unit, UnitState.AVAILABLE, None, at, at, new_id())
    facts: dict[str, Fact] = {"unit": unit.call_sign, "kind": unit.kind}
    record_act(rules.FOUND.name, actor, decision, name_of(unit), key, at, facts)
    tell_of_unit(KNOWN, unit, at)
    return unit


def _step(
    call: Call, response_unit_id: ResponseUnitId, state: UnitState, kind: EntryKind, act: str
) -> Outcome:
    def stepped(turn: Turn) -> Line:
        unit = _lock(response_unit_id)
        if unit.incident_id != turn.incident.id or state not in rules.FOLLOWS[UnitState(unit.state)]:
            raise UnitNotHere(unit=unit.call_sign)
        at_work = turn.incident if state is UnitState.ON_SCENE else None
        _move(unit, state, at_work, call.at, call.occurred_at, call.key)
        return Line(kind, response_unit_id=unit.id, facts={"unit": unit.call_sign})

    return perform(rules.acts_by(act, DISPATCH), call, stepped)


def _alone(
    response_unit_id: ResponseUnitId, state: UnitState, actor: Actor, at: datetime, key: UUID
) -> UnitState:
    """Move a unit that is at no incident."""
    with together():
        unit = _lock(response_unit_id)
        rule = rules.acts_by(f"unit-{state.value}", DISPATCH)
        decision = require(actor, rule, CaseFacts("response-unit", unit_id=unit.unit_id), at)
        if _was_done(unit, key):
            return UnitState(unit.state)
        if unit.incident_id is not None or state not in rules.FOLLOWS[UnitState(unit.state)]:
            raise UnitBusy(unit=unit.call_sign)
        record_act(rule.name, actor, decision, name_of(unit), key, at, {"unit": unit.call_sign})
        _move(unit, state, None, at, None, key)
    return state


def _lock(response_unit_id: UUID) -> ResponseUnit:
    found = read(ResponseUnit, "where id = %(id)s for update", {"id": response_unit_id})
    if not found:
        raise UnitNotFound
    return found[0]


def _was_done(unit: ResponseUnit, key: UUID) -> bool:
    on = UnitStatus.objects.filter(pk=key).values_list("response_unit_id", flat=True).first()
    if on not in (None, unit.id):
        raise AlreadyRecorded(entry_id=key)
    return on is not None


def _move(
    unit: ResponseUnit,
    state: UnitState,
    incident: Incident | None,
    at: datetime,
    occurred_at: datetime | None,
    key: UUID,
) -> None:
    """Let the unit be in `state` from now on, in its row and in what is only added to; tell of it."""
    unit.state, unit.incident = state.value, incident
    unit.revision += 1
    unit.save()
    _keep(unit, state, incident, occurred_at or at, at, key)
    tell_of_unit(OF_UNIT[state], unit, at)


def _keep(
    unit: ResponseUnit,
    state: UnitState,
    incident: Incident | None,
    occurred_at: datetime,
    at: datetime,
    key: UUID,
) -> None:
    UnitStatus.objects.create(
        id=key, response_unit=unit, state=state.value, incident=incident,
        occurred_at=occurred_at, recorded_at=at,
    )  # fmt: skip


def _under_way(incident: Incident) -> State | None:
    return None if incident.state == State.UNDER_WAY else State.UNDER_WAY


def _place(incident: Incident) -> Place:
    return Place(incident.lon, incident.lat, incident.ward_code)


def _fitting(incident: Incident) -> tuple[str, ...]:
    return kinds.types()[incident.type].units


def _proof(weighed: Nearest) -> dict[str, Fact]:
    """Return what the line keeps of how units were weighed; whole meters and seconds."""
    return {
        "measure": weighed.measure.value,
        "nearest": weighed.chosen.unit.call_sign if weighed.chosen else None,
        "weighed": [
            {
                "unit": one.unit.call_sign, "distance_m": round(one.distance_m),
                "road_s": None if one.road_s is None else round(one.road_s),
                "over": one.over.value if one.over else None,
            }
            for one in weighed.weighed[:MOST_TOLD]
        ],
    }  # fmt: skip
