"""
Derived attributes: of the past of one entity within a window, up to the latest instant of its sources. Pure.

A figure says by which rule it was made, and from which readings: how many of which attribute, from when to
when. Where the rule has too few of them there is no figure.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from dothi.context.model.kinds import Instance
from dothi.context.store.rows import as_text
from dothi.sectors.environment import rain, vn_aqi
from dothi.sectors.environment.rain import Fallen
from dothi.sectors.mobility import service
from dothi.sectors.models import iri, models
from dothi.sectors.water import levels
from dothi.sectors.water.levels import Level

ZONE: Final = ZoneInfo("Asia/Ho_Chi_Minh")
HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)
FREE_FLOW_KMH: Final = 50.0
"""Of a road without a speed of its own: the limit in built-up areas.

Source: Circular 38/2024/TT-BGTVT; verified: false.
"""
DERIVED_FROM: Final = "urn:dothi:ns:derivedFrom"
RULE: Final = "urn:dothi:ns:rule"


class Value(NamedTuple):
    """What was observed of an attribute at an instant."""

    at: datetime
    said: float


@dataclass(frozen=True)
class Past:
    """What is known of an entity: `values` of each source term, by instant; `name` is the end of its id."""

    name: str
    at: datetime
    values: Mapping[str, Sequence[Value]]

    def of(self, term: str) -> Sequence[Value]:
        """Return the values of a term."""
        return self.values.get(term, ())


@dataclass(frozen=True)
class Figure:
    """A derived value of a term; its readings begin after `since`; `sources` are their terms."""

    term: str
    value: float | int | str
    rule: str
    since: datetime
    sources: Sequence[str]
    more: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Rule:
    """What is made for entities of a type: `makes`, of `sources` that are looked back at for `window`."""

    entity_type: str
    sources: tuple[str, ...]
    window: timedelta
    makes: tuple[str, ...]
    make: Callable[[Past], list[Figure]]


def figures(rule: Rule, past: Past) -> list[tuple[str, Instance]]:
    """Return derived attributes by IRI, in stored form, observed at the latest instant of the sources."""
    return [(iri(one.term), _instance(one, past)) for one in rule.make(past)]


def rain_sums(past: Past) -> list[Figure]:
    """Return rain of 1, 3 and 24 hours, and the level of risk."""
    fallen = [Fallen(*one) for one in past.of("precipitation")]
    found = []
    for hours in (1, 3, 24):
        mm = rain.total(fallen, past.at, hours * HOUR)
        if mm is not None:
            window = past.at - hours * HOUR
            found.append(Figure(f"precipitation{hours}h", mm, "sum", window, ("precipitation",)))
            if hours == 24:
                rule = "environment/rain_risk.csv"
                found.append(Figure("rainRisk", rain.risk(mm), rule, window, ("precipitation",)))
    return found


def air_index(past: Past) -> list[Figure]:
    """Return VN_AQI of the latest hour and, once a civil day is whole, of that day."""
    pollutants = (*vn_aqi.DUST, *vn_aqi.GASES)
    found = []
    hourly = vn_aqi.hourly({one: hours(past.of(one), past.at, vn_aqi.NOWCAST_H) for one in pollutants})
    if hourly:
        about = {"pollutant": hourly.pollutant, "color": hourly.color}
        since = past.at - vn_aqi.NOWCAST_H * HOUR
        rule = "VN_AQI hourly, environment/vn_aqi.csv"
        found.append(Figure("airQualityIndex", hourly.value, rule, since, pollutants, about))
        found.append(Figure("airQualityLevel", hourly.category, rule, since, pollutants))
    midnight = past.at.astimezone(ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    daily = vn_aqi.daily({one: hours(past.of(one), midnight, vn_aqi.DAY_H) for one in pollutants})
    if daily:
        rule = "VN_AQI daily, environment/vn_aqi.csv"
        day = (midnight - HOUR).date().isoformat()
        told = {"pollutant": daily.pollutant, "day": day}
        found.append(Figure("airQualityIndexDay", daily.value, rule, midnight - DAY, pollutants, told))
    return found


def water(past: Past) -> list[Figure]:
    """Return the rise of 24 hours, and the alert level where levels are published for the station."""
    known = [Level(*one) for one in past.of("waterLevel")]
    if not known:
        return []
    found = []
    rise = levels.rise(known, past.at, DAY)
    if rise is not None:
        found.append(Figure("rise24h", rise, "last less lowest", past.at - DAY, ("waterLevel",)))
    alert = levels.alert(past.name, known[-1].m)
    if alert is not None:
        rule = "water/alert_levels.csv"
        found.append(Figure("alertLevel", alert, rule, known[-1].at, ("waterLevel",)))
    return found


def traffic(past: Past) -> list[Figure]:
    """Return the level of service of the last quarter of an hour."""
    window = past.at - HOUR / 4
    speeds = [one.said for one in past.of("averageVehicleSpeed") if one.at > window]
    level = service.level(sum(speeds) / len(speeds), FREE_FLOW_KMH) if speeds else None
    if level is None:
        return []
    rule = f"mobility/level_of_service.csv, free flow {FREE_FLOW_KMH:g} km/h"
    return [Figure("levelOfService", level, rule, window, ("averageVehicleSpeed",))]


def hours(values: Sequence[Value], at: datetime, many: int) -> list[float | None]:
    """Return the mean of each of so many hours before an instant, the latest first; None where none is."""
    found: list[list[float]] = [[] for _ in range(many)]
    for one in values:
        age = (at - one.at) // HOUR
        if 0 <= age < many:
            found[age].append(one.said)
    return [sum(several) / len(several) if several else None for several in found]


RULES: Final = (
    Rule(
        "WeatherObserved", ("precipitation",), DAY,
        ("precipitation1h", "precipitation3h", "precipitation24h", "rainRisk"), rain_sums,
    ),
    Rule(
        "AirQualityObserved", (*vn_aqi.DUST, *vn_aqi.GASES), 2 * DAY,
        ("airQualityIndex", "airQualityLevel", "airQualityIndexDay"), air_index,
    ),
    Rule("WaterObserved", ("waterLevel",), DAY, ("rise24h", "alertLevel"), water),
    Rule("TrafficFlowObserved", ("averageVehicleSpeed",), HOUR, ("levelOfService",), traffic),
)  # fmt: skip


def _instance(one: Figure, past: Past) -> Instance:
    told = [
        {"attribute": term, "count": len(used), "from": as_text(used[0].at), "to": as_text(used[-1].at)}
        for term in one.sources
        if (used := [value for value in past.of(term) if one.since < value.at or value.at == past.at])
    ]
    about = {
        RULE: [{"type": "Property", "value": one.rule}],
        DERIVED_FROM: [{"type": "JsonProperty", "json": {"readings": told, **one.more}}],
    }
    unit = _unit(one.term)
    return {
        "type": "Property", "value": one.value, "observedAt": as_text(past.at),
        **({"unitCode": unit} if unit else {}), "attributes": about,
    }  # fmt: skip


def _unit(term: str) -> str:
    """Return the unit code of a term."""
    return next((one.attributes[term].unit_code for one in models().values() if term in one.attributes), "")
