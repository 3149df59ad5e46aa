"""A real NATS server with JetStream for the tests, on a free port, gone with the test."""

import contextlib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.support.servers import die_with_parent, free_port

PROGRAM = Path(sys.executable).with_name("nats-server")


@dataclass
class Bus:
    """A server that can be killed and started again on the same store and port."""

    port: int
    store: Path
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Return its address."""
        return f"nats://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start and wait until it answers."""
        command = [str(PROGRAM), "-a", "127.0.0.1", "-p", str(self.port), "-js", "-sd", str(self.store)]
        self.process = subprocess.Popen(
            command, stderr=subprocess.DEVNULL,
            preexec_fn=die_with_parent,  # noqa: PLW1509 - as the other servers of the tests
        )  # fmt: skip
        deadline = time.monotonic() + 15
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
            except OSError:
                assert time.monotonic() < deadline
                time.sleep(0.02)
            else:
                return

    def kill(self) -> None:
        """Kill it as a power cut would."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()


@contextlib.contextmanager
def a_bus(store: Path) -> Iterator[Bus]:
    """Run a server while the block lasts."""
    bus = Bus(free_port(), store)
    bus.start()
    try:
        yield bus
    finally:
        bus.kill()
