"""
Reading evolutions of entities (clauses 5.7.3 and 5.7.4): which entities, and what they said in a window.

All statements begin with entities and go down the index of each series, (evolution, attribute, at), so
that their cost grows with what they return and not with what is kept.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import asyncpg

from dothi.context.model.evolution import SCOPE
from dothi.context.model.kinds import Instance
from dothi.context.query.entities import EntitySelector
from dothi.context.query.parameters import Parameters
from dothi.context.rights.reach import EVERYTHING, Reach
from dothi.context.store import asking, meant
from dothi.context.store.history import id_of
from dothi.context.store.kept import Kept
from dothi.context.store.meant import Condition
from dothi.context.store.statements import sql
from dothi.context.turns import MANY, aside


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


async def one(pool: asyncpg.Pool, tenant: str, entity_id: str, reach: Reach = EVERYTHING) -> Found | None:
    """Return the evolution of one entity."""
    if not reach.everything:
        this = meant.selected([EntitySelector(ids=(entity_id,))])
        found = await page(pool, [meant.of_tenant(tenant), this, meant.reached(reach)], limit=1, offset=0)
        return found[0] if found else None
    row = await pool.fetchrow(sql("evolution"), tenant, entity_id)
    return _found(row) if row else None


async def page(
    pool: asyncpg.Pool, conditions: Sequence[Condition], *, limit: int, offset: int, down: bool = False
) -> list[Found]:
    """Return evolutions that meet all conditions, ordered by the id of the entity."""
    into = Parameters()
    told = _PAGE.format(
        where=meant.all_of(conditions, into),
        direction="desc" if down else "asc",
        limit=into.put(limit, "bigint"),
        offset=into.put(offset, "bigint"),
    )
    return [_found(row) for row in await asking.fetch(pool, told, *into)]


async def count(pool: asyncpg.Pool, conditions: Sequence[Condition]) -> int:
    """Return how many evolutions meet all conditions."""
    into = Parameters()
    [row] = await asking.fetch(pool, _COUNT.format(where=meant.all_of(conditions, into)), *into)
    return int(row["count"])


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
