"""
The @contexts of a broker: the names that a request speaks under (clause 6.3.5), and keeping them (5.13).

    names = await contexts.names(told, tenant=…, host=…)    what a request told, wherever it lies
    local = await contexts.create(told, tenant=…)           of a subscription: ImplicitlyCreated

What was loaded stays in memory for a minute, so that another broker on the same database is heard.
"""

import asyncio
import logging
import re
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from urllib.parse import unquote, urljoin, urlsplit

import asyncpg

from dothi.context.errors import (
    BadRequestData,
    InvalidRequest,
    LdContextNotAvailable,
    ResourceNotFound,
    TooComplexQuery,
)
from dothi.context.jsonld.contexts import CORE, core_document, flattened, is_core
from dothi.context.jsonld.names import Names
from dothi.context.jsonld.remote import fetch
from dothi.context.operations.speech import Document, Speech, inline
from dothi.context.operations.together import Together
from dothi.context.outbound import Outbound
from dothi.context.store import contexts as rows
from dothi.context.store.contexts import Kept, Kind
from dothi.context.store.pool import GONE

PATH: Final = "/ngsi-ld/v1/jsonldContexts/"
ADDRESS: Final = re.compile(r"[!#-;=?-Z_a-z~\[\]]+")
"""What stands in an address (RFC 3986), and can in a Link header: no space, line end or angle bracket."""
DEEPEST: Final = 5
"""Documents of which each refers to the next."""
REMEMBERED_S: Final = 60.0
SETTLED_S: Final = 5.0
MOST: Final = 500
"""@contexts in memory."""
MOST_TERMS: Final = 5_000
"""Terms of the @contexts that stand in one request; larger ones are fetched, or kept here and named."""
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Place:
    """Where a @context is told: in which tenant, to which own `host`, within which documents."""

    tenant: str
    host: str
    around: tuple[str, ...] = ()

    def address(self, told: str) -> str:
        """Return the whole address of `told`. Raises BadRequestData."""
        try:
            whole = urljoin(self.around[-1], told) if self.around else told
            absolute = bool(urlsplit(whole).scheme) and ADDRESS.fullmatch(whole) is not None
        except ValueError:
            absolute = False
        if not absolute:
            raise BadRequestData(f"the @context {told} is no absolute URI")
        return whole

    def within(self, address: str) -> "Place":
        """Return the place inside the document of `address`. Raises BadRequestData."""
        if address in self.around:
            raise BadRequestData(f"the @context {address} is within itself")
        if len(self.around) == DEEPEST:
            raise BadRequestData(f"@contexts refer to each other more than {DEEPEST} times")
        return Place(self.tenant, self.host, (*self.around, address))

    def own(self, address: str) -> str | None:
        """Return the local identifier in an address of this broker, None where it is elsewhere."""
        parts = urlsplit(address)
        here = parts.netloc == self.host and parts.path.startswith(PATH)
        return unquote(parts.path[len(PATH) :]).rstrip("/") if here else None


@dataclass(frozen=True)
class _Loaded:
    id: str
    documents: tuple[Document, ...]
    until: float


