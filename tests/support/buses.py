"""A real NATS server with JetStream for the tests, on a free port, gone with the test."""

import contextlib
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.support.servers import die_with_parent, free_port
from tests.support.waiting import until

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
        until(lambda: listens(self.port))

    def kill(self) -> None:
        """Kill it as a power cut would."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()


def listens(port: int) -> bool:
    """Tell whether anybody listens on a port of loopback."""
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
        return True
    return False


@contextlib.contextmanager
def a_bus(store: Path) -> Iterator[Bus]:
    """Run a server while the block lasts."""
    bus = Bus(free_port(), store)
    bus.start()
    try:
        yield bus
    finally:
        bus.kill()
