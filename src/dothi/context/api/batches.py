"""
Provision of many entities at once (clauses 5.6.7 to 5.6.10 and 5.6.20; paths 6.14 to 6.17 and 6.31).

The members of a batch are changed in one transaction, in their order, and each fails for itself. In
JSON-LD each speaks under its own @context.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from starlette.responses import Response

from dothi.context.api import answers, media
from dothi.context.api.ask import Ask
from dothi.context.api.operations import Operation, Tenants
from dothi.context.errors import BadRequestData, NgsiLdError
from dothi.context.jsonld.names import Names
from dothi.context.model import terms
from dothi.context.model.merge import Merging
from dothi.context.model.read import Purpose, Reader
from dothi.context.operations import provision
from dothi.context.store.changes import Change

Act = Callable[[dict[str, Any], Names], Change]
"""Reads a member of a batch and returns what is to be changed. Raises NgsiLdError."""
OPTIONS: Final = frozenset({"options"})


@dataclass
class Member:
    """One member of a batch: the id it tells, what is to be changed, and what came of it."""

    id: str
    change: Change | None = None
    result: Any = None

    @property
    def failed(self) -> bool:
        """Tell whether the result is an error."""
        return isinstance(self.result, NgsiLdError)


async def create(ask: Ask) -> Response:
    """POST entityOperations/create (5.6.7)."""
    members = await _entities(ask, lambda told, names: provision.create(Reader(names).entity(told)))
    return _answer(members) or answers.plain(_ids(members), status=201)


async def upsert(ask: Ask) -> Response:
    """POST entityOperations/upsert (5.6.8)."""
    update = "update" in ask.options
    purpose = Purpose.UPDATE if update else Purpose.WHOLE
    members = await _entities(
        ask, lambda told, names: provision.upsert(Reader(names, purpose).entity(told), update=update)
    )
    created = _ids([one for one in members if one.result is True])
    return _answer(members) or (answers.plain(created, status=201) if created else answers.empty())


async def update(ask: Ask) -> Response:
    """POST entityOperations/update (5.6.9)."""
    overwrite = "noOverwrite" not in ask.options

    def change(told: dict[str, Any], names: Names) -> Change:
        fragment = Reader(names, Purpose.UPDATE).fragment(told)
        return provision.refused_unless_whole(provision.put(fragment, overwrite=overwrite))

    return _answer(await _entities(ask, change)) or answers.empty()


async def merge(ask: Ask) -> Response:
    """POST entityOperations/merge (5.6.20)."""

    def change(told: dict[str, Any], names: Names) -> Change:
        return provision.merge(Reader(names, Purpose.MERGE).fragment(told), Merging(names))

    return _answer(await _entities(ask, change)) or answers.empty()


async def delete(ask: Ask) -> Response:
    """POST entityOperations/delete (5.6.10)."""
    members = [_deleted(one) for one in _several(await ask.body())]
    return _answer(await _applied(ask, members)) or answers.empty()


async def _entities(ask: Ask, act: Act) -> list[Member]:
    """Return the members of the batch once they are changed. Raises BadRequestData."""
    told = _several(await ask.body())
    linked = media.brought(ask.request.headers.get("Content-Type")) == media.JSON_LD
    return await _applied(ask, [await _member(ask, one, act, linked=linked) for one in told])


async def _member(ask: Ask, told: Any, act: Act, *, linked: bool) -> Member:
    one = Member(str(told.get("id", told.get("@id", ""))) if isinstance(told, dict) else "")
    try:
        if not isinstance(told, dict):
            raise BadRequestData("an entity is an object")
        terms.uri(one.id)
        one.change = act(told, await _names(ask, told, linked=linked))
    except NgsiLdError as error:
        one.result = error
    return one


async def _names(ask: Ask, told: dict[str, Any], *, linked: bool) -> Names:
    """Return the names of one member: of its own @context, which it has in JSON-LD and only there."""
    if linked != ("@context" in told):
        raise BadRequestData("an entity has an @context in application/ld+json, and only there")
    return await ask.names_of(told["@context"]) if linked else await ask.names()


def _deleted(told: Any) -> Member:
    try:
        return Member(terms.uri(told), provision.delete())
    except NgsiLdError as error:
        return Member(str(told), result=error)


def _several(told: Any) -> list[Any]:
    if not isinstance(told, list) or not told or None in told:
        raise BadRequestData("a batch is a list, neither empty nor with null")
    return told


async def _applied(ask: Ask, members: list[Member]) -> list[Member]:
    """Change the entities of all members that could be read."""
    ready = [(one, one.change) for one in members if one.change]
    results = await ask.changes.apply_all(ask.tenant, [(one.id, change) for one, change in ready])
    for (one, _), result in zip(ready, results, strict=True):
        if isinstance(result, Exception) and not isinstance(result, NgsiLdError):
            raise result
        one.result = result
    return members


def _answer(members: Sequence[Member]) -> Response | None:
    """Return the BatchOperationResult (5.2.16) of a batch of which some members failed."""
    failed = [one for one in members if one.failed]
    if not failed:
        return None
    done = _ids([one for one in members if not one.failed])
    errors = [{"entityId": one.id, "error": one.result.as_json()} for one in failed]
    return answers.plain({"success": done, "errors": errors}, status=207)


def _ids(members: Sequence[Member]) -> list[str]:
    return list(dict.fromkeys(one.id for one in members))


OPERATIONS = (
    Operation("POST", "entityOperations/create", create, "5.6.7", tenants=Tenants.MADE),
    Operation("POST", "entityOperations/upsert", upsert, "5.6.8", OPTIONS, tenants=Tenants.MADE),
    Operation("POST", "entityOperations/update", update, "5.6.9", OPTIONS),
    Operation("POST", "entityOperations/delete", delete, "5.6.10"),
    Operation("POST", "entityOperations/merge", merge, "5.6.20"),
)
