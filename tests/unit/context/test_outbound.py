"""Which addresses are called."""

import asyncio
import socket
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from dothi.context import outbound
from dothi.context.jsonld.remote import expiry
from dothi.context.outbound import Answer, Outbound, Target, TooLarge, Unreachable, is_public

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def target(out: Outbound, url: str) -> Target:
    async def asked() -> Target:
        try:
            return await out.target(url)
        finally:
            await out.close()

    return asyncio.run(asked())


async def several(*sizes: int) -> list[Answer | BaseException]:
    """Return what comes of asking, one after another, sources that end when all have been asked."""
    asked = asyncio.Event()

    async def slow(size: int) -> AsyncIterator[bytes]:
        yield bytes(size)
        await asked.wait()

    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=slow(int(request.url.path[1:])))

    out = Outbound(open=True)
    out.sender = httpx.AsyncClient(transport=httpx.MockTransport(answer))
    tasks = []
    for size in sizes:
        sent = out.send("GET", f"http://a.example/{size}", headers={}, content=None, most=1000, timeout_s=5)
        tasks.append(asyncio.create_task(sent))
        await asyncio.sleep(0.01)
    asked.set()
    found = await asyncio.gather(*tasks, return_exceptions=True)
    await out.close()
    return found


class TestOutbound:
    @pytest.mark.parametrize(
        "url",
        [
            "http://127.0.0.1:8080/x", "http://localhost/x", "http://[::1]/x", "http://0.0.0.0/x", "http://2130706433/x",
            "http://10.0.0.1/x", "http://169.254.169.254/latest", "http://[::ffff:127.0.0.1]/", "http://user@127.0.0.1/",
        ],
    )  # fmt: skip
    def test_calls_nobody_at_home_even_where_the_name_is_allowed(self, url: str) -> None:
        hosts = frozenset(
            {"127.0.0.1", "localhost", "::1", "0.0.0.0", "2130706433", "10.0.0.1", "169.254.169.254",
             "::ffff:127.0.0.1"}
        )  # fmt: skip
        with pytest.raises(Unreachable):
            target(Outbound(hosts=hosts), url)

    def test_calls_only_hosts_that_are_allowed(self) -> None:
        with pytest.raises(Unreachable, match="allow-list"):
            target(Outbound(hosts=frozenset({"a.example"})), "http://8.8.8.8/x")
        assert target(Outbound(hosts=frozenset({"8.8.8.8"})), "http://8.8.8.8/x").url == "http://8.8.8.8/x"

    @pytest.mark.parametrize(
        "url", ["ftp://a.example/", "file:///etc/passwd", "http://", "http://[", "x", "http://a:b/"]
    )
    def test_calls_by_http_only(self, url: str) -> None:
        with pytest.raises(Unreachable):
            target(Outbound(open=True), url)

    def test_reads_large_answers_only_while_there_is_room(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(outbound, "MOST_READ", 1000)
        monkeypatch.setattr(outbound, "SMALL", 100)
        answers = asyncio.run(several(600, 600, 50))
        assert [isinstance(one, TooLarge) for one in answers] == [False, True, False]
        assert not isinstance(asyncio.run(several(900))[0], Exception)

    def test_goes_to_the_number_that_was_checked_and_names_the_host(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        told = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("8.8.4.4", 8080))]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_more: told)
        allowed = Outbound(hosts=frozenset({"a.example"}))
        found = target(allowed, "https://user:secret@a.example:8080/a?b=c#d")
        assert found.url == "https://8.8.4.4:8080/a?b=c"
        assert found.headers == {"Host": "a.example:8080"}
        assert found.extensions == {"sni_hostname": "a.example"}

    @pytest.mark.parametrize("number", ["224.0.0.1", "192.168.1.1", "100.64.0.1", "fe80::1", "fc00::1"])
    def test_knows_what_is_not_public(self, number: str) -> None:
        assert not is_public(number)

    @pytest.mark.parametrize(
        "number",
        ["::ffff:127.0.0.1", "2002:7f00:1::", "64:ff9b::a9fe:a9fe", "::7f00:1", "64:ff9b:1::1", "fec0::1"],
    )
    def test_knows_it_of_ipv4_inside_ipv6(self, number: str) -> None:
        """Mapped, by 6to4, by translators, and as the first drafts had it: all lead to the address within."""
        assert not is_public(number)

    @pytest.mark.parametrize(
        "number", ["8.8.8.8", "2001:4860:4860::8888", "64:ff9b::808:808", "2002:808:808::"]
    )
    def test_knows_what_is_public(self, number: str) -> None:
        assert is_public(number)


class TestExpiry:
    @pytest.mark.parametrize(
        ("headers", "kept"),
        [
            ({}, timedelta(days=1)),
            ({"cache-control": "public, max-age=300"}, timedelta(seconds=300)),
            ({"cache-control": "max-age=0"}, timedelta(minutes=1)),
            ({"cache-control": "no-store"}, timedelta(minutes=1)),
            ({"expires": "Sun, 22 Nov 2026 14:00:00 GMT"}, timedelta(hours=2)),
            ({"expires": "0"}, timedelta(days=1)),
        ],
    )
    def test_is_what_the_host_says(self, headers: dict[str, str], kept: timedelta) -> None:
        assert expiry(headers, NOON) == NOON + kept
