"""
The door of devices by HTTP: the same messages, answered when they are stored and not before.

    POST /devices/<id>/readings    Authorization: Bearer TOKEN    204, once committed
    GET  /-/alive                  whether it stores; on this machine also what waits, and who is connected
    GET  /-/openapi.json           all of this as an OpenAPI document

Errors are problem+json (RFC 9457). With Retry-After: 503 while there is no database or too much waits, 429
while too much of the device itself does.
"""

import asyncio
import contextlib
import re
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterator, MutableMapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from importlib import resources
from ipaddress import ip_address
from typing import Any, Final, Protocol

import orjson
import uvicorn

from dothi.context.api.wire import Wire
from dothi.telemetry.edge.room import Full, Room
from dothi.telemetry.edge.taking import Taking
from dothi.telemetry.store.devices import Devices
from dothi.telemetry.store.writer import PATIENCE_S, Message, Writer
from dothi.telemetry.types import Device, Refused

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

PLACE: Final = re.compile(r"/devices/([A-Za-z0-9_-]{1,64})/readings")
ASKING: Final = ("GET", "HEAD")
MOST: Final = 262_144
"""Bytes of a message."""
WAIT_S: Final = 60.0
"""How long a message may take to arrive."""
AGAIN_S: Final = "1"
HANDED_ON: Final = frozenset({b"forwarded", b"x-forwarded-for", b"x-real-ip", b"via"})
"""Headers by which proxies say that somebody else asks."""


class House(Protocol):
    """What this door shares with the others."""

    devices: Devices
    writer: Writer
    taking: Taking

    def told(self) -> dict[str, object]:
        """Return how it stands."""


class Problem(Exception):
    """An answer that is no success."""

    def __init__(self, status: HTTPStatus, detail: str, allow: str = "POST") -> None:
        super().__init__(detail)
        self.status, self.detail, self.allow = status, detail, allow


class Waiting:
    """The sender of one message: hears once whether it is stored."""

    def __init__(self) -> None:
        self.done: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

    def stored(self, packets: Sequence[int]) -> None:  # noqa: ARG002 - there is one
        self._tell(stored=True)

    def lost(self) -> None:
        self._tell(stored=False)

    def _tell(self, *, stored: bool) -> None:
        if not self.done.done():
            self.done.set_result(stored)


@dataclass(frozen=True)
class Door:
    """The application (ASGI)."""

    house: House
    _room: Room = field(default_factory=Room)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        try:
            await self._answer(scope, receive, send)
        except Problem as problem:
            await _say_problem(send, problem)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        if tell := {"/-/alive": self._tell_alive, "/-/openapi.json": _tell_document}.get(scope["path"]):
            if scope["method"] not in ASKING:
                raise Problem(HTTPStatus.METHOD_NOT_ALLOWED, "this is asked by GET", allow="GET")
            await tell(scope, send)
        else:
            await self._take(scope, receive)
            await _say(send, HTTPStatus.NO_CONTENT, None)

    async def _tell_alive(self, scope: Scope, send: Send) -> None:
        told = self.house.told()
        status = HTTPStatus.OK if told["stores"] else HTTPStatus.SERVICE_UNAVAILABLE
        await _say(send, status, told if is_here(scope) else {"stores": told["stores"]})

    async def _take(self, scope: Scope, receive: Receive) -> None:
        """Store the message of a device. Raises Problem."""
        place = PLACE.fullmatch(scope["path"])
        if not place:
            raise Problem(HTTPStatus.NOT_FOUND, "messages are taken at /devices/<id>/readings")
        if scope["method"] != "POST":
            raise Problem(HTTPStatus.METHOD_NOT_ALLOWED, "messages are taken by POST")
        device = self._admitted(place[1], scope)
        try:
            with self._room.taken(device.id, _length(scope)):
                await self._store(device, scope["path"], await _body(receive))
        except Full as full:
            status = HTTPStatus.TOO_MANY_REQUESTS if full.own else HTTPStatus.SERVICE_UNAVAILABLE
            raise Problem(status, str(full)) from full

    def _admitted(self, name: str, scope: Scope) -> Device:
        self._check_room()
        kind, _, token = dict(scope["headers"]).get(b"authorization", b"").partition(b" ")
        device = self.house.devices.admitted(name, token.strip()) if kind.lower() == b"bearer" else None
        if device is None:
            raise Problem(HTTPStatus.UNAUTHORIZED, "no such device, or not its token")
        return device

    def _check_room(self) -> None:
        if not self.house.writer.up:
            raise Problem(HTTPStatus.SERVICE_UNAVAILABLE, "nothing can be stored just now")
        if self.house.writer.full:
            raise Problem(HTTPStatus.SERVICE_UNAVAILABLE, "too much waits to be stored")

    async def _store(self, device: Device, topic: str, payload: bytes) -> None:
        """Store a message, or the finding about it, and say so only then. Raises Problem."""
        self._check_room()
        waiting = Waiting()
        try:
            speaker, readings = self.house.taking.readings(device, payload)
        except Refused as refused:
            finding = self.house.taking.finding(device, topic, payload, refused)
            await self._await(Message(waiting, 0, device.id, finding=finding), waiting)
            raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, f"{refused.kind}: {refused.detail}") from refused
        await self._await(Message(waiting, 0, speaker.id, readings), waiting)

    async def _await(self, message: Message, waiting: Waiting) -> None:
        self.house.writer.put(message)
        with contextlib.suppress(TimeoutError):
            if await asyncio.wait_for(waiting.done, 2 * PATIENCE_S):
                return
        raise Problem(HTTPStatus.SERVICE_UNAVAILABLE, "it could not be stored")


