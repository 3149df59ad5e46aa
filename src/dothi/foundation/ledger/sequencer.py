"""
The sequencer: gives every committed entry its place in the tree, and signs the tree.

One process without Django, one at a time by an advisory lock, as dothi_seal. In one transaction it
takes the committed entries that have no leaf, gives them the next indexes, writes leaves and tiles,
and signs a checkpoint. The anti-join is bounded by snapshots (see `snapshots`), so that its cost
does not grow with the ledger, and a transaction that stays open for an hour delays only itself.

    SequencerStopped
    ├── AnotherSequencer   the advisory lock is held
    └── TreeDamaged        leaves and tiles do not give the root that was signed
"""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg

from dothi.foundation.ledger.snapshots import NOTHING, Snapshot
from dothi.foundation.ledger.storage import SQL, StoredCheckpoint, newest_checkpoint, tile_bytes
from dothi.kernel.merkle import checkpoint as checkpoints
from dothi.kernel.merkle.note import Signer
from dothi.kernel.merkle.tiles import TILE_WIDTH, Appended, Edge, Tile, append, edge_at, split
from dothi.kernel.merkle.tree import NotProven, leaf_hash, root

ADVISORY_LOCK = 0x646F746869_01
"""`dothi` in ASCII, then 1 for the sequencer."""
BATCH = 4_096
INTERVAL_SECONDS = 1.0
_EVERY_TRANSACTION = 2**64 - 1
_FIRST_ID = UUID(int=0)

_SNAPSHOT = (SQL / "snapshot.sql").read_text()
_STRAGGLERS = (SQL / "unsealed_stragglers.sql").read_text()
_UNSEALED = (SQL / "unsealed.sql").read_text()
_INSERT_TILE = (SQL / "insert_tile.sql").read_text()
_INSERT_CHECKPOINT = (SQL / "insert_checkpoint.sql").read_text()

Row = tuple[UUID, bytes, str]
Step = Callable[[str], None]


class SequencerStopped(Exception):
    """The sequencer must not go on; a person has to look."""


class AnotherSequencer(SequencerStopped):
    """Another sequencer holds the lock."""


class TreeDamaged(SequencerStopped):
    """The stored tree is not the one that was signed; sealing more would hide it."""


@dataclass(frozen=True)
class Progress:
    """The tree so far; every entry seen by `done` has a leaf. `after` continues a long backlog."""

    edge: Edge
    done: Snapshot
    after: tuple[int, UUID] | None = None
    whole: bool = False
    """Look at every entry, whatever its transaction number: they may be of another cluster."""


