"""
The wire: the head of a request comes within a while and has an end, and who brings a certificate is known.

uvicorn asks for none of these.
"""

import asyncio
import hashlib
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from dothi.context.api.bodies import WHOLE
from dothi.context.api.callers import CERTIFICATE

MOST_HEAD_BYTES: Final = 64 * 1024
"""Of request line and headers; a piece of what came last may lie beyond it."""
WAIT_S = 30.0
"""How long the head of a request may take, counted from the connection or from its first byte."""


class Wire(HttpToolsProtocol):
    """One connection, which is closed when the head of a request does not come to its end."""

    _certificate: str | None = None
    _in_head = False
    _head_bytes = 0
    _due: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # what asyncio hands to a TCP server
        """Begin to wait for the first request."""
        super().connection_made(transport)
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
        """Hand the request on."""
        self._head_came()
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Say that all of the request has come, which most often is before anybody asks."""
        self.scope[WHOLE] = True  # type: ignore[typeddict-unknown-key]  # a key of ours
        super().on_message_complete()

    def _await_head(self) -> None:
        if self._due is None:
            self._due = self.loop.call_later(WAIT_S, self._give_up)

    def _head_came(self) -> None:
        self._in_head = False
        if self._due is not None:
            self._due.cancel()
            self._due = None

    def _give_up(self) -> None:
        self._due = None
        self.transport.close()


def fingerprint(tls: Any) -> str | None:
    """Return the SHA-256, in hex, of the certificate that a client has proven over TLS; None without one."""
    certificate = tls.getpeercert(binary_form=True) if tls is not None else None
    return hashlib.sha256(certificate).hexdigest() if certificate else None
