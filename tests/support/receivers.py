"""A subscriber's own HTTP server, which keeps what it is told and answers as it is told to."""

import contextlib
import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.support.servers import free_port
from tests.support.waiting import PATIENCE_S


@dataclass(frozen=True)
class Told:
    """One request: its headers, names in lower case, and its JSON."""

    path: str
    headers: dict[str, str]
    body: Any
    at: float

    @property
    def data(self) -> Any:
        """Return what the notification tells."""
        return self.body["data"]


@dataclass
class Receiver:
    """What was told so far; `status` is answered, by one that is `silent` not before its end."""

    port: int = field(default_factory=free_port)
    status: int = 200
    silent: bool = False
    redirect: str = ""
    told: list[Told] = field(default_factory=list)
    _heard: threading.Condition = field(default_factory=threading.Condition)
    _ended: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        """Return where it hears."""
        return f"http://127.0.0.1:{self.port}/notify"

    def take(self, request: BaseHTTPRequestHandler) -> None:
        """Keep one request and answer it."""
        body = json.loads(request.rfile.read(int(request.headers["Content-Length"])))
        headers = {name.lower(): value for name, value in request.headers.items()}
        with self._heard:
            self.told.append(Told(request.path, headers, body, time.monotonic()))
            self._heard.notify_all()
        if self.silent:
            self._ended.wait()
        request.send_response(self.status)
        if self.redirect:
            request.send_header("Location", self.redirect)
        request.send_header("Content-Length", "0")
        request.end_headers()

    def wait(self, number: int = 1) -> list[Told]:
        """Wait until so many requests came, and return all."""
        with self._heard:
            came = self._heard.wait_for(lambda: len(self.told) >= number, PATIENCE_S)
            assert came, f"{len(self.told)} of {number} notifications came"
            return list(self.told)

    def end(self) -> None:
        """Let go of those that wait for an answer."""
        self._ended.set()

    def one(self) -> Told:
        """Wait for the first request and return it."""
        return self.wait()[0]


@contextlib.contextmanager
def receiver(**settings: Any) -> Iterator[Receiver]:
    """Serve a receiver while the block lasts."""
    one = Receiver(**settings)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            one.take(self)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

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
