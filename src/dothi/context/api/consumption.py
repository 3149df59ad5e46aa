"""Consumption of entities: `entities/`, `entities/{id}`, `entityOperations/query` (6.4, 6.5, 6.23)."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from starlette.responses import Response

from dothi.context.api import entity_maps, federating, media, paging, representation, retelling
from dothi.context.api.ask import Ask
from dothi.context.api.operations import Need, Operation
from dothi.context.api.paging import Page
from dothi.context.errors import BadRequestData
from dothi.context.jsonld.names import Names
from dothi.context.model.terms import uri
from dothi.context.operations import consume
from dothi.context.operations.consume import DEFAULT_INSTANCE, Union, View
from dothi.context.operations.linking import DEEPEST, Join
from dothi.context.query import ordering, patterns, projection, q, read, types
from dothi.context.query.entities import EntityQuery, EntitySelector
from dothi.context.query.projection import OF_ENTITY, Members, Projection

Json = Mapping[str, Any]
GEO: Final = ("georel", "geometry", "coordinates", "geoproperty")
SELECTING: Final = ("id", "idPattern", "type")
VIEWING: Final = frozenset({"attrs", "pick", "omit", "datasetId", "join", "joinLevel", "containedBy"})
QUERYING: Final = frozenset(
    {*GEO, *SELECTING, "q", "scopeQ", "csf", "expandValues", "jsonKeys", "splitEntities"}
)


async def retrieve(ask: Ask) -> Response:
    """GET entities/{id} (5.7.1)."""
    entity_id, names, told = ask.entity_id, await ask.names(), dict(ask.params)
    view, shown = _view(ask, told, names), _shown(ask, told, names)
    selected = None if told.get("type") is None else types.parse(told["type"], names)
    attributes = read.attributes(told, names)
    elsewhere = await federating.retrieved(ask, entity_id, selected, attributes, view.datasets)
    found = await consume.retrieve(
        ask.search,
        ask.tenant,
        entity_id,
        view,
        types=selected,
        attributes=attributes,
        elsewhere=elsewhere,
    )
    held = await entity_maps.held(ask, lambda: _only(entity_id))
    answer = await shown.one(found)
    return held.tell(answer) if held else answer


async def query(ask: Ask) -> Response:
    """GET entities/ (5.7.2)."""
    names, told = await ask.names(), dict(ask.params)
    return await _answered(ask, told, names, asked_of(told, names))


async def make_map(ask: Ask) -> Response:
    """GET entityMaps/ (5.14.4 of v1.9.1): the map of what a query means, without the entities."""
    names, told = await ask.names(), dict(ask.params)
    asked = asked_of(told, names)
    check_width(ask, asked)
    elsewhere = await federating.queried(ask, told, asked, ordered=False, mapped=True)
    if elsewhere is None:
        made = await entity_maps.make(ask, await ask.search.ids_of(ask.tenant, asked))
    else:
        whole = await consume.union(ask.search, ask.tenant, asked, elsewhere)
        made = await entity_maps.make(ask, whole.ids, whole.places)
    headers = {entity_maps.HEADER: entity_maps.location(made)}
    return ask.answer(entity_maps.as_json(made), status=201, headers=headers)


async def query_by_post(ask: Ask) -> Response:
    """POST entityOperations/query (5.7.2); ETSI's suite sends JSON-LD whose @context is in the header."""
    told = await ask.body(linked=True)
    if not isinstance(told, Mapping) or told.get("type") != "Query":
        raise BadRequestData("the body is an object of type Query")
    if "temporalQ" in told:
        raise BadRequestData("temporalQ is for temporal/entityOperations/query only")
    names = await ask.names()
    return await _answered(ask, told, names, read.entity_query(told, names))


async def _answered(ask: Ask, told: Json, names: Names, asked: EntityQuery) -> Response:
    order = ordering.asked(told, names)
    page, view, shown = paging.page(ask), _view(ask, told, names), _shown(ask, told, names)
    check_width(ask, asked)
    if asked.q is not None and q.depth(asked.q) > (view.join.level if view.join else 0):
        raise BadRequestData("q asks for linked entities beyond what join follows")
    elsewhere = await federating.queried(ask, told, asked, ordered=order is not None)
    if elsewhere is not None:
        whole = await consume.union(ask.search, ask.tenant, asked, elsewhere)
        return await _answered_with(ask, whole, page, view, shown)
    held = await entity_maps.held(ask, lambda: ask.search.ids_of(ask.tenant, asked))
    if held is None:
        if order is None and (again := retelling.retelling(ask, shown.writer, view)) is not None:
            return await again.page(asked, page)
        found, matched = await consume.query(ask.search, ask.tenant, asked, view, page, order)
        return page.tell(ask, await shown.several(found), more=matched.more, total=matched.total)
    ids = held.map.entities if held.made else await entity_maps.remaining(ask, asked, held.map)
    found, matched = await consume.page_of(ask.search, ask.tenant, ids, view, page)
    answer = await shown.several(found, status=201 if held.made else 200)
    return held.tell(page.tell(ask, answer, more=matched.more, total=matched.total))


