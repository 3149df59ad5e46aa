"""
Entity maps over HTTP (clauses 5.14 and 6.32), and how a query is held to one (5.5.9.3).

A query with `entityMap=true` makes a map; a later one that names it in NGSILD-EntityMap looks only at its
entities, and those that the query means no longer leave it.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from starlette.responses import Response

from dothi.context.api import answers
from dothi.context.api.ask import Ask
from dothi.context.api.operations import ROOT, Need, Operation
from dothi.context.errors import BadRequestData, ResourceNotFound, Unauthorized
from dothi.context.model.terms import instant, uri
from dothi.context.query.entities import EntityQuery
from dothi.context.store.entity_maps import LONGEST, EntityMap, EntityMaps
from dothi.context.store.rows import as_text

HEADER: Final = "NGSILD-EntityMap"
PARAMS: Final = frozenset({"entityMap", "entityMapLifetime"})
LIFETIME: Final = timedelta(hours=1)
DURATION = re.compile(
    r"P(?=.)(?:(\d{1,4})W)?(?:(\d{1,4})D)?(?:T(?=.)(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,8})S)?)?", re.ASCII
)
YEARS = re.compile(r"P(?:\d{1,4}Y)?(?:\d{1,4}M)?(?:\d{1,4}D)?(?:T\w+)?", re.ASCII)


@dataclass(frozen=True)
class Held:
    """The map that a request is held to; `made` tells that it was made for it."""

    map: EntityMap
    made: bool

    def tell(self, answer: Response) -> Response:
        """Add the location of the map to an answer, and return it."""
        answer.headers[HEADER] = location(self.map)
        return answer


async def held(
    ask: Ask, ids: Callable[[], Any], places: Mapping[str, list[str]] | None = None
) -> Held | None:
    """
    Return the map that a request names, or asks for, with what `ids` finds; None where it does neither.

    `places` has the registrations that have an entity, where they are others than this broker.
    """
    told = ask.request.headers.get(HEADER)
    if not asked(ask):
        return None
    if not ask.caller.known:
        raise Unauthorized("entity maps are kept for those who say who they are")
    if told is not None:
        found = await named(ask)
        if found is not None:
            return Held(await _within(ask, found), made=False)
    return Held(await make(ask, await ids(), places), made=True)


def asked(ask: Ask) -> bool:
    """Tell whether a request is held to a map."""
    return ask.flag("entityMap") or HEADER in ask.request.headers


async def named(ask: Ask) -> EntityMap | None:
    """Return the map that a request names, None where there is none."""
    told = ask.request.headers.get(HEADER)
    return None if told is None or not ask.caller.known else await kept_of(ask).one(told.rpartition("/")[2])


async def listed(ids: list[str]) -> list[str]:
    """Return ids that were found already."""
    return ids


async def make(ask: Ask, ids: list[str], places: Mapping[str, list[str]] | None = None) -> EntityMap:
    """Make a map of these entities, which lives as long as the request suggests. Raises BadRequestData."""
    at: datetime = ask.state.clock()
    lives = lifetime(ask.params.get("entityMapLifetime"))
    kept = {each: (places or {})[each] for each in ids if each in (places or {})}
    return await kept_of(ask).make(ids, kept, ask.linked_maps, at + lives)


async def remaining(ask: Ask, asked: EntityQuery, one: EntityMap) -> list[str]:
    """Return which entities of a map a query still means; the others leave the map."""
    return await still(ask, one, await ask.search.ids_of(ask.tenant, asked))


async def still(ask: Ask, one: EntityMap, ids: list[str]) -> list[str]:
    """Return which of `ids` a map has; what else it has leaves it."""
    kept = set(one.entities)
    found = [each for each in ids if each in kept]
    if len(found) < len(kept):
        await kept_of(ask).prune(one.id, found)
    return found


def location(one: EntityMap) -> str:
    """Return the path of a map."""
    return f"{ROOT}/entityMaps/{one.id}"


def lifetime(told: str | None) -> timedelta:
    """Return how long a map lives: what a duration of ISO 8601 says, a day at most. Raises BadRequestData."""
    if told is None:
        return LIFETIME
    parts = DURATION.fullmatch(told)
    if parts is None:
        if YEARS.fullmatch(told) and len(told) > 1:
            return LONGEST
        raise BadRequestData(f"entityMapLifetime is no duration: {told!r}")
    weeks, days, hours, minutes, seconds = (int(one or 0) for one in parts.groups())
    asked = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    return min(asked, LONGEST)


def as_json(one: EntityMap) -> dict[str, Any]:
    """Return a map as it is told (5.2.39)."""
    return {
        "id": one.id,
        "type": "EntityMap",
        "expiresAt": as_text(one.expires_at).replace(".000000Z", "Z"),
        "entityMap": {entity: one.places.get(entity, ["@none"]) for entity in one.entities},
        "linkedMaps": dict(one.linked),
    }


async def retrieve(ask: Ask) -> Response:
    """GET entityMaps/{entityMapId} (5.14.1)."""
    found = await kept_of(ask).one(uri(ask.path["id"]))
    if found is None:
        raise ResourceNotFound("there is no such entity map")
    return ask.answer(as_json(await _within(ask, found)))


async def update(ask: Ask) -> Response:
    """PATCH entityMaps/{entityMapId} (5.14.2): its expiry; other members are ours alone."""
    map_id, at = uri(ask.path["id"]), ask.state.clock()
    told = await ask.body()
    if not isinstance(told, dict):
        raise BadRequestData("the body is an object")
    until = at + LONGEST
    if "expiresAt" in told:
        until = datetime.fromisoformat(instant(told["expiresAt"], "expiresAt"))
    if not await kept_of(ask).keep(map_id, until):
        raise ResourceNotFound("there is no such entity map")
    return answers.empty()


async def delete(ask: Ask) -> Response:
    """DELETE entityMaps/{entityMapId} (5.14.3)."""
    if not await kept_of(ask).delete(uri(ask.path["id"])):
        raise ResourceNotFound("there is no such entity map")
    return answers.empty()


def kept_of(ask: Ask) -> EntityMaps:
    """Return the maps of the caller; those of others are as if they did not exist."""
    return EntityMaps(ask.state.pool, ask.tenant, ask.caller.name, ask.state.clock())


async def _within(ask: Ask, one: EntityMap) -> EntityMap:
    """Return a map as far as its entities may still be read; sources are asked again for theirs."""
    if ask.reads.everything:
        return one
    found = await ask.search.by_id(ask.tenant, one.entities)
    return replace(one, entities=[each for each in one.entities if each in found or each in one.places])


OPERATIONS = (
    Operation("GET", "entityMaps/{id}", retrieve, "5.14.1", need=Need.KNOWN),
    Operation("PATCH", "entityMaps/{id}", update, "5.14.2", need=Need.KNOWN),
    Operation("DELETE", "entityMaps/{id}", delete, "5.14.3", need=Need.KNOWN),
)
