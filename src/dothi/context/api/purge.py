"""Purging (clause 5.6.21): deleting all entities that a query means, here and at sources."""

from typing import Any, Final

from starlette.responses import Response

from dothi.context.api import answers, federating
from dothi.context.api.ask import Ask
from dothi.context.api.consumption import SELECTING, asked_of, check_width
from dothi.context.api.handing import Part
from dothi.context.api.operations import Operation
from dothi.context.errors import BadRequestData, Conflict, NgsiLdError, ResourceNotFound
from dothi.context.federation import narrowing
from dothi.context.federation.calls import Call, Failed, Trigger, together
from dothi.context.federation.consumption import Filters, listed
from dothi.context.federation.provision import problem
from dothi.context.federation.sources import Source
from dothi.context.operations import guard, provision
from dothi.context.query.entities import EntityQuery

OPERATION: Final = "purgeEntity"
PARAMS: Final = frozenset(
    {*SELECTING, "q", "scopeQ", "csf", "georel", "geometry", "coordinates", "geoproperty", "expandValues",
     "jsonKeys"}
)  # fmt: skip
AT_ONCE: Final = 500
"""Entities that are deleted in one transaction."""


async def purge(ask: Ask) -> Response:
    """DELETE entities/ (5.6.21)."""
    if not ask.params.keys() & PARAMS:
        raise BadRequestData("the path names no entity, and no parameter says which are meant")
    told, names = dict(ask.params), await ask.names()
    asked = asked_of(told, names)
    check_width(ask, asked)
    parts, warned = await _elsewhere(ask, told, asked), []
    done, errors = await _here(ask, asked)
    for source, error in parts:
        if error is not None:
            warned.append({"error": error, **Part((), error, {}, source.id).said})
    if not errors and len(warned) == 1 == len(parts) and not done:
        return answers.plain(warned[0]["error"], status=int(warned[0]["error"].get("status", 500)))
    if errors or warned:
        return answers.plain({"success": done, "errors": [*errors, *warned]}, status=207)
    return answers.empty()


async def _here(ask: Ask, asked: EntityQuery) -> tuple[list[str], list[dict[str, Any]]]:
    """Delete what is here; returns the ids of what is gone, and errors of a BatchOperationResult (5.2.16)."""
    ids, done, errors = await ask.search.ids_of(ask.tenant, asked), [], []
    for first in range(0, len(ids), AT_ONCE):
        several = ids[first : first + AT_ONCE]
        results = await ask.changes.apply_all(ask.tenant, [(one, provision.delete()) for one in several])
        for one, result in zip(several, results, strict=True):
            gone = isinstance(result, ResourceNotFound) and ask.writes.everything  # somebody was faster
            if isinstance(result, NgsiLdError) and not gone:
                errors.append({"entityId": one, "error": result.as_json()})
            elif isinstance(result, Exception) and not isinstance(result, NgsiLdError):
                raise result
            else:
                done.append(one)
    return done, errors


async def _elsewhere(ask: Ask, told: dict[str, str], asked: EntityQuery) -> list[tuple[Source, Any]]:
    """Purge at sources; returns the error of each, None where it is done. Raises Forbidden."""
    asking = federating.trigger(ask)
    if asking is None:
        return []
    wanted = federating.wanted(asking, told, asked, await ask.names())
    known = await ask.state.registry.sources(ask.tenant)
    able = [
        one for one in known
        if one.fitting(wanted) and one.mode != "auxiliary" and (one.proxied or one.does(OPERATION))
    ]  # fmt: skip
    if able:
        types = [group for one in asked.selectors if one.types for group in one.types.groups]
        guard.check_elsewhere(ask.writes, types, (), None, {})
    filters = federating.filters(told)
    results = await together([_purged(ask, asking, one, asked, filters) for one in able])
    for one in results:
        if isinstance(one, BaseException):
            raise one
    return list(zip(able, results, strict=True))


async def _purged(ask: Ask, asking: Trigger, source: Source, asked: EntityQuery, filters: Filters) -> Any:
    """Purge what one source has of it; returns the error, if any."""
    if not source.does(OPERATION):
        return Conflict(f"{source.id} has it, and does not do this").as_json()
    wanted = federating.wanted(asking, {}, asked, await ask.names())
    try:
        speech = await federating.consumption(ask).speech(source, await federating.words(ask))
        for part in narrowing.parts(asked, source.fitting(wanted), attributes=False):
            params = {"type": narrowing.types_text(part, speech.names.compact)} if part.types else {}
            params |= listed("id", part.ids)
            if part.like is not None and not part.ids:
                params["idPattern"] = part.like
            params |= filters.params if speech.same else {}
            call = Call("DELETE", "entities", params, speech.headers)
            reply = await ask.state.calls.send(source, call, asking)
            if not reply.ok:
                return problem(reply, source)
    except Failed as failure:
        return failure.error.as_json()
    return None


OPERATIONS = (Operation("DELETE", "entities", purge, "5.6.21", PARAMS),)
