"""Who is told how the door of devices stands."""

from typing import Any

import pytest

from dothi.telemetry.edge.http import is_here

HERE = ("127.0.0.1", 5)


def scope(client: tuple[str, int] | None, *headers: tuple[bytes, bytes]) -> dict[str, Any]:
    return {"client": client, "headers": list(headers)}


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "127.8.0.1"])
def test_this_machine_is_here(host: str) -> None:
    assert is_here(scope((host, 5), (b"host", b"localhost")))


@pytest.mark.parametrize("client", [("203.0.113.9", 5), ("10.0.0.4", 5), ("", 0), ("a socket", 0), None])
def test_nobody_else_is(client: tuple[str, int] | None) -> None:
    assert not is_here(scope(client))


@pytest.mark.parametrize("name", [b"forwarded", b"x-forwarded-for", b"x-real-ip", b"via"])
def test_who_asks_through_a_proxy_is_not(name: bytes) -> None:
    assert not is_here(scope(HERE, (name, b"203.0.113.9")))
