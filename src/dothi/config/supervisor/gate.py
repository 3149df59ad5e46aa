"""How pages that have loaded wait until the boot page hands them the socket."""

import os
from collections.abc import Sequence
from dataclasses import dataclass

from dothi.config.supervisor import pools


@dataclass(frozen=True)
class Gate:
    """
    Pipes between supervisor and pages. `ready` brings a byte from the pages process that has loaded,
    a pipe for each; they accept nobody before `go` is closed, so that the boot page keeps the socket
    until then.
    """

    ready: Sequence[tuple[int, int]]
    go: int
    go_writer: int

    @classmethod
    def make(cls) -> "Gate":
        """Return new pipes; reading `ready` never blocks."""
        ready = [os.pipe() for _ in range(pools.PAGES_PROCESSES)]
        for reader, _ in ready:
            os.set_blocking(reader, False)
        return cls(ready, *os.pipe())

    def open(self) -> None:
        """Let the pages accept, now and after each later start."""
        os.close(self.go_writer)
