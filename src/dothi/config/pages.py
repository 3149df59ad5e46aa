"""
One pages process: waitress serves Django's WSGI on a socket that the supervisor owns.

A thread begins with a request only when all of it has arrived, so that slow people, and slow
attackers, hold a connection and no thread (docs/adr/0013). All pages processes accept from one
queue: the death of one resets no connection that waits, and a restart of all only lets people wait.
"""

import gc
import logging
import os
import signal
import socket
import sys
import weakref
from importlib import import_module
from types import FrameType
from typing import Any

from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import create_server
from waitress.task import ErrorTask, WSGITask
from waitress.utilities import Error, RequestEntityTooLarge

from dothi.config.environment import environment
from dothi.config.supervisor import pools

MOST_HEADER_BYTES = 32 * 1024
MOST_CONNECTIONS = 500
IDLE_S = 60
LARGE_BYTES = 1_048_576
HELD_BYTES = 1024 * LARGE_BYTES
"""What all large bodies of a process may take on the disk at once; small forms are always taken."""


def serve() -> None:
    """Serve until SIGTERM."""
    signal.signal(signal.SIGTERM, _end)
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # a request that waits a moment is no news
    from dothi.config.wsgi import application
    from dothi.web.components.middleware import MOST_BYTES

    # All views now: Django would load them, for a second, under the first visitor.
    import_module("dothi.config.urls")
    spare_what_stays()
    _wait_for_turn()
    with socket.socket(fileno=os.dup(environment().listen_fd)) as listener:
        server: Any = create_server(
            application, sockets=[listener], threads=pools.PAGES_THREADS, ident="",
            max_request_body_size=MOST_BYTES + 1, max_request_header_size=MOST_HEADER_BYTES,
            connection_limit=MOST_CONNECTIONS, channel_timeout=IDLE_S, asyncore_use_poll=True,
            **_proxy(environment().trusted_proxy),
        )  # fmt: skip
        server.channel_class = Channel
        server.run()


def spare_what_stays() -> None:
    """
    Let the collector of cycles leave alone what was loaded, and come seldom for what a page leaves.

    A page makes and drops thousands of small things, and hardly a cycle: a twentieth of its processor time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


def _proxy(address: str) -> dict[str, Any]:
    """Return whose word is taken on who asks; without a proxy, no header's."""
    return {"trusted_proxy": address, "trusted_proxy_headers": {"x-forwarded-for"}} if address else {}


def _end(_number: int, _frame: FrameType | None) -> None:
    sys.exit(0)


def _wait_for_turn() -> None:
    """Tell the supervisor that this process has loaded, and wait until the boot page has left the socket."""
    settings = environment()
    if settings.ready_fd:
        os.write(settings.ready_fd, b"r")
    if settings.go_fd:
        os.read(settings.go_fd, 1)


class Full(Error):
    """So many large bodies are under way that the disk could not take one more."""

    code, reason = 503, "Service Unavailable"


class Parser(HTTPRequestParser):
    """Receives one request, and refuses a large body while too much of others is held."""

    _large = weakref.WeakSet[HTTPRequestParser]()

    def received(self, data: bytes) -> int:
        """Take bytes off the line and return how many."""
        began = self.headers_finished
        taken: int = super().received(data)
        if self.headers_finished and not began and not self.error and self._is_large():
            self._admit()
        return taken

    def _is_large(self) -> bool:
        return self.chunked or self.content_length > LARGE_BYTES

    def _admit(self) -> None:
        held = sum(self._takes(one) for one in self._large)
        if held + self._takes(self) > HELD_BYTES:
            self.error, self.completed = Full("Hãy thử lại sau ít phút. Try again in a few minutes."), True
        else:
            self._large.add(self)

    @staticmethod
    def _takes(one: HTTPRequestParser) -> int:
        """Return the most bytes that the body may take; a chunked one does not say."""
        return int(one.adj.max_request_body_size if one.chunked else one.content_length)


class Refusal(WSGITask, ErrorTask):
    """
    Answers what was not received whole, and closes the line, for the rest of it may still come.

    That a body is too large, the application says, in the reader's language; none of it is read.
    """

    complete = False

    def execute(self) -> None:
        """Answer by the application or, where there is no request to speak of, by a line of text."""
        refused: Any = self.request
        if isinstance(refused.error, RequestEntityTooLarge):
            refused.headers.setdefault("CONTENT_LENGTH", str(refused.adj.max_request_body_size))
            self.set_close_on_finish()
            WSGITask.execute(self)
        else:
            self.complete = True
            ErrorTask.execute(self)


class Channel(HTTPChannel):
    """One connection."""

    parser_class = Parser
    error_task_class = Refusal
