"""
Aggregates of what evolutions said in a window (clause 4.5.19), reckoned by PostgreSQL.

What has measures only (numbers, truth values, lengths) is read from the index alone; texts, distinct
values and relationships need the rows.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import asyncpg

from dothi.context.query.parameters import Parameters
from dothi.context.query.temporal import Aggregation, Method
from dothi.context.store import asking
from dothi.context.store.evolutions import number
from dothi.context.store.kept import Kept

Point = tuple[Any, datetime, datetime]
"""A value with the start and the end of its period."""


@dataclass(frozen=True)
class Aggregates:
    """What one dataset ("" is the default one) of an attribute comes to; methods that do not apply lack."""

    evolution: int
    attribute: str
    dataset: str
    kind: str
    points: dict[Method, list[Point]]


async def series(
    pool: asyncpg.Pool, numbers: Sequence[int], kept: Kept, wanted: Aggregation
) -> list[Aggregates]:
    """Return the aggregates of evolutions. Two or three statements."""
    origins = await _origins(pool, numbers, kept)
    if not origins:
        return []
    plain = Method.DISTINCT not in wanted.methods
    found = await _reckoned(pool, origins, kept, wanted, whole=False) if plain else []
    if not plain or any(row["measured"] < row["total"] for row in found):
        found = await _reckoned(pool, origins, kept, wanted, whole=True)
    return _joined(found, wanted.methods)


async def _origins(pool: asyncpg.Pool, numbers: Sequence[int], kept: Kept) -> list[Mapping[str, Any]]:
    """Return from when to when periods run: as the query says, else from first to last instance."""
    into = Parameters()
    window = kept.window
    statement = _ORIGINS.format(
        numbers=into.put(list(numbers), "integer[]"),
        since=into.put(window.since, "timestamptz"),
        until=into.put(window.until, "timestamptz"),
        column=window.column,
        attribute=kept.attribute_sql("named.iri", into),
        row=kept.row_sql("h", into),
    )
    return await asking.fetch(pool, statement, *into)


async def _reckoned(
    pool: asyncpg.Pool, origins: Sequence[Mapping[str, Any]], kept: Kept, wanted: Aggregation, *, whole: bool
) -> list[Mapping[str, Any]]:
    into = Parameters()
    statement = _SERIES.format(
        numbers=into.put([row["evolution"] for row in origins], "integer[]"),
        origins=into.put([row["since"] for row in origins], "timestamptz[]"),
        ends=into.put([row["until"] for row in origins], "timestamptz[]"),
        **_periods(wanted, kept.window.column, into),
        values=_WHOLE if whole else _PLAIN,
        said=_SAID if whole else "",
        there="true" if kept.window.observed else "h.deleted_at is null",
        attribute=kept.attribute_sql("named.iri", into),
        row=kept.row_sql("h", into),
    )
    return await asking.fetch(pool, statement, *into)


def _periods(wanted: Aggregation, column: str, into: Parameters) -> dict[str, str]:
    """
    Return the SQL of the start and end of a row's period.

    Months and years have no fixed length, so their starts are listed once for each evolution.
    """
    if wanted.period is None:
        return {"starts": "null::timestamptz[]", "start": "o.origin", "end": "o.until"}
    period = f"{into.put(wanted.period, 'text')}::interval"
    if not wanted.calendar:
        start = f"date_bin({period}, h.{column}, o.origin)"
        return {"starts": "null::timestamptz[]", "start": start, "end": f"g.since + {period}"}
    start = f"o.starts[width_bucket(h.{column}, o.starts)]"
    starts = f"array(select generate_series(o.origin, o.until, {period}))"
    return {"starts": starts, "start": start, "end": f"g.since + {period}"}


def _joined(found: Iterable[Mapping[str, Any]], methods: Sequence[Method]) -> list[Aggregates]:
    joined: dict[tuple[int, str, str], Aggregates] = {}
    for row in found:
        key = (row["evolution"], row["iri"], row["dataset_id"])
        one = joined.setdefault(key, Aggregates(*key, row["kind"], {}))
        for method in methods:
            value = _value(row, method)
            if value is not None:
                one.points.setdefault(method, []).append((value, row["since"], row["until"]))
    return list(joined.values())


def _value(row: Mapping[str, Any], method: Method) -> Any:
    if method in (Method.LEAST, Method.MOST, Method.AVERAGE) and row[_COLUMNS[method]] is None:
        return row[f"{_COLUMNS[method]}_text"]
    value = row[_COLUMNS[method]]
    return number(value) if isinstance(value, float) and method in (Method.LEAST, Method.MOST) else value


_COLUMNS: Final[Mapping[Method, str]] = {
    Method.TOTAL: "total",
    Method.DISTINCT: "distinct_values",
    Method.SUM: "sum",
    Method.AVERAGE: "average",
    Method.LEAST: "least",
    Method.MOST: "most",
    Method.DEVIATION: "deviation",
    Method.SQUARES: "squares",
}
_ORIGINS: Final = """
select e.number as evolution, coalesce({since}, min(edge.first)) as since,
    coalesce({until}, max(edge.last)) as until
