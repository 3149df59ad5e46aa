"""What is wrong with the operator's NATS: it is away, refuses our credentials, or keeps no stream."""

import asyncio
import json
import socket
from collections.abc import Iterator
from urllib.parse import SplitResult, urlsplit

import nats
from nats.js.errors import Error as JetStreamError

from dothi.foundation.events.types import servers

SECONDS = 5
LONGEST = 65_536
PLAIN = "the password in NATS_URL must be of letters, digits, - and _: the client decodes no %40"
UNSET = "mend NATS_URL, or unset it to use the packaged server"


def findings(url: str) -> Iterator[tuple[str, str]]:
    """Yield what is wrong at each server of `url` and how to mend it; nothing without an operator's NATS."""
    for one in servers(url):
        found = asyncio.run(_ask(one))
        yield from [found] if found else []


async def _ask(url: str) -> tuple[str, str] | None:
    parts = urlsplit(url)
    place = f"{parts.hostname}:{parts.port or 4222}"  # never the whole URL: it holds a password
    if parts.scheme == "nats" and _refuses(parts):
        return f"NATS at {place} refuses these credentials", f"{PLAIN}; {UNSET}"
    try:
        connection = await nats.connect(
            url,
            connect_timeout=SECONDS,
            allow_reconnect=False,
            max_reconnect_attempts=1,
            reconnect_time_wait=0.1,
            error_cb=_ignore,
        )
    except nats.errors.Error as error:
        return f"NATS at {place} does not answer: {error}", f"start it, or {UNSET}"
    except (OSError, ValueError) as error:
        return f"NATS at {place} does not answer: {error}", f"start it, or {UNSET}"
    try:
        await connection.jetstream(timeout=SECONDS).account_info()
    except (JetStreamError, nats.errors.Error):
        return (
            f"JetStream at {place} is off, or not for this account",
            "start the server with JetStream (nats-server -js), and enable it for the account",
        )
    finally:
        await connection.close()
    return None


def _refuses(parts: SplitResult) -> bool:
    """
    Tell whether the server refuses the credentials, asked in its own protocol.

    The client library leaves the socket of a refused connection open. Protocol: INFO, CONNECT, PING.
    """
    words = {"verbose": False, "pedantic": False, "user": parts.username, "pass": parts.password}
    try:
        with socket.create_connection((parts.hostname or "", parts.port or 4222), SECONDS) as plain:
            plain.recv(LONGEST)
            plain.sendall(f"CONNECT {json.dumps(words)}\r\nPING\r\n".encode())
            return b"authorization" in plain.recv(LONGEST).lower()
    except OSError:
        return False


async def _ignore(_error: Exception) -> None:
    """Leave the error to the call that meets it."""
