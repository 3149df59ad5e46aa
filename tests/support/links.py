"""A link between two brokers that can be cut: a relay of TCP on a port of its own."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

AT_ONCE = 65_536


@dataclass
class Link:
    """Leads to the port `to`; while it is cut nothing goes through, and what was under way is lost."""

    to: int
    _listening: socket.socket = field(default_factory=lambda: socket.create_server(("127.0.0.1", 0)))
    _ends: set[socket.socket] = field(default_factory=set)
    _cut: bool = False

    @property
    def url(self) -> str:
        """Return what a registration tells as its endpoint."""
        return f"http://127.0.0.1:{self._listening.getsockname()[1]}"

    def cut(self) -> None:
        """Let nothing through."""
        self._cut = True
        self._hang_up()

    def mend(self) -> None:
        """Let everything through again."""
        self._cut = False

    def serve(self) -> None:
        """Relay until the end."""
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._listening.accept()
                self._begin(near)

    def end(self) -> None:
        """Stop."""
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._hang_up()

    def _begin(self, near: socket.socket) -> None:
        if self._cut:
            near.close()
            return
        far = socket.create_connection(("127.0.0.1", self.to))
        self._ends |= {near, far}
        for ends in ((near, far), (far, near)):
            threading.Thread(target=self._relay, args=ends, daemon=True).start()

    def _relay(self, from_: socket.socket, to: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while told := from_.recv(AT_ONCE):
                to.sendall(told)
        self._close(from_, to)

    def _hang_up(self) -> None:
        self._close(*self._ends)

    def _close(self, *ends: socket.socket) -> None:
        for one in ends:
            self._ends.discard(one)
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()


@contextlib.contextmanager
def link(url: str) -> Iterator[Link]:
    """Serve a link to the server at an address while the block lasts."""
    port = urlsplit(url).port
    assert port is not None
    one = Link(port)
    thread = threading.Thread(target=one.serve)
    thread.start()
    try:
        yield one
    finally:
        one.end()
        thread.join()
