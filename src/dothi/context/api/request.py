"""
A request whose head is read once, and what it says of tenant, @context and ways remembered with it.

Starlette looks for each header among all of them, which ten looks made a twelfth of an update. And whoever
asks again and again does so with the same head.
"""

import re
from collections.abc import Iterable
from functools import cached_property, lru_cache
from typing import Any, Final

from starlette.datastructures import Headers, QueryParams
from starlette.requests import Request as Asked

from dothi.context.errors import BadRequestData
from dothi.context.federation import via

TENANT: Final = "NGSILD-Tenant"
TENANT_NAME: Final = re.compile(r"[A-Za-z0-9._~-]{1,200}")
CONTEXT_LINK: Final = re.compile(r'<([^>]*)>\s*;[^,]*rel="?http://www\.w3\.org/ns/json-ld#context"?')
NO_PARAMETERS: Final = QueryParams()
REMEMBERED: Final = 256
"""Heads; one has 64 KiB at most."""
Raw = tuple[tuple[bytes, bytes], ...]


class Head(Headers):
    """Headers that are found by their names, as Starlette's are."""

    def __init__(self, raw: Iterable[tuple[bytes, bytes]]) -> None:
        super().__init__(raw=list(raw))
        self._by_name: dict[str, list[str]] = {}
        for name, value in self._list:
            self._by_name.setdefault(name.decode("latin-1"), []).append(value.decode("latin-1"))

    def getlist(self, key: str) -> list[str]:
        """Return the values of a header, in their order."""
        return list(self._by_name.get(key.lower(), ()))

    def __getitem__(self, key: str) -> str:
        return self._by_name[key.lower()][0]

    def __contains__(self, key: Any) -> bool:
        return key.lower() in self._by_name

    def get(self, key: str, default: Any = None) -> Any:
        """Return the first value of a header, `default` where there is none."""
        found = self._by_name.get(key.lower())
        return found[0] if found else default

    @cached_property
    def tenant(self) -> str:
        """Return the name of the tenant; "" is the default one. Raises BadRequestData."""
        told: str = self.get(TENANT, "")
        if told and not TENANT_NAME.fullmatch(told):
            raise BadRequestData("the name of a tenant has letters, digits and . _ ~ - only")
        return told

    @cached_property
    def linked(self) -> str | None:
        """Return the address of the @context that the Link header tells. Raises BadRequestData."""
        told = [one for link in self.getlist("Link") for one in CONTEXT_LINK.findall(link)]
        if len(told) > 1:
            raise BadRequestData("one Link header at most tells the @context")
        return told[0] if told else None

    @cached_property
    def accepted(self) -> str:
        """Return the media types that are wanted."""
        return ", ".join(self.getlist("Accept"))

    @cached_property
    def met(self) -> tuple[str, ...]:
        """Return the brokers that the request came through."""
        return via.aliases(self.getlist(via.HEADER))


@lru_cache(maxsize=REMEMBERED)
def head(raw: Raw) -> Head:
    """Return what the headers of a request say."""
    return Head(raw)


class Request(Asked):
    """One request."""

    _head: Head | None = None

    @property
    def headers(self) -> Head:
        """Return the headers."""
        if self._head is None:
            self._head = head(tuple(self.scope["headers"]))
        return self._head

    @property
    def query_params(self) -> QueryParams:
        """Return the parameters of the address."""
        return super().query_params if self.scope["query_string"] else NO_PARAMETERS
