"""What sources are to be told of a subscription (clause 5.8.1.4): whom it concerns, and how much they see."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from dothi.context.federation.copying import Manner, copied, filters
from dothi.context.federation.registry import Registry
from dothi.context.federation.speech import Speech, Words
from dothi.context.jsonld.contexts import is_core
from dothi.context.operations.contexts import Contexts
from dothi.context.query.entities import EntityQuery
from dothi.context.registrations.wanted import Wanted
from dothi.context.rights.book import Book
from dothi.context.store import copies as rows
from dothi.context.store.subscriptions import Kept
from dothi.context.subscriptions import members, selecting
from dothi.context.subscriptions import sources as wanting

PATH: Final = "/ngsi-ld/ex/remote-notify"
"""Where sources notify this broker."""


@dataclass(frozen=True)
class Plans:
    """Says of subscriptions what sources are to be told."""

    clock: Callable[[], datetime]
    contexts: Contexts
    registry: Registry
    book: Book
    address: str | None
    """
    Where sources notify: empty for nowhere, None for wherever a subscriber found this broker. That is open
    doors only: who says in a header where sources notify would be told what he may not read.
    """

    def place(self, kept: Kept) -> str:
        """Return where sources notify of a subscription, empty for nowhere."""
        base = kept.base if self.address is None else self.address
        return f"{base}{PATH}" if base else ""

    async def wanted(self, kept: Kept) -> list[rows.Wanted]:
        """Return what sources are to be told of a subscription. Raises NgsiLdError."""
        watched = self._reached(kept)
        if not self._goes_out(kept) or watched == frozenset():
            return []
        wanted, asked = await self._meant(kept, watched)
        words = Words(None if is_core(kept.link) else kept.link, await self._names(kept, kept.context))
        found = []
        for source in await self.registry.sources(kept.tenant):
            if source.does("createSubscription") and (infos := source.fitting(wanted)):
                speech = await words.telling(source, lambda told: self._names(kept, told))
                manner = Manner(speech, self.place(kept), self._here(kept, speech))
                told = _told(kept.stored, copied(kept.stored, asked, infos, manner), manner)
                found.append(rows.Wanted(source.id, source.stored, told))
        return found

    def _goes_out(self, kept: Kept) -> bool:
        """Tell whether sources are told at all; where `met` is null, whoever subscribed wanted no others."""
        stored = kept.stored
        kept_here = stored.get("localOnly") or stored.get("met", []) is None
        return bool(self.place(kept)) and not kept_here and members.status(stored, self.clock()) != "expired"

    async def _meant(self, kept: Kept, watched: frozenset[str] | None) -> tuple[Wanted, EntityQuery]:
        stored = kept.stored
        csf, q = (stored[key]["context"] if key in stored else None for key in ("csf", "q"))
        wanted = wanting.wanted_by(stored, await self._names(kept, csf))
        asked = selecting.meant(stored, await self._names(kept, q)).query
        attributes = stored.get("watchedAttributes", ()) if watched is None else sorted(watched)
        if watched is not None:
            wanted = replace(wanted, attributes=watched)
        met = frozenset(stored.get("met", ()))
        return replace(wanted, met=met, handing_on=True), replace(asked, attributes=tuple(attributes))

    def _reached(self, kept: Kept) -> frozenset[str] | None:
        """
        Return which attributes a source may watch for a subscriber, None for all that he watches.

        That another one changed would be told by the notification alone.
        """
        named = self.book.reading(kept.maker, kept.tenant, self.clock()).named
        watched = frozenset(kept.stored.get("watchedAttributes", ()))
        return named & watched if named is not None and watched else named

    async def _names(self, kept: Kept, told: object) -> Any:
        return await self.contexts.names(told, tenant=kept.tenant, host=kept.host)

    def _here(self, kept: Kept, speech: Speech) -> bool:
        """
        Tell whether filters are looked at here, not at the source.

        That is so where entities are split over sources, where the source would read them otherwise, and
        where the subscriber may not read all: the source would look at what is out of reach.
        """
        if not filters(kept.stored):
            return False
        other = "q" in kept.stored and kept.stored["q"]["context"] != kept.context
        whole = self.book.reading(kept.maker, kept.tenant, self.clock()).everything
        return bool(kept.stored.get("splitEntities") or other or not speech.same or not whole)


def _told(stored: Mapping[str, Any], body: Mapping[str, Any], manner: Manner) -> dict[str, Any]:
    met = stored.get("met", [])
    return {"body": body, "headers": manner.speech.of_body, "here": manner.here, "met": met}
