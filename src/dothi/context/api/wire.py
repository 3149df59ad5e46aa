"""
The wire: the head of a request comes within a while and has an end, and who brings a certificate is known.

Who is answered before all of a body came is heard out for a while: to close at once would reset the
connection, and the answer would be lost to whoever still speaks (RFC 9112, section 9.6). uvicorn does none of
these.
"""

import asyncio
import hashlib
from collections.abc import Callable
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from dothi.context.api.bodies import WHOLE
from dothi.context.api.callers import CERTIFICATE

MOST_HEAD_BYTES: Final = 64 * 1024
"""Of request line and headers; a piece of what came last may lie beyond it."""
WAIT_S = 30.0
"""How long the head of a request may take, counted from the connection or from its first byte."""
MOST_UNREAD_BYTES: Final = 64 * 1024 * 1024
UNREAD_S = 10.0
"""How much may still come, and how long, of a body that is not read to its end."""


class Wire(HttpToolsProtocol):
    """One connection, which is closed when the head of a request does not come to its end."""

    _certificate: str | None = None
    _in_head = False
    _head_bytes = 0
    _due: asyncio.TimerHandle | None = None
    _left: int | None = None
    """Bytes that may still come of a body whose answer is told; no request after it is taken."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # what asyncio hands to a TCP server
        """Begin to wait for the first request."""
        super().connection_made(Unhurried(transport, self._hears_out))  # type: ignore[arg-type]  # as one
        self._close = transport.close
        self._certificate = fingerprint(transport.get_extra_info("ssl_object"))
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        self._head_came()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take what came, and wait for the rest of a head that is not too long; most come in one piece."""
        self._head_bytes += len(data)
        super().data_received(data)
        if self._left is not None:
            self._pass_over(len(data))
        if not self._in_head or self.transport.is_closing():
            return
        if self._head_bytes > MOST_HEAD_BYTES:
            self.send_400_response("The head of the request is too long.")
        else:
            self._await_head()

    def on_message_begin(self) -> None:
        """Begin a head."""
        super().on_message_begin()
        if self._certificate is not None:
            self.scope[CERTIFICATE] = self._certificate  # type: ignore[typeddict-unknown-key]  # a key of ours
        self._in_head, self._head_bytes = True, 0

    def on_headers_complete(self) -> None:
        """Hand the request on, unless the connection ends with the one before."""
        if self._left is None:
            self._head_came()
            super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Say that all of the request has come, which most often is before anybody asks."""
        self.scope[WHOLE] = True  # type: ignore[typeddict-unknown-key]  # a key of ours
        super().on_message_complete()
        if self._left is not None:
            self._give_up()

    def _hears_out(self) -> bool:
        """Begin to pass over the rest of a body, if some is to come; tells whether that closes in the end."""
        if self._left is None and self.cycle is not None and WHOLE not in self.cycle.scope:
            self._left = MOST_UNREAD_BYTES
            self._head_came()
            self._due = self.loop.call_later(UNREAD_S, self._give_up)
        return self._left is not None

    def _pass_over(self, count: int) -> None:
        self._left = (self._left or 0) - count
        if self._left <= 0:
            self._give_up()

    def _await_head(self) -> None:
        if self._due is None:
            self._due = self.loop.call_later(WAIT_S, self._give_up)

    def _head_came(self) -> None:
        self._in_head = False
        if self._due is not None:
            self._due.cancel()
            self._due = None

    def _give_up(self) -> None:
        self._head_came()
        self._close()


class Unhurried:
    """A transport that is closed when somebody has been heard out."""

    def __init__(self, transport: asyncio.Transport, hears_out: Callable[[], bool]) -> None:
        self._transport, self._hears_out = transport, hears_out
        self.write, self.is_closing = transport.write, transport.is_closing
        self.get_extra_info = transport.get_extra_info
        self.pause_reading, self.resume_reading = transport.pause_reading, transport.resume_reading

    def close(self) -> None:
        """Close it, at once or soon."""
        if not self._hears_out():
            self._transport.close()


def fingerprint(tls: Any) -> str | None:
    """Return the SHA-256, in hex, of the certificate that a client has proven over TLS; None without one."""
    certificate = tls.getpeercert(binary_form=True) if tls is not None else None
    return hashlib.sha256(certificate).hexdigest() if certificate else None
