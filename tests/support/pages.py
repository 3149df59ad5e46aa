"""The pages process for journeys: the real server on a free port of localhost, on a database of its own."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator

from tests.support.servers import die_with_parent

READY_WITHIN_S = 90


@contextlib.contextmanager
def serving(dsn: str, processes: int = 1, /, **environ: str) -> Iterator[str]:
    """
    Serve the pages on the database `dsn` while the block lasts and yield their address.

    `environ` adds settings without their prefix: `serving(dsn, idp_url=…)`. A node has two `processes`
    on one socket.
    """
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(128)
        address = f"http://localhost:{listener.getsockname()[1]}"
        given = {
            "dsn": dsn, "public_url": address, "secret_key": "only-for-this-test",
            "listen_fd": str(listener.fileno()),
        } | environ  # fmt: skip
        started = [
            subprocess.Popen(
                [sys.executable, "-m", "dothi.config.cli", "pages"], pass_fds=[listener.fileno()],
                env={**os.environ, **{f"DOTHI_{name.upper()}": value for name, value in given.items()}},
                preexec_fn=die_with_parent,  # noqa: PLW1509 - as the other servers of the tests
            )
            for _ in range(processes)
        ]  # fmt: skip
        try:
            _wait(address)
            yield address
        finally:
            for process in started:
                process.send_signal(signal.SIGTERM)
            for process in started:
                process.wait(20)


def _wait(address: str) -> None:
    """Return when the pages answer, whatever they answer."""
    deadline = time.monotonic() + READY_WITHIN_S
    while True:
        try:
            urllib.request.urlopen(f"{address}/components/view/", timeout=5).close()
        except urllib.error.HTTPError:
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            return
