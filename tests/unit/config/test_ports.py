"""Ports that the supervisor keeps for the servers of its children."""

import contextlib
import socket
import struct
from collections.abc import Iterator

import pytest

from dothi.config.supervisor import ports
from tests.support.waiting import PATIENCE_S

LOCAL_PORT_RANGE = 51
"""Linux: IP_LOCAL_PORT_RANGE, from which a socket that asks for any port is served."""


@pytest.fixture
def kept() -> Iterator[ports.Kept]:
    """Nothing kept yet."""
    with contextlib.closing(ports.Kept()) as empty:
        yield empty


def _linger(port: int) -> None:
    """End a connection to `port` from the side of the server, where it lingers for a minute."""
    with (
        ports.listen(port) as server,
        socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S) as client,
    ):
        server.accept()[0].close()
        client.recv(1)


class TestKept:
    def test_lets_the_server_listen_for_whom_a_port_is_kept(self, kept: ports.Kept) -> None:
        port = kept.any()
        with ports.listen(port), socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S):
            pass

    def test_answers_nobody_before_that_server_does(self, kept: ports.Kept) -> None:
        port = kept.any()
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S)

    def test_gives_each_port_once(self, kept: ports.Kept) -> None:
        port = kept.any()
        assert len({port, kept.near(port), kept.near(port), kept.near(70_000)}) == 4

    def test_gives_a_port_on_which_connections_linger_again_but_not_while_another_keeps_it(
        self, kept: ports.Kept
    ) -> None:
        port = kept.any()
        _linger(port)
        with contextlib.closing(ports.Kept()) as other:
            assert other.near(port) != port
            kept.close()
            assert other.near(port) == port

    def test_is_given_to_nobody_who_asks_for_any(self, kept: ports.Kept) -> None:
        port = kept.any()
        with socket.socket() as asking:
            asking.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with contextlib.suppress(OSError):  # an older kernel knows no such wish, and gives another
                asking.setsockopt(socket.IPPROTO_IP, LOCAL_PORT_RANGE, struct.pack("I", port << 16 | port))
            with contextlib.suppress(OSError):
                asking.bind(("127.0.0.1", 0))
            assert asking.getsockname()[1] != port

    def test_is_taken_for_no_connection_outwards(self, kept: ports.Kept) -> None:
        port = kept.any()
        with ports.listen(0) as server, socket.socket() as asking:
            with contextlib.suppress(OSError):
                asking.setsockopt(socket.IPPROTO_IP, LOCAL_PORT_RANGE, struct.pack("I", port << 16 | port))
            with contextlib.suppress(OSError):
                asking.connect(server.getsockname())
            assert asking.getsockname()[1] != port
