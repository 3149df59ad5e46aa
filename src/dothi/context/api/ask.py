"""
A request as every operation hears it: tenant, parameters, body, and the @context it speaks under.

    async def act(ask: Ask) -> Response:
        told = await ask.body()              JSON of a POST, PATCH or PUT; its @context is taken off
        names = await ask.names()            names of the @context of body, Link header or neither
        return ask.answer(told)              in the media type that is wanted, with the @context
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import orjson
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response

from dothi.context.api import answers, media
from dothi.context.errors import BadRequestData, InvalidRequest, LengthRequired, NgsiLdError
from dothi.context.jsonld import contexts
from dothi.context.jsonld.names import Names
from dothi.context.model.write import Form

TENANT = "NGSILD-Tenant"
TENANT_NAME = re.compile(r"[A-Za-z0-9._:~-]{1,200}")
CONTEXT_LINK = re.compile(r'<([^>]*)>\s*;[^,]*rel="?http://www\.w3\.org/ns/json-ld#context"?')
EVERYWHERE = frozenset({"local", "via"})
"""Parameters that every operation takes."""
FORMS = {
    "normalized": Form.NORMALIZED, "concise": Form.CONCISE,
    "simplified": Form.SIMPLIFIED, "keyValues": Form.SIMPLIFIED,
}  # fmt: skip


@dataclass
class Ask:
    """
    One request. `known` are the parameters of its operation, `offers` the media types that it can
    answer in, `path` what the slots of its path hold.
    """

    request: Request
    known: Collection[str] = ()
    offers: Sequence[str] = media.PLAIN
    path: Mapping[str, str] = field(default_factory=dict)
    context: object = field(default=None, init=False)
    """The @context as the request told it, to be told again in the answer."""

    def __post_init__(self) -> None:
        unknown = set(self.params) - set(self.known) - EVERYWHERE
        if unknown:
            raise InvalidRequest(f"unknown parameters: {', '.join(sorted(unknown))}")
        self.context = self._linked()

    @property
    def state(self) -> Any:
        """Return what the application holds: `pool`, `changes`, …"""
        return self.request.app.state

    @property
    def params(self) -> QueryParams:
        """Return the parameters of the address."""
        return self.request.query_params

    @cached_property
    def tenant(self) -> str:
        """Return the name of the tenant; "" is the default one. Raises BadRequestData."""
        told = self.request.headers.get(TENANT, "")
        if told and not TENANT_NAME.fullmatch(told):
            raise BadRequestData("the name of a tenant has letters, digits and . _ : ~ - only")
        return told

    @cached_property
    def options(self) -> set[str]:
        """Return the words of the parameter `options` (clause 6.3.11)."""
        return set(filter(None, self.params.get("options", "").split(",")))

    @cached_property
    def wanted(self) -> str:
        """Return the media type of the answer (clause 6.3.4). Raises NotAcceptable."""
        return media.wanted(self.request.headers.get("Accept"), self.offers)

    @cached_property
    def form(self) -> Form:
        """Return the representation that is wanted: `format`, or a word of `options` (clause 6.3.7)."""
        told = self.params.get("format")
        if told is None:
            return next((FORMS[one] for one in FORMS if one in self.options), Form.NORMALIZED)
        if told not in FORMS:
            raise InvalidRequest(f"format is one of {', '.join(FORMS)}")
        return FORMS[told]

    def flag(self, name: str) -> bool:
        """Return a parameter that is true or false, false where it is not told. Raises BadRequestData."""
        told = self.params.get(name, "false").lower()
        if told not in ("true", "false"):
            raise BadRequestData(f"{name} is true or false")
        return told == "true"

    def number(self, name: str, default: int, *, least: int = 0, most: int = 2**31 - 1) -> int:
        """Return a parameter that is a whole number from `least` to `most`. Raises BadRequestData."""
        told = self.params.get(name)
        if told is None:
            return default
        if not (told.isascii() and told.isdigit() and len(told) <= 10 and least <= int(told) <= most):
            raise BadRequestData(f"{name} is a whole number from {least} to {most}")
        return int(told)

    def words(self, name: str) -> list[str] | None:
        """Return a parameter that is a list with commas; None where it is not told. Raises BadRequestData."""
        told = self.params.get(name)
        if told is None:
            return None
        words = [one.strip() for one in told.split(",")]
        if not all(words):
            raise BadRequestData(f"{name} has an empty member")
        return words

    async def body(self, *, empty: type[NgsiLdError] | None = None) -> Any:
        """
        Return the JSON of the body; members of a list keep their @contexts.

        Raises InvalidRequest, BadRequestData, LengthRequired, and `empty`, if told, for an empty object.
        """
        headers = self.request.headers
        kind = media.brought(headers.get("Content-Type"), patch=self.request.method == "PATCH")
        told = await self.json()
        if empty and told == {}:
            raise empty("the body says nothing")
        if kind == media.JSON_LD:
            if self.context is not None:
                raise BadRequestData("with application/ld+json the @context stands in the body only")
            self.context = _context_of(told)
        elif _brings_context(told):
            raise BadRequestData("with application/json the @context stands in the Link header only")
        return told

    async def json(self) -> Any:
        """Return the JSON of the body with its @context, if any, left in it."""
        if "Content-Length" not in self.request.headers:
            raise LengthRequired
        return self._parsed(await self.request.body())

    async def names(self) -> Names:
        """Return the names under which this request speaks. Raises BadRequestData, LdContextNotAvailable."""
        return contexts.names(self.context)

    async def names_of(self, context: object) -> Names:
        """Return the names of another @context, such as that of one entity of a batch. Raises the same."""
        return contexts.names(context)

    def answer(self, told: Any, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
        """Return `told` in the media type that is wanted, with the @context of this request."""
        return answers.body(told, self.context, self.wanted, status=status, headers=headers)

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
    """Return the @context of a body; a list has none, for each of its members has its own."""
    if isinstance(told, dict):
        if "@context" not in told:
            raise BadRequestData("with application/ld+json the body has an @context")
        return told.pop("@context")
    return None


def _brings_context(told: Any) -> bool:
    return isinstance(told, dict) and "@context" in told