from unnest({numbers}) as wanted (number)
join context.evolution e on e.number = wanted.number
cross join unnest(e.attributes) as had (number)
join context.attribute named on named.number = had.number
cross join lateral (
    select min(h.{column}) as first, max(h.{column}) as last
    from context.history h
    where h.evolution = e.number and h.attribute = had.number and {row}
) edge
where {attribute} and edge.first is not null
group by e.number
"""
_MEASURES: Final = """
    count(*) as total, count(h.value) as measured, sum(h.value) as sum, avg(h.value) as average,
    min(h.value) as least, max(h.value) as most, stddev_pop(h.value) as deviation,
    sum(h.value * h.value) as squares,"""
_PLAIN: Final = f"""{_MEASURES}
    null::bigint as distinct_values, null::text as least_text, null::text as most_text,
    null::text as average_text,
    'Property' as kind"""
_WHOLE: Final = f"""{_MEASURES}
    count(distinct coalesce(s.said, to_jsonb(h.value))) as distinct_values,
    min(s.text collate "C") as least_text, max(s.text collate "C") as most_text,
    (avg(s.seconds) * interval '1 second')::time || 'Z' as average_text,
    coalesce(max(h.instance ->> 'type'), 'Property') as kind"""
_SAID: Final = r"""cross join lateral (
    select coalesce(
            h.instance -> 'value', h.instance -> 'object', h.instance -> 'languageMap', h.instance -> 'vocab',
            h.instance -> 'json', h.instance -> 'valueList', h.instance -> 'objectList'
        ) as said,
        case jsonb_typeof(h.instance -> 'value')
            when 'string' then h.instance ->> 'value'
            when 'object' then h.instance -> 'value' ->> '@value'  -- a date, a time or an instant
        end as text,
        case when h.instance -> 'value' ->> '@type' in ('Time', 'https://uri.etsi.org/ngsi-ld/Time')
                and h.instance -> 'value' ->> '@value' ~ '^([01]\d|2[0-3]):[0-5]\d:[0-5]\d([.,]\d{1,6})?Z?$'
            then extract(epoch from replace(h.instance -> 'value' ->> '@value', ',', '.')::time)
        end as seconds
) s"""
# Series by series, so that each is read down its index and grouped within it, however many there are.
_SERIES: Final = """
select o.evolution, named.iri, g.*, least({end}, timestamptz '9999-12-31 23:59:59Z') as until
from (
    select o.*, {starts} as starts
    from unnest({numbers}, {origins}, {ends}) as o (evolution, origin, until)
    offset 0  -- starts are listed once, not for each row
) o
join context.evolution e on e.number = o.evolution
cross join unnest(e.attributes) as had (number)
join context.attribute named on named.number = had.number
cross join lateral (
    select h.dataset_id, {start} as since, {values}
    from context.history h
    {said}
    where h.evolution = o.evolution and h.attribute = had.number and {there} and {row}
    group by 1, 2
) g
where {attribute}
order by o.evolution, named.iri, g.dataset_id, g.since
"""
