"""One process of a node at work for a benchmark: on a database, at a port of its own."""

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import httpx
from tests.support.servers import die_with_parent, free_port

PATIENCE_S = 60


@contextlib.contextmanager
def running(command: str, dsn: str, answers: Callable[[int], bool], *options: str) -> Iterator[int]:
    """Run `dothi COMMAND` on the database `dsn` while the block lasts; yields its port once it answers."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "dothi.config.cli", command, "--port", str(port), *options],
        env={**os.environ, "DOTHI_DSN": dsn}, stdout=subprocess.DEVNULL,
        preexec_fn=die_with_parent,  # noqa: PLW1509 - as the servers that it works with
    )  # fmt: skip
    try:
        _await(process, command, lambda: answers(port))
        yield port
        assert process.poll() is None, f"{command} ended"
    finally:
        process.terminate()
        process.wait(20)


def running_broker(dsn: str, *options: str) -> contextlib.AbstractContextManager[int]:
    """Run a broker with open doors on the database `dsn`; the block is given its port."""
    return running("broker", dsn, _broker_answers, "--open", *options)


def _await(process: "subprocess.Popen[bytes]", command: str, answers: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while process.poll() is None and time.monotonic() < deadline:
        if answers():
            return
        time.sleep(0.1)
    raise SystemExit(f"{command} did not start")


def _broker_answers(port: int) -> bool:
    with contextlib.suppress(httpx.TransportError):
        return httpx.get(f"http://127.0.0.1:{port}/ngsi-ld/v1/types", timeout=5).status_code == 200
    return False
