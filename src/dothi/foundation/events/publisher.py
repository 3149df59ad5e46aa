"""
The publisher: relays the outbox to JetStream, each event at least once, in order per subject.

One process without Django, one at a time by an advisory lock. It takes the events that the present
snapshot of PostgreSQL sees and the last one did not, in the order in which they were emitted, sends
them, and notes its progress before and after: a row a batch, nothing updated or deleted per event.
Standards: CloudEvents 1.0 (structured JSON), NATS JetStream.

Order: each message of a batch expects the one before it to be the last in the stream, so that a
message that was lost refuses all that follow instead of being overtaken; it is then sent again from
there. After a crash the same batch is sent again, because its `target` was noted before the first
message, and JetStream drops, by Nats-Msg-Id, what it has.

What becomes of a batch when a part dies
    before PubAck      sent again; duplicates dropped by the stream
    after PubAck       sent again; duplicates dropped by the stream within DUPLICATES_SECONDS,
                       by `handle_once` in each consumer at any time
    after saved        a power cut may take the last seconds of the stream: its last sequence is then
                       below the one noted, and everything kept in the outbox is sent again
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import takewhile
from pathlib import Path
from typing import Any

import nats
import psycopg
from nats.js import JetStreamContext
from nats.js.api import Header, PubAck, StreamConfig
from nats.js.errors import NotFoundError

from dothi.foundation.events.envelope import Row, cloud_event
from dothi.foundation.events.types import nats_subject, servers
from dothi.foundation.ledger.snapshots import NOTHING, Snapshot

ADVISORY_LOCK = 0x646F746869_02
"""`dothi` in ASCII, then 2 for the publisher."""
STREAM = "DOTHI"
SUBJECTS = "vn.dothi.>"
BATCH = 1_000
"""Also how many PubAcks may be outstanding: what JetStream does not confirm holds the rest back."""
POLL_SECONDS = 0.05
ACK_SECONDS = 10.0
ATTEMPTS = 5
DUPLICATES_SECONDS = 600.0
KEEP_EVENTS = timedelta(days=7)
PRUNE_SECONDS = 3_600.0
PRUNE_ROWS = 50_000

_SQL = Path(__file__).parent / "sql"
_SNAPSHOT = "select pg_current_snapshot()::text, (select system_identifier from pg_control_system())"
_PROGRESS = (_SQL / "progress.sql").read_text()
_SAVE = (_SQL / "save_progress.sql").read_text()
_UNPUBLISHED = (_SQL / "unpublished.sql").read_text()
_ALL = (_SQL / "unpublished_all.sql").read_text()
_PRUNE = (_SQL / "prune.sql").read_text()
_PRUNE_PROGRESS = (_SQL / "prune_progress.sql").read_text()

Reached = Callable[[str], None]


class AnotherPublisher(Exception):
    """Another publisher holds the lock."""


class NotStored(Exception):
    """JetStream did not confirm every message of a batch in time."""


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


class Publisher:
    """Publishes over one connection to PostgreSQL and one to NATS; `reached` is for tests."""

    def __init__(
        self,
        connection: psycopg.AsyncConnection[Any],
        stream: JetStreamContext,
        source: str,
        *,
        batch: int = BATCH,
        reached: Reached = lambda _step: None,
    ) -> None:
        self._connection = connection
        self._stream = stream
        self._source = source
        self._batch = batch
        self._reached = reached

    async def start(self, copies: int = 1) -> None:
        """Take the lock, make the stream in so many copies, read the progress. Raises AnotherPublisher."""
        await self._connection.set_autocommit(True)
        row = await self._one("select pg_try_advisory_lock(%s)", [ADVISORY_LOCK])
        if not row[0]:
            raise AnotherPublisher
        self._progress = await self._load(await ensure_stream(self._stream, copies))

    async def publish(self) -> int:
        """Publish at most one batch and return how many events it held. Raises NotStored."""
        progress = self._progress
        if progress.target is None:
            present = Snapshot((await self._one(_SNAPSHOT))[0])
            progress = replace(progress, target=present, through=0)
        rows = await self._unpublished(progress)
        self._reached("read")
        if rows:
            await self._save(progress)
            self._reached("noted")
            progress = replace(progress, stored=await self._send(rows))
            self._reached("stored")
        after = self._after(progress, rows)
        if rows:
            await self._save(after)
            self._reached("saved")
        self._progress = after
        return len(rows)

    async def prune(self, now: datetime) -> None:
        """Drop published events older than KEEP_EVENTS, at most PRUNE_ROWS of them."""
        done = self._progress.done.text
        row = {"before": now - KEEP_EVENTS, "done": done, "limit": PRUNE_ROWS}
        await self._connection.execute(_PRUNE, row)
        await self._connection.execute(_PRUNE_PROGRESS, {"stream": STREAM})

    async def _load(self, last: int) -> Progress:
        """Return the progress noted; from the beginning when the stream, at `last`, has lost its end."""
        cluster = int((await self._one(_SNAPSHOT))[1])
        cursor = await self._connection.execute(_PROGRESS, {"stream": STREAM})
        row = await cursor.fetchone()
        if row is None or row[3] != cluster or last < row[4]:
            return Progress(NOTHING, cluster, whole=True)
        done, target, through, _cluster, stored = row
        waiting = Snapshot(target) if target else None
        return Progress(Snapshot(done), cluster, waiting, through, stored=stored)

    async def _unpublished(self, progress: Progress) -> Sequence[Row]:
        limits: dict[str, Any] = {"through": progress.through, "limit": self._batch}
        if progress.whole or progress.target is None:
            cursor = await self._connection.execute(_ALL, limits)
        else:
            new = {
                "open": progress.done.open,
                "xmax": str(progress.done.xmax),
                "target": progress.target.text,
            }
            cursor = await self._connection.execute(_UNPUBLISHED, {**limits, **new})
        return [Row(*row) for row in await cursor.fetchall()]

    def _after(self, progress: Progress, rows: Sequence[Row]) -> Progress:
        if len(rows) == self._batch:
            return replace(progress, through=rows[-1].seq)
        return Progress(progress.target or progress.done, progress.cluster, stored=progress.stored)

    async def _save(self, progress: Progress) -> None:
        target = None if progress.target is None or progress.whole else progress.target.text
        # A first or restored start that dies half way begins again: better twice than never.
        cluster = 0 if progress.whole else progress.cluster
        row = {"stream": STREAM, "done": progress.done.text, "target": target,
               "through": progress.through, "cluster": cluster, "stored": progress.stored}  # fmt: skip
        await self._connection.execute(_SAVE, row)

    async def _send(self, rows: Sequence[Row]) -> int:
        """Send `rows` in order and return the sequence of the last when each is stored. Raises NotStored."""
        for _attempt in range(ATTEMPTS):
            stored = await self._send_chain(rows)
            if len(stored) == len(rows):
                return stored[-1].seq
            rows = rows[len(stored) :]
        raise NotStored(f"{len(rows)} events of a batch were not confirmed")

    async def _send_chain(self, rows: Sequence[Row]) -> Sequence[PubAck]:
        """Send `rows`, each expecting the one before it, and return the answers of those stored in a row."""
        acknowledged, previous = [], ""
        for row in rows:
            headers = {Header.MSG_ID.value: str(row.id)}
            if previous:
                headers[Header.EXPECTED_LAST_MSG_ID.value] = previous
            subject = nats_subject(row.type, row.subject)
            body = cloud_event(row, self._source)
            acknowledged.append(await self._stream.publish_async(subject, body, ACK_SECONDS, STREAM, headers))
            previous = str(row.id)
        return await _stored_in_a_row(acknowledged)

    async def _one(self, query: str, params: Sequence[Any] = ()) -> tuple[Any, ...]:
        cursor = await self._connection.execute(query, params)
        row: tuple[Any, ...] | None = await cursor.fetchone()
        assert row is not None
        return row


async def _stored_in_a_row(acknowledged: Sequence[Awaitable[PubAck]]) -> Sequence[PubAck]:
    done = asyncio.gather(*acknowledged, return_exceptions=True)
    try:
        results = await asyncio.wait_for(done, ACK_SECONDS)
    except TimeoutError as error:
        raise NotStored("no answer from JetStream") from error
    return list(takewhile(lambda result: isinstance(result, PubAck), results))  # type: ignore[arg-type]  # just sifted


async def ensure_stream(stream: JetStreamContext, copies: int = 1) -> int:
    """
    Create the stream of all events unless it exists and return the last sequence that it gave out.

    `copies` on as many servers of a cluster. An operator's own settings are kept.
    """
    try:
        return (await stream.stream_info(STREAM)).state.last_seq
    except NotFoundError:
        await stream.add_stream(
            StreamConfig(
                name=STREAM,
                subjects=[SUBJECTS],
                max_age=KEEP_EVENTS.total_seconds(),
                duplicate_window=DUPLICATES_SECONDS,
                num_replicas=copies,
            )
        )
        return 0


async def run(
    *,
    dsn: str,
    nats_url: str,
    source: str,
    clock: Callable[[], datetime],
    stop: asyncio.Event,
    tell: Callable[[str], None],
    copies: int = 1,
) -> None:
    """
    Publish until `stop`; when PostgreSQL or NATS goes away, wait and begin anew.

    `nats_url` names one server, or those of a cluster with commas; `copies` as in `ensure_stream`.
    """
    while not stop.is_set():
        try:
            await _session(dsn, servers(nats_url), source, clock, stop, copies)
        except AnotherPublisher:
            tell("another publisher is at work; waiting")
        except (OSError, psycopg.Error, nats.errors.Error, NotStored) as error:
            tell(f"the outbox waits: {type(error).__name__}: {error}")
        await _sleep(stop, 1.0)


async def _session(
    dsn: str,
    addresses: list[str],
    source: str,
    clock: Callable[[], datetime],
    stop: asyncio.Event,
    copies: int,
) -> None:
    # Without reconnecting inside: after a break the publisher must not trust what it had sent.
    # The first connection obeys another setting: by default it tries for two minutes, deaf to `stop`.
    bus = await nats.connect(
        addresses, allow_reconnect=False, max_reconnect_attempts=1, connect_timeout=5, error_cb=_ignore
    )
    try:
        async with await psycopg.AsyncConnection.connect(dsn, connect_timeout=5) as connection:
            stream = bus.jetstream(publish_async_max_pending=BATCH)
            publisher = Publisher(connection, stream, source)
            await publisher.start(copies)
            await _publish_until(publisher, clock, stop)
    finally:
        if not bus.is_closed:
            await bus.close()


async def _publish_until(publisher: Publisher, clock: Callable[[], datetime], stop: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    prune_at = loop.time()
    while not stop.is_set():
        if loop.time() >= prune_at:
            await publisher.prune(clock())
            prune_at = loop.time() + PRUNE_SECONDS
        # A pause also under load: a batch costs two commits, whether it holds one event or a thousand.
        if await publisher.publish() < BATCH:
            await _sleep(stop, POLL_SECONDS)


async def _sleep(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return


async def _ignore(_error: Exception) -> None:
    """Leave errors of the connection to the batch that meets them."""
