"""A host that serves documents on loopback, such as @contexts, and notes what it was asked for."""

import contextlib
import json
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Page:
    """What lies at a path: `body` as bytes, or anything that JSON can say."""

    body: Any = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def content(self) -> bytes:
        """Return the bytes that are sent."""
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


@dataclass
class Host:
    """`pages` by path, which tests change as they like; `asked` are the paths in order."""

    port: int
    pages: dict[str, Page] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def address(self, path: str) -> str:
        """Return the address of a path."""
        return f"http://127.0.0.1:{self.port}{path}"

    def put(self, path: str, body: Any, status: int = 200, **headers: str) -> str:
        """Lay something at a path and return its address."""
        self.pages[path] = Page(
            body, status, {name.replace("_", "-"): told for name, told in headers.items()}
        )
        return self.address(path)


@contextlib.contextmanager
def host() -> Iterator[Host]:
    """Serve while the block lasts."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    served = server.host = Host(server.server_port)  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        thread.join(10)
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        told: Host = self.server.host  # type: ignore[attr-defined]
        told.asked.append(self.path)
        page = told.pages.get(self.path, Page(status=404))
        self.send_response(page.status)
        for name, value in page.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(page.content)))
        self.end_headers()
        self.wfile.write(page.content)

    def log_message(self, *_told: object) -> None:
        """Say nothing."""
