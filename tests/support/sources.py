"""A context source that is no broker: it answers as it was told to, or never, and keeps what it was asked."""

import contextlib
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from tests.support.servers import free_port

LONG_S = 60


@dataclass(frozen=True)
class Asked:
    """One request: path and parameters decoded, names of headers in lower case, its JSON."""

    method: str
    path: str
    params: dict[str, str]
    headers: dict[str, str]
    body: Any


@dataclass
class Source:
    """
    What was asked so far. `status` and `told` are answered: an object as JSON, bytes as they are; with
    `silent` nothing is until the source ends.
    """

    port: int = field(default_factory=free_port)
    status: int = 200
    told: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    silent: bool = False
    asked: list[Asked] = field(default_factory=list)
    _ended: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        """Return what a registration tells as its endpoint."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def one(self) -> Asked:
        """Return the one request that came."""
        [asked] = self.asked
        return asked

    def answers(self, told: Any = None, status: int = 200, **headers: str) -> None:
        """Answer this from now on, and forget what was asked."""
        self.status, self.told, self.headers = status, told, headers
        self.silent = False
        self.asked.clear()

    def take(self, request: BaseHTTPRequestHandler) -> None:
        """Keep one request and answer it."""
        length = int(request.headers.get("Content-Length", 0))
        body = json.loads(request.rfile.read(length)) if length else None
        parts = urlsplit(request.path)
        headers = {name.lower(): value for name, value in request.headers.items()}
        params = dict(parse_qsl(parts.query, keep_blank_values=True))
        self.asked.append(Asked(request.command, unquote(parts.path), params, headers, body))
        if self.silent:
            self._ended.wait(LONG_S)
            return
        told = self.told if isinstance(self.told, bytes) else json.dumps(self.told).encode()
        self._answer(request, b"" if self.told is None else told)

    def end(self) -> None:
        """Let go of those that wait for an answer."""
        self._ended.set()

    def _answer(self, request: BaseHTTPRequestHandler, told: bytes) -> None:
        request.send_response(self.status)
        for name, value in self.headers.items():
            request.send_header(name.replace("_", "-"), value)
        request.send_header("Content-Length", str(len(told)))
        request.end_headers()
        with contextlib.suppress(OSError):  # who has heard enough goes
            request.wfile.write(told)


def _taken_by(one: Source) -> Callable[[BaseHTTPRequestHandler], None]:
    return lambda request: one.take(request)  # noqa: PLW0108 - a bound method would not be bound to the request


@contextlib.contextmanager
def source() -> Iterator[Source]:
    """Serve a source while the block lasts."""
    one = Source()

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    for method in ("GET", "POST", "PATCH", "PUT", "DELETE"):
        setattr(Handler, f"do_{method}", _taken_by(one))
    server = ThreadingHTTPServer(("127.0.0.1", one.port), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield one
    finally:
        one.end()
        server.shutdown()
        server.server_close()
        thread.join()
