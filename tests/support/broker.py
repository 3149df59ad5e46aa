"""A context broker that answers on a port of its own."""

import contextlib
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from starlette.types import ASGIApp

from dothi.context.api.app import ROOT, create_app
from dothi.context.api.beginning import Beside
from dothi.context.api.callers import Callers
from dothi.context.api.wire import Wire
from dothi.context.operations.limits import USUAL, Limits
from dothi.context.outbound import Outbound
from tests.support.servers import die_with_parent, free_port

PATIENCE_S = 60.0


class BrokerProcess:
    """`dothi broker --open` as a process of its own, on the database `dsn`, which may be killed."""

    def __init__(self, dsn: str, output: Path, *options: str) -> None:
        self.port = free_port()
        self._dsn, self._output, self._options = dsn, output, options
        self.process = self._start()

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.kill()
        self.process.wait(20)

    def begin_anew(self) -> None:
        """Kill it, start another at the same port, and wait until that answers."""
        self.kill()
        self.process = self._start()
        self.await_answer()

    def await_answer(self) -> None:
        """Wait until it answers."""
        deadline = time.monotonic() + PATIENCE_S
        while not self.answers():
            assert time.monotonic() < deadline, self._output.read_text()
            assert self.process.poll() is None, self._output.read_text()
            time.sleep(0.02)

    def answers(self) -> bool:
        """Tell whether it answers, and has its database."""
        with contextlib.suppress(httpx.TransportError):
            return httpx.get(f"http://127.0.0.1:{self.port}/-/alive", timeout=20).is_success
        return False

    def told(self) -> str:
        """Return what it has written to its log."""
        return self._output.read_text()

    def _start(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "dothi.config.cli", "broker", "--open", "--port", str(self.port)]
        environ = {name: told for name, told in os.environ.items() if not name.startswith("DOTHI_")}
        with self._output.open("ab") as told:
            return subprocess.Popen(
                [*command, *self._options], env={**environ, "DOTHI_DSN": self._dsn}, stdout=told, stderr=told,
                preexec_fn=die_with_parent,  # noqa: PLW1509 - it only asks the kernel
            )  # fmt: skip


@contextlib.contextmanager
def broker_process(dsn: str, output: Path, *options: str) -> Iterator[BrokerProcess]:
    """Run a broker with open doors as a process of its own while the block lasts."""
    running = BrokerProcess(dsn, output, *options)
    try:
        running.await_answer()
        yield running
    finally:
        running.kill()


@contextlib.contextmanager
def broker(
    dsn: str, alias: str = "dothi", beside: Sequence[Beside] = (), limits: Limits = USUAL
) -> Iterator[httpx.Client]:
    """Serve a broker with open doors on `dsn`, and `beside` with it, while the block lasts."""
    app = create_app(dsn, _now, open_doors=True, alias=alias, beside=beside, limits=limits)
    with _client(app) as client:
        yield client


ADDRESS = "http://broker.example"
"""Where sources are told that a broker with closed doors is."""


@contextlib.contextmanager
def closed_broker(
    dsn: str, callers: Callers, *, clock: Callable[[], datetime] | None = None,
    **tls: Any,
) -> Iterator[httpx.Client]:  # fmt: skip
    """Serve a broker with closed doors that calls anybody; yields a client that says not who asks."""
    app = create_app(
        dsn, clock or _now, callers=callers, outbound=lambda: Outbound(open=True), address=ADDRESS
    )
    with _client(app, **tls) as client:
        yield client


@contextlib.contextmanager
def _client(app: ASGIApp, **settings: Any) -> Iterator[httpx.Client]:
    port = free_port()
    config = uvicorn.Config(app, port=port, log_level="warning", http=Wire, ws="none", **settings)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        _wait(server, thread)
        scheme = "https" if "ssl_certfile" in settings else "http"
        with httpx.Client(base_url=f"{scheme}://127.0.0.1:{port}{ROOT}/", timeout=30) as client:
            yield client
    finally:
        server.should_exit = True
        thread.join(20)


def _now() -> datetime:
    return datetime.now(UTC)


def _wait(server: uvicorn.Server, thread: threading.Thread) -> None:
    while not server.started:
        assert thread.is_alive(), "the broker ended at its start"
        time.sleep(0.02)
