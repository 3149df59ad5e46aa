"""
Writing at sources (clause 5.6): one piece of what is to be done with one entity, as its source hears it.

    deed = Deed("POST", "entities", ("createEntity",), entity_id, told, words)
    done = await Provision(calls, naming).done(trigger, deed, piece)
    done.error         problem details, None where it is done; `refused` what a part of it came to
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote

from dothi.context.errors import (
    BadGateway,
    BadRequestData,
    Conflict,
    LdContextNotAvailable,
    NgsiLdError,
)
from dothi.context.federation import narrowing
from dothi.context.federation.calls import Call, Calls, Failed, Reply, Trigger, together
from dothi.context.federation.narrowing import Part
from dothi.context.federation.shares import Piece
from dothi.context.federation.sources import Source
from dothi.context.federation.speech import Naming, Speech, Words
from dothi.context.jsonld.names import Names
from dothi.context.model.kinds import OWN
from dothi.context.model.read import NOT_ATTRIBUTES
from dothi.context.query.types import Types

Json = Mapping[str, Any]
SAFE: Final = "/:@!$&'()*+,;=-._~"
"""Characters that stand for themselves in a path; in the name of an attribute all but the slash."""
IDENTITY: Final = frozenset({"id", "@id", "type", "@type"})
SCOPE: Final = "scope"
CREATED: Final = 201
UNTYPED: Final = "about:blank"
UNTOLD: Final = "the source does not tell whether it took this"


@dataclass(frozen=True)
class Deed:
    """
    What is to be done with one entity: `path` has {id} and {attr}, `told` is the body as it came.

    `types` are those that the entity must have, `attribute` the IRI of the one that the path names.
    """

    method: str
    path: str
    operations: tuple[str, ...]
    entity_id: str
    told: Any
    words: Words
    params: Mapping[str, str] = field(default_factory=dict)
    types: Types | None = None
    attribute: str | None = None


@dataclass(frozen=True)
class Done:
    """What came of a piece: nothing more to say, an error, or attributes that were refused (5.2.18)."""

    source: Source
    attributes: frozenset[str]
    error: Json | None = None
    refused: Mapping[str, str] = field(default_factory=dict)
    made: bool = False
    """Whether the source has made something new."""

    @property
    def status(self) -> int:
        """Return the status of the error."""
        return int((self.error or {}).get("status", 500))


@dataclass(frozen=True)
class Provision:
    """Writes at sources."""

    calls: Calls
    naming: Naming

    async def all_done(self, trigger: Trigger, deed: Deed, pieces: Iterable[Piece]) -> list[Done]:
        """Let all sources do their pieces, and return what came of each, in their order."""
        found: list[Done] = []
        for one in await together([self.done(trigger, deed, each) for each in pieces]):
            if isinstance(one, BaseException):
                raise one
            found.append(one)
        return found

    async def done(self, trigger: Trigger, deed: Deed, piece: Piece) -> Done:
        """Let a source do its piece; whatever goes wrong is in the result."""
        if piece.operation is None:
            return _failed(piece, Conflict(f"{piece.source.id} has it, and does not do this"))
        try:
            speech = await self.speech(piece.source, deed.words)
            reply = await self.calls.send(piece.source, _call(deed, piece, speech), trigger)
        except Failed as failure:
            return _failed(piece, failure.error)
        return _done(piece, speech.names, reply)

    async def speech(self, source: Source, words: Words) -> Speech:
        """Return how a source is spoken to with a body. Raises Failed."""
        try:
            return await words.telling(source, self.naming)
        except (BadRequestData, LdContextNotAvailable) as error:
            raise Failed(199, f"the @context of {source.id} cannot be had", BadGateway) from error


def part_of(told: Json, attributes: frozenset[str], words: Words, speech: Speech, *, whole: bool) -> Json:
    """Return what of an entity, as it came, is for a source: these attributes, in its words."""
    kept = {}
    for key, value in told.items():
        if key in IDENTITY or (key == SCOPE and whole):
            kept[key] = value if key in ("id", "@id") else _types_in(value, words.names, speech)
        elif key not in NOT_ATTRIBUTES and words.names.expand(key) in attributes:
            name = key if speech.same else speech.names.compact(words.names.expand(key))
            kept[name] = value if speech.same else _in_words(value, words.names, speech.names)
    return kept


def problem(reply: Reply, source: Source) -> Json:
    """Return the problem details of a reply that is an error."""
    if not 400 <= reply.status < 600:
        return BadGateway(f"{source.id} answered {reply.status}").as_json()
    told = reply.told if isinstance(reply.told, Mapping) else {}
    return {"type": UNTYPED, "title": f"{source.id} answered {reply.status}", **told, "status": reply.status}


def _call(deed: Deed, piece: Piece, speech: Speech) -> Call:
    path = deed.path.replace("{id}", quote(deed.entity_id, SAFE))
    if deed.attribute is not None:
        path = path.replace("{attr}", quote(speech.names.compact(deed.attribute), SAFE.replace("/", "")))
    params = dict(deed.params)
    if deed.types is not None and deed.types.groups:
        params["type"] = narrowing.types_text(Part(deed.types.groups), speech.names.compact)
    if deed.told is None:
        return Call(deed.method, path, params, speech.headers)
    if deed.attribute is not None:
        told = deed.told if speech.same else _in_words(deed.told, deed.words.names, speech.names)
    else:
        told = part_of(deed.told, piece.attributes, deed.words, speech, whole=piece.whole)
        # Of a fragment the path says which entity is meant; a source may refuse another id beside it.
        told = {key: deed.entity_id if key in ("id", "@id") else value for key, value in told.items()}
    body = speech.body(told) if isinstance(told, Mapping) else told
    return Call(deed.method, path, params, speech.of_body, body)


def _done(piece: Piece, names: Names, reply: Reply) -> Done:
    if reply.ok:
        return Done(piece.source, piece.attributes, made=reply.status == CREATED)
    if reply.status == 207 and not isinstance(reply.told, Mapping):
        return Done(piece.source, piece.attributes, refused=dict.fromkeys(sorted(piece.attributes), UNTOLD))
    if reply.status == 207:
        refused = {
            names.expand(str(one.get("attributeName", ""))): str(one.get("reason", ""))
            for one in reply.told.get("notUpdated", ())
            if isinstance(one, Mapping)
        }
        errors = [one.get("error") for one in reply.told.get("errors", ()) if isinstance(one, Mapping)]
        if errors:
            told = next((one for one in errors if isinstance(one, Mapping)), {})
            return Done(piece.source, piece.attributes, {**BadGateway().as_json(), **told})
        return Done(piece.source, piece.attributes, refused=refused)
    return Done(piece.source, piece.attributes, problem(reply, piece.source))


def _failed(piece: Piece, error: NgsiLdError) -> Done:
    return Done(piece.source, piece.attributes, error.as_json())


def _types_in(told: Any, names: Names, speech: Speech) -> Any:
    if speech.same:
        return told
    several: Sequence[Any] = told if isinstance(told, list) else [told]
    renamed = [speech.names.compact(names.expand(one)) for one in several]
    return renamed if isinstance(told, list) else renamed[0]


def _in_words(told: Any, ours: Names, theirs: Names) -> Any:
    """Return an attribute, or its instances, with its own attributes named as a source names them."""
    if isinstance(told, list):
        return [_in_words(one, ours, theirs) for one in told]
    if not isinstance(told, Mapping):
        return told
    return {
        key if key in OWN else theirs.compact(ours.expand(key)):
            value if key in OWN else _in_words(value, ours, theirs)
        for key, value in told.items()
    }  # fmt: skip
