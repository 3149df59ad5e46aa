"""
Types and attributes that sources know (clauses 5.7.5 to 5.7.10), as far as their registrations speak of them.

    found = await Discovery(consumption, trigger, words).ask("retrieveEntityTypes", wanted, path)
    found.answers      what each source told, with the names that it speaks under
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote

from dothi.context.errors import BadGateway
from dothi.context.federation.calls import Call, Failed, Trigger, together
from dothi.context.federation.consumption import Consumption
from dothi.context.federation.sources import Source
from dothi.context.federation.speech import Words
from dothi.context.jsonld.names import Names
from dothi.context.registrations import information
from dothi.context.registrations.wanted import Wanted

DETAILS: Final = {"details": "true"}
Json = Mapping[str, Any]


@dataclass(frozen=True)
class Heard:
    """What one source told, under which names."""

    source: Source
    names: Names
    told: Any

    def types(self, told: object) -> list[str]:
        """Return the IRIs of types that the registration speaks of, of names that were told."""
        return [iri for iri in self._iris(told) if self._speaking(iri)]

    def attributes(self, told: object, type_: str | None = None) -> list[str]:
        """Return the IRIs of attributes, of a type, that the registration speaks of."""
        named = [information.attributes(one) for one in self._speaking(type_)]
        return [iri for iri in self._iris(told) if any(not one or iri in one for one in named)]

    def objects(self, told: object) -> list[Json]:
        """Return the objects of a list."""
        return [one for one in told if isinstance(one, Mapping)] if isinstance(told, list) else []

    def _iris(self, told: object) -> list[str]:
        return [self.names.expand(one) for one in texts(told)]

    def _speaking(self, type_: str | None) -> list[Json]:
        """Return the parts of the registration that speak of a type, None any."""
        return [
            one for one in self.source.stored["information"]
            if type_ is None or "entities" not in one
            or any(type_ in information.types(each) for each in one["entities"])
        ]  # fmt: skip


@dataclass
class Found:
    """What all sources told, and values of NGSILD-Warning."""

    answers: list[Heard] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Discovery:
    """Asks sources what they know."""

    consumption: Consumption
    trigger: Trigger
    words: Words

    async def ask(
        self, operation: str, wanted: Wanted, path: Callable[[Names], str], *, details: bool = False
    ) -> Found:
        """Ask all that do an operation; `path` is that of the resource under the names of a source."""
        sources = await self.consumption.sources(self.trigger, wanted, operation)
        waiting = [self._asked(one, path, DETAILS if details else {}) for one in sources]
        found = Found()
        for one in await together(waiting):
            if isinstance(one, Failed):
                found.warnings.append(one.warning(self.trigger.alias))
            elif isinstance(one, BaseException):
                raise one
            elif one is not None:
                found.answers.append(one)
        return found

    async def _asked(
        self, source: Source, path: Callable[[Names], str], params: Mapping[str, str]
    ) -> Heard | None:
        speech = await self.consumption.speech(source, self.words)
        call = Call("GET", path(speech.names), params, speech.headers)
        reply = await self.consumption.calls.send(source, call, self.trigger)
        if reply.status == 404:
            return None
        if not 200 <= reply.status < 300:
            raise Failed(299, f"{source.id} answered {reply.status}", BadGateway)
        if not isinstance(reply.told, list if details(path(speech.names), params) else dict):
            raise Failed(111, f"{source.id} answered what is no NGSI-LD", BadGateway)
        return Heard(source, speech.names, reply.told)


def details(path: str, params: Mapping[str, str]) -> bool:
    """Tell whether a list of details is asked for."""
    return "/" not in path and bool(params)


def one_of(what: str, iri: str) -> Callable[[Names], str]:
    """Return the path of one type, or attribute."""
    return lambda names: f"{what}/{quote(names.compact(iri), safe='')}"


def texts(told: object) -> Sequence[str]:
    """Return the texts of a list, or the one that it is."""
    several: Iterable[object] = told if isinstance(told, list) else [told]
    return [one for one in several if isinstance(one, str) and one]
