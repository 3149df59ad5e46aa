"""
The pages process: granian serves Django's WSGI on a socket that the supervisor owns.

Threads are bounded (measured: 3,570 requests a second under WSGI with persistent connections, 256
to 540 under ASGI). All workers accept from one queue, so the death of one resets no connection
that waits, and a restart of all only lets people wait.
"""

import os
import signal
import socket
from collections.abc import Callable
from typing import Any

from granian._granian import SocketHolder
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server.mp import MPServer

from dothi.config.environment import environment
from dothi.config.supervisor import pools
from dothi.config.supervisor.launch import die_with_parent

BACKLOG = 1024


class Server(MPServer):
    """Granian on the inherited socket `descriptor`."""

    def __init__(self, descriptor: int, **settings: Any) -> None:
        super().__init__("dothi.config.wsgi:application", **settings)
        self._descriptor = descriptor

    def _init_shared_socket(self) -> None:
        holder: Any = SocketHolder  # its stub leaves out the arguments of its constructor
        shared: Any = self
        shared._ssp = None
        shared._sfd = os.dup(self._descriptor)
        shared._shd = holder(shared._sfd, False, BACKLOG)
        shared._sso = socket.socket(fileno=shared._sfd)


def serve() -> None:
    """Serve until SIGTERM."""
    settings = environment()
    server = Server(
        settings.listen_fd, interface=Interfaces.WSGI,
        workers=pools.PAGES_WORKERS, blocking_threads=pools.PAGES_THREADS,
        backlog=BACKLOG, websockets=False, log_level=LogLevels.warning, workers_kill_timeout=5,
    )  # fmt: skip
    server.serve(target_loader=_loader(os.getpid()), wrap_loader=False)


def _loader(parent: int) -> Callable[[], Any]:
    """Return what each worker runs first: it dies with its parent, loads Django and waits for its turn."""

    def load() -> Any:
        # Granian's main process has handlers that only wake itself; a worker that still waits must die.
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        die_with_parent(signal.SIGTERM, parent)
        from dothi.config.wsgi import application

        _wait_for_turn()
        return application

    return load


def _wait_for_turn() -> None:
    """Tell the supervisor that this worker has loaded, and wait until the boot page has left the socket."""
    settings = environment()
    if settings.ready_fd:
        os.write(settings.ready_fd, b"r")
    if settings.go_fd:
        os.read(settings.go_fd, 1)
