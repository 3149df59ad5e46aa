"""
The past of entities at sources (clauses 5.7.3 and 5.7.4): the instances that they tell of a window of time.

Windows, filters and pages are applied to the whole afterwards. So a source is asked for normalized instances
with their instants, and for the rest of them where its answer is partial (6.3.10).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote

from dothi.context.errors import BadGateway, BadRequestData, LdContextNotAvailable
from dothi.context.federation import narrowing, reading
from dothi.context.federation.calls import Call, Failed, Reply, Trigger, together
from dothi.context.federation.consumption import (
    AT_ONCE,
    MOST_PAGES,
    SAFE,
    SYSTEM,
    Consumption,
    Question,
    listed,
)
from dothi.context.federation.merging import WEIGHTS, Weight
from dothi.context.federation.narrowing import Part
from dothi.context.federation.sources import Source
from dothi.context.federation.speech import Speech
from dothi.context.model import terms
from dothi.context.model.evolution import SCOPE, Said
from dothi.context.model.read_temporal import TemporalReader

RANGE: Final = re.compile(r"date-time (\S+?Z)-(\S+?Z)/\S+")
PARTIAL: Final = 206


@dataclass(frozen=True)
class Past:
    """What a source tells of the past of one entity: its types, and instances in stored form."""

    entity_id: str
    types: Sequence[str]
    said: Sequence[Said]
    weight: Weight


@dataclass
class Recalled:
    """What sources told, and values of NGSILD-Warning."""

    pasts: list[Past] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Recollection:
    """Asks sources for the past; `window` has the parameters of the time, `at` stamps what has no instant."""

    consumption: Consumption
    trigger: Trigger
    question: Question
    window: Mapping[str, str]
    at: str

    async def retrieve(self, sources: Sequence[Source], entity_id: str) -> Recalled:
        """Return what sources tell of one entity (5.7.3)."""
        path = f"temporal/entities/{quote(entity_id, SAFE)}"
        return await self._together(sources, [self._retrieved(one, path) for one in sources])

    async def query(self, sources: Sequence[Source]) -> Recalled:
        """Return what sources tell of all entities that are meant (5.7.4)."""
        return await self._together(sources, [self._queried(one) for one in sources])

    async def _together(self, sources: Sequence[Source], waiting: Sequence[Any]) -> Recalled:
        whole = Recalled()
        for source, one in zip(sources, await together(waiting), strict=True):
            if isinstance(one, Failed):
                whole.warnings.append(one.warning(self.trigger.alias))
            elif isinstance(one, BaseException):
                raise one
            else:
                self._take(whole, source, one)
        return whole

    def _take(self, whole: Recalled, source: Source, told: Sequence[tuple[Speech, Reply]]) -> None:
        """Add what a source told; what is no NGSI-LD, or not its own, is left out."""
        wrong = 0
        for speech, reply in told:
            whole.warnings += reply.warnings
            for one in reply.told if isinstance(reply.told, list) else [reply.told]:
                try:
                    past = self._past(source, speech, one)
                except (BadRequestData, LdContextNotAvailable):
                    wrong += 1
                else:
                    whole.pasts += [past] if past else []
        if wrong:
            failure = Failed(111, f"{source.id} answered what is no NGSI-LD", BadGateway)
            whole.warnings.append(failure.warning(self.trigger.alias))

    def _past(self, source: Source, speech: Speech, told: Any) -> Past | None:
        """Return what a source tells of one entity, within its registration. Raises BadRequestData."""
        if not isinstance(told, Mapping):
            raise BadRequestData("an entity is an object")
        wanted = self.question.wanted
        reader, rest = TemporalReader(speech.names, self.at), reading.without_expiry(told)
        found = Past(terms.uri(rest.get("id")), reader.types(rest), _said(reader, rest), WEIGHTS[source.mode])
        share = source.share(wanted)
        head = {"id": found.entity_id, "type": found.types}
        if share is None or not narrowing.fits(source.fitting(wanted), head):
            return None
        kept = share.of([iri for iri, _ in found.said])
        return Past(found.entity_id, found.types, [one for one in found.said if one[0] in kept], found.weight)

    async def _retrieved(self, source: Source, path: str) -> list[tuple[Speech, Reply]]:
        speech = await self.consumption.speech(source, self.question.words)
        [part, *_] = narrowing.parts(self.question.asked, source.fitting(self.question.wanted))
        return await self._all_in_time(source, path, {**self._asked(part, speech)}, speech)

    async def _queried(self, source: Source) -> list[tuple[Speech, Reply]]:
        speech = await self.consumption.speech(source, self.question.words)
        found: list[tuple[Speech, Reply]] = []
        for part in narrowing.parts(
            self.question.asked, source.fitting(self.question.wanted), attributes=not self.question.split
        ):
            found += await self._pages(source, part, speech)
        return found

    async def _pages(self, source: Source, part: Part, speech: Speech) -> list[tuple[Speech, Reply]]:
        """Return all pages of one part, each with all of its time."""
        params = {"type": narrowing.types_text(part, speech.names.compact)} if part.types else {}
        params |= listed("id", part.ids)
        if part.like is not None and not part.ids:
            params["idPattern"] = part.like
        if speech.same and not self.question.split:
            params |= self.question.filters.params
        params |= {**self._asked(part, speech), "limit": str(AT_ONCE)}
        found: list[tuple[Speech, Reply]] = []
        for page in range(MOST_PAGES):
            offset = {"offset": str(page * AT_ONCE)} if page else {}
            several = await self._all_in_time(source, "temporal/entities", {**params, **offset}, speech)
            found += several
            if not several or not any(
                isinstance(one.told, list) and len(one.told) >= AT_ONCE for _, one in several
            ):
                return found
        raise Failed(199, f"{source.id} has more than is asked for", BadGateway)

    def _asked(self, part: Part, speech: Speech) -> dict[str, str]:
        attributes = listed("attrs", map(speech.names.compact, sorted(part.attributes)))
        datasets = listed("datasetId", sorted(self.question.wanted.datasets))
        return {**SYSTEM, **attributes, **datasets, **self.window}

    async def _all_in_time(
        self, source: Source, path: str, params: Mapping[str, str], speech: Speech
    ) -> list[tuple[Speech, Reply]]:
        """Return an answer, and those that follow while answers are partial."""
        found: list[tuple[Speech, Reply]] = []
        for _ in range(MOST_PAGES):
            call = Call("GET", path, params, speech.headers)
            reply = await self.consumption.calls.send(source, call, self.trigger)
            if reply.status == 404:
                return found
            if not 200 <= reply.status < 300:
                raise Failed(299, f"{source.id} answered {reply.status}", BadGateway)
            found.append((speech, reply))
            later = _later(params, reply)
            if later is None:
                return found
            params = later
        raise Failed(199, f"{source.id} has more than is asked for", BadGateway)


def _later(params: Mapping[str, str], reply: Reply) -> Mapping[str, str] | None:
    """Return what asks for the rest of a partial answer; the last instants are told again."""
    shown = RANGE.match(reply.range) if reply.status == PARTIAL else None
    if shown is None or "lastN" in params or params.get("timeAt") == shown[2]:
        return None
    if params.get("timerel") == "before":
        ends = {"endTimeAt": params["timeAt"]}
        return (
            None
            if ends["endTimeAt"] == shown[2]
            else {**params, **ends, "timerel": "between", "timeAt": shown[2]}
        )
    relation = params.get("timerel", "after")
    return {**params, "timerel": relation, "timeAt": shown[2]}


def _said(reader: TemporalReader, told: Mapping[str, Any]) -> list[Said]:
    """Return the instances that a source tells, with its instants."""
    said = []
    for key, value in told.items():
        iri = SCOPE if key == "scope" else reader.names.expand(key)
        instances = reader.said({key: value})
        several = value if isinstance(value, list) else [value]
        if len(several) == len(instances):
            pairs = zip(instances, several, strict=True)
            said += [(iri, {**one[1], **reading.system(each)}) for one, each in pairs]
        else:
            said += instances
    return said