def is_here(scope: Scope) -> bool:
    """Tell whether a request comes from this machine itself, and not through a proxy on it."""
    host, _ = scope.get("client") or ("", 0)
    handed_on = any(name in HANDED_ON for name, _ in scope["headers"])
    try:
        return ip_address(host).is_loopback and not handed_on
    except ValueError:
        return False


def _length(scope: Scope) -> int:
    """Return how long a message says that it is, the longest where it does not. Raises Problem."""
    told = dict(scope["headers"]).get(b"content-length", b"")
    length = int(told) if told.isdigit() else MOST
    if length > MOST:
        raise Problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"{MOST} bytes are taken")
    return length


async def _body(receive: Receive) -> bytes:
    """Return the message, if it comes in time. Raises Problem."""
    parts: list[bytes] = []
    try:
        async with asyncio.timeout(WAIT_S):
            while True:
                event = await receive()
                if event["type"] == "http.disconnect":
                    raise Problem(HTTPStatus.BAD_REQUEST, "the message ends before it says all")
                parts.append(event.get("body", b""))
                if sum(map(len, parts)) > MOST:
                    raise Problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"{MOST} bytes are taken")
                if not event.get("more_body", False):
                    return b"".join(parts)
    except TimeoutError as late:
        raise Problem(HTTPStatus.REQUEST_TIMEOUT, f"it did not arrive within {WAIT_S:g} s") from late


async def _tell_document(_scope: Scope, send: Send) -> None:
    told = resources.files(__package__).joinpath("openapi.json").read_bytes()
    await _say(send, HTTPStatus.OK, orjson.loads(told))


async def _say_problem(send: Send, problem: Problem) -> None:
    told = {"type": "about:blank", "title": problem.status.phrase, "status": problem.status.value,
            "detail": problem.detail}  # fmt: skip
    headers = {
        HTTPStatus.UNAUTHORIZED: [(b"www-authenticate", b"Bearer")],
        HTTPStatus.METHOD_NOT_ALLOWED: [(b"allow", problem.allow.encode())],
        HTTPStatus.SERVICE_UNAVAILABLE: [(b"retry-after", AGAIN_S.encode())],
        HTTPStatus.TOO_MANY_REQUESTS: [(b"retry-after", AGAIN_S.encode())],
    }.get(problem.status, [])
    await _say(send, problem.status, told, [(b"content-type", b"application/problem+json"), *headers])


async def _say(
    send: Send, status: HTTPStatus, told: object, headers: Sequence[tuple[bytes, bytes]] = ()
) -> None:
    body = b"" if told is None else orjson.dumps(told)
    named = list(headers) or ([(b"content-type", b"application/json")] if body else [])
    await send({"type": "http.response.start", "status": status.value, "headers": named})
    await send({"type": "http.response.body", "body": body})


class _Server(uvicorn.Server):
    """A server that leaves signals to the process that it is part of."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def serve(house: House, listener: socket.socket, context: ssl.SSLContext | None = None) -> None:
    """Take messages at `listener`, under TLS where there is a context, until cancelled."""
    config = uvicorn.Config(
        Door(house), log_level="warning", http=Wire, ws="none", lifespan="off", timeout_graceful_shutdown=2,
        ssl_context_factory=(lambda _config, _default: context) if context else None,
    )  # fmt: skip
    await _Server(config).serve(sockets=[listener])
