"""
Provision of many entities at once (clauses 5.6.7 to 5.6.10 and 5.6.20; paths 6.14 to 6.17 and 6.31).

The members of a batch are changed in their order, some hundreds in one transaction, and each fails for
itself. In JSON-LD each speaks under its own @context.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from starlette.responses import Response

from dothi.context.api import answers, federating, media
from dothi.context.api.ask import Ask
from dothi.context.api.handing import Fragment
from dothi.context.api.members import Member, hand_on
from dothi.context.api.operations import Operation, Tenants
from dothi.context.errors import BadRequestData, NgsiLdError, ResourceNotFound
from dothi.context.federation.batches import Batch
from dothi.context.federation.speech import Words
from dothi.context.jsonld.names import Names
from dothi.context.model import terms
from dothi.context.model.merge import Merging
from dothi.context.model.read import Purpose, Reader
from dothi.context.operations import provision
from dothi.context.store.waiting import Change
from dothi.context.turns import unhurried

Json = Mapping[str, Any]
OPTIONS: Final = frozenset({"options"})
CREATE: Final = Batch("entityOperations/create", ("createBatch", "createEntity"))
DELETE: Final = Batch("entityOperations/delete", ("deleteBatch", "deleteEntity"))
MERGE: Final = Batch("entityOperations/merge", ("mergeBatch", "mergeEntity"))
UPSERT: Final = Batch("entityOperations/upsert", ("upsertBatch", "createEntity", "replaceEntity"))
UPDATE: Final = Batch("entityOperations/update", ("updateBatch", "updateEntity", "updateAttrs"))


@dataclass(frozen=True)
class Act:
    """How members are read, and what is then to be changed here. Both raise NgsiLdError."""

    read: Callable[[Json, Names], Fragment]
    make: Callable[[Fragment, Names], Change]


async def create(ask: Ask) -> Response:
    """POST entityOperations/create (5.6.7)."""
    act = Act(lambda told, names: Reader(names).entity(told), lambda rest, _: provision.create(rest))
    members = await _entities(ask, act, CREATE)
    return _answer(members) or answers.plain(_ids(members), status=201)


async def upsert(ask: Ask) -> Response:
    """POST entityOperations/upsert (5.6.8)."""
    update = "update" in ask.options
    purpose = Purpose.UPDATE if update else Purpose.WHOLE
    act = Act(
        lambda told, names: Reader(names, purpose).entity(told),
        lambda rest, _: provision.upsert(rest, update=update),
    )
    batch = UPSERT
    if update:
        batch = Batch(UPSERT.path, (*UPSERT.operations[:2], *UPDATE.operations[1:]), {"options": "update"})
    members = await _entities(ask, act, batch)
    created = _ids([one for one in members if one.created])
    return _answer(members) or (answers.plain(created, status=201) if created else answers.empty())


async def update(ask: Ask) -> Response:
    """POST entityOperations/update (5.6.9)."""
    overwrite = "noOverwrite" not in ask.options
    act = Act(
        lambda told, names: Reader(names, Purpose.UPDATE).fragment(told),
        lambda rest, _: provision.refused_unless_whole(provision.put(rest, overwrite=overwrite)),
    )
    batch = UPDATE
    if not overwrite:
        batch = Batch(UPDATE.path, ("updateBatch", "appendAttrs"), {"options": "noOverwrite"})
    return _answer(await _entities(ask, act, batch)) or answers.empty()


async def merge(ask: Ask) -> Response:
    """POST entityOperations/merge (5.6.20)."""
    act = Act(
        lambda told, names: Reader(names, Purpose.MERGE).fragment(told),
        lambda rest, names: provision.merge(rest, Merging(names)),
    )
    return _answer(await _entities(ask, act, MERGE)) or answers.empty()


async def delete(ask: Ask) -> Response:
    """POST entityOperations/delete (5.6.10)."""
    told, words = _several(await ask.body()), await federating.words(ask)
    members = [_deleted(one, words) async for one in unhurried(told)]
    await hand_on(ask, DELETE, members)
    return _answer(await _applied(ask, members, lambda _member: provision.delete())) or answers.empty()


async def _entities(ask: Ask, act: Act, batch: Batch) -> list[Member]:
    """Return the members of the batch once they are changed. Raises BadRequestData."""
    told = _several(await ask.body())
    linked = media.brought(ask.request.headers.get("Content-Type")) == media.JSON_LD
    words = await federating.words(ask)
    members = [await _member(ask, one, act, words, linked=linked) async for one in unhurried(told)]
    await hand_on(ask, batch, members)

    def make(one: Member) -> Change:
        return act.make(one.rest, one.words.names)

    return await _applied(ask, members, make)


async def _member(ask: Ask, told: Any, act: Act, words: Words, *, linked: bool) -> Member:
    one = Member(str(told.get("id", told.get("@id", ""))) if isinstance(told, dict) else "", words)
    try:
        if not isinstance(told, dict):
            raise BadRequestData("an entity is an object")
        terms.uri(one.id)
        if told.get("@context") is None if linked else "@context" in told:
            raise BadRequestData("an entity has an @context in application/ld+json, and only there")
        if linked:
            one.words = Words(told["@context"], await ask.names_of(told["@context"]))
        one.fragment, one.told = act.read(told, one.words.names), told
        act.make(one.rest, one.words.names)
    except NgsiLdError as error:
        one.refuse(error.as_json())
    return one


def _deleted(told: Any, words: Words) -> Member:
    one = Member(str(told), words)
    try:
        terms.uri(told)
    except NgsiLdError as error:
        one.refuse(error.as_json())
    return one


def _several(told: Any) -> list[Any]:
    if not isinstance(told, list) or not told or None in told:
        raise BadRequestData("a batch is a list, neither empty nor with null")
    return told


async def _applied(ask: Ask, members: list[Member], make: Callable[[Member], Change]) -> list[Member]:
    """Change the entities of all members of which something is left for this broker."""
    ready = [one for one in members if one.here]
    steps = [(one.id, make(one)) async for one in unhurried(ready)]
    results = await ask.changes.apply_all(ask.tenant, steps)
    for one, result in zip(ready, results, strict=True):
        if not isinstance(result, Exception):
            one.succeed(created=result is True)
        elif not isinstance(result, NgsiLdError):
            raise result
        elif not (one.deletes and one.proxied and isinstance(result, ResourceNotFound)):
            one.fail(result.as_json())
    return members


def _answer(members: Sequence[Member]) -> Response | None:
    """Return the BatchOperationResult (5.2.16) of a batch of which some members failed."""
    errors = [{"entityId": one.id, **error} for one in members for error in one.errors]
    if not errors:
        return None
    done = _ids([one for one in members if one.done])
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
