"""Live events beside a town: NATS, the publisher and the live process, as a node runs them."""

import contextlib
import os
import secrets
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.buses import a_bus
from tests.support.servers import die_with_parent


@dataclass(frozen=True)
class Live:
    """The socket on which browsers listen and the key of their tokens, known before anybody serves."""

    listener: socket.socket = field(default_factory=lambda: socket.create_server(("127.0.0.1", 0)))
    key: str = field(default_factory=lambda: secrets.token_hex(16))
    servers: list["Server"] = field(default_factory=list)
    """The live process, while it runs."""

    @property
    def settings(self) -> dict[str, str]:
        """Return what the pages must know."""
        return {"live_url": f"http://localhost:{self.listener.getsockname()[1]}", "live_key": self.key}

    @contextlib.contextmanager
    def running(self, *, dsn: str, folder: Path, origin: str) -> Iterator[None]:
        """Relay the events of the database `dsn` (as dothi_publish) to browsers on pages of `origin`."""
        with (
            a_bus(folder / "nats") as bus,
            _process("publisher", dsn=dsn, nats=bus.url),
            _process(
                "live",
                descriptor=self.listener.fileno(),
                nats=bus.url,
                public_url=origin,
                readings_dsn=dsn,
                **self.settings,
            ) as server,
        ):
            self.servers.append(server)
            yield

    @contextlib.contextmanager
    def alone(self, *, dsn: str, folder: Path) -> Iterator[None]:
        """Relay what the database `dsn` notifies of; nobody publishes events."""
        with (
            a_bus(folder / "nats") as bus,
            _process(
                "live", descriptor=self.listener.fileno(), nats=bus.url, readings_dsn=dsn, **self.settings
            ),
        ):
            yield


class Server:
    """One process of the node; killed, its socket stays open and nobody answers there."""

    def __init__(self, name: str, descriptor: int, given: Mapping[str, str]) -> None:
        self._name, self._descriptor = name, descriptor
        self._environ = {f"DOTHI_{key.upper()}": value for key, value in given.items()}
        self.begin()

    def begin(self) -> None:
        """Start it, as the supervisor does and does again."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "dothi.config.cli", self._name],
            pass_fds=[self._descriptor] if self._descriptor else [],
            env={**os.environ, **self._environ, "DOTHI_LISTEN_FD": str(self._descriptor)},
            preexec_fn=die_with_parent,  # noqa: PLW1509 - as the other servers of the tests
        )  # fmt: skip

    def end(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End it, and wait until it is gone."""
        self._process.send_signal(how)
        self._process.wait(20)


@contextlib.contextmanager
def _process(name: str, descriptor: int = 0, **given: str) -> Iterator[Server]:
    server = Server(name, descriptor, given)
    try:
        yield server
    finally:
        server.end()
