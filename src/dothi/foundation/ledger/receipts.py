"""
A receipt: two small texts by which anyone can check offline that an act stands in the ledger.

`receipt.tlog-proof` is the inclusion proof with its signed checkpoint (C2SP tlog-proof);
`receipt.json` holds the leaf, character by character, and the salts that its holder may see. Both
are attached to the paper under these names. Without Django, without a database.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from dothi.foundation.ledger.leaf import ACTOR, BEHALF, FIRST_SUBJECT, commitment
from dothi.kernel.canonical import NotCanonical, canonical
from dothi.kernel.merkle import note, proof
from dothi.kernel.merkle.tree import NotProven, leaf_hash

PROOF_NAME = "receipt.tlog-proof"
LEAF_NAME = "receipt.json"
_MOST_CHARACTERS = 1_000_000


@dataclass(frozen=True)
class Disclosed:
    """The salt that links the person at `place` of the entry; places are those of `leaf`."""

    place: int
    person: UUID
    salt: bytes


@dataclass(frozen=True)
class Receipt:
    """The proof and the leaf of one entry, with the disclosed links, as they travel."""

    proof: str
    leaf: bytes
    disclosed: Sequence[Disclosed] = ()

    @property
    def leaf_hash(self) -> bytes:
        """Return the 32-byte hash that stands in the tree and in the QR code."""
        return leaf_hash(self.leaf)

    @property
    def leaf_text(self) -> str:
        """Return the content of `receipt.json`."""
        links = [
            {"place": link.place, "person": str(link.person), "salt": link.salt.hex()}
            for link in self.disclosed
        ]
        document = {"v": 1, "leaf": self.leaf.decode(), "disclosed": links}
        return json.dumps(document, ensure_ascii=False, indent=1) + "\n"

    @property
    def attachments(self) -> dict[str, bytes]:
        """Return both texts by the names under which they are attached to a paper."""
        return {PROOF_NAME: self.proof.encode(), LEAF_NAME: self.leaf_text.encode()}


@dataclass(frozen=True)
class Verified:
    """What a receipt proves: the entry, its index, and who signed a tree of `size` leaves over it."""

    entry: dict[str, Any]
    index: int
    size: int
    signed_by: str
    leaf_hash: bytes
    persons: Sequence[Disclosed]


def read_receipt(proof_text: str, leaf_text: str) -> Receipt:
    """Return the receipt in its two texts. Raises NotProven when they are malformed."""
    if len(leaf_text) > _MOST_CHARACTERS or len(proof_text) > _MOST_CHARACTERS:
        raise NotProven(reason="the receipt is too long")
    try:
        document = json.loads(leaf_text)
        links = [_read_link(link) for link in document["disclosed"]]
        if document["v"] != 1 or set(document) != {"v", "leaf", "disclosed"}:
            raise NotProven(reason="this is no receipt of version 1")
        return Receipt(proof_text, document["leaf"].encode(), links)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise NotProven(reason="receipt.json is malformed") from error


def verify(receipt: Receipt, keys: Sequence[note.PublicKey]) -> Verified:
    """
    Return what `receipt` proves by the public keys of the log; no network, no database.

    The name of a key is the origin of its log. Raises NotProven with the reason.
    """
    parsed = proof.parse(receipt.proof)
    origin = receipt.proof.partition("\n\n")[2].partition("\n")[0]
    trusted = [key for key in keys if key.name == origin]
    if not trusted:
        raise NotProven(reason=f"no public key for the log {origin!r}")
    checkpoint = proof.verify(parsed, receipt.leaf_hash, trusted, origin)
    entry = read_leaf(receipt.leaf)
    for link in receipt.disclosed:
        _check_link(entry, link)
    return Verified(entry, parsed.index, checkpoint.size, origin, receipt.leaf_hash, receipt.disclosed)


def read_leaf(leaf: bytes) -> dict[str, Any]:
    """Return the entry in a leaf, which must be in its one canonical form. Raises NotProven."""
    try:
        entry = json.loads(leaf)
        if not isinstance(entry, dict) or canonical(entry) != leaf:
            raise NotProven(reason="the leaf is not canonical JSON")
    except (ValueError, NotCanonical, RecursionError) as error:
        raise NotProven(reason="the leaf is not canonical JSON") from error
    return entry


def _read_link(link: dict[str, Any]) -> Disclosed:
    place, salt = link["place"], bytes.fromhex(link["salt"])
    if type(place) is not int or set(link) != {"place", "person", "salt"}:
        raise ValueError("a disclosed link has a place, a person and a salt")
    return Disclosed(place, UUID(link["person"]), salt)


def _check_link(entry: dict[str, Any], link: Disclosed) -> None:
    if _committed(entry, link.place) != commitment(link.salt, link.person):
        raise NotProven(reason=f"the salt at place {link.place} does not open the commitment")


def _committed(entry: dict[str, Any], place: int) -> Any:
    try:
        if place == ACTOR:
            return entry["actor"]["person"]
        if place == BEHALF:
            return entry["actor"]["on_behalf_of"]
        return entry["subjects"][place - FIRST_SUBJECT] if place >= FIRST_SUBJECT else None
    except (KeyError, IndexError, TypeError):
        return None
