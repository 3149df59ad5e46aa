"""Notifications by HTTP (clause 6.3.8): one POST, redirects not followed, the answer's body not kept."""

import logging
from dataclasses import dataclass, field
from typing import Final

import httpx
import orjson

from dothi.context.outbound import Outbound, Unreachable
from dothi.context.subscriptions.bodies import Body
from dothi.context.subscriptions.endpoints import Outcome
from dothi.context.subscriptions.subscription import Endpoint

ANSWER_BYTES: Final = 65_536
"""What is read of an answer, so that its connection can serve again."""
LATER: Final = frozenset({408, 425, 429})
"""Refusals that may be otherwise later."""
log = logging.getLogger(__name__)


@dataclass
class Http:
    """The way by HTTP, to the addresses that `outbound` lets be called."""

    outbound: Outbound
    _plain: httpx.AsyncClient = field(default_factory=lambda: _client(kept=128))
    _secure: httpx.AsyncClient = field(default_factory=lambda: _client(kept=0))
    """Keeps nothing open: hosts that share an address would share a connection checked for one name."""

    async def send(self, endpoint: Endpoint, body: Body) -> Outcome:
        """Post a notification."""
        try:
            return _outcome(await self._posted(endpoint.uri, body))
        except (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError):
            return await self._again(endpoint, body)
        except (httpx.HTTPError, httpx.InvalidURL, Unreachable) as error:
            log.info("no notification to %s: %s", endpoint.uri, error)
            return Outcome.LOST

    async def close(self) -> None:
        """Let go of all connections."""
        await self._plain.aclose()
        await self._secure.aclose()

    async def _again(self, endpoint: Endpoint, body: Body) -> Outcome:
        """Try once more where a connection that was kept open had been closed over there."""
        try:
            return _outcome(await self._posted(endpoint.uri, body))
        except (httpx.HTTPError, Unreachable) as error:
            log.info("no notification to %s: %s", endpoint.uri, error)
            return Outcome.LOST

    async def _posted(self, uri: str, body: Body) -> int:
        target = await self.outbound.target(uri)
        client = self._secure if target.url.startswith("https") else self._plain
        posted = client.stream(
            "POST", target.url, content=orjson.dumps(body.told),
            headers={**body.headers, **target.headers}, extensions=dict(target.extensions),
        )  # fmt: skip
        async with posted as response:
            read = 0
            async for piece in response.aiter_raw():
                read += len(piece)
                if read > ANSWER_BYTES:
                    break
            return response.status_code


def _outcome(status: int) -> Outcome:
    if 200 <= status < 300:
        return Outcome.ARRIVED
    return Outcome.REFUSED if 400 <= status < 500 and status not in LATER else Outcome.LOST


def _client(kept: int) -> httpx.AsyncClient:
    """Return a client whose waits end with the caller's patience alone."""
    limits = httpx.Limits(max_connections=512, max_keepalive_connections=kept, keepalive_expiry=30)
    return httpx.AsyncClient(
        trust_env=False, follow_redirects=False, limits=limits, timeout=httpx.Timeout(None)
    )
