"""
A request as every operation hears it: tenant, parameters, body, and the @context it speaks under.

    ask = Ask(request, {"type", "q", …})     refuses parameters that the operation does not know
    told = await ask.body()                  JSON of a POST, PATCH or PUT; its @context is taken off
    names = await ask.names()                names of the @context of body, Link header or neither
"""

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

import orjson
from starlette.datastructures import QueryParams
from starlette.requests import Request

from dothi.context.api import media
from dothi.context.errors import BadRequestData, InvalidRequest, LengthRequired
from dothi.context.jsonld import contexts
from dothi.context.jsonld.names import Names

TENANT = "NGSILD-Tenant"
CONTEXT_LINK = re.compile(r'<([^>]*)>\s*;[^,]*rel="?http://www\.w3\.org/ns/json-ld#context"?')
EVERYWHERE = frozenset({"local", "via"})
"""Parameters that every operation takes."""


@dataclass
class Ask:
    """One request. `known` are the parameters of its operation."""

    request: Request
    known: Collection[str] = ()
    context: object = field(default=None, init=False)
    """The @context as the request told it, to be told again in the answer."""

    def __post_init__(self) -> None:
        unknown = set(self.params) - set(self.known) - EVERYWHERE
        if unknown:
            raise InvalidRequest(f"unknown parameters: {', '.join(sorted(unknown))}")
        self.context = self._linked()

    @property
    def params(self) -> QueryParams:
        """Return the parameters of the address."""
        return self.request.query_params

    @property
    def tenant(self) -> str:
        """Return the name of the tenant; "" is the default one."""
        return self.request.headers.get(TENANT, "")

    @property
    def options(self) -> set[str]:
        """Return the words of the parameter `options`."""
        return set(filter(None, self.params.get("options", "").split(",")))

    async def body(self) -> Any:
        """Return the JSON of the body. Raises InvalidRequest, BadRequestData, LengthRequired."""
        headers = self.request.headers
        kind = media.brought(headers.get("Content-Type"), patch=self.request.method == "PATCH")
        if "Content-Length" not in headers:
            raise LengthRequired
        told = self._parsed(await self.request.body())
        if kind == media.JSON_LD:
            if self.context is not None:
                raise BadRequestData("with application/ld+json the @context stands in the body only")
            self.context = _context_of(told)
        elif _brings_context(told):
            raise BadRequestData("with application/json the @context stands in the Link header only")
        return told

    async def names(self) -> Names:
        """Return the names under which this request speaks. Raises BadRequestData, LdContextNotAvailable."""
        return contexts.names(self.context)

    def _parsed(self, told: bytes) -> Any:
        try:
            return orjson.loads(told)
        except orjson.JSONDecodeError as error:
            raise InvalidRequest(f"the body is not JSON: {error}") from error

    def _linked(self) -> str | None:
        found = [CONTEXT_LINK.search(link) for link in self.request.headers.getlist("Link")]
        told = [match[1] for match in found if match]
        if len(told) > 1:
            raise BadRequestData("one Link header at most tells the @context")
        return told[0] if told else None


def _context_of(told: Any) -> object:
    """Return the @context of a body, or those of a list of entities, each of which has its own."""
    if isinstance(told, dict):
        if "@context" not in told:
            raise BadRequestData("with application/ld+json the body has an @context")
        return told.pop("@context")
    return None


def _brings_context(told: Any) -> bool:
    return any(
        isinstance(one, dict) and "@context" in one for one in (told if isinstance(told, list) else [told])
    )
