"""
Reading evolutions of entities (clauses 5.7.3 and 5.7.4): which entities, and what they said in a window.

All statements begin with entities and go down the index of each series, (evolution, attribute, at), so
that their cost grows with what they return and not with what is kept.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final

import asyncpg

from dothi.context.model.evolution import SCOPE
from dothi.context.model.kinds import Instance
from dothi.context.query.entities import EntitySelector
from dothi.context.query.parameters import Parameters
from dothi.context.query.q import Query
from dothi.context.query.scopes import ScopeQuery
from dothi.context.query.temporal import Window
from dothi.context.rights.reach import EVERYTHING, Reach
from dothi.context.store import asking, past
from dothi.context.store.history import id_of
from dothi.context.store.statements import sql
from dothi.context.turns import MANY, aside

Condition = Callable[[Parameters], str]
"""Writes a condition on rows of context.evolution that go by the name `e`."""


@dataclass(frozen=True)
class Found:
    """An evolution by its number; `types` are IRIs."""

    number: int
    id: str
    types: Sequence[str]
    created_at: datetime


@dataclass(frozen=True)
class Row:
    """One instance in stored form; `time` is what the property of the window says of it."""

    evolution: int
    attribute: str
    time: datetime
    number: int
    instance: Instance


@dataclass(frozen=True)
class Kept:
    """
    What is wanted of the evolutions that are found.

    `attributes` None stands for all, `datasets` None for all ("" is the default one), `scopes` for those
    that held at the time of an instance. `most` is how many instances of each attribute, the last ones
    where `window.last` is told. With `scope` the scope comes along. What is out of `reach` is not there.

    Statements have the evolution as `e`, the attribute as `named` and its rows as `h`.
    """

    window: Window
    attributes: Sequence[str] | None = None
    datasets: Sequence[str] | None = None
    scopes: ScopeQuery | None = None
    most: int = 1
    scope: bool = True
    reach: Reach = EVERYTHING

    def attribute_sql(self, column: str, into: Parameters) -> str:
        """Return the condition on the IRI of an attribute."""
        if not self.reach.everything:
            asked = replace(self, reach=EVERYTHING).attribute_sql(column, into)
            return f"({asked} and {past.attribute_sql(self.reach, column, into)})"
        if self.attributes is None:
            return "true" if self.scope else f"{column} <> {into.put(SCOPE, 'text')}"
        wanted = [*self.attributes, SCOPE] if self.scope else list(self.attributes)
        return f"{column} = any({into.put(wanted, 'text[]')})"

    def row_sql(self, row: str, into: Parameters) -> str:
        """Return the condition on rows of context.history."""
        told = [self.window.sql(row, into)]
        if self.datasets is not None:
            told.append(f"{row}.dataset_id = any({into.put(list(self.datasets), 'text[]')})")
        if self.scopes is not None:
            scope = into.put(SCOPE, "text")
            told.append(past.HELD.format(row=row, scope=scope, wanted=self.scopes.sql(into, "s")))
        if not self.reach.everything:
            told.append(past.row_sql(self.reach, row, into))
        return " and ".join(told)


async def one(pool: asyncpg.Pool, tenant: str, entity_id: str, reach: Reach = EVERYTHING) -> Found | None:
    """Return the evolution of one entity."""
    if not reach.everything:
        this = selected([EntitySelector(ids=(entity_id,))])
        found = await page(pool, [of_tenant(tenant), this, reached(reach)], limit=1, offset=0)
        return found[0] if found else None
    row = await pool.fetchrow(sql("evolution"), tenant, entity_id)
    return _found(row) if row else None


async def page(
    pool: asyncpg.Pool, conditions: Sequence[Condition], *, limit: int, offset: int, down: bool = False
) -> list[Found]:
    """Return evolutions that meet all conditions, ordered by the id of the entity."""
    into = Parameters()
    told = _PAGE.format(
        where=_all(conditions, into),
        direction="desc" if down else "asc",
        limit=into.put(limit, "bigint"),
        offset=into.put(offset, "bigint"),
    )
    return [_found(row) for row in await asking.fetch(pool, told, *into)]


async def count(pool: asyncpg.Pool, conditions: Sequence[Condition]) -> int:
    """Return how many evolutions meet all conditions."""
    into = Parameters()
    [row] = await asking.fetch(pool, _COUNT.format(where=_all(conditions, into)), *into)
    return int(row["count"])


def of_tenant(tenant: str) -> Condition:
    """Return the condition that every question has."""
    return lambda into: f"e.tenant = {into.put(tenant, 'text')}"


def selected(selectors: Sequence[EntitySelector]) -> Condition:
    """Return the condition that one of the selectors selects the entity."""
    return lambda into: " or ".join(one.sql(into, "e") for one in selectors)


def reached(reach: Reach) -> Condition:
    """Return the condition that an evolution is within reach."""
    return lambda into: past.evolution_sql(reach, into)


def says(kept: Kept) -> Condition:
    """Return the condition that some wanted attribute, the scope apart, has a wanted instance."""

    def write(into: Parameters) -> str:
        attribute = replace(kept, scope=False).attribute_sql("named.iri", into)
        says = _SAYS if kept.reach.everything else _SAYS_WITHIN
        return says.format(attribute=attribute, row=kept.row_sql("h", into))

    return write


def fits(query: Query, kept: Kept) -> Condition:
    """Return the condition that instances in the window fit a query: each term asks for one of them."""
    named = [term.attribute for term in query.terms() if term.attribute]
    asked = Kept(kept.window, named, scope=False, reach=kept.reach)

    def write(into: Parameters) -> str:
        attribute = asked.attribute_sql("named.iri", into)
        return _FITS.format(attribute=attribute, row=asked.row_sql("h", into), query=query.sql(into, "p"))

    return write


async def rows(pool: asyncpg.Pool, numbers: Sequence[int], kept: Kept) -> list[Row]:
    """
    Return the wanted instances of evolutions, ordered by time within each attribute.

    Of each attribute there are `kept.most`, and those that share the time of the last one of these.
    """
    into = Parameters()
    told = _ROWS.format(
        numbers=into.put(list(numbers), "integer[]"),
        attribute=kept.attribute_sql("named.iri", into),
        row=kept.row_sql("h", into),
        column=kept.window.column,
        direction="desc" if kept.window.last else "asc",
        most=into.put(kept.most, "bigint"),
    )
    found = await asking.fetch(pool, told, *into)

    def in_time() -> list[Row]:
        several = [_row(one, kept.window.column) for one in found]
        return sorted(several, key=lambda one: (one.evolution, one.time, one.number))

    return await aside(len(found) > MANY, in_time)


async def scopes_before(pool: asyncpg.Pool, numbers: Sequence[int], since: datetime) -> list[Row]:
    """Return the instance of the scope that held when a window begins, for each evolution that had one."""
    return [_row(row, "at") for row in await pool.fetch(sql("scope_before"), list(numbers), SCOPE, since)]


def told(at: datetime) -> str:
    """Return an instant as NGSI-LD writes it, with a fraction only where there is one."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def number(value: float) -> float:
    """Return a number as JSON has it: whole where it is whole."""
    return int(value) if value.is_integer() else value


