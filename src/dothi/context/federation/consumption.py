"""
Retrieving and querying at sources (clauses 5.7.1 and 5.7.2): what they have of it, and what they warn of.

What comes back is in stored form and not narrowed by q, places or members: `merging` makes entities of it,
and whoever asked is told of them only what is told of those that are held here.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final
from urllib.parse import quote

from dothi.context.errors import BadGateway, BadRequestData, LdContextNotAvailable
from dothi.context.federation import narrowing, reading
from dothi.context.federation.calls import Call, Calls, Failed, Reply, Trigger, together
from dothi.context.federation.merging import WEIGHTS, Version
from dothi.context.federation.narrowing import Part
from dothi.context.federation.registry import Registry
from dothi.context.federation.sources import PATH, Share, Source
from dothi.context.federation.speech import JSON_LD, Naming, Speech, Words
from dothi.context.query.entities import EntityQuery, EntitySelector
from dothi.context.query.types import Types
from dothi.context.registrations.wanted import EntityWanted, Wanted
from dothi.context.turns import unhurried

AT_ONCE: Final = 1_000
"""Entities that are asked of a source at once."""
MOST_PAGES: Final = 20
FEW: Final = 10
"""Entities of a source that are read before others have their turn: each may have many attributes."""
SAFE: Final = "/:@!$&'()*+,;=-._~"
"""Characters that stand for themselves in a path."""
MAP: Final = re.compile(r"(^|/)[A-Za-z][A-Za-z0-9:._~-]{0,300}$", re.ASCII)
"""How an entity map of a source is named."""
SYSTEM: Final = {"options": "sysAttrs"}


Own = tuple[Sequence[Mapping[str, Any]], Share | None]
"""The parts of a registration that have something of what is asked for, and which attributes these are."""


@dataclass
class Gathered:
    """Versions of entities at sources, values of NGSILD-Warning, and maps made there, by registration."""

    versions: list[Version] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    maps: dict[str, str] = field(default_factory=dict)

    def add(self, other: "Gathered") -> None:
        """Add what was gathered elsewhere."""
        self.versions += other.versions
        self.warnings += other.warnings
        self.maps |= other.maps


@dataclass(frozen=True)
class Filters:
    """What goes along to sources of a query beside entities and attributes: parameters, and as a Query."""

    params: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Question:
    """What is asked of sources: entities, in which words, with filters unless entities are split."""

    asked: EntityQuery
    words: Words
    wanted: Wanted
    filters: Filters = field(default_factory=Filters)
    split: bool = False
    mapped: bool = False
    """Whether sources are to make entity maps (5.14.4)."""
    maps: Mapping[str, str] = field(default_factory=dict)
    """Those that they made before, by registration."""


@dataclass
class Consumption:
    """Asks sources for entities, but those of the registrations `without`."""

    registry: Registry
    calls: Calls
    naming: Naming
    without: frozenset[str] = frozenset()

    async def sources(self, trigger: Trigger, wanted: Wanted, *operations: str) -> list[Source]:
        """Return the sources that have something of what is wanted and do one of `operations`."""
        known = await self.registry.sources(trigger.tenant)
        asked = [one for one in known if one.id not in self.without and one.first_done(*operations)]
        return [one for one in asked if one.fitting(wanted)]

    async def retrieve(
        self, trigger: Trigger, words: Words, entity_id: str, *,
        types: Types | None = None, attributes: Iterable[str] = (), datasets: frozenset[str] = frozenset(),
    ) -> Gathered:  # fmt: skip
        """Return what sources have of one entity (5.7.1)."""
        selector = EntitySelector(types, (entity_id,))
        asked = EntityQuery((selector,), tuple(attributes))
        wanted = Wanted(
            (EntityWanted(types, frozenset([entity_id])),), frozenset(asked.attributes),
            datasets=datasets, met=frozenset(trigger.met), handing_on=True,
        )  # fmt: skip
        question = Question(asked, words, wanted)
        found = await self.sources(trigger, wanted, "retrieveEntity", "queryEntity", "queryBatch")
        return await self._gathered(trigger, [self._retrieved(one, trigger, question) for one in found])

    async def query(self, trigger: Trigger, sources: Sequence[Source], question: Question) -> Gathered:
        """Return what `sources` have of the entities that are asked for (5.7.2)."""
        return await self._gathered(trigger, [self._queried(one, trigger, question) for one in sources])

    async def _gathered(self, trigger: Trigger, waiting: Sequence[Any]) -> Gathered:
        """Wait for all sources; one that fails is warned of, and costs no other its answer."""
        whole = Gathered()
        for one in await together(waiting):
            if isinstance(one, Failed):
                whole.warnings.append(one.warning(trigger.alias))
            elif isinstance(one, BaseException):
                raise one
            else:
                whole.add(one)
        return whole

    async def _retrieved(self, source: Source, trigger: Trigger, question: Question) -> Gathered:
        if not source.does("retrieveEntity"):
            return await self._queried(source, trigger, question)
        speech = await self.speech(source, question.words)
        share, [selector] = source.share(question.wanted), question.asked.selectors
        assert share is not None
        params = dict(SYSTEM)
        if selector.types is not None and selector.types.groups:
            params["type"] = narrowing.types_text(Part(selector.types.groups), speech.names.compact)
        meant = frozenset(question.asked.attributes)
        attributes = meant if share.names is None else share.of(meant) if meant else share.names
        params |= listed("attrs", map(speech.names.compact, sorted(attributes)))
        params |= listed("datasetId", sorted(question.wanted.datasets))
        path = f"entities/{quote(selector.ids[0], SAFE)}"
        reply = await self.calls.send(source, Call("GET", path, params, speech.headers), trigger)
        return await self._read(source, question, speech, reply, trigger)

    async def _queried(self, source: Source, trigger: Trigger, question: Question) -> Gathered:
        speech = await self.speech(source, question.words)
        whole = Gathered()
        infos = source.fitting(question.wanted)
        parts = narrowing.parts(question.asked, infos, attributes=not question.split)
        if len(parts) > 1:  # a map is one of one query
            question = replace(question, mapped=False, maps={})
        for part in parts:
            whole.add(await self._part(source, trigger, question, part, speech))
        return whole

    async def _part(
        self, source: Source, trigger: Trigger, question: Question, part: Part, speech: Speech
    ) -> Gathered:
        """Return all pages of one part; what came before a failure stays."""
        posts = source.does("queryBatch") and (trigger.posted or not source.does("queryEntity"))
        make, whole = _posted if posts else _got, Gathered()
        try:
            for page in range(MOST_PAGES):
                call = make(part, question, speech, page * AT_ONCE)
                reply = await self.calls.send(source, _mapped(call, source, question, whole), trigger)
                if question.mapped and MAP.search(reply.map):
                    whole.maps[source.id] = reply.map.rpartition("/")[2]
                whole.add(await self._read(source, question, speech, reply, trigger))
                told = len(reply.told) if isinstance(reply.told, list) else 1
                if told < AT_ONCE:
                    return whole
                if told > AT_ONCE:  # it knows no pages, or is to be feared
                    break
            raise Failed(199, f"{source.id} has more than is asked for", BadGateway)
        except Failed as failure:
            whole.warnings.append(failure.warning(trigger.alias))
        return whole

    async def speech(self, source: Source, words: Words) -> Speech:
        """Return how a source is spoken to without a body. Raises Failed."""
        try:
            return await words.asking(source, self.naming)
        except (BadRequestData, LdContextNotAvailable) as error:
            raise Failed(199, f"the @context of {source.id} cannot be had", BadGateway) from error

    async def _read(
        self, source: Source, question: Question, speech: Speech, reply: Reply, trigger: Trigger
    ) -> Gathered:
        """Return the entities in a reply. Raises Failed where it is an error, or none of it is NGSI-LD."""
        if reply.status == 404:
            return Gathered(warnings=list(reply.warnings))
        if not 200 <= reply.status < 300:
            raise Failed(299, f"{source.id} answered {reply.status}", BadGateway)
        told = reply.told[:AT_ONCE] if isinstance(reply.told, list) else [reply.told]
        whole, wrong = Gathered(warnings=list(reply.warnings)), 0
        own = source.fitting(question.wanted), source.share(question.wanted)
        async for one in unhurried(told, FEW):
            try:
                whole.versions += await self._version(source, own, speech, one)
            except (BadRequestData, LdContextNotAvailable):
                wrong += 1
        if wrong:
            failure = Failed(111, f"{source.id} answered what is no NGSI-LD", BadGateway)
            whole.warnings.append(failure.warning(trigger.alias))
        return whole

    async def _version(self, source: Source, own: Own, speech: Speech, told: Any) -> list[Version]:
        """Return what a source tells of one entity, within its registration. Raises BadRequestData."""
        fitting, share = own
        names = speech.names
        if source.info.get("accept") == JSON_LD and isinstance(told, Mapping) and "@context" in told:
            names = await self.naming(told["@context"])
        entity = reading.entity(told, names)
        if share is None or not narrowing.fits(fitting, entity):
            return []
        kept = share.of(entity["attributes"])
        entity["attributes"] = {iri: one for iri, one in entity["attributes"].items() if iri in kept}
        return [Version(entity, WEIGHTS[source.mode], source.id)]


def _mapped(call: Call, source: Source, question: Question, found: Gathered) -> Call:
    """Return a query that makes, or is held to, an entity map at its source, where that keeps such."""
    known = {**question.maps, **found.maps}.get(source.id)
    if known is not None:
        return replace(call, headers={**call.headers, "NGSILD-EntityMap": f"{PATH}/entityMaps/{known}"})
    if question.mapped and source.does("createEntityMapQueryEntity"):
        return replace(call, params={**call.params, "entityMap": "true"})
    return call


def _got(part: Part, question: Question, speech: Speech, offset: int) -> Call:
    """Return a query by GET."""
    params = {"type": narrowing.types_text(part, speech.names.compact)} if part.types else {}
    params |= listed("id", part.ids)
    if part.like is not None and not part.ids:
        params["idPattern"] = part.like
    params |= listed("attrs", map(speech.names.compact, sorted(part.attributes)))
    params |= listed("datasetId", sorted(question.wanted.datasets))
    if speech.same and not question.split:
        params |= question.filters.params
    return Call("GET", "entities", {**params, **_page(offset)}, speech.headers)


def _posted(part: Part, question: Question, speech: Speech, offset: int) -> Call:
    """Return a query by POST, whose body is a Query (5.2.23)."""
    one: dict[str, Any] = {"type": narrowing.types_text(part, speech.names.compact)} if part.types else {}
    if part.ids:
        one["id"] = part.ids[0] if len(part.ids) == 1 else list(part.ids)
    elif part.like is not None:
        one["idPattern"] = part.like
    body: dict[str, Any] = {"type": "Query"} | ({"entities": [one]} if one else {})
    if part.attributes:
        body["attrs"] = [speech.names.compact(iri) for iri in sorted(part.attributes)]
    if question.wanted.datasets:
        body["datasetId"] = sorted(question.wanted.datasets)
    if speech.same and not question.split:
        body |= question.filters.query
    return Call("POST", "entityOperations/query", _page(offset), speech.of_body, speech.body(body))


def _page(offset: int) -> dict[str, str]:
    first = {**SYSTEM, "limit": str(AT_ONCE)}
    return {**first, "offset": str(offset)} if offset else first


def listed(key: str, several: Iterable[str]) -> dict[str, str]:
    told = ",".join(several)
    return {key: told} if told else {}
