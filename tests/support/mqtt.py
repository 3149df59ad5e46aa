"""
MQTT for the tests: the listener of a real NATS server, which speaks 3.1.1, and a small server of 5.0.

No server of 5.0 can be had as a package of Python, so `FiveServer` understands what a publisher says, no
more: CONNECT, PUBLISH in all three qualities, DISCONNECT.
"""

import contextlib
import json
import queue
import socketserver
import struct
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from tests.support.buses import PROGRAM, listens
from tests.support.certificates import Pair
from tests.support.servers import die_with_parent, free_port
from tests.support.waiting import PATIENCE_S, until

USER, PASSWORD = "lamp", "p@ss word"


@contextlib.contextmanager
def nats_listener(folder: Path, *, asks: bool = False, pair: Pair | None = None) -> Iterator[int]:
    """
    Run a NATS server whose MQTT listener stands on the yielded port, under TLS with `pair`.

    It `asks` for USER and PASSWORD.
    """
    port = free_port()
    tls = f", tls {{ cert_file: {pair.certificate}, key_file: {pair.key} }}" if pair else ""
    users = f"authorization {{ user: {USER}, password: {json.dumps(PASSWORD)} }}" if asks else ""
    config = folder / "nats.conf"
    config.write_text(
        f"server_name: test\nlisten: 127.0.0.1:{free_port()}\njetstream {{ store_dir: {folder} }}\n"
        f"mqtt {{ host: 127.0.0.1, port: {port}{tls} }}\n{users}\n"
    )
    process = subprocess.Popen(
        [str(PROGRAM), "-c", str(config)], stderr=subprocess.DEVNULL,
        preexec_fn=die_with_parent,  # noqa: PLW1509 - as the other servers of the tests
    )  # fmt: skip
    try:
        until(lambda: listens(port))
        yield port
    finally:
        process.kill()
        process.wait()


@contextlib.contextmanager
def listening(
    port: int, topic: str, *, known: bool = False, trusted: Path | None = None
) -> Iterator["queue.Queue[Any]"]:
    """Subscribe to a topic by 3.1.1, under TLS of whom `trusted` made; the JSON goes into the queue."""
    came: queue.Queue[Any] = queue.Queue()
    ready = threading.Event()
    client = Client(CallbackAPIVersion.VERSION2, protocol=MQTTProtocolVersion.MQTTv311)
    if known:
        client.username_pw_set(USER, PASSWORD)
    if trusted:
        client.tls_set(str(trusted))

    def begin(*_: Any) -> None:
        client.subscribe(topic, qos=1)

    client.on_connect = begin
    client.on_subscribe = lambda *_: ready.set()
    client.on_message = lambda _client, _data, message: came.put(_read(message))
    client.connect("127.0.0.1", port)
    client.loop_start()
    try:
        assert ready.wait(PATIENCE_S), "nobody let us listen"
        yield came
    finally:
        client.loop_stop()
        client.disconnect()


@dataclass(frozen=True)
class Published:
    """A message as it came to the server of 5.0, and who brought it."""

    version: int
    user: str | None
    password: str | None
    topic: str
    quality: int
    told: Any


@dataclass
class FiveServer:
    """Takes what is published."""

    port: int = field(default_factory=free_port)
    came: "queue.Queue[Published]" = field(default_factory=queue.Queue)


@contextlib.contextmanager
def five_server() -> Iterator[FiveServer]:
    """Serve MQTT 5.0 while the block lasts."""
    one = FiveServer()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            with contextlib.suppress(EOFError, OSError):
                _serve(self, one)

    class Server(socketserver.ThreadingTCPServer):
        allow_reuse_address = True
        daemon_threads = True

    server = Server(("127.0.0.1", one.port), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield one
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _serve(link: socketserver.StreamRequestHandler, server: FiveServer) -> None:
    _, told = _packet(link)
    version, user, password = _connected(told)
    link.wfile.write(bytes([0x20, 3, 0, 0, 0]))
    while True:
        head, told = _packet(link)
        if head >> 4 == 3:
            published, number = _publication(head, told)
            server.came.put(Published(version, user, password, *published))
            if number:
                link.wfile.write(bytes([0x40 if published[1] == 1 else 0x50, 2]) + number)
        elif head >> 4 == 6:
            link.wfile.write(bytes([0x70, 2]) + told[:2])


def _connected(told: bytes) -> tuple[int, str | None, str | None]:
    version, flags = told[6], told[7]
    _, rest = _text(_after_properties(told[10:]))
    user = password = None
    if flags & 0x80:
        user, rest = _text(rest)
    if flags & 0x40:
        password, rest = _text(rest)
    return version, user, password


def _publication(head: int, told: bytes) -> tuple[tuple[str, int, Any], bytes]:
    topic, rest = _text(told)
    quality = (head >> 1) & 3
    number, rest = (rest[:2], rest[2:]) if quality else (b"", rest)
    return (topic, quality, json.loads(_after_properties(rest))), number


def _packet(link: socketserver.StreamRequestHandler) -> tuple[int, bytes]:
    head = link.rfile.read(1)
    if not head:
        raise EOFError
    length = shift = 0
    while True:
        byte = link.rfile.read(1)[0]
        length |= (byte & 0x7F) << shift
        shift += 7
        if not byte & 0x80:
            return head[0], link.rfile.read(length)


def _after_properties(told: bytes) -> bytes:
    assert told[0] < 0x80, "few properties only"
    return told[1 + told[0] :]


def _text(told: bytes) -> tuple[str, bytes]:
    (length,) = struct.unpack(">H", told[:2])
    return told[2 : 2 + length].decode(), told[2 + length :]


def _read(message: MQTTMessage) -> Any:
    return json.loads(message.payload)