def _all(conditions: Sequence[Condition], into: Parameters) -> str:
    return " and ".join(f"({write(into)})" for write in conditions)


def _found(row: Mapping[str, Any]) -> Found:
    return Found(row["number"], row["id"], row["types"], row["created_at"])


def _row(row: Mapping[str, Any], column: str) -> Row:
    return Row(row["evolution"], row["iri"], row[column], row["number"], _instance(row))


def _instance(row: Mapping[str, Any]) -> Instance:
    instance: Instance = row["instance"] or {"type": "Property", "value": number(row["value"])}
    instance["instanceId"] = id_of(row["number"])
    if row["dataset_id"]:
        instance["datasetId"] = row["dataset_id"]
    if row["observed"]:
        instance["observedAt"] = told(row["at"])
    for member, column in _SYSTEM.items():
        if row[column]:
            instance[member] = told(row[column])
    return instance


_SYSTEM: Final = {"createdAt": "created_at", "modifiedAt": "modified_at", "deletedAt": "deleted_at"}
_PAGE: Final = """
select e.number, e.id, e.types, e.created_at
from context.evolution e
where {where}
order by e.id {direction}
limit {limit} offset {offset}
"""
_COUNT: Final = "select count(*) from context.evolution e where {where}"
# The limit stops at the first row; without it PostgreSQL joins all rows of the window first. What attributes
# are wanted is looked up once for all entities, for a page deep in a list asks this of each before it.
_SAYS: Final = """exists (
    select from unnest(e.attributes) as had (number)
    cross join lateral (
        select from context.history h
        where h.evolution = e.number and h.attribute = had.number and {row}
        limit 1
    ) one
    where had.number = any(array(select named.number from context.attribute named where {attribute}))
)"""
# The same where it depends on the entity, too, which attributes are reached.
_SAYS_WITHIN: Final = """exists (
    select from unnest(e.attributes) as had (number)
    join context.attribute named on named.number = had.number
    cross join lateral (
        select from context.history h
        where h.evolution = e.number and h.attribute = had.number and {row}
        limit 1
    ) one
    where {attribute}
)"""
# An entity whose attributes have all instances of the window, for conditions on rows of context.entity.
_FITS: Final = """exists (
    select from (
        select e.tenant, e.id, e.types, e.created_at, e.created_at as modified_at, (
            select coalesce(jsonb_object_agg(s.iri, s.instances), '{{}}')
            from (
                select named.iri, jsonb_agg(
                    coalesce(h.instance, jsonb_build_object('type', 'Property', 'value', h.value))
                    || jsonb_strip_nulls(jsonb_build_object(
                        'datasetId', nullif(h.dataset_id, ''),
                        'observedAt', case when h.observed then context.as_text(h.at) end,
                        'createdAt', context.as_text(h.created_at),
                        'modifiedAt', context.as_text(h.modified_at),
                        'deletedAt', context.as_text(h.deleted_at)
                    ))
                ) as instances
                from unnest(e.attributes) as had (number)
                join context.attribute named on named.number = had.number
                join context.history h on h.evolution = e.number and h.attribute = had.number
                where {attribute} and {row}
                group by named.iri
            ) s
        ) as attributes
        offset 0
    ) p
    where {query}
)"""
_ROWS: Final = """
select e.number as evolution, named.iri, h.*
from unnest({numbers}) as wanted (number)
join context.evolution e on e.number = wanted.number
cross join unnest(e.attributes) as had (number)
join context.attribute named on named.number = had.number
cross join lateral (
    select h.number, h.at, h.created_at, h.modified_at, h.deleted_at, h.value, h.observed, h.dataset_id,
        h.instance
    from context.history h
    where h.evolution = e.number and h.attribute = had.number and {row}
    order by h.{column} {direction}
    fetch first ({most}) rows with ties
) h
where {attribute}
"""