class Sequencer:
    """Seals over one connection; `reached` is called at each step, for tests that stop it there."""

    def __init__(
        self,
        connection: psycopg.Connection[Any],
        signer: Signer,
        clock: Callable[[], datetime],
        *,
        batch: int = BATCH,
        reached: Step = lambda _step: None,
    ) -> None:
        self._connection = connection
        self._signer = signer
        self._clock = clock
        self._batch = batch
        self._reached = reached
        self._take_lock()
        self._progress, self._cluster = self._load()

    def seal(self) -> int:
        """Seal at most one batch in one transaction and return how many entries it held."""
        with self._connection.transaction(), self._connection.cursor() as cursor:
            # Rows and snapshot must be of one moment, or a commit between them would be skipped.
            cursor.execute("set transaction isolation level repeatable read")
            cursor.execute(_SNAPSHOT)
            now_seen = Snapshot(cursor.fetchone()[0])  # type: ignore[index]  # it always has a row
            rows = self._unsealed(cursor, now_seen)
            self._reached("read")
            progress = self._next(rows, now_seen)
            if rows:
                progress = self._write(cursor, rows, progress)
        self._reached("committed")
        self._progress = progress
        return len(rows)

    def seal_all(self) -> int:
        """Seal what is committed by now, batch by batch; return how many entries."""
        sealed = count = self.seal()
        while count == self._batch or self._progress.after:
            count = self.seal()
            sealed += count
        return sealed

    def _take_lock(self) -> None:
        self._connection.autocommit = True
        # The planner cannot know how few rows lack a leaf; without these it reads whole tables.
        for setting in ("enable_hashjoin", "enable_mergejoin", "enable_seqscan", "enable_material"):
            self._connection.execute(f"set {setting} = off")
        row = self._connection.execute("select pg_try_advisory_lock(%s)", [ADVISORY_LOCK]).fetchone()
        if not row or not row[0]:
            raise AnotherSequencer

    def _load(self) -> tuple[Progress, int]:
        with self._connection.transaction(), self._connection.cursor() as cursor:
            cluster = int(cursor.execute(_SNAPSHOT).fetchone()[1])  # type: ignore[index]  # always a row
            newest = newest_checkpoint(cursor)
            if newest is None:
                return Progress(Edge(), NOTHING, whole=True), cluster
            edge = _signed_edge(cursor, newest)
        if newest.cluster != cluster:
            return Progress(edge, NOTHING, whole=True), cluster
        return Progress(edge, newest.snapshot), cluster

    def _unsealed(self, cursor: psycopg.Cursor[Any], now_seen: Snapshot) -> Sequence[Row]:
        progress, rows = self._progress, list[Row]()
        if progress.done.open and progress.after is None:
            cursor.execute(_STRAGGLERS, {"open": progress.done.open, "limit": self._batch})
            rows = cursor.fetchall()
        tx, entry_id = progress.after or (progress.done.xmax, _FIRST_ID)
        below = _EVERY_TRANSACTION if progress.whole else now_seen.xmax
        place = {"tx": str(tx), "id": entry_id, "below": str(below), "limit": self._batch - len(rows)}
        cursor.execute(_UNSEALED, place)
        return rows + cursor.fetchall()

    def _next(self, rows: Sequence[Row], now_seen: Snapshot) -> Progress:
        """Say where the next batch begins: `done` moves only after a whole pass found all of it."""
        progress = self._progress
        if len(rows) == self._batch:
            last_id, _body, last_tx = rows[-1]
            return replace(progress, after=(max(int(last_tx), progress.done.xmax), last_id))
        if progress.after is not None:
            return replace(progress, after=None)
        return Progress(progress.edge, now_seen)

    def _write(self, cursor: psycopg.Cursor[Any], rows: Sequence[Row], progress: Progress) -> Progress:
        hashes = [leaf_hash(body) for _id, body, _tx in rows]
        appended = append(progress.edge, hashes)
        self._write_leaves(cursor, rows, hashes)
        self._reached("leaves")
        _write_tiles(cursor, appended)
        self._reached("tiles")
        self._write_checkpoint(cursor, appended.edge, progress.done)
        self._reached("checkpoint")
        return replace(progress, edge=appended.edge)

    def _write_leaves(
        self, cursor: psycopg.Cursor[Any], rows: Sequence[Row], hashes: Sequence[bytes]
    ) -> None:
        first = self._progress.edge.size
        with cursor.copy("copy ledger_leaf (index, entry_id, hash) from stdin (format binary)") as copy:
            copy.set_types(["int8", "uuid", "bytea"])
            for offset, (row, hash_) in enumerate(zip(rows, hashes, strict=True)):
                copy.write_row((first + offset, row[0], hash_))

    def _write_checkpoint(self, cursor: psycopg.Cursor[Any], edge: Edge, done: Snapshot) -> None:
        tree_root = edge.root
        note = checkpoints.sign(
            checkpoints.Checkpoint(self._signer.name, edge.size, tree_root), [self._signer]
        )
        row = {
            "size": edge.size, "root": tree_root, "note": note, "signed_at": self._clock(),
            "snapshot": done.text, "cluster": self._cluster,
        }  # fmt: skip
        cursor.execute(_INSERT_CHECKPOINT, row)


def _signed_edge(cursor: psycopg.Cursor[Any], newest: StoredCheckpoint) -> Edge:
    try:
        edge = edge_at(newest.size, lambda tile: tile_bytes(cursor, tile))
    except NotProven as error:
        raise TreeDamaged(str(error)) from error
    if edge.root != newest.root:
        raise TreeDamaged(f"the tree of {newest.size} leaves is not the one that was signed")
    return edge


def _write_tiles(cursor: psycopg.Cursor[Any], appended: Appended) -> None:
    full = [(tile, data) for tile, data in appended.tiles if tile.width == TILE_WIDTH]
    rows = [
        {"level": tile.level, "n": tile.index, "data": data, "root": _root_of(tile, data)}
        for tile, data in full
    ]
    if rows:
        cursor.executemany(_INSERT_TILE, rows)


def _root_of(tile: Tile, data: bytes) -> bytes:
    return root(split(tile, data))


def run(
    dsn: str,
    signer: Signer,
    clock: Callable[[], datetime],
    stop: threading.Event,
    tell: Callable[[str], None],
) -> None:
    """
    Seal about each second until `stop`; wait and connect again when PostgreSQL goes away.

    A checkpoint is signed only when something was committed. Raises SequencerStopped.
    """
    while not stop.is_set():
        try:
            with psycopg.connect(dsn, connect_timeout=5) as connection:
                _seal_until(Sequencer(connection, signer, clock), stop)
        except (psycopg.OperationalError, psycopg.InterfaceError) as error:
            tell(f"PostgreSQL does not answer: {error}")
            stop.wait(INTERVAL_SECONDS)
        except AnotherSequencer:
            tell("another sequencer is at work; waiting")
            stop.wait(INTERVAL_SECONDS)


def _seal_until(sequencer: Sequencer, stop: threading.Event) -> None:
    while not stop.is_set():
        began = time.monotonic()
        sequencer.seal_all()
        stop.wait(max(0.0, INTERVAL_SECONDS - (time.monotonic() - began)))
