"""
Calls to addresses that strangers name: @contexts, endpoints of subscriptions, context sources.

With closed doors only hosts on the allow-list are called, and only at addresses of the public internet.
A name is looked up once and the call goes to the very address that was checked: a second answer of the
name server cannot lead it elsewhere. With open doors, for conformance runs on loopback, everything is
called, by the proxies of the environment if there are any. Redirects are followed by nobody but
`Outbound.get`, which checks each step like the first.
"""

import asyncio
import ipaddress
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote, urljoin, urlsplit

import httpx

SCHEMES: Final = {"http": 80, "https": 443}
REDIRECTS: Final = 5
MOVED: Final = frozenset({301, 302, 303, 307, 308})
MOST_SENT: Final = 512
"""Requests to sources under way."""
MOST_READ: Final = 128 * 1024 * 1024
"""Bytes of answers that are being read at a time; where there are more, only small answers are read."""
SMALL: Final = 256 * 1024
TRANSLATED: Final = tuple(map(ipaddress.IPv6Network, ("::/96", "64:ff9b::/96", "64:ff9b:1::/48")))
READABLE: Final = "/:,*@!$'()~"
"""What stands in the query of an address as it is."""


class Unreachable(Exception):
    """An address that is not called, or that does not answer as it should; the text says why."""


class TooLarge(Unreachable):
    """An answer that is larger than it may be."""


@dataclass(frozen=True)
class Target:
    """An address that may be called: `url` names the checked host by number, for `headers` to name it."""

    url: str
    headers: Mapping[str, str]
    extensions: Mapping[str, Any]


@dataclass(frozen=True)
class Answer:
    """What was got in the end: from `url`, after redirects."""

    url: str
    status: int
    headers: Mapping[str, str]
    content: bytes


def client(*, proxies: bool, most: int = 50) -> httpx.AsyncClient:
    """
    Return a client that keeps none of its `most` connections; `proxies` of the environment never serve
    loopback.

    Hosts that share an address would share a connection, although its certificate was checked for another
    name.
    """
    unkept = httpx.Limits(max_connections=most, max_keepalive_connections=0)
    return httpx.AsyncClient(
        trust_env=proxies, follow_redirects=False, limits=unkept,
        mounts={"all://127.0.0.1": None, "all://localhost": None} if proxies else None,
    )  # fmt: skip


