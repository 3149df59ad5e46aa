"""
The live process: server-sent events, fed by NATS, without Django.

A browser shows a short signed token and hears that something of its topics has changed: the type
and the subject of the event, never its data. It then asks the pages, which check its rights.

    event: changed
    data: {"type": "vn.dothi.dossiers.dossier.accepted.v1", "subject": "urn:…"}

Screens of the operations center hear ticks instead (`ticking`); of the database only the notices that
readings have come, on one connection that reads nothing.

Source: WHATWG HTML, server-sent events; CloudEvents 1.0.
"""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import nats
from nats.aio.msg import Msg
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from dothi.config.ticking import TOPIC, Ticks, ticking
from dothi.foundation.events.types import servers
from dothi.kernel.live_token import LiveToken, TokenRefused, check

SUBJECTS = "vn.dothi.>"
HEARTBEAT_SECONDS = 15.0
QUEUE_SIZE = 64
MOST_STREAMS = 5_000
MOST_STREAMS_A_TOKEN_HOLDER = 6
PERSON_FIELDS = ("person_id", "owner_id", "owner_ids", "assignee_id")
UNIT_FIELDS = ("unit_id", "unit_ids")
HERE = b"event: here\ndata: {}\n\n"
EXPIRED = b"event: expired\ndata: {}\n\n"
RESYNC = b"event: resync\ndata: {}\n\n"
Queue = asyncio.Queue[bytes]


class Full(Exception):
    """This process, or this holder of tokens, has as many streams as it may."""


class Hub:
    """The open streams by topic. A stream that does not keep up is told to look anew."""

    def __init__(self) -> None:
        self._queues: dict[str, set[Queue]] = {}
        self._holders: Counter[str] = Counter()

    def join(self, topics: tuple[str, ...]) -> Queue:
        """Return a queue that hears `topics`. Raises Full."""
        holder = topics[0]
        if self._holders.total() >= MOST_STREAMS or self._holders[holder] >= MOST_STREAMS_A_TOKEN_HOLDER:
            raise Full
        queue: Queue = asyncio.Queue(QUEUE_SIZE)
        self._holders[holder] += 1
        for topic in topics:
            self._queues.setdefault(topic, set()).add(queue)
        return queue

    def leave(self, topics: tuple[str, ...], queue: Queue) -> None:
        """Forget the queue."""
        self._holders -= Counter({topics[0]: 1})
        for topic in topics:
            listeners = self._queues.get(topic, set())
            listeners.discard(queue)
            if not listeners:
                self._queues.pop(topic, None)

    def publish(self, event: dict[str, object]) -> None:
        """Give the type and subject of a CloudEvent to each stream that listens to one of its topics."""
        said = json.dumps({"type": event.get("type"), "subject": event.get("subject")})
        message = f"event: changed\ndata: {said}\n\n".encode()
        heard = {queue for topic in topics_of(event) for queue in self._queues.get(topic, ())}
        for queue in heard:
            _put(queue, message)

    def say(self, topic: str, message: bytes) -> None:
        """Give a message of server-sent events to each stream that listens to `topic`."""
        for queue in self._queues.get(topic, ()):
            _put(queue, message)

    def resync(self) -> None:
        """Tell every stream to look anew: something may have been missed."""
        self._everywhere(RESYNC)

    async def beat(self) -> None:
        """Tell every stream now and then that it is heard, until cancelled."""
        while True:
            await asyncio.sleep(HEARTBEAT_SECONDS)
            self._everywhere(HERE)

    def _everywhere(self, message: bytes) -> None:
        for queue in {queue for queues in self._queues.values() for queue in queues}:
            _put(queue, message)


def _put(queue: Queue, message: bytes) -> None:
    if queue.full():
        while not queue.empty():
            queue.get_nowait()
        message = RESYNC
    queue.put_nowait(message)


def topics_of(event: dict[str, object]) -> Iterator[str]:
    """Yield the topics of a CloudEvent: its subject, and the persons and units that its data name."""
    yield f"subject/{event.get('subject')}"
    data = event.get("data")
    if not isinstance(data, dict):
        return
    for kind, names in (("person", PERSON_FIELDS), ("unit", UNIT_FIELDS)):
        for name in names:
            value = data.get(name, ())
            yield from (f"{kind}/{one}" for one in (value if isinstance(value, list) else [value]) if one)


async def stream(hub: Hub, token: LiveToken, queue: Queue) -> AsyncIterator[bytes]:
    """Yield what the stream says until its token expires; one timer a stream, not one a message."""
    left = max(0.0, (token.expires_at - datetime.now(UTC)).total_seconds())
    end = asyncio.get_running_loop().call_later(left, _end, queue)
    try:
        yield b"retry: 3000\n\n"
        while (message := await queue.get()) is not EXPIRED:
            yield message
        yield EXPIRED
    finally:
        end.cancel()
        hub.leave(token.topics, queue)


def _end(queue: Queue) -> None:
    while not queue.empty():
        queue.get_nowait()
    queue.put_nowait(EXPIRED)


def create_app(*, key: str, origin: str, nats_url: str, dsn: str = "") -> Starlette:
    """
    Return the application; `origin` is the pages' address, the only one whose scripts may listen.

    `dsn` names the database whose notices tell of readings; empty: screens hear of no readings.
    """
    hub = Hub()

    async def events(request: Request) -> Response:
        try:
            token = check(request.query_params.get("token", ""), key, datetime.now(UTC))
            queue = hub.join(token.topics)
        except TokenRefused as refusal:
            return JSONResponse({"title": str(refusal)}, 401, {"Access-Control-Allow-Origin": origin})
        except Full:
            return JSONResponse({"title": "too many streams"}, 429, {"Access-Control-Allow-Origin": origin})
        headers = {"Cache-Control": "no-store", "Access-Control-Allow-Origin": origin}
        return StreamingResponse(stream(hub, token, queue), 200, headers, "text/event-stream")

    async def alive(_request: Request) -> Response:
        return JSONResponse({"alive": True})

    routes = [Route("/events", events), Route("/-/alive", alive)]
    return Starlette(routes=routes, lifespan=lambda _: _listening(hub, nats_url, dsn))


@asynccontextmanager
async def _listening(hub: Hub, nats_url: str, dsn: str) -> AsyncIterator[None]:
    ticks = Ticks(lambda message: hub.say(TOPIC, message))

    async def look_anew() -> None:
        hub.resync()

    connection = await nats.connect(
        servers(nats_url), max_reconnect_attempts=-1, reconnect_time_wait=1, reconnected_cb=look_anew
    )

    async def hear(message: Msg) -> None:
        event = json.loads(message.data)
        hub.publish(event)
        ticks.heard(event)

    await connection.subscribe(SUBJECTS, cb=hear)
    beating = asyncio.create_task(hub.beat())
    try:
        with ticking(ticks, dsn):
            yield
    finally:
        beating.cancel()
        await connection.close()
