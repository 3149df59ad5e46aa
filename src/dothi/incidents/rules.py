"""
Rules of the incidents room, without a database: who may act, what follows what, who is nearest.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from math import asin, cos, hypot, isfinite, radians, sin, sqrt
from zoneinfo import ZoneInfo

from dothi.foundation.identity.authority import ActRule, Duty, Kind
from dothi.incidents.types import Measure, Nearest, Over, Place, UnitRow, UnitState, Weighed

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
OFFICIALS = frozenset({Kind.OFFICIAL})
OPERATE = frozenset({Duty.OPERATE})
DISPATCH = frozenset({Duty.DISPATCH})

OPEN = ActRule("incidents.open", OFFICIALS, OPERATE, on_case=False)
FOUND = ActRule("incidents.found-unit", frozenset({Kind.OFFICIAL, Kind.SYSTEM}), DISPATCH)
BIND = ActRule("incidents.bind-device", OFFICIALS, DISPATCH)
RELEASE = ActRule("incidents.release-device", OFFICIALS, DISPATCH)
KEEP_ROADS = ActRule("incidents.keep-roads", frozenset({Kind.SYSTEM}), on_case=False)
OPEN_ROADS = ActRule("incidents.open-roads", OFFICIALS, OPERATE | DISPATCH)
CHECK_STEP = ActRule("incidents.check-step", frozenset({Kind.SYSTEM}))
DRAFT_WARNING = ActRule("incidents.draft-warning", OFFICIALS, frozenset({Duty.DRAFT_WARNING}), on_case=False)
DISCARD_WARNING = ActRule("incidents.discard-warning", OFFICIALS, frozenset({Duty.DRAFT_WARNING}))
APPROVE_WARNING = ActRule(
    "incidents.approve-warning", OFFICIALS, frozenset({Duty.APPROVE_WARNING}), apart_from=frozenset({"draft"})
)
REFUSE_WARNING = ActRule("incidents.refuse-warning", OFFICIALS, frozenset({Duty.APPROVE_WARNING}))
READ_WARNINGS = ActRule(
    "incidents.read-warnings",
    OFFICIALS,
    frozenset({Duty.OPERATE, Duty.DISPATCH, Duty.DRAFT_WARNING, Duty.APPROVE_WARNING}),
    on_case=False,
)

EARTH_M = 6_371_008.8
"""Mean radius of the earth (IUGG)."""
BACK = timedelta(days=1)
"""How far back an operator may date what happened. House rule."""
AHEAD = timedelta(minutes=2)
"""How far clocks of people may run ahead. House rule."""

FOLLOWS: Mapping[UnitState, frozenset[UnitState]] = {
    UnitState.AVAILABLE: frozenset({UnitState.SENT, UnitState.OFF}),
    UnitState.SENT: frozenset({UnitState.ON_SCENE, UnitState.AVAILABLE}),
    UnitState.ON_SCENE: frozenset({UnitState.AVAILABLE, UnitState.OFF}),
    UnitState.OFF: frozenset({UnitState.AVAILABLE}),
}
"""What a unit may do next."""


@dataclass(frozen=True, slots=True)
class Way:
    """The seconds from a place, None where no way leads; an estimate where the place is not `on_road`."""

    seconds: float | None
    on_road: bool


Roads = Callable[[Place], Way]
"""The way from a place to the one that is asked about."""
Shifts = Sequence[Sequence[str]]


def acts_by(name: str, duties: frozenset[Duty]) -> ActRule:
    """Return the rule of an act on an incident of the actor's own center."""
    return ActRule(f"incidents.{name}", OFFICIALS, duties)


def on_earth(place: Place) -> bool:
    """Tell whether longitude and latitude are numbers of degrees."""
    return isfinite(place.lon) and isfinite(place.lat) and abs(place.lon) <= 180 and abs(place.lat) <= 90


def distance_m(one: Place, other: Place) -> float:
    """Return the distance over the sphere in meters, exact to about 0.5 %. Haversine."""
    north, east = radians(other.lat - one.lat), radians(other.lon - one.lon)
    half = hypot(sin(north / 2), sqrt(cos(radians(one.lat)) * cos(radians(other.lat))) * sin(east / 2))
    return 2 * EARTH_M * asin(min(1.0, half))


def on_shift(shifts: Shifts, at: datetime) -> bool:
    """Tell whether a unit with these spans of the day in Hanoi works at `at`; a span may cross midnight."""
    clock = at.astimezone(HANOI).time()
    return not shifts or any(_within(time.fromisoformat(a), time.fromisoformat(b), clock) for a, b in shifts)


def nearest(
    units: Iterable[UnitRow], place: Place, kinds: Sequence[str], at: datetime, roads: Roads | None = None
) -> Nearest:
    """
    Return which unit of `kinds` is nearest to `place`, and why each other was passed over.

    By seconds where `roads` is given, of the crow's way for a unit that is off them; else by distance. Equal
    ones by call sign.
    """
    measure = Measure.ROAD_TIME if roads else Measure.DISTANCE
    weighed = [_weigh(unit, place, kinds, roads) for unit in units]
    weighed.sort(key=lambda one: (one.over is not None, _cost(one), one.unit.call_sign))
    chosen = weighed[0] if weighed and weighed[0].over is None else None
    told = (one if one is chosen or one.over else replace(one, over=Over.FARTHER) for one in weighed)
    return Nearest(chosen, measure, tuple(told), at)


def _weigh(unit: UnitRow, place: Place, kinds: Sequence[str], roads: Roads | None) -> Weighed:
    over, away = _unfit(unit, kinds), distance_m(unit.place, place)
    if roads is None or over is not None:
        return Weighed(unit, away, None, Measure.DISTANCE, over)
    way = roads(unit.place)
    measure = Measure.ROAD_TIME if way.on_road else Measure.DISTANCE
    return Weighed(unit, away, way.seconds, measure, Over.NO_WAY if way.seconds is None else None)


def _unfit(unit: UnitRow, kinds: Sequence[str]) -> Over | None:
    """Return the first reason for which a unit cannot be sent at all."""
    reasons = (
        (unit.kind not in kinds, Over.WRONG_KIND),
        (unit.state is UnitState.OFF, Over.OFF),
        (unit.state is not UnitState.AVAILABLE, Over.BUSY),
        (not unit.on_shift, Over.OFF_SHIFT),
        (unit.stale, Over.STALE),
    )
    return next((reason for holds, reason in reasons if holds), None)


def _cost(one: Weighed) -> float:
    return one.distance_m if one.seconds is None else one.seconds


def _within(start: time, end: time, clock: time) -> bool:
    return start <= clock < end if start < end else clock >= start or clock < end
