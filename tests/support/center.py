"""An operations center for tests: two wards, people with posts, a few units. In a rolled-back `db`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from django.db.backends.postgresql.psycopg_any import DateRange

from dothi.foundation.bitemporal import facts
from dothi.foundation.clock import now
from dothi.foundation.identity.authority import SYSTEM, Actor, Kind
from dothi.foundation.identity.models import Account
from dothi.incidents.actions.incidents import open_incident
from dothi.incidents.actions.units import Fix, NewUnit, make_known, take_positions
from dothi.incidents.assignments.actions import give
from dothi.incidents.assignments.types import AssignmentId, NewAssignment
from dothi.incidents.types import Call, IncidentId, NewIncident, Origin, Place, ResponseUnitId
from dothi.kernel.ids import UnitId, new_id
from dothi.registers.agencies.ids import area_id
from dothi.registers.agencies.models import Area
from dothi.registers.agencies.queries import holdings_of
from tests.support.people import found_center, give_post

AT = datetime(2026, 9, 30, 1, 0, tzinfo=UTC)
"""Eight in the morning of Wednesday 30 September 2026 in Hanoi."""
SINCE = date(2025, 7, 1)
HOAN_KIEM, BA_DINH = "00070", "00004"
WARDS = {HOAN_KIEM: "Hoàn Kiếm", BA_DINH: "Ba Đình"}
LAKE = Place(105.852, 21.029, HOAN_KIEM)
"""Beside the lake of Hoàn Kiếm."""


@dataclass(frozen=True)
class Center:
    """`van` operates, dispatches and drafts, `bao` operates and approves; `ward` does all that in a ward."""

    unit_id: UUID
    van: Actor
    bao: Actor
    ward: Actor


def center() -> Center:
    """Found the center, its people, and two wards."""
    areas()
    unit = found_center()
    return Center(
        unit,
        _actor("van", ["operate", "dispatch", "draft_warning"], unit),
        _actor("bao", ["operate", "approve_warning"], unit),
        _actor("ward", ["operate", "dispatch", "draft_warning", "approve_warning"], None),
    )


def opened(at_center: Center, minutes: int = 0, **changes: object) -> IncidentId:
    """Open a flood by the lake, so many minutes after AT."""
    given: dict[str, object] = {
        "type": "flood", "severity": "Moderate", "place": LAKE, "title": "Ngập phố Hàng Bài",
        "origin": Origin.CALL, **changes,
    }  # fmt: skip
    new = NewIncident(**given)  # type: ignore[arg-type]  # the test says what differs
    done = open_incident(new=new, actor=at_center.van, at=later(minutes), key=new_id())
    return done.incident_id


def unit(
    at_center: Center, call_sign: str, kind: str = "pump-team", seen: Place | None = LAKE, **changes: object
) -> ResponseUnitId:
    """Make a unit known, seen at `seen` at AT."""
    given: dict[str, object] = {
        "kind": kind, "call_sign": call_sign, "name_vi": call_sign, "name_en": call_sign, "home": LAKE,
        "unit_id": UnitId(at_center.unit_id), **changes,
    }  # fmt: skip
    made = make_known(new=NewUnit(**given), actor=SYSTEM, at=AT, key=new_id())  # type: ignore[arg-type]  # as above
    if seen is not None:
        take_positions(fixes=[Fix(made, AT, seen.lon, seen.lat)], at=AT)
    return made


def call(incident_id: IncidentId, actor: Actor, minutes: int = 1, **more: object) -> Call:
    """Return a call on an incident, so many minutes after AT."""
    return Call(incident_id, actor, later(minutes), **more)  # type: ignore[arg-type]  # as above


def later(minutes: float) -> datetime:
    """Return the instant so many minutes after AT."""
    return AT + timedelta(minutes=minutes)


def _actor(name: str, duties: Sequence[str], unit_id: UUID | None) -> Actor:
    # No account is kept: hashing three passwords would take longer than any of the tests.
    account = Account(username=f"{name}.ioc", person_id=new_id())
    give_post(account, duties, unit_id, ward=HOAN_KIEM)
    return Actor(Kind.OFFICIAL, account.person_id, account.id, 2, holdings_of(account.person_id, AT))


def incident_of(unit_id: UUID) -> IncidentId:
    """Open an incident in Ba Đình, where nothing else of the center is there; return its id."""
    areas({BA_DINH: "Ba Đình"})
    van = _actor("somebody", ["operate"], unit_id)
    lake = Place(105.83, 21.04, BA_DINH)
    return opened(Center(unit_id, van, van, van), place=lake)


def asked_of(agency: UUID, incident: IncidentId, unit_id: UUID) -> AssignmentId:
    """Let the center ask something of an agency; return the id of the assignment."""
    asked = Call(incident, _actor("asker", ["operate"], unit_id), now())
    give(asked, new=NewAssignment(UnitId(agency), "Chở bao cát", asked.at + timedelta(hours=1)))
    return AssignmentId(asked.key)


def areas(names: Mapping[str, str] = WARDS) -> None:
    """Let the register know these wards, by their codes."""
    always = DateRange(SINCE, None)
    rows = [
        Area(
            key=area_id(code, SINCE), valid=always, code=code, level="ward", name_vi=f"Phường {name}",
            name_en=f"{name} Ward", parent_code="01", search=name.lower(), sort_key=name,
        )
        for code, name in names.items()
    ]  # fmt: skip
    facts.record([facts.believe(row) for row in rows], at=AT)


def official_in(ward: str, duties: Sequence[str]) -> Actor:
    """Return an official with duties in a ward's own unit."""
    account = Account(username=f"{new_id().hex[:12]}", person_id=new_id())
    give_post(account, duties, ward=ward)
    return Actor(Kind.OFFICIAL, account.person_id, account.id, 2, holdings_of(account.person_id, AT))
