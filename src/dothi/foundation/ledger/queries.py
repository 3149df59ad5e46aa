"""
Reads of the ledger: entries of a person and of a thing, proofs, and the public files of the tree.

The public files are those of C2SP tlog-tiles: `checkpoint`, `tile/<L>/<N>[.p/<W>]`,
`tile/entries/<N>[.p/<W>]`; whoever serves them parses the path by `kernel.merkle.tiles.parse_path`.
"""

import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from dothi.foundation.keys.actions import root_keys
from dothi.foundation.ledger.errors import NoSuchEntry, NotSealedYet
from dothi.foundation.ledger.leaf import INDEX, salt_of
from dothi.foundation.ledger.receipts import Disclosed, Receipt
from dothi.foundation.ledger.storage import SQL, StoredCheckpoint, entry_bundle, newest_checkpoint, tile_bytes
from dothi.kernel.merkle.proof import Proof
from dothi.kernel.merkle.tiles import Tile, reader, tile_at
from dothi.kernel.merkle.tree import inclusion_proof

_LEAF = (SQL / "leaf.sql").read_text()
_LINKS = (SQL / "links.sql").read_text()
_READS = (SQL / "reads.sql").read_text()
_HISTORY = (SQL / "history.sql").read_text()
_LAST_READ = (SQL / "last_read.sql").read_text()
_LAST = UUID(int=2**128 - 1)


class NoSuchTile(NoSuchEntry):
    """The newest checkpoint does not cover this tile."""

    slug = "no-such-tile"


@dataclass(frozen=True)
class Recorded:
    """An entry as it stands in the ledger; `said` is its body, whose persons are commitments."""

    id: UUID
    said: dict[str, Any]


def proof(entry_id: UUID, *, disclose_to: Sequence[UUID] = ()) -> Receipt:
    """
    Return the receipt of an entry under the newest checkpoint, with the salts of `disclose_to`.

    Persons whose link was erased, or who do not stand in the entry, are left out.
    About 3 + log256(size) SQL statements. Raises NoSuchEntry, NotSealedYet.
    """
    with connection.cursor() as cursor:
        # The checkpoint first: one that is newer than the leaf covers it, the other way round not.
        checkpoint = newest_checkpoint(cursor)
        cursor.execute(_LEAF, {"id": entry_id})
        row = cursor.fetchone()
        if row is None:
            raise NoSuchEntry(entry_id=entry_id)
        body, index = row
        if index is None or checkpoint is None or index >= checkpoint.size:
            raise NotSealedYet(entry_id=entry_id)
        nodes = reader(checkpoint.size, lambda tile: tile_bytes(cursor, tile))
        path = tuple(inclusion_proof(nodes, index, checkpoint.size))
        disclosed = _disclosed(cursor, entry_id, disclose_to)
    return Receipt(str(Proof(index, path, checkpoint.note)), bytes(body), disclosed)


def is_sealed(entry_id: UUID) -> bool:
    """Tell whether a checkpoint covers the entry; one SQL statement. Raises NoSuchEntry."""
    with connection.cursor() as cursor:
        cursor.execute(_LEAF, {"id": entry_id})
        row = cursor.fetchone()
    if row is None:
        raise NoSuchEntry(entry_id=entry_id)
    return row[1] is not None


def reads_of(person: UUID, *, before: UUID | None = None, limit: int = 50) -> Sequence[Recorded]:
    """
    Return who read the data of `person`, by which post, why and when.

    Newest first by id; at most `limit` after the entry `before`; one SQL statement over an index.
    """
    ref = root_keys().blind(str(person), INDEX)
    return _recorded(_READS, {"ref": ref, "before": before or _LAST, "limit": limit})


def last_read(person: UUID, objects: Collection[str]) -> dict[str, datetime]:
    """Return when `person` last read each of the objects; none for those never read; one SQL statement."""
    ref = root_keys().blind(str(person), INDEX)
    with connection.cursor() as cursor:
        cursor.execute(_LAST_READ, {"objects": list(objects), "ref": ref})
        return dict(cursor.fetchall())


def history_of(object_urn: str, *, limit: int = 100) -> Sequence[Recorded]:
    """Return the acts on one thing, newest first, at most `limit`; one SQL statement."""
    return _recorded(_HISTORY, {"object": object_urn, "limit": limit})


def checkpoint() -> str | None:
    """Return the newest signed checkpoint; None while the ledger is empty; one SQL statement."""
    newest = _newest()
    return newest.note if newest else None


def tile(level: int, n: int, width: int = 256) -> bytes:
    """Return the `width` hashes of tile `n` of `level`. Raises NoSuchTile; two SQL statements."""
    return _covered(level, n, width, tile_bytes)


def entries(n: int, width: int = 256) -> bytes:
    """Return the bundle of entries under tile `n` of level 0. Raises NoSuchTile; two SQL statements."""
    return _covered(0, n, width, entry_bundle)


def _covered(level: int, n: int, width: int, fetch: Callable[[Any, Tile], bytes]) -> bytes:
    newest = _newest()
    try:
        wanted = Tile(level, n, width)
        widest = tile_at(newest.size if newest else 0, level, n).width
    except (IndexError, ValueError) as error:
        raise NoSuchTile(path=f"tile/{level}/{n}") from error
    if wanted.width > widest:
        raise NoSuchTile(path=wanted.path)
    with connection.cursor() as cursor:
        return fetch(cursor, wanted)


def _newest() -> StoredCheckpoint | None:
    with connection.cursor() as cursor:
        return newest_checkpoint(cursor)


def _disclosed(cursor: Any, entry_id: UUID, persons: Sequence[UUID]) -> list[Disclosed]:
    roots = root_keys()
    by_ref = {roots.blind(str(person), INDEX): person for person in persons}
    cursor.execute(_LINKS, {"id": entry_id, "refs": list(by_ref)})
    return [
        Disclosed(place, by_ref[bytes(ref)], salt_of(bytes(seed), roots))
        for place, ref, seed in cursor.fetchall()
    ]


def _recorded(query: str, params: dict[str, Any]) -> Sequence[Recorded]:
    with connection.cursor() as cursor:
        cursor.execute(query, params)
        return [Recorded(entry_id, json.loads(bytes(body))) for entry_id, body in cursor.fetchall()]
