"""
Entities found by a query (clause 5.7.2), in the order of their ids, page by page.

What q, types and scopes ask is decided by PostgreSQL; of a geo-query it gives candidates, and GEOS decides.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final, Generic, NamedTuple, TypeVar

import asyncpg

from dothi.context.errors import TooComplexQuery
from dothi.context.query.entities import EntityQuery
from dothi.context.query.geo import GeoQuery
from dothi.context.query.ordering import Ordering
from dothi.context.query.parameters import Parameters
from dothi.context.rights.reach import EVERYTHING, Reach
from dothi.context.store import narrowing
from dothi.context.store.rows import Entity, entity_of
from dothi.context.turns import PIECE, aside

SECONDS: Final = 20
"""What one statement may take."""
MOST_CANDIDATES: Final = 200_000
MOST_ORDERED: Final = 10_000
T = TypeVar("T")
COLUMNS: Final = "e.tenant, e.id, e.types, e.scopes, e.created_at, e.modified_at, e.attributes"
GEOMETRIES: Final = "jsonb_path_query_array({}, '$[*] ? (@.type == \"GeoProperty\").value')"


@dataclass(frozen=True)
class Cut:
    """At most `limit` after the first `offset`; `count` asks how many there are in all."""

    limit: int
    offset: int = 0
    count: bool = False

    def of(self, several: Sequence[T]) -> Sequence[T]:
        """Return those of `several` that lie in it."""
        return several[self.offset : self.offset + self.limit]

    def found(self, several: Sequence[T]) -> "Found[T]":
        """Return those of `several` that lie in it, and what is to be told of the others."""
        more = len(several) > self.offset + self.limit
        return Found(list(self.of(several)), more, len(several) if self.count else None)


@dataclass(frozen=True)
class Found(Generic[T]):
    """A page of what was found; `total` is how many there are on all pages, None where nobody asked."""

    entities: list[T]
    more: bool
    total: int | None = None


Version = tuple[int, datetime]


class Head(NamedTuple):
    """The id of an entity, and a version of its row, which is another one whenever it was written anew."""

    id: str
    version: Version


@dataclass(frozen=True)
class Reading(Generic[T]):
    """What is read of the rows of entities, and what is made of each."""

    columns: str
    make: Callable[[Mapping[str, Any]], T]


def _head_of(row: Mapping[str, Any]) -> Head:
    return Head(row["id"], (row["version"], row["modified_at"]))


ENTITIES: Final = Reading(COLUMNS, entity_of)
HEADS: Final = Reading("e.id, {version} as version, e.modified_at", _head_of)
VERSIONED: Final = Reading(f"{COLUMNS}, {{version}} as version", lambda row: (_head_of(row), entity_of(row)))


@dataclass(frozen=True)
class Search:
    """
    Finds entities that are reached; `keys` has the SQL of the keys of declared attributes (`keys.declared`).
    """

    pool: asyncpg.Pool
    keys: Mapping[str, str] = field(default_factory=dict)
    reach: Reach = EVERYTHING

    def within(self, reach: Reach) -> "Search":
        """Return the search of what is within `reach`."""
        return self if reach.everything else replace(self, reach=reach)

    async def page(self, tenant: str, query: EntityQuery, cut: Cut) -> Found[Entity]:
        """Return one page, in the order of ids; one or two statements. Raises TooComplexQuery."""
        return await self._found(tenant, query, cut, ENTITIES)

    async def heads(self, tenant: str, query: EntityQuery, cut: Cut) -> Found[Head]:
        """Return the heads of the entities of one page, as `page` returns these. Raises TooComplexQuery."""
        if query.geo is None:
            return await self._found(tenant, query, cut, HEADS)
        async with _in_time():
            return cut.found(await self._exact(tenant, query))

    async def page_of(self, tenant: str, ids: Sequence[str], cut: Cut) -> Found[Entity]:
        """Return one page of the entities of `ids`, in their order; one statement."""
        return await self._of_ids(tenant, ids, cut, ENTITIES)

    async def ids_of(self, tenant: str, query: EntityQuery) -> list[str]:
        """Return the ids of all that a query means, in their order. Raises TooComplexQuery."""
        async with _in_time():
            if query.geo is not None:
                return [head.id for head in await self._exact(tenant, query)]
            parameters, condition = self._where(tenant, query)
            statement = _select("e.id", parameters, condition, "order by e.id")
            rows = await self.pool.fetch(statement, *parameters, timeout=SECONDS)
            return [row["id"] for row in rows]

    async def ordered(self, tenant: str, query: EntityQuery, ordering: Ordering, cut: Cut) -> Found[Entity]:
        """Return one page in another order; all that the query means are read. Raises TooComplexQuery."""
        ids = await self.ids_of(tenant, query)
        if len(ids) > MOST_ORDERED:
            raise TooComplexQuery(f"more than {MOST_ORDERED} entities would have to be put in order")
        found = await self.by_id(tenant, ids)
        whole = await asyncio.to_thread(ordering.sort, list(found.values()))
        return cut.found(whole)

    async def by_id(self, tenant: str, ids: Collection[str]) -> dict[str, Entity]:
        """Return those of `ids` that there are, by their id; one statement."""
        return await self._by_id(tenant, ids, ENTITIES)

    async def versioned(
        self, tenant: str, query: EntityQuery, ids: Collection[str]
    ) -> dict[str, tuple[Head, Entity]]:
        """Return those of `ids` that a query means, or that are candidates of its geo-query, by their id."""
        return await self._by_id(tenant, ids, VERSIONED, query)

    async def _found(self, tenant: str, query: EntityQuery, cut: Cut, reading: Reading[T]) -> Found[T]:
        async with _in_time():
            if query.geo is not None:
                ids = [head.id for head in await self._exact(tenant, query)]
                return await self._of_ids(tenant, ids, cut, reading)
            found = await self._page(tenant, query, cut, reading)
            total = await self._total(tenant, query) if cut.count else None
            return Found(found[: cut.limit], len(found) > cut.limit, total)

    async def _of_ids(self, tenant: str, ids: Sequence[str], cut: Cut, reading: Reading[T]) -> Found[T]:
        found = await self._by_id(tenant, cut.of(ids), reading)
        entities = [found[one] for one in cut.of(ids) if one in found]
        return Found(entities, len(ids) > cut.offset + cut.limit, len(ids) if cut.count else None)

    async def _by_id(
        self, tenant: str, ids: Collection[str], reading: Reading[T], query: EntityQuery | None = None
    ) -> dict[str, T]:
        if not ids:
            return {}
        parameters, condition = self._of_tenant(tenant) if query is None else self._where(tenant, query)
        condition += f" and e.id = any({parameters.put(list(ids), 'text[]')})"
        rows = await self._rows(parameters, reading, condition)
        return {row["id"]: reading.make(row) for row in rows}

    async def _page(self, tenant: str, query: EntityQuery, cut: Cut, reading: Reading[T]) -> list[T]:
        """Return the entities of a page and the one after it, if there is one."""
        parameters, condition = self._where(tenant, query)
        rest = f"limit {parameters.put(cut.limit + 1, 'int')} offset {parameters.put(cut.offset, 'int')}"
        return [reading.make(row) for row in await self._rows(parameters, reading, condition, rest)]

    async def _rows(
        self, parameters: Parameters, reading: Reading[T], condition: str, rest: str = ""
    ) -> list[Mapping[str, Any]]:
        columns = reading.columns.format(version=parameters.version("e"))
        statement = _select(columns, parameters, condition, f"order by e.id {rest}")
        rows: list[Mapping[str, Any]] = await self.pool.fetch(statement, *parameters, timeout=SECONDS)
        return rows

    async def _total(self, tenant: str, query: EntityQuery) -> int:
        parameters, condition = self._where(tenant, query)
        statement = _select("count(*)", parameters, condition)
        total: int = await self.pool.fetchval(statement, *parameters, timeout=SECONDS)
        return total

    async def _exact(self, tenant: str, query: EntityQuery) -> list[Head]:
        """Return the heads of all that a geo-query means; one statement. Raises TooComplexQuery."""
        assert query.geo is not None
        parameters, condition = self._where(tenant, query)
        geometries = GEOMETRIES.format(parameters.instances("e", query.geo.attribute))
        columns = f"{HEADS.columns.format(version=parameters.version('e'))}, {geometries} as geometries"
        statement = _select(columns, parameters, condition, f"order by e.id limit {MOST_CANDIDATES + 1}")
        rows = await self.pool.fetch(statement, *parameters, timeout=SECONDS)
        if len(rows) > MOST_CANDIDATES:
            raise TooComplexQuery(f"more than {MOST_CANDIDATES} entities would have to be looked at")
        light = len(rows) <= PIECE and query.geo.is_light(row["geometries"] for row in rows)
        return await aside(not light, _fitting, query.geo, rows)

    def _where(self, tenant: str, query: EntityQuery) -> tuple[Parameters, str]:
        parameters, of_tenant = self._of_tenant(tenant)
        return parameters, f"{of_tenant} and {query.sql(parameters)}"

    def _of_tenant(self, tenant: str) -> tuple[Parameters, str]:
        parameters = narrowing.parameters(self.reach, self.keys)
        return parameters, f"e.tenant = {parameters.put(tenant, 'text')}"


def _fitting(geo: GeoQuery, rows: list[Any]) -> list[Head]:
    return [HEADS.make(row) for row in rows if geo.any_holds(row["geometries"])]


def _select(columns: str, parameters: Parameters, condition: str, rest: str = "") -> str:
    """Return a statement made of texts of this package, in which values are numbers of parameters."""
    return f"select {columns} from {parameters.entities} e where {condition} {rest}"  # noqa: S608 - words of ours, values apart


@asynccontextmanager
async def _in_time() -> AsyncIterator[None]:
    try:
        yield
    except (TimeoutError, asyncpg.QueryCanceledError) as error:
        raise TooComplexQuery(f"the query takes more than {SECONDS} s") from error