@dataclass
class Contexts:
    """All that a broker knows of @contexts; one for a process."""

    pool: asyncpg.Pool
    outbound: Outbound
    clock: Callable[[], datetime]
    _speech: Speech = field(default_factory=Speech)
    _loaded: dict[tuple[str, str], _Loaded] = field(default_factory=dict)
    _hits: Counter[str] = field(default_factory=Counter)
    _fetching: Together[str, Kept] = field(default_factory=Together)

    async def begin(self) -> None:
        """Keep the core @context among the others, and have its names ready."""
        await self._speech.names([])
        if await rows.find(self.pool, "", CORE) is None:
            await rows.cache(self.pool, CORE, core_document(), self.clock(), None)

    async def names(self, told: object, *, tenant: str = "", host: str = "") -> Names:
        """
        Return the names of the @context `told`; None is the core one.

        `host` is this broker's own name, as the requester has it. Raises BadRequestData,
        LdContextNotAvailable, TooComplexQuery for more than MOST_TERMS that stand in the request.
        """
        if told is None:
            return await self._speech.names(())
        if sum(len(one) for one in flattened(told) if not isinstance(one, str)) > MOST_TERMS:
            raise TooComplexQuery(f"the @context of a request has more than {MOST_TERMS} terms")
        return await self._names(told, Place(tenant, host))

    async def add(self, told: object, *, tenant: str, host: str) -> str:
        """Keep a @context that is given, and return its local identifier (5.13.2)."""
        if not isinstance(told, dict) or "@context" not in told:
            raise InvalidRequest("an object with the member @context is wanted")
        body = told["@context"]
        flattened(body)
        try:
            await self._names(body, Place(tenant, host))
        except LdContextNotAvailable as error:  # it is needed only when somebody speaks under it
            log.info("%s", error)
        return await rows.add(self.pool, tenant, Kind.HOSTED, body, self.clock())

    async def provide(self, key: str, body: object) -> None:
        """Keep a @context of this program's own under `key`, for the default tenant, as it is now."""
        await rows.provide(self.pool, key, body, self.clock())

    async def create(self, told: object, *, tenant: str) -> str:
        """Keep the @context of a subscription, to be served, and return its local identifier (5.13.1)."""
        flattened(told)
        return await rows.add(self.pool, tenant, Kind.IMPLICIT, told, self.clock())

    async def everything(self, tenant: str, kind: Kind | None = None) -> list[Kept]:
        """Return the @contexts that a tenant sees, the oldest first (5.13.3)."""
        await self.settle()
        return await rows.everything(self.pool, tenant, kind)

    async def one(self, key: str, *, tenant: str) -> Kept:
        """Return a @context by local identifier or original address (5.13.4). Raises ResourceNotFound."""
        await self.settle()
        found = await rows.find(self.pool, tenant, CORE if is_core(key) else key)
        if found is None:
            raise ResourceNotFound(f"there is no @context {key}")
        self._hits[found.id] += 1
        return found

    async def delete(self, key: str, *, tenant: str) -> None:
        """Forget a @context (5.13.5). Raises ResourceNotFound, BadRequestData for the core one."""
        if is_core(key):
            raise BadRequestData("the core @context cannot be deleted")
        found = await rows.find(self.pool, tenant, key)
        if found is None:
            raise ResourceNotFound(f"there is no @context {key}")
        await rows.delete(self.pool, found.id)
        self._loaded.clear()

    async def reload(self, key: str, *, tenant: str) -> None:
        """
        Fetch a cached @context again; on failure what was there stays (5.13.5).

        Raises BadRequestData where it is not a cached one, LdContextNotAvailable.
        """
        if is_core(key):  # it is shipped, and thus as new as this broker
            return
        found = await rows.find(self.pool, tenant, key)
        if found is None or found.url is None:
            raise BadRequestData(f"{key} is no cached @context, which alone can be loaded again")
        try:
            await self._fetched(found.url)
        except BadRequestData as error:
            raise LdContextNotAvailable(error.detail) from error
        self._loaded.clear()

    async def end(self) -> None:
        """Write down what is left to be written."""
        self._speech.close()
        await self.settle()

    async def run(self) -> None:
        """Write down every few seconds how often @contexts were found, until cancelled."""
        while True:
            await asyncio.sleep(SETTLED_S)
            try:
                await self.settle()
            except GONE:
                log.exception("how often @contexts were found is lost for %g s", SETTLED_S)

    async def settle(self) -> None:
        """Write down how often @contexts were found since the last time."""
        if self._hits:
            hits, self._hits = self._hits, Counter()
            await rows.count(self.pool, hits, self.clock())

    async def _names(self, told: object, place: Place) -> Names:
        documents = [] if told is None else await self._documents(told, place)
        return await self._speech.names(documents)

    async def _documents(self, told: object, place: Place) -> list[Document]:
        found: list[Document] = []
        for one in flattened(told):
            if not isinstance(one, str):
                found.append(inline(one))
            elif not is_core(address := place.address(one)):
                found += await self._elsewhere(address, place)
        return found

    async def _elsewhere(self, address: str, place: Place) -> tuple[Document, ...]:
        local = place.own(address)
        key = ("", address) if local is None else (place.tenant, local)
        loaded = self._loaded.get(key)
        if loaded is None or loaded.until < time.monotonic():
            inner = place.within(address)
            kept = await self._cached(address) if local is None else await self._own(local, place.tenant)
            loaded = await self._load(kept, inner)
            self._remember(key, loaded)
        self._hits[loaded.id] += 1
        return loaded.documents

    def _remember(self, key: tuple[str, str], loaded: _Loaded) -> None:
        if len(self._loaded) >= MOST:
            self._loaded.clear()
        self._loaded[key] = loaded

    async def _load(self, kept: Kept, inner: Place) -> _Loaded:
        documents = (
            [Document(kept.version, kept.body)]
            if isinstance(kept.body, dict)
            else await self._documents(kept.body, inner)
        )
        return _Loaded(kept.id, tuple(documents), time.monotonic() + REMEMBERED_S)

    async def _own(self, local: str, tenant: str) -> Kept:
        found = await rows.find(self.pool, tenant, local)
        if found is None:
            raise LdContextNotAvailable(f"there is no @context {local} here")
        return found

    async def _cached(self, address: str) -> Kept:
        """Return what is kept of `address`, fetched where it is not; what is too old serves in need."""
        kept = await rows.find(self.pool, "", address)
        if kept and (kept.expires_at is None or kept.expires_at > self.clock()):
            return kept
        try:
            return await self._fetched(address)
        except LdContextNotAvailable:
            if kept is None:
                raise
            log.warning("%s cannot be had again; what is kept of it serves", address)
            return kept

    async def _fetched(self, address: str) -> Kept:
        return await self._fetching.of(address, lambda: self._fetch(address))

    async def _fetch(self, address: str) -> Kept:
        at = self.clock()
        fetched = await fetch(self.outbound, address, at)
        flattened(fetched.context)
        return await rows.cache(self.pool, address, fetched.context, at, fetched.expires_at)
