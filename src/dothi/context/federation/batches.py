"""
Batches at sources (clauses 5.6.7 to 5.6.10 and 5.6.20): one request to each source that takes batches.

To others each member goes on its own. Members that speak under different @contexts go in several requests.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import orjson

from dothi.context.errors import BadGateway, BadRequestData, Conflict
from dothi.context.federation.calls import Call, Failed, Reply, Trigger, together
from dothi.context.federation.provision import Deed, Done, Provision, part_of, problem
from dothi.context.federation.shares import Piece
from dothi.context.federation.speech import JSON, Words

Json = Mapping[str, Any]
AT_ONCE: Final = 16
"""Requests under way to a source that takes one member at a time."""
EXISTS: Final = 409
SINGLE: Final[Mapping[str, tuple[str, str]]] = {
    "createEntity": ("POST", "entities"),
    "replaceEntity": ("PUT", "entities/{id}"),
    "updateEntity": ("PATCH", "entities/{id}/attrs/"),
    "updateAttrs": ("PATCH", "entities/{id}/attrs/"),
    "appendAttrs": ("POST", "entities/{id}/attrs/"),
    "mergeEntity": ("PATCH", "entities/{id}"),
    "deleteEntity": ("DELETE", "entities/{id}"),
}
"""How each operation on one entity is asked for."""


@dataclass(frozen=True)
class Batch:
    """A batch: its operation (4.20) comes first, then those that do the same with one member."""

    path: str
    operations: tuple[str, ...]
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Errand:
    """What a source is to do with one member, at a place of the batch; `told` is None to delete it."""

    place: int
    entity_id: str
    told: Json | None
    words: Words
    piece: Piece


@dataclass(frozen=True)
class Result:
    """What came of an errand: an error, or that the entity was made; it was there before if neither."""

    errand: Errand
    error: Json | None = None
    created: bool = False


@dataclass(frozen=True)
class Batches:
    """Hands batches on."""

    provision: Provision

    async def done(self, trigger: Trigger, batch: Batch, errands: Iterable[Errand]) -> list[Result]:
        """Let all sources do their errands, and return what came of each."""
        loads: dict[object, list[Errand]] = {}
        for one in errands:
            context = orjson.dumps(one.words.context, option=orjson.OPT_SORT_KEYS)
            loads.setdefault((one.piece.source.id, one.piece.operation, context), []).append(one)
        found: list[Result] = []
        for results in await together([self._load(trigger, batch, one) for one in loads.values()]):
            if isinstance(results, BaseException):
                raise results
            found += results
        return found

    async def _load(self, trigger: Trigger, batch: Batch, load: Sequence[Errand]) -> list[Result]:
        """Do errands of one source that speak under one @context."""
        piece = load[0].piece
        if piece.operation is None:
            error = Conflict(f"{piece.source.id} has it, and does not do this").as_json()
            return [Result(one, error) for one in load]
        if piece.operation != batch.operations[0]:
            return await self._singly(trigger, batch, load)
        try:
            return _read(load, await self._sent(trigger, batch, load))
        except Failed as failure:
            return [Result(one, failure.error.as_json()) for one in load]

    async def _sent(self, trigger: Trigger, batch: Batch, load: Sequence[Errand]) -> Reply:
        source = load[0].piece.source
        if load[0].told is None:
            ids = [one.entity_id for one in load]
            call = Call("POST", batch.path, batch.params, {"Content-Type": JSON}, ids)
            return await self.provision.calls.send(source, call, trigger)
        speech = await self.provision.speech(source, load[0].words)
        body = [
            speech.body(
                part_of(one.told or {}, one.piece.attributes, one.words, speech, whole=one.piece.whole)
            )
            for one in load
        ]
        call = Call("POST", batch.path, batch.params, speech.of_body, body)
        return await self.provision.calls.send(source, call, trigger)

    async def _singly(self, trigger: Trigger, batch: Batch, load: Sequence[Errand]) -> list[Result]:
        found: list[Result] = []
        for first in range(0, len(load), AT_ONCE):
            several = load[first : first + AT_ONCE]
            for one in await together([self._single(trigger, batch, each) for each in several]):
                if isinstance(one, BaseException):
                    raise one
                found.append(one)
        return found

    async def _single(self, trigger: Trigger, batch: Batch, errand: Errand) -> Result:
        done = await self._by_itself(trigger, batch, errand, errand.piece)
        source, operation = errand.piece.source, errand.piece.operation
        if operation == "createEntity":
            if done.error is None:
                return Result(errand, created=True)
            otherwise = batch.operations[batch.operations.index(operation) + 1 :]
            next_ = source.first_done(*otherwise)
            if done.status == EXISTS and next_ is not None:
                done = await self._by_itself(trigger, batch, errand, replace(errand.piece, operation=next_))
        if done.error is None and done.refused:
            reasons = "; ".join(f"{iri}: {reason}" for iri, reason in done.refused.items())
            return Result(errand, BadRequestData(reasons).as_json())
        return Result(errand, done.error)

    async def _by_itself(self, trigger: Trigger, batch: Batch, errand: Errand, piece: Piece) -> Done:
        operation = str(piece.operation)
        method, path = SINGLE[operation]
        params = batch.params if operation == "appendAttrs" else {}
        deed = Deed(method, path, (operation,), errand.entity_id, errand.told, errand.words, params)
        return await self.provision.done(trigger, deed, piece)


def _read(load: Sequence[Errand], reply: Reply) -> list[Result]:
    """Return what a reply tells of each errand."""
    if reply.status == 207 and isinstance(reply.told, Mapping):
        failed = {
            one.get("entityId"): _error(one.get("error"))
            for one in reply.told.get("errors", ())
            if isinstance(one, Mapping)
        }
        return [Result(one, failed.get(one.entity_id)) for one in load]
    if not reply.ok:
        error = problem(reply, load[0].piece.source)
        return [Result(one, error) for one in load]
    made = reply.told if reply.status == 201 and isinstance(reply.told, list) else []
    return [Result(one, created=one.entity_id in made) for one in load]


def _error(told: Any) -> Json:
    """Return what a source tells of an error, which may be text."""
    if isinstance(told, Mapping):
        return told
    return BadGateway(str(told)[:300] if isinstance(told, str) else "").as_json()
