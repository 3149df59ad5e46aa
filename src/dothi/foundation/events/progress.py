"""
How far the outbox is published, and what of it is still to be: the side of PostgreSQL, without Django.

The events that the present snapshot sees and the last one did not, in the order in which they were emitted. A
row a batch says how far it has come; nothing is updated or deleted per event.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg

from dothi.foundation.events.envelope import Row
from dothi.foundation.ledger.snapshots import NOTHING, Snapshot

ADVISORY_LOCK = 0x646F746869_02
"""`dothi` in ASCII, then 2 for the publisher."""
KEEP_EVENTS = timedelta(days=7)
PRUNE_ROWS = 50_000

_SQL = Path(__file__).parent / "sql"
_SNAPSHOT = "select pg_current_snapshot()::text, (select system_identifier from pg_control_system())"
_PROGRESS = (_SQL / "progress.sql").read_text()
_SAVE = (_SQL / "save_progress.sql").read_text()
_UNPUBLISHED = (_SQL / "unpublished.sql").read_text()
_ALL = (_SQL / "unpublished_all.sql").read_text()
_PRUNE = (_SQL / "prune.sql").read_text()
_PRUNE_PROGRESS = (_SQL / "prune_progress.sql").read_text()


@dataclass(frozen=True)
class Progress:
    """
    Everything that `done` sees is published; of what `target` sees, everything up to seq `through`.

    `whole` means to publish everything there is up to `target`, whatever its transaction number.
    `stored` is the sequence in the stream of the last event that it confirmed.
    """

    done: Snapshot
    cluster: int
    target: Snapshot | None = None
    through: int = 0
    whole: bool = False
    stored: int = 0

    def after(self, rows: Sequence[Row], batch: int) -> "Progress":
        """Return how far it is once `rows`, at most `batch` of them, are published."""
        if len(rows) == batch:
            return replace(self, through=rows[-1].seq)
        return Progress(self.target or self.done, self.cluster, stored=self.stored)


@dataclass(frozen=True)
class Outbox:
    """The outbox as the publisher of `stream` reads it, over a connection that commits by itself."""

    connection: psycopg.AsyncConnection[Any]
    stream: str

    async def lock(self) -> bool:
        """Tell whether this is the one publisher; it stays so while the connection lasts."""
        await self.connection.set_autocommit(True)
        row = await self._one("select pg_try_advisory_lock(%s)", [ADVISORY_LOCK])
        return bool(row[0])

    async def progress(self, last: int) -> Progress:
        """Return the progress noted; from the beginning when the stream, at `last`, has lost its end."""
        cluster = int((await self._one(_SNAPSHOT))[1])
        cursor = await self.connection.execute(_PROGRESS, {"stream": self.stream})
        row = await cursor.fetchone()
        if row is None or row[3] != cluster or last < row[4]:
            return Progress(NOTHING, cluster, whole=True)
        done, target, through, _cluster, stored = row
        waiting = Snapshot(target) if target else None
        return Progress(Snapshot(done), cluster, waiting, through, stored=stored)

    async def present(self) -> Snapshot:
        """Return what is committed now."""
        return Snapshot((await self._one(_SNAPSHOT))[0])

    async def unpublished(self, progress: Progress, limit: int) -> Sequence[Row]:
        """Return events that are still to be published, in their order; at most `limit`."""
        limits: dict[str, Any] = {"through": progress.through, "limit": limit}
        if progress.whole or progress.target is None:
            cursor = await self.connection.execute(_ALL, limits)
        else:
            done, target = progress.done, progress.target.text
            new = {"open": done.open, "xmax": str(done.xmax), "target": target}
            cursor = await self.connection.execute(_UNPUBLISHED, {**limits, **new})
        return [Row(*row) for row in await cursor.fetchall()]

    async def save(self, progress: Progress) -> None:
        """Note how far it is."""
        target = None if progress.target is None or progress.whole else progress.target.text
        # A first or restored start that dies half way begins again: better twice than never.
        cluster = 0 if progress.whole else progress.cluster
        row = {"stream": self.stream, "done": progress.done.text, "target": target,
               "through": progress.through, "cluster": cluster, "stored": progress.stored}  # fmt: skip
        await self.connection.execute(_SAVE, row)

    async def prune(self, progress: Progress, now: datetime) -> None:
        """Drop published events older than KEEP_EVENTS, at most PRUNE_ROWS of them."""
        row = {"before": now - KEEP_EVENTS, "done": progress.done.text, "limit": PRUNE_ROWS}
        await self.connection.execute(_PRUNE, row)
        await self.connection.execute(_PRUNE_PROGRESS, {"stream": self.stream})

    async def _one(self, query: str, params: Sequence[Any] = ()) -> tuple[Any, ...]:
        cursor = await self.connection.execute(query, params)
        row: tuple[Any, ...] | None = await cursor.fetchone()
        assert row is not None
        return row
