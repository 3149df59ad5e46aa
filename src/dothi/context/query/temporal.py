"""
The temporal query language (clauses 4.11 and 5.2.21) and what is to be aggregated (4.5.19, 5.2.44).

    window = temporal.window(told)            told: timerel, timeAt, … as a request has them
    aggregation = temporal.aggregation(told)  aggrMethods, aggrPeriodDuration
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final

from dothi.context.errors import BadRequestData
from dothi.context.model import terms
from dothi.context.query.parameters import Parameters

MOST: Final = 2**31 - 1
DURATION = re.compile(
    r"P(?=\d|T\d)(?:(?P<years>\d{1,4})Y)?(?:(?P<months>\d{1,5})M)?(?:(?P<weeks>\d{1,5})W)?(?:(?P<days>\d{1,6})D)?"
    r"(?:T(?=\d)(?:(?P<hours>\d{1,7})H)?(?:(?P<minutes>\d{1,8})M)?(?:(?P<seconds>\d{1,9})S)?)?",
    re.ASCII,
)
WINDOW: Final = frozenset({"timerel", "timeAt", "endTimeAt", "timeproperty", "lastN"})
AGGREGATION: Final = frozenset({"aggrMethods", "aggrPeriodDuration"})


class TimeProperty(StrEnum):
    """The temporal properties of an instance (clause 4.8)."""

    OBSERVED = "observedAt"
    CREATED = "createdAt"
    MODIFIED = "modifiedAt"
    DELETED = "deletedAt"


COLUMNS: Final[Mapping[TimeProperty, str]] = {
    TimeProperty.OBSERVED: "at",
    TimeProperty.CREATED: "created_at",
    TimeProperty.MODIFIED: "modified_at",
    TimeProperty.DELETED: "deleted_at",
}


class Method(StrEnum):
    """Ways to make one value of many (clause 4.5.19.1)."""

    TOTAL = "totalCount"
    DISTINCT = "distinctCount"
    SUM = "sum"
    AVERAGE = "avg"
    LEAST = "min"
    MOST = "max"
    DEVIATION = "stddev"
    SQUARES = "sumsq"


@dataclass(frozen=True)
class Window:
    """
    Instances whose property `by` lies from `since`, included, to `until`, excluded; None is without end.

    `told` is whether a temporal query was told at all, `named` whether its property was; `last` is lastN.
    """

    by: TimeProperty = TimeProperty.OBSERVED
    since: datetime | None = None
    until: datetime | None = None
    last: int | None = None
    told: bool = False
    named: bool = False

    @property
    def column(self) -> str:
        """Return the column of context.history that tells the time."""
        return COLUMNS[self.by]

    @property
    def observed(self) -> bool:
        """Tell whether only what has observedAt is wanted."""
        return self.by is TimeProperty.OBSERVED and (self.told or self.named)

    def sql(self, row: str, into: Parameters) -> str:
        """Return the condition on rows of context.history that go by the name `row`."""
        conditions = [f"{row}.{self.column} is not null"]
        if self.observed:
            conditions.append(f"{row}.observed")
        if self.since:
            conditions.append(f"{row}.{self.column} >= {into.put(self.since, 'timestamptz')}")
        if self.until:
            conditions.append(f"{row}.{self.column} < {into.put(self.until, 'timestamptz')}")
        return " and ".join(conditions)


@dataclass(frozen=True)
class Aggregation:
    """`period` is a duration of ISO 8601; None is the whole time. `calendar`: it has months or years."""

    methods: tuple[Method, ...]
    period: str | None
    calendar: bool


def window(told: Mapping[str, Any]) -> Window:
    """Return what a request says of time. Raises BadRequestData."""
    last = _last(told.get("lastN"))
    by = _time_property(told.get("timeproperty"))
    named = "timeproperty" in told
    if "timerel" not in told:
        if "timeAt" in told or "endTimeAt" in told:
            raise BadRequestData("timeAt and endTimeAt need timerel")
        return Window(by, last=last, named=named)
    since, until = _bounds(told)
    return Window(by, since, until, last, told=True, named=named)


def aggregation(told: Mapping[str, Any]) -> Aggregation:
    """Return what is to be aggregated. Raises BadRequestData."""
    methods = _methods(told.get("aggrMethods"))
    period = told.get("aggrPeriodDuration", "PT0S")
    found = DURATION.fullmatch(period) if isinstance(period, str) else None
    if not found:
        raise BadRequestData(f"aggrPeriodDuration is not a duration: {period!r}")
    parts = {name: int(number) for name, number in found.groupdict(default="0").items()}
    if parts["weeks"] and sum(map(bool, parts.values())) > 1:
        raise BadRequestData("aggrPeriodDuration has weeks and something else")
    whole = not any(parts.values())
    return Aggregation(methods, None if whole else period, bool(parts["years"] or parts["months"]))


def as_datetime(told: object, what: str) -> datetime:
    """Return an instant as it is told. Raises BadRequestData."""
    text = terms.instant(told, what)
    return datetime.fromisoformat(text.replace(",", ".").removesuffix("Z")).replace(tzinfo=UTC)


def _bounds(told: Mapping[str, Any]) -> tuple[datetime | None, datetime | None]:
    relation = told["timerel"]
    if relation not in ("before", "after", "between"):
        raise BadRequestData(f"timerel is before, after or between, not {relation!r}")
    at = as_datetime(told.get("timeAt"), "timeAt")
    if relation == "between":
        return at, as_datetime(told.get("endTimeAt"), "endTimeAt")
    return (at, None) if relation == "after" else (None, at)


def _time_property(told: object) -> TimeProperty:
    if told is None:
        return TimeProperty.OBSERVED
    if not isinstance(told, str) or told not in set(TimeProperty):
        raise BadRequestData(f"timeproperty is {', '.join(TimeProperty)}, not {told!r}")
    return TimeProperty(told)


def _last(told: object) -> int | None:
    if told is None:
        return None
    number = (
        int(told) if isinstance(told, str) and told.isascii() and told.isdigit() and len(told) < 11 else told
    )
    if not isinstance(number, int) or isinstance(number, bool) or not 0 < number <= MOST:
        raise BadRequestData(f"lastN is a positive whole number, not {told!r}")
    return number


def _methods(told: object) -> tuple[Method, ...]:
    names = told.split(",") if isinstance(told, str) else told
    if not isinstance(names, list) or not names:
        raise BadRequestData("aggrMethods is missing")
    for name in names:
        if not isinstance(name, str) or name.strip() not in set(Method):
            raise BadRequestData(f"aggrMethods has {name!r}, which is not among {', '.join(Method)}")
    return tuple(dict.fromkeys(Method(name.strip()) for name in names))
