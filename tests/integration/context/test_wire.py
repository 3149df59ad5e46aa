"""Connections that never come to the point are closed."""

import socket

import httpx
import pytest

from dothi.context.api import wire

HEAD = b"GET /ngsi-ld/v1/info/sourceIdentity HTTP/1.1\r\nHost: x\r\n"


def connect(api: httpx.Client) -> socket.socket:
    return socket.create_connection((api.base_url.host, api.base_url.port or 80), 20)


def answers(open_wire: socket.socket) -> bytes:
    return open_wire.recv(4096)[:12]


def _refused(open_wire: socket.socket, piece: bytes) -> bool:
    try:
        open_wire.sendall(piece)
    except OSError:  # reset or broken pipe, as it happens
        return True
    return False


class TestWire:
    @pytest.mark.parametrize("piece", [b"a: b\r\n", b"a" * 4096])
    def test_takes_no_head_without_end(self, api: httpx.Client, piece: bytes) -> None:
        with connect(api) as endless:
            endless.sendall(HEAD)
            assert any(_refused(endless, piece * 100) for _ in range(20_000_000 // len(piece * 100)))

    def test_takes_a_long_one(self, api: httpx.Client) -> None:
        with connect(api) as long:
            long.sendall(HEAD + b"a: " + b"b" * 30_000 + b"\r\n\r\n")
            assert answers(long) == b"HTTP/1.1 200"

    @pytest.mark.parametrize("begun", [b"", b"G", HEAD])
    def test_waits_for_no_head_without_end(
        self, api: httpx.Client, monkeypatch: pytest.MonkeyPatch, begun: bytes
    ) -> None:
        monkeypatch.setattr(wire, "WAIT_S", 0.05)
        with connect(api) as slow:
            slow.sendall(begun)
            assert slow.recv(10) == b""

    def test_waits_for_the_answer_as_long_as_it_takes(
        self, api: httpx.Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(wire, "WAIT_S", 2)
        with connect(api) as several:
            for _ in range(3):
                several.sendall(HEAD + b"\r\n")
                assert answers(several) == b"HTTP/1.1 200"


HUGE = b"POST /ngsi-ld/v1/entities HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
LENGTH = 27_000_000


class TestRefusedBody:
    def test_is_passed_over_so_that_its_answer_is_heard(self, api: httpx.Client) -> None:
        with connect(api) as large:
            large.sendall(HUGE + b"Content-Length: %d\r\n\r\n" % LENGTH + b" " * LENGTH)
            told = b"".join(iter(lambda: large.recv(4096), b""))
            assert told.startswith(b"HTTP/1.1 413")
            assert told.count(b"HTTP/1.1") == 1

    def test_is_followed_by_no_request(self, api: httpx.Client) -> None:
        with connect(api) as large:
            large.sendall(HUGE + b"Content-Length: %d\r\n\r\n" % LENGTH + b" " * LENGTH + HEAD + b"\r\n")
            assert b"".join(iter(lambda: large.recv(4096), b"")).count(b"HTTP/1.1") == 1

    def test_is_not_heard_without_end(self, api: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(wire, "MOST_UNREAD_BYTES", 1_000_000)
        with connect(api) as endless:
            endless.sendall(HUGE + b"Content-Length: %d\r\n\r\n" % 10**12)
            assert any(_refused(endless, b" " * 100_000) for _ in range(10_000))

    def test_is_not_waited_for_without_end(self, api: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(wire, "UNREAD_S", 0.05)
        with connect(api) as silent:
            silent.sendall(HUGE + b"Content-Length: %d\r\n\r\n" % LENGTH)
            assert b"".join(iter(lambda: silent.recv(4096), b"")).startswith(b"HTTP/1.1 413")
