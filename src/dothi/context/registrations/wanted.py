"""What somebody looks for in registrations (clause 5.12): entities, attributes, places, times, properties."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from dothi.context.errors import BadRequestData
from dothi.context.model import terms
from dothi.context.query.geo import GeoQuery
from dothi.context.query.patterns import Pattern
from dothi.context.query.q import Query
from dothi.context.query.scopes import ScopeQuery
from dothi.context.query.types import Types
from dothi.context.registrations import checks

INTERVALS: Final[Mapping[str, str]] = {
    "observedAt": "observationInterval", "createdAt": "managementInterval",
    "modifiedAt": "managementInterval", "deletedAt": "managementInterval",
}  # fmt: skip
"""The interval of a registration that tells when attributes have this instant."""
RELATIONS: Final = ("before", "after", "between")


@dataclass(frozen=True)
class EntityWanted:
    """Entities: of these types, of one of these ids, or of an id like a pattern; nothing told means any."""

    types: Types | None = None
    ids: frozenset[str] = frozenset()
    like: Pattern | None = None


@dataclass(frozen=True)
class Period:
    """A time, half-open; `interval` is the interval of registrations that it is compared with."""

    interval: str
    since: datetime | None
    until: datetime | None

    def overlaps(self, told: Mapping[str, str]) -> bool:
        """Tell whether it has an instant in common with a stored TimeInterval."""
        starts = checks.instant_at(told["startAt"])
        ends = checks.instant_at(told["endAt"]) if "endAt" in told else None
        if self.until is not None and starts >= self.until:
            return False
        return self.since is None or ends is None or ends >= self.since


@dataclass(frozen=True)
class Wanted:
    """All that is wanted together; `place` names the geometry of the registration that `geo` is about."""

    entities: tuple[EntityWanted, ...] = ()
    attributes: frozenset[str] = frozenset()
    geo: GeoQuery | None = None
    place: str = "location"
    period: Period | None = None
    scopes: ScopeQuery | None = None
    csf: Query | None = None
    timeless: bool = True
    """Without a period: only registrations without intervals, those of what is now (clause 5.12)."""
    datasets: frozenset[str] = frozenset()
    """Instances of these datasets, `@none` the default one; none told means all."""
    met: frozenset[str] = frozenset()
    """Aliases of the sources that the request came through, which are not asked again (4.3.6.4)."""
    handing_on: bool = False
    """For a request that is handed on: a source that does not say where or when it is may have it."""


def selectors(types: Types | None, ids: Iterable[str], like: Pattern | None) -> tuple[EntityWanted, ...]:
    """Return the entities that the parameters of one request mean, none where it tells nothing of them."""
    one = EntityWanted(types, frozenset(ids), like)
    return () if one == EntityWanted() else (one,)


def period(told: Mapping[str, Any]) -> Period | None:
    """Return the time of a temporal query (clause 4.11), None where there is none. Raises BadRequestData."""
    relation, member = told.get("timerel"), told.get("timeproperty", "observedAt")
    if relation is None:
        if any(one in told for one in ("timeAt", "endTimeAt")):
            raise BadRequestData("timerel is missing")
        return None
    if relation not in RELATIONS or member not in INTERVALS:
        raise BadRequestData(
            f"timerel is one of {', '.join(RELATIONS)}, timeproperty of {', '.join(INTERVALS)}"
        )
    at = _instant(told, "timeAt")
    if relation == "before":
        return Period(INTERVALS[member], None, at)
    until = _instant(told, "endTimeAt") if relation == "between" else None
    if until is not None and until < at:
        raise BadRequestData("endTimeAt is before timeAt")
    return Period(INTERVALS[member], at, until)


def _instant(told: Mapping[str, Any], name: str) -> datetime:
    return checks.instant_at(terms.instant(told.get(name), name))
