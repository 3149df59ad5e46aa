"""Units as the center has them: made known, taken out of service, put back."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from dothi.foundation.identity.authority import Actor, CaseFacts, Decision, require
from dothi.foundation.ledger.types import Fact
from dothi.foundation.statements import together
from dothi.incidents import kinds, rules
from dothi.incidents.acting import done_on, record_act
from dothi.incidents.errors import KindUnknown, PlaceUnfit, UnitBusy
from dothi.incidents.models import ResponseUnit, UnitStatus
from dothi.incidents.telling import KNOWN, name_of, tell_of_unit
from dothi.incidents.types import Place, ResponseUnitId, UnitState
from dothi.incidents.unit_acting import Moved, case_of, keep, lock_unit, move
from dothi.kernel.ids import UnitId, new_id


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


def take_off(*, response_unit_id: ResponseUnitId, actor: Actor, at: datetime, key: UUID) -> UnitState:
    """Take a free unit out of service, once a `key`. Raises UnitNotFound, UnitBusy, Refused."""
    return _alone(response_unit_id, UnitState.OFF, actor, at, key)


def put_on(*, response_unit_id: ResponseUnitId, actor: Actor, at: datetime, key: UUID) -> UnitState:
    """Put a unit back into service, once a `key`. Raises UnitNotFound, UnitBusy, Refused."""
    return _alone(response_unit_id, UnitState.AVAILABLE, actor, at, key)


def _found(new: NewUnit, actor: Actor, decision: Decision, at: datetime, key: UUID) -> ResponseUnit:
    unit = ResponseUnit(
        kind=new.kind, call_sign=new.call_sign, name_vi=new.name_vi, name_en=new.name_en, unit_id=new.unit_id,
        home_lon=new.home.lon, home_lat=new.home.lat, shifts=[list(span) for span in new.shifts], since=at,
    )  # fmt: skip
    unit.save(force_insert=True)
    keep(unit, Moved(UnitState.AVAILABLE, None, at, at, new_id()))
    facts: dict[str, Fact] = {"unit": unit.call_sign, "kind": unit.kind}
    record_act(rules.FOUND.name, actor, decision, name_of(unit), key, at, facts)
    tell_of_unit(KNOWN, unit, at)
    return unit


def _alone(
    response_unit_id: ResponseUnitId, state: UnitState, actor: Actor, at: datetime, key: UUID
) -> UnitState:
    """Move a unit that is at no incident."""
    with together():
        unit = lock_unit(response_unit_id)
        rule = rules.acts_by(f"unit-{state.value}", rules.DISPATCH)
        decision = require(actor, rule, case_of(unit), at)
        if done_on(UnitStatus, key, "response_unit_id", unit.id):
            return UnitState(unit.state)
        if unit.incident_id is not None or state not in rules.FOLLOWS[UnitState(unit.state)]:
            raise UnitBusy(unit=unit.call_sign)
        record_act(rule.name, actor, decision, name_of(unit), key, at, {"unit": unit.call_sign})
        move(unit, Moved(state, None, at, at, key))
    return state
