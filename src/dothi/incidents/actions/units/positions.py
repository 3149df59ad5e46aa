"""Where units are: which device tells it, and positions that are handed in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from dothi.foundation.clock import civil_date
from dothi.foundation.identity.authority import Actor, require
from dothi.foundation.ledger.types import Fact
from dothi.foundation.statements import ask_one, together
from dothi.incidents import rules
from dothi.incidents.acting import done_on, record_act
from dothi.incidents.errors import DeviceUnfit, TrackerTaken
from dothi.incidents.models import ResponseUnit, UnitPosition, UnitTracker
from dothi.incidents.telling import BOUND, RELEASED, name_of, tell_of_unit
from dothi.incidents.types import Place, ResponseUnitId
from dothi.incidents.unit_acting import case_of, lock_unit
from dothi.registers.agencies.founding import CENTER
from dothi.registers.agencies.queries import unit_of

_FIT = (Path(__file__).parents[2] / "sql" / "tracker_fit.sql").read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Fix:
    """Where a unit was at an aware instant, in degrees."""

    response_unit_id: ResponseUnitId
    at: datetime
    lon: float
    lat: float


def bind(*, response_unit_id: ResponseUnitId, device: str, actor: Actor, at: datetime, key: UUID) -> None:
    """
    Let a device tell where a unit is from now on, in place of the one that did; once a `key`.

    It must be a device of the office that sends the unit, at work, that measures `lon` and `lat`.
    Raises UnitNotFound, Refused, DeviceUnfit, TrackerTaken where it tells of another unit.
    """
    with together():
        unit = lock_unit(response_unit_id)
        decision = require(actor, rules.BIND, case_of(unit), at)
        if done_on(UnitTracker, key, "response_unit_id", unit.id):
            return
        _check_fit(device, unit, at)
        _check_free(device)
        UnitTracker.objects.filter(response_unit=unit, released_at=None).update(released_at=at)
        facts: dict[str, Fact] = {"unit": unit.call_sign, "device": device}
        record_act(rules.BIND.name, actor, decision, name_of(unit), key, at, facts)
        UnitTracker.objects.create(id=key, response_unit=unit, device=device, bound_at=at)
        tell_of_unit(BOUND, unit, at)


def release(*, response_unit_id: ResponseUnitId, actor: Actor, at: datetime, key: UUID) -> None:
    """
    Let no device tell any more where a unit is; where none does, nothing changes.

    What was told before stays, and grows stale. Raises UnitNotFound, Refused.
    """
    with together():
        unit = lock_unit(response_unit_id)
        decision = require(actor, rules.RELEASE, case_of(unit), at)
        tracker = UnitTracker.objects.filter(response_unit=unit, released_at=None).first()
        if tracker is None:
            return
        facts: dict[str, Fact] = {"unit": unit.call_sign, "device": tracker.device}
        record_act(rules.RELEASE.name, actor, decision, name_of(unit), key, at, facts)
        tracker.released_at = at
        tracker.save(update_fields=["released_at"])
        tell_of_unit(RELEASED, unit, at)


def take_positions(*, fixes: Sequence[Fix], at: datetime) -> int:
    """
    Keep where units were, as readings; return how many were new. Three statements.

    No act of a person, hence no ledger entry. What was kept before, lies in the future or off the
    earth, or belongs to no unit known, is left out.
    """
    asked = {fix.response_unit_id for fix in fixes}
    known = set(ResponseUnit.objects.filter(id__in=asked).values_list("id", flat=True))
    rows = [
        UnitPosition(
            response_unit_id=fix.response_unit_id, occurred_at=fix.at, recorded_at=at,
            lon=fix.lon, lat=fix.lat,
        )
        for fix in fixes
        if fix.response_unit_id in known and fix.at <= at + rules.AHEAD
        and rules.on_earth(Place(fix.lon, fix.lat))
    ]  # fmt: skip
    told = UnitPosition.objects.filter(response_unit_id__in=known, recorded_at=at)
    before = told.count()
    UnitPosition.objects.bulk_create(rows, ignore_conflicts=True)
    return told.count() - before


def _check_fit(device: str, unit: ResponseUnit, at: datetime) -> None:
    """Refuse what is not at work, does not tell positions, or is another office's. Raises DeviceUnfit."""
    row = ask_one(_FIT, {"device": device, "measures": ["lon", "lat"]})
    owner = unit_of(unit.unit_id, civil_date(at)).code
    if row is None or (row[0] or CENTER) != owner:
        raise DeviceUnfit(device=device)


def _check_free(device: str) -> None:
    """Refuse a device that tells of another unit. Raises TrackerTaken."""
    other = (
        UnitTracker.objects.filter(device=device, released_at=None).select_related("response_unit").first()
    )
    if other is not None:
        raise TrackerTaken(device=device, unit=other.response_unit.call_sign)
