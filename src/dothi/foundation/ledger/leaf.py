"""
The leaf: the canonical JSON of an entry, with salted commitments where persons stand.

A commitment is SHA-256(salt || person id), with a 32-byte salt for each leaf and person: a bare
hash of an id would be found by trying all persons. The database keeps only a random seed; the salt
is HMAC-SHA256(root key, seed), so neither a dump nor the seeds alone link an entry to a person, and
deleting the seed destroys the link for good. Standard: RFC 8785. No Django, no I/O.
"""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from hmac import digest
from uuid import UUID

from dothi.foundation.keys.roots import RootKeys
from dothi.foundation.ledger.errors import EntryTooLarge
from dothi.foundation.ledger.types import ActorRef, Entry, Fact
from dothi.kernel.canonical import canonical

MAX_SUBJECTS = 1_000
MAX_BYTES = 65_535
"""An entry bundle of C2SP tlog-tiles gives each entry a length of 16 bits."""
SEED_BYTES = 32
ACTOR, BEHALF, FIRST_SUBJECT = 0, 1, 2
"""Places of persons in an entry; subject n stands at FIRST_SUBJECT + n."""
INDEX = "ledger.person"


@dataclass(frozen=True)
class Link:
    """What ties the person at `place` to an entry: lookup reference, seed, and the commitment."""

    place: int
    ref: bytes
    seed: bytes
    commitment: str


@dataclass(frozen=True)
class Leaf:
    """The bytes that the tree commits to, and the links that stay outside."""

    body: bytes
    links: Sequence[Link]


def leaf_of(entry: Entry, roots: RootKeys) -> Leaf:
    """Return the leaf of `entry` under fresh seeds. Raises EntryTooLarge."""
    if len(entry.subjects) > MAX_SUBJECTS:
        raise EntryTooLarge(subjects=len(entry.subjects))
    links = [_link(place, person, roots) for place, person in _persons(entry)]
    body = canonical(_document(entry, links))
    if len(body) > MAX_BYTES:
        raise EntryTooLarge(bytes=len(body))
    return Leaf(body, links)


def commitment(salt: bytes, person: UUID) -> str:
    """Return SHA-256(salt || the person's id in its 36-character form), in hexadecimal."""
    return sha256(salt + str(person).encode()).hexdigest()


def salt_of(seed: bytes, roots: RootKeys) -> bytes:
    """Return the 32-byte salt of a stored seed; its first byte names the root key version."""
    return digest(roots.derive("ledger.salt", seed[0]), seed, sha256)


def instant(at: datetime) -> str:
    """Return `at` in UTC to the microsecond, in one form only."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _persons(entry: Entry) -> Iterator[tuple[int, UUID]]:
    if entry.actor.id is not None:
        yield ACTOR, entry.actor.id
    if entry.actor.on_behalf_of is not None:
        yield BEHALF, entry.actor.on_behalf_of
    yield from enumerate(entry.subjects, start=FIRST_SUBJECT)


def _link(place: int, person: UUID, roots: RootKeys) -> Link:
    seed = bytes((roots.current,)) + os.urandom(SEED_BYTES)
    ref = roots.blind(str(person), INDEX)
    return Link(place, ref, seed, commitment(salt_of(seed, roots), person))


def _document(entry: Entry, links: Sequence[Link]) -> dict[str, Fact]:
    committed = {link.place: link.commitment for link in links}
    return {
        "v": 1,
        "id": str(entry.id),
        "kind": entry.kind,
        "act": entry.act,
        "actor": _actor(entry.actor, committed),
        "authority": entry.authority,
        "object": entry.object,
        "subjects": [committed[FIRST_SUBJECT + n] for n in range(len(entry.subjects))],
        "basis": entry.basis,
        "purpose": entry.purpose,
        "facts": dict(entry.facts),
        "occurred_at": instant(entry.occurred_at or entry.at),
        "recorded_at": instant(entry.at),
    }


def _actor(actor: ActorRef, committed: dict[int, str]) -> dict[str, Fact]:
    said: dict[str, str] = {
        "kind": actor.kind,
        "person": committed.get(ACTOR, ""),
        "on_behalf_of": committed.get(BEHALF, ""),
        "post": str(actor.post_id or ""),
        "service": actor.service,
    }
    return {name: value for name, value in said.items() if value}
