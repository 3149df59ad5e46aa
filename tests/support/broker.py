"""A context broker that answers on a port of its own."""

import contextlib
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import httpx
import uvicorn
from starlette.types import ASGIApp

from dothi.context.api.app import ROOT, create_app
from dothi.context.api.beginning import Beside
from dothi.context.api.callers import Callers
from dothi.context.api.wire import Wire
from dothi.context.outbound import Outbound
from tests.support.servers import free_port


@contextlib.contextmanager
def broker(dsn: str, alias: str = "dothi", beside: Sequence[Beside] = ()) -> Iterator[httpx.Client]:
    """Serve a broker with open doors on `dsn`, and `beside` with it, while the block lasts."""
    with _client(create_app(dsn, _now, open_doors=True, alias=alias, beside=beside)) as client:
        yield client


@contextlib.contextmanager
def closed_broker(
    dsn: str, callers: Callers, *, clock: Callable[[], datetime] | None = None,
    **tls: Any,
) -> Iterator[httpx.Client]:  # fmt: skip
    """Serve a broker with closed doors that calls anybody; yields a client that says not who asks."""
    app = create_app(dsn, clock or _now, callers=callers, outbound=lambda: Outbound(open=True))
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
