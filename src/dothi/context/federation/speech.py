"""
The @context under which a source is spoken to: the one of the request, or the one it wants (4.3.6.6).

An address goes into the Link header; what stands in a request itself goes along with bodies, and without
one names are told as IRIs.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from dothi.context.federation.sources import Source
from dothi.context.jsonld.contexts import CORE, is_core
from dothi.context.jsonld.names import Names

JSON: Final = "application/json"
JSON_LD: Final = "application/ld+json"
LINK: Final = '<{}>; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"'
Naming = Callable[[object], Awaitable[Names]]
"""Gives the names of a @context. Raises BadRequestData, LdContextNotAvailable."""


@dataclass(frozen=True)
class Speech:
    """
    `names` are those that a source understands; `link` is the address of their @context, `inline` goes with
    bodies. `same` tells that texts of the request mean the same to the source.
    """

    names: Names
    link: str | None = None
    inline: object = None
    same: bool = True

    @property
    def headers(self) -> dict[str, str]:
        """Return the headers of a request without a body."""
        return {"Link": LINK.format(self.link)} if self.link else {}

    @property
    def of_body(self) -> dict[str, str]:
        """Return the headers of a request with a body."""
        return {"Content-Type": JSON_LD} if self.inline else {"Content-Type": JSON, **self.headers}

    def body(self, told: Mapping[str, Any]) -> dict[str, Any]:
        """Return an object of a body, with the @context where that belongs into it."""
        return {**told, "@context": self.inline} if self.inline else dict(told)


@dataclass(frozen=True)
class Words:
    """A @context as a request told it, None the core one, and its names."""

    context: object
    names: Names

    async def telling(self, source: Source, naming: Naming) -> Speech:
        """Return how a source is spoken to with a body."""
        if wanted := source.info.get("jsonldContext"):
            return await self._in_words_of(wanted, naming)
        address = address_of(self.context)
        if source.info.get("contentType") == JSON_LD:
            return Speech(self.names, inline=self.context or CORE)
        if address is None and self.context:
            return Speech(self.names, inline=self.context)
        return Speech(self.names, link=address)

    async def asking(self, source: Source, naming: Naming) -> Speech:
        """Return how a source is spoken to without a body."""
        if wanted := source.info.get("jsonldContext"):
            return await self._in_words_of(wanted, naming)
        address = address_of(self.context)
        if address is None and self.context:
            return Speech(await naming(None), same=False)
        return Speech(self.names, link=address)

    async def _in_words_of(self, address: str, naming: Naming) -> Speech:
        return Speech(await naming(address), link=address, same=address == address_of(self.context))


def address_of(context: object) -> str | None:
    """Return the address that says all that a @context says, but for the core one; None where none does."""
    several = context if isinstance(context, list) else [context] if context else []
    own = [one for one in several if not is_core(one)]
    return own[0] if len(own) == 1 and isinstance(own[0], str) else None