@dataclass
class Outbound:
    """The way out. `hosts` are the names that may be called; with `open` every address may."""

    open: bool = False
    hosts: frozenset[str] = frozenset()
    client: httpx.AsyncClient = field(init=False)
    sender: httpx.AsyncClient = field(init=False)
    """Calls sources, which may let many wait without keeping a @context from being had."""
    _reading: int = 0
    """Bytes of the answers that are being read."""

    def __post_init__(self) -> None:
        self.client = client(proxies=self.open)
        self.sender = client(proxies=self.open, most=MOST_SENT)

    async def target(self, url: str) -> Target:
        """Return where `url` may be called. Raises Unreachable."""
        try:
            parts = urlsplit(url)
            host, port = parts.hostname or "", parts.port
        except ValueError as error:
            raise Unreachable(f"{url} is no address") from error
        if parts.scheme not in SCHEMES or not host:
            raise Unreachable(f"{url} is no http address")
        if self.open:
            return Target(url, {}, {})
        if host not in self.hosts:
            raise Unreachable(f"{host} is not on the allow-list")
        number = await self._number(host, port or SCHEMES[parts.scheme])
        place = f"[{number}]" if ":" in number else number
        netloc = place if port is None else f"{place}:{port}"
        named = parts.netloc.rpartition("@")[2]
        return Target(
            parts._replace(netloc=netloc, fragment="").geturl(), {"Host": named}, {"sni_hostname": host}
        )

    async def host(self, name: str, port: int) -> str:
        """Return what to connect to for the host `name` by another protocol than HTTP. Raises Unreachable."""
        if self.open:
            return name
        if name not in self.hosts:
            raise Unreachable(f"{name} is not on the allow-list")
        return await self._number(name, port)

    async def get(self, url: str, *, accept: str, most: int, timeout_s: float) -> Answer:
        """Get what lies at `url`, `most` bytes at most, within `timeout_s` for all. Raises Unreachable."""
        try:
            async with asyncio.timeout(timeout_s):
                for _ in range(REDIRECTS + 1):
                    answer = await self._got(url, accept, most)
                    if answer.status not in MOVED:
                        return answer
                    url = urljoin(url, answer.headers.get("location", ""))
        except TimeoutError as error:
            raise Unreachable(f"{url} did not answer within {timeout_s:g} s") from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise Unreachable(f"{url} cannot be had: {type(error).__name__}") from error
        raise Unreachable(f"{url} leads from one address to another without end")

    async def send(
        self, method: str, url: str, *, headers: Mapping[str, str], content: bytes | None, most: int,
        timeout_s: float,
    ) -> Answer:  # fmt: skip
        """
        Send one request, within `timeout_s` for all of it; redirects are answers like others.

        Raises Unreachable, and TooLarge for an answer of more than `most` bytes, or for one that is not small
        while others fill the memory that answers have together.
        """
        try:
            async with asyncio.timeout(timeout_s):
                target = await self.target(url)
                sent = self.sender.stream(
                    method, target.url, content=content,
                    headers={**headers, **target.headers, "Accept-Encoding": "identity"},
                    extensions=dict(target.extensions), timeout=httpx.Timeout(None),
                )  # fmt: skip
                async with sent as response:
                    return await self._read(url, response, most)
        except TimeoutError as error:
            raise Unreachable(f"{url} did not answer within {timeout_s:g} s") from error
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
            raise Unreachable(f"{url} cannot be had: {type(error).__name__}") from error

    async def close(self) -> None:
        """Let go of all connections."""
        await self.client.aclose()
        await self.sender.aclose()

    async def _got(self, url: str, accept: str, most: int) -> Answer:
        target = await self.target(url)
        asked = self.client.stream(
            "GET", target.url, headers={**target.headers, "Accept": accept, "Accept-Encoding": "identity"},
            extensions=dict(target.extensions), timeout=httpx.Timeout(None),
        )  # fmt: skip
        async with asked as response:
            return await self._read(url, response, most)

    async def _read(self, url: str, response: httpx.Response, most: int) -> Answer:
        content = bytearray()
        try:
            async for piece in response.aiter_raw():
                content += piece
                self._reading += len(piece)
                if len(content) > (most if self._reading <= MOST_READ else min(most, SMALL)):
                    raise TooLarge(f"{url} is larger than {most} bytes, or than there is room for")
        finally:
            self._reading -= len(content)
        return Answer(url, response.status_code, response.headers, bytes(content))

    async def _number(self, host: str, port: int) -> str:
        """Return the first numeric address of `host`; all are to be public. Raises Unreachable."""
        try:
            found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise Unreachable(f"{host} has no address") from error
        numbers = sorted((str(one[4][0]) for one in found), key=lambda number: ":" in number)
        if not all(is_public(number) for number in numbers):
            raise Unreachable(f"{host} is no address of the public internet")
        return numbers[0]


def quoted(told: str) -> str:
    """Return a name or value of a parameter as it stands in an address."""
    return quote(told, READABLE)


def is_public(number: str) -> bool:
    """Tell whether a numeric address is one of the public internet, also where IPv6 wraps IPv4."""
    address = ipaddress.ip_address(number)
    if isinstance(address, ipaddress.IPv4Address):
        return address.is_global and not address.is_multicast
    wrapped = address.ipv4_mapped or address.sixtofour or _translated(address)
    if wrapped is not None:
        return is_public(str(wrapped))
    return address.is_global and not (address.is_multicast or address.is_site_local)


def _translated(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """Return the IPv4 address in the last 32 bits of one (RFC 4291, 2.5.5.1; RFC 6052, 2.1)."""
    last = ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    return last if any(address in network for network in TRANSLATED) else None
