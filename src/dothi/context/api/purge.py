"""Purging (clause 5.6.21): deleting entities that a query means, or attributes of them; also at sources."""

from dataclasses import dataclass, replace
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
from dothi.context.jsonld.names import Names
from dothi.context.operations import guard, provision
from dothi.context.query import q, read
from dothi.context.query.entities import EntityQuery
from dothi.context.registrations.wanted import Wanted
from dothi.context.store.waiting import Change

OPERATION: Final = "purgeEntity"
KEEP: Final = "keep"
DROP: Final = "drop"
PARAMS: Final = frozenset(
    {*SELECTING, "attrs", "q", "scopeQ", "csf", "georel", "geometry", "coordinates", "geoproperty",
     "expandValues", "jsonKeys", KEEP, DROP}
)  # fmt: skip
NAMING: Final = frozenset({"q", "geoproperty", "expandValues", "jsonKeys"})
"""Parameters that name attributes, and so mean another thing under another @context."""


@dataclass(frozen=True)
class Purge:
    """Which entities, and what of each goes: it all, or the attributes named (IRIs), or all but those."""

    asked: EntityQuery
    drop: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()

    @property
    def change(self) -> Change:
        """Return what becomes of one entity."""
        if not (self.drop or self.keep):
            return provision.delete()
        return provision.thin(lambda iri: iri in self.drop if self.drop else iri not in self.keep)

    @property
    def attributes(self) -> frozenset[str] | None:
        """Return which attributes may go; None where any may."""
        return frozenset(self.drop) or None


async def purge(ask: Ask) -> Response:
    """DELETE entities/ (5.6.21)."""
    told = dict(ask.params)
    meant = _meant(ask, told, await ask.names())
    parts, warned = await _elsewhere(ask, told, meant), []
    done, errors = await _here(ask, meant)
    for source, error in parts:
        if error is not None:
            warned.append({"error": error, **Part((), error, {}, source.id).said})
    if not errors and len(warned) == 1 == len(parts) and not done:
        return answers.plain(warned[0]["error"], status=int(warned[0]["error"].get("status", 500)))
    if errors or warned:
        return answers.plain({"success": done, "errors": [*errors, *warned]}, status=207)
    return answers.empty()


def _meant(ask: Ask, told: dict[str, str], names: Names) -> Purge:
    """Return what is to go. Raises BadRequestData where nothing says enough of it."""
    drop, keep = (read.attributes({"attrs": told.get(key)}, names) for key in (DROP, KEEP))
    if DROP in told and KEEP in told:
        raise BadRequestData("drop and keep exclude each other")
    if (DROP in told or KEEP in told) and not (drop or keep):
        raise BadRequestData("drop and keep name attributes")
    purge = Purge(asked_of(told, names), drop, keep)
    if not drop and not (keep and "id" in told):  # what is to stay says not of which entities, ids do
        check_width(ask, purge.asked)
    if purge.asked.q is not None and q.depth(purge.asked.q):
        raise BadRequestData("what is purged is not told by linked entities")
    return purge


async def _here(ask: Ask, meant: Purge) -> tuple[list[str], list[dict[str, Any]]]:
    """Delete what is here; returns the ids of what is gone, and errors of a BatchOperationResult (5.2.16)."""
    ids, done, errors = await ask.search.ids_of(ask.tenant, meant.asked), [], []
    results = await ask.changes.apply_all(ask.tenant, [(one, meant.change) for one in ids])
    for one, result in zip(ids, results, strict=True):
        gone = isinstance(result, ResourceNotFound) and ask.writes.everything  # somebody was faster
        if isinstance(result, NgsiLdError) and not gone:
            errors.append({"entityId": one, "error": result.as_json()})
        elif isinstance(result, Exception) and not isinstance(result, NgsiLdError):
            raise result
        else:
            done.append(one)
    return done, errors


async def _elsewhere(ask: Ask, told: dict[str, str], meant: Purge) -> list[tuple[Source, Any]]:
    """Purge at sources; returns the error of each, None where it is done. Raises Forbidden."""
    asking, asked = await federating.trigger(ask), meant.asked
    if asking is None:
        return []
    wanted = federating.wanted(asking, told, asked, await ask.names())
    if meant.drop:
        wanted = replace(wanted, attributes=frozenset(meant.drop))
    known = await ask.state.registry.sources(ask.tenant)
    able = [
        one for one in known
        if one.fitting(wanted) and one.mode != "auxiliary" and (one.proxied or one.does(OPERATION))
    ]  # fmt: skip
    if able:
        types = [group for one in asked.selectors if one.types for group in one.types.groups]
        guard.check_elsewhere(ask.writes, types, (), meant.attributes, {})
    filters = federating.filters(told)
    results = await together([_purged(ask, asking, one, meant, wanted, filters) for one in able])
    for one in results:
        if isinstance(one, BaseException):
            raise one
    return list(zip(able, results, strict=True))


async def _purged(
    ask: Ask, asking: Trigger, source: Source, meant: Purge, wanted: Wanted, filters: Filters
) -> Any:
    """Purge what one source has of it; returns the error, if any."""
    if not source.does(OPERATION):
        return Conflict(f"{source.id} has it, and does not do this").as_json()
    try:
        speech = await federating.consumption(ask).speech(source, await federating.words(ask))
        if NAMING & filters.params.keys() and not speech.same:
            return Conflict(f"{source.id} cannot be told in its @context which entities are meant").as_json()
        for part in narrowing.parts(meant.asked, source.fitting(wanted), attributes=False):
            params = {**_params(meant, part, speech.names), **filters.params}
            reply = await ask.state.calls.send(
                source, Call("DELETE", "entities", params, speech.headers), asking
            )
            if not reply.ok:
                return problem(reply, source)
    except Failed as failure:
        return failure.error.as_json()
    return None


def _params(meant: Purge, part: narrowing.Part, names: Names) -> dict[str, str]:
    """Return in the names of a source what is meant of the part that it has."""
    params = {"type": narrowing.types_text(part, names.compact)} if part.types else {}
    params |= listed("id", part.ids)
    if part.like is not None and not part.ids:
        params["idPattern"] = part.like
    for key, iris in (("attrs", meant.asked.attributes), (DROP, meant.drop), (KEEP, meant.keep)):
        params |= listed(key, map(names.compact, iris))
    return params


OPERATIONS = (Operation("DELETE", "entities", purge, "5.6.21", PARAMS),)
