"""
Handing requests on (clause 4.3.6): which are, on behalf of whom, and what the answer warns of.

Whatever comes back goes the way of what is held here: through the query, the projection and the view of
the request. Rights that narrow those narrow what sources tell as well.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

import orjson

from dothi.context.api import entity_maps
from dothi.context.api.ask import Ask
from dothi.context.api.info import alias_of
from dothi.context.errors import BadRequestData, LoopDetected
from dothi.context.federation import narrowing, via
from dothi.context.federation.calls import Trigger
from dothi.context.federation.consumption import Consumption, Filters, Gathered, Question
from dothi.context.federation.speech import Words
from dothi.context.jsonld.names import Names
from dothi.context.operations.consume import Elsewhere
from dothi.context.query import q
from dothi.context.query.entities import EntityQuery, EntitySelector
from dothi.context.query.types import Types
from dothi.context.registrations.wanted import Wanted

Json = Mapping[str, Any]
FILTERS: Final = (
    "q", "scopeQ", "georel", "geometry", "coordinates", "geoproperty", "expandValues", "jsonKeys",
)  # fmt: skip
LINKED: Final = 100
"""Linked entities that a source is asked for at once."""
OF_QUERY: Final = ("q", "scopeQ", "geoQ", "expandValues", "jsonKeys")


def met(ask: Ask) -> tuple[str, ...] | None:
    """Return which brokers a request came through; None where it keeps to this one. Raises LoopDetected."""
    if ask.flag("local"):
        return None
    before = ask.request.headers.met
    if before and via.is_loop(before, _alias(ask)):
        raise LoopDetected("the request came through this broker before")
    return before


async def trigger(ask: Ask) -> Trigger | None:
    """
    Return a request as one that is handed on; None where it keeps to this broker, or no source is known.

    Raises LoopDetected.
    """
    before = met(ask)
    if before is None or not await ask.state.registry.sources(ask.tenant):
        return None
    posted = ask.request.method == "POST"
    return Trigger(ask.tenant, _alias(ask), before, ask.request.headers, posted, ask.budget)


async def words(ask: Ask) -> Words:
    """Return the words of a request."""
    return Words(ask.context, await ask.names())


def consumption(ask: Ask) -> Consumption:
    """Return who asks sources on behalf of a request."""
    return Consumption(ask.state.registry, ask.state.calls, ask.names_of)


async def retrieved(
    ask: Ask, entity_id: str, types: Types | None, attributes: Iterable[str], datasets: frozenset[str] | None
) -> Elsewhere | None:
    """Return what sources have of an entity; None where none is asked."""
    asking = await trigger(ask)
    if asking is None:
        return None
    found = await consumption(ask).retrieve(
        asking, await words(ask), entity_id,
        types=types, attributes=attributes, datasets=datasets or frozenset(),
    )  # fmt: skip
    return _elsewhere(ask, found)


async def queried(
    ask: Ask, told: Json, asked: EntityQuery, *, ordered: bool, mapped: bool = False
) -> Elsewhere | None:
    """Return what sources have of what a query means; None where none is asked. Raises BadRequestData."""
    asking = await trigger(ask)
    if asking is None:
        return None
    # Where rights are narrow, filters are looked at here, too: sources would look at what is out of reach.
    question = Question(
        asked, await words(ask), wanted(asking, told, asked, await ask.names()),
        filters(told), split=_split(told) or not ask.reads.everything,
        mapped=ask.caller.known and (mapped or entity_maps.asked(ask)),
        maps=await _linked(ask),
    )  # fmt: skip
    sources = await consumption(ask).sources(asking, question.wanted, "queryEntity", "queryBatch")
    if not sources:
        return None
    if ordered:
        raise BadRequestData("what is asked of other brokers, too, has no order: ask locally")
    return _elsewhere(ask, await consumption(ask).query(asking, sources, question))


async def linked(ask: Ask, ids: Collection[str]) -> Elsewhere | None:
    """Return what sources have of entities that others lead to (4.5.23); None where none is asked."""
    asking = await trigger(ask)
    if asking is None or not ids:
        return None
    whole, asks, several = Gathered(), consumption(ask), sorted(ids)
    for first in range(0, len(several), LINKED):
        asked = EntityQuery((EntitySelector(ids=tuple(several[first : first + LINKED])),))
        question = Question(asked, await words(ask), wanted(asking, {}, asked, await ask.names()))
        sources = await asks.sources(asking, question.wanted, "queryEntity", "queryBatch")
        whole.add(await asks.query(asking, sources, question))
    return _elsewhere(ask, whole)


def wanted(asking: Trigger, told: Json, asked: EntityQuery, names: Names) -> Wanted:
    """Return what a query looks for in registrations (5.12). Raises BadRequestData."""
    filtered, datasets = told.get("csf"), told.get("datasetId", ())
    return Wanted(
        narrowing.wanted(asked.selectors), frozenset(asked.attributes), asked.geo,
        scopes=asked.scopes,
        csf=q.parse(filtered, names, what="csf") if isinstance(filtered, str) else None,
        datasets=frozenset(datasets.split(",") if isinstance(datasets, str) else datasets),
        met=frozenset(asking.met), handing_on=True,
    )  # fmt: skip


def _alias(ask: Ask) -> str:
    return alias_of(ask.state.alias, ask.tenant)


def _elsewhere(ask: Ask, found: Gathered) -> Elsewhere:
    ask.warn(found.warnings)
    ask.linked_maps |= found.maps
    return Elsewhere(found.versions, ask.state.clock(), ask.reads)


async def _linked(ask: Ask) -> Mapping[str, str]:
    """Return the maps of sources behind the one that a request names."""
    found = await entity_maps.named(ask)
    return {} if found is None else found.linked


def _split(told: Json) -> bool:
    """Tell whether entities may be split over sources, so that filters are looked at here only."""
    return str(told.get("splitEntities", "")).lower() == "true"


def filters(told: Json) -> Filters:
    params = {key: told[key] for key in FILTERS if isinstance(told.get(key), str)}
    geo = {key: told[key] for key in ("georel", "geometry", "coordinates", "geoproperty") if key in told}
    query = {key: told[key] for key in OF_QUERY if key in told} | ({"geoQ": geo} if geo else {})
    within = told.get("geoQ")
    if isinstance(within, Mapping):
        params |= {key: _text(value) for key, value in within.items()}
    return Filters(params, query)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else orjson.dumps(value).decode()
