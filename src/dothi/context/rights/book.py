"""
The book of rights: whom this broker knows beside what tokens say, as the node has published it.

A broker of a node reads it from the node's tables and follows them (`dothi.context.store.published`); then
a token only names its client. A broker alone has no book, and takes the rights that stand in the token.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from dothi.context.rights.caller import Caller
from dothi.context.rights.reach import EVERYTHING, Reach
from dothi.context.rights.right import Act, Right, reach, rights


@dataclass(frozen=True)
class Token:
    """What a token says whose signature holds; `rights` are those that stand in it."""

    client: str
    id: str
    issued_at: datetime | None
    expires_at: datetime
    rights: tuple[Right, ...] = ()
    told: Any = None
    """The rights as the token tells them."""


@dataclass(frozen=True)
class Client:
    """A client of the node; tokens issued before `tokens_since` are revoked."""

    rights: tuple[Right, ...] = ()
    tokens_since: datetime | None = None
    since: datetime | None = None
    until: datetime | None = None

    def stands(self, at: datetime) -> bool:
        """Tell whether it is a client at that instant."""
        return (self.since is None or self.since <= at) and (self.until is None or at < self.until)


@dataclass(frozen=True)
class Pages:
    """What the node has published: clients by name, certificates by fingerprint, ids of revoked tokens."""

    clients: Mapping[str, Client] = field(default_factory=dict)
    public: tuple[Right, ...] = ()
    """Rights of everybody."""
    certificates: Mapping[str, str] = field(default_factory=dict)
    revoked: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Maker:
    """Who made something that is kept: what happens for it later is within the rights that he has then."""

    client: str
    told: Any = None
    """The rights of his token, where no node publishes any."""


@dataclass
class Book:
    """The book as it is now; `pages` None where no node publishes any."""

    pages: Pages | None = None

    def bearer(self, token: Token, at: datetime) -> Caller | None:
        """Return who brings a token, None where it is revoked or its client is none."""
        if self.pages is None:
            return Caller(token.client, token.rights, token.told)
        client = self.pages.clients.get(token.client)
        if client is None or not client.stands(at) or token.id in self.pages.revoked:
            return None
        if client.tokens_since and (token.issued_at is None or token.issued_at < client.tokens_since):
            return None
        return Caller(token.client, (*client.rights, *self.pages.public))

    def holder(self, fingerprint: str, at: datetime) -> Caller | None:
        """Return whose client certificate this is, None where it is nobody's."""
        name = self.pages.certificates.get(fingerprint) if self.pages else None
        client = self.pages.clients.get(name) if self.pages and name else None
        if client is None or name is None or not client.stands(at) or self.pages is None:
            return None
        return Caller(name, (*client.rights, *self.pages.public))

    def stranger(self) -> Caller:
        """Return whom nobody vouches for, who has the rights of everybody."""
        return Caller("", self.pages.public if self.pages else ())

    def reading(self, maker: Maker | None, tenant: str, at: datetime) -> Reach:
        """Return what whoever made something may read now; None made it while the doors were open."""
        if maker is None:
            return EVERYTHING
        if self.pages is None:
            return reach(rights(maker.told), Act.READ, tenant, at)
        client = self.pages.clients.get(maker.client)
        theirs = client.rights if client is not None and client.stands(at) else None
        return Reach() if theirs is None else reach((*theirs, *self.pages.public), Act.READ, tenant, at)
