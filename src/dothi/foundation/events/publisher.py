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
import functools
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import takewhile
from typing import Any

import nats
import psycopg
from nats.aio.client import Client
from nats.js import JetStreamContext
from nats.js.api import Header, PubAck, StreamConfig
from nats.js.errors import NotFoundError

from dothi.foundation.events.envelope import Row, cloud_event
from dothi.foundation.events.progress import KEEP_EVENTS, Outbox
from dothi.foundation.events.types import nats_subject, servers

STREAM = "DOTHI"
SUBJECTS = "vn.dothi.>"
BATCH = 1_000
"""Also how many PubAcks may be outstanding: what JetStream does not confirm holds the rest back."""
POLL_SECONDS = 0.05
ACK_SECONDS = 10.0
CLOSE_SECONDS = 5.0
ATTEMPTS = 5
DUPLICATES_SECONDS = 600.0
PRUNE_SECONDS = 3_600.0

Reached = Callable[[str], None]


class AnotherPublisher(Exception):
    """Another publisher holds the lock."""


class NotStored(Exception):
    """JetStream did not confirm every message of a batch in time."""


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
        self._outbox = Outbox(connection, STREAM)
        self._stream = stream
        self._source = source
        self._batch = batch
        self._reached = reached

    async def start(self, copies: int = 1) -> None:
        """Take the lock, make the stream in so many copies, read the progress. Raises AnotherPublisher."""
        if not await self._outbox.lock():
            raise AnotherPublisher
        self._progress = await self._outbox.progress(await ensure_stream(self._stream, copies))

    async def publish(self) -> int:
        """Publish at most one batch and return how many events it held. Raises NotStored."""
        progress = self._progress
        if progress.target is None:
            progress = replace(progress, target=await self._outbox.present(), through=0)
        rows = await self._outbox.unpublished(progress, self._batch)
        self._reached("read")
        if rows:
            await self._outbox.save(progress)
            self._reached("noted")
            progress = replace(progress, stored=await self._send(rows))
            self._reached("stored")
        after = progress.after(rows, self._batch)
        if rows:
            await self._outbox.save(after)
            self._reached("saved")
        self._progress = after
        return len(rows)

    async def prune(self, now: datetime) -> None:
        """Drop old events that are published."""
        await self._outbox.prune(self._progress, now)

    async def _send(self, rows: Sequence[Row]) -> int:
        """Send `rows` in order and return the sequence of the last when each is stored. Raises NotStored."""
        why: object = None
        for _attempt in range(ATTEMPTS):
            answers = await self._send_chain(rows)
            stored = _stored_in_a_row(answers)
            if len(stored) == len(rows):
                return stored[-1].seq
            rows, why = rows[len(stored) :], answers[len(stored)]
        raise NotStored(f"{len(rows)} events of a batch were not confirmed: {why!r}")

    async def _send_chain(self, rows: Sequence[Row]) -> Sequence[PubAck | BaseException]:
        """Send `rows`, each expecting the one before it, and return what came of each."""
        acknowledged, previous = [], ""
        for row in rows:
            headers = {Header.MSG_ID.value: str(row.id)}
            if previous:
                headers[Header.EXPECTED_LAST_MSG_ID.value] = previous
            subject = nats_subject(row.type, row.subject)
            body = cloud_event(row, self._source)
            acknowledged.append(await self._stream.publish_async(subject, body, ACK_SECONDS, STREAM, headers))
            previous = str(row.id)
        return await _answered(acknowledged)


async def _answered(acknowledged: Sequence[Awaitable[PubAck]]) -> Sequence[PubAck | BaseException]:
    done = asyncio.gather(*acknowledged, return_exceptions=True)
    try:
        return await asyncio.wait_for(done, ACK_SECONDS)
    except TimeoutError as error:
        raise NotStored("no answer from JetStream") from error


def _stored_in_a_row(answers: Sequence[PubAck | BaseException]) -> Sequence[PubAck]:
    return list(takewhile(lambda answer: isinstance(answer, PubAck), answers))  # type: ignore[arg-type]  # just sifted


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
    bus = Client()
    await bus.connect(
        addresses, allow_reconnect=False, max_reconnect_attempts=1, connect_timeout=5,
        flush_timeout=ACK_SECONDS, error_cb=functools.partial(_drop_if_stuck, bus),
    )  # fmt: skip
    try:
        async with await psycopg.AsyncConnection.connect(dsn, connect_timeout=5) as connection:
            stream = bus.jetstream(publish_async_max_pending=BATCH)
            publisher = Publisher(connection, stream, source)
            await publisher.start(copies)
            await _publish_until(publisher, clock, stop)
    finally:
        await _let_go(bus)


async def _let_go(bus: Client) -> None:
    """
    Close the connection, and drop it where the server reads nothing more.

    To close waits until all is sent: a server whose disk hangs, or that is stopped, would keep the
    publisher from going to another of its cluster, and from ending.
    """
    try:
        async with asyncio.timeout(CLOSE_SECONDS):
            if not bus.is_closed:
                await bus.close()
    except TimeoutError:
        _drop(bus)


async def _drop_if_stuck(bus: Client, error: Exception) -> None:
    """Drop a connection that takes nothing more; leave other errors to the batch that meets them."""
    if isinstance(error, nats.errors.FlushTimeoutError):
        _drop(bus)


def _drop(bus: Client) -> None:
    """End a connection with what waits to be sent. The client has no way of its own."""
    writer = getattr(bus._transport, "_io_writer", None)
    if writer is not None:
        writer.transport.abort()


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