async def _answered_with(
    ask: Ask, whole: Union, page: Page, view: View, shown: representation.Representation
) -> Response:
    """Answer a query that sources were asked, too."""
    held = await entity_maps.held(ask, lambda: entity_maps.listed(whole.ids), whole.places)
    if held is not None and not held.made:
        whole = replace(whole, ids=await entity_maps.still(ask, held.map, whole.ids))
    found, matched = await consume.page_of_union(ask.search, ask.tenant, whole, view, page)
    answer = await shown.several(found, status=201 if held and held.made else 200)
    page.tell(ask, answer, more=matched.more, total=matched.total)
    return held.tell(answer) if held else answer


async def _only(entity_id: str) -> list[str]:
    return [entity_id]


def asked_of(told: Mapping[str, str], names: Names) -> EntityQuery:
    """Return which entities the parameters mean. Raises BadRequestData, TooComplexQuery."""
    geo = {member: told[member] for member in GEO if member in told}
    members: Json = {**told, "geoQ": geo} if geo.keys() - {"geoproperty"} else told
    if told.get("type") == types.EVERY and told.get("local", "true") == "false":
        raise BadRequestData("all types are asked for locally only")
    return replace(read.entity_query(members, names), selectors=_selectors(told, names))


def check_width(ask: Ask, asked: EntityQuery) -> None:
    """Refuse a query that says too little (5.7.2.4), but for a local one. Raises BadRequestData."""
    if asked.is_wide and not ask.flag("local"):
        raise BadRequestData("a query says type, attrs, q or a geo-query at least")


def _selectors(told: Json, names: Names) -> tuple[EntitySelector, ...]:
    """Return what the parameters id, idPattern and type select."""
    if not any(member in told for member in SELECTING):
        return ()
    listed = read.words(told, "id")
    pattern = read.text(told, "idPattern")
    selected = read.text(told, "type")
    return (
        EntitySelector(
            None if selected is None else types.parse(selected, names),
            () if listed is None else tuple(uri(one) for one in listed),
            None if pattern is None else patterns.pattern(pattern, "idPattern"),
        ),
    )


def _view(ask: Ask, told: Json, names: Names) -> View:
    """Return what of the entities is told. Raises BadRequestData."""
    members, join = _projection(told, names), _join(told)
    if members.depth > (join.level if join else 0):
        raise BadRequestData("pick and omit name linked entities beyond what join follows")
    return View(members, _datasets(told), join, lambda ids: federating.linked(ask, ids))


def _projection(told: Json, names: Names) -> Projection:
    picked, omitted = (_members(told, member, names) for member in ("pick", "omit"))
    if told.get("attrs") is None:
        return projection.projection(picked, omitted)
    if picked or omitted:
        raise BadRequestData("attrs does not go with pick or omit")
    return Projection(Members(frozenset({*OF_ENTITY, *read.attributes(told, names)})))


def _members(told: Json, member: str, names: Names) -> Members | None:
    found = told.get(member)
    if isinstance(found, list):
        found = ",".join(read.words(told, member) or ())
    if found is None:
        return None
    if not isinstance(found, str):
        raise BadRequestData(f"{member} is a list of members")
    return projection.parse(found, names, member)


def _join(told: Json) -> Join | None:
    wanted, level = told.get("join", "@none"), str(told.get("joinLevel", 1))
    if wanted not in ("inline", "flat", "@none"):
        raise BadRequestData("join is inline, flat or @none")
    if not (level.isascii() and level.isdigit() and 1 <= int(level[:9]) <= DEEPEST):
        raise BadRequestData(f"joinLevel is a whole number from 1 to {DEEPEST}")
    met = frozenset(uri(one, "containedBy") for one in read.words(told, "containedBy") or ())
    return None if wanted == "@none" else Join(wanted == "inline", int(level), met)


def _datasets(told: Json) -> frozenset[str] | None:
    found = read.words(told, "datasetId")
    if found is None:
        return None
    return frozenset(one if one == DEFAULT_INSTANCE else uri(one, "datasetId") for one in found)


def _shown(ask: Ask, told: Json, names: Names) -> representation.Representation:
    return representation.representation(
        ask,
        names,
        lang=read.text(told, "lang"),
        datasets=_datasets(told),
        geometry=read.text(told, "geometryProperty"),
    )


OPERATIONS = (
    Operation(
        "GET", "entities", query, "5.7.2",
        params={
            *QUERYING, *VIEWING, *ordering.PARAMS, *representation.PARAMS, *paging.PARAMS, *entity_maps.PARAMS
        },
        offers=media.WITH_GEO,
    ),
    Operation(
        "GET", "entities/{id}", retrieve, "5.7.1",
        params={*VIEWING, *representation.PARAMS, *entity_maps.PARAMS, "type"}, offers=media.WITH_GEO,
    ),
    Operation(
        "GET", "entityMaps", make_map, "5.14.4",
        params={*QUERYING, "attrs", "entityMapLifetime"}, need=Need.KNOWN,
    ),
    Operation(
        "POST", "entityOperations/query", query_by_post, "5.7.2",
        params={"format", "options", *paging.PARAMS, *entity_maps.PARAMS}, offers=media.WITH_GEO,
        need=Need.READ,
    ),
)  # fmt: skip
