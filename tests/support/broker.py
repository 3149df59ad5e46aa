"""A context broker that answers on a port of its own."""

import contextlib
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import httpx
import uvicorn

from dothi.context.api.app import ROOT, create_app
from dothi.context.api.wire import Wire
from tests.support.servers import free_port


@contextlib.contextmanager
def broker(dsn: str, alias: str = "dothi") -> Iterator[httpx.Client]:
    """Serve a broker on the database `dsn` while the block lasts; yields a client at its root."""
    port = free_port()
    server = uvicorn.Server(
        uvicorn.Config(
            create_app(dsn, lambda: datetime.now(UTC), open_doors=True, alias=alias),
            port=port,
            log_level="warning",
            http=Wire,
            ws="none",
        )
    )
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        _wait(server, thread)
        with httpx.Client(base_url=f"http://127.0.0.1:{port}{ROOT}/", timeout=30) as client:
            yield client
    finally:
        server.should_exit = True
        thread.join(20)


def _wait(server: uvicorn.Server, thread: threading.Thread) -> None:
    while not server.started:
        assert thread.is_alive(), "the broker ended at its start"
        time.sleep(0.02)
