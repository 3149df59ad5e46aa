"""Which addresses are called."""

import asyncio
import socket
from datetime import UTC, datetime, timedelta

import pytest

from dothi.context.jsonld.remote import expiry
from dothi.context.outbound import Outbound, Target, Unreachable, is_public

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def target(outbound: Outbound, url: str) -> Target:
    async def asked() -> Target:
        try:
            return await outbound.target(url)
        finally:
            await outbound.close()

    return asyncio.run(asked())


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
