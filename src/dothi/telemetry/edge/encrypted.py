"""
The doors on every address, by TLS alone.

Each opens once its port is free and the certificate can be read. Until then it stays shut and says why,
while the doors on loopback go on.
"""

import asyncio
import logging
import socket
import ssl
from collections.abc import Awaitable, Callable
from typing import Final

BACKLOG: Final = 4_096
AGAIN_S: Final = 1.0
log = logging.getLogger(__name__)

Context = Callable[[], ssl.SSLContext]
"""Reads certificate and key anew. Raises OSError, of which errors of TLS are a kind."""
Serve = Callable[[socket.socket, ssl.SSLContext], Awaitable[None]]


async def opened(port: int, context: Context, serve: Serve) -> None:
    """Serve at a port of every address as soon as that can be, until cancelled."""
    wrong = ""
    while True:
        try:
            read, listener = context(), socket.create_server(("", port), backlog=BACKLOG)
        except OSError as trouble:
            if str(trouble) != wrong:
                wrong = str(trouble)
                log.error("!!! THE DOOR BY TLS AT PORT %d STAYS SHUT until this is mended: %s", port, wrong)
            await asyncio.sleep(AGAIN_S)
        else:
            if wrong:
                log.warning("the door by TLS at port %d is open now", port)
            await serve(listener, read)
            return
