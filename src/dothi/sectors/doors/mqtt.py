"""
Devices that speak through the MQTT door as any others do: a connection each, answered once it is stored.

What is not acknowledged is sent again, on a new connection, until it is.
"""

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import TracebackType
from typing import Any, Final, NamedTuple, Self
from urllib.parse import urlsplit

import aiomqtt
import orjson

MOST: Final = 1_000
"""Samples in one message."""
AGAIN_S: Final = 1.0
PATIENCE_S: Final = 120.0
"""How long an acknowledgment is waited for: a message of years makes a partition for each of its days."""
PORT: Final = 1883


class Sample(NamedTuple):
    """One reading to be told: `said` is a number, or words."""

    at: datetime
    device: str
    name: str
    said: float | str


@dataclass
class Door:
    """The MQTT door at `url` (mqtt://host:port); `token_of` has the token of a device."""

    url: str
    token_of: Callable[[str], str]
    _clients: dict[str, aiomqtt.Client] = field(default_factory=dict)

    async def __aenter__(self) -> Self:
        """Return the door; a device connects when it first has something to say."""
        return self

    async def __aexit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        """Close every connection."""
        for device in list(self._clients):
            await self._leave(device)

    async def tell(self, samples: Sequence[Sample]) -> None:
        """Tell samples, each device its own in their order, and return once all are stored."""
        of_device: dict[str, list[Sample]] = {}
        for one in samples:
            of_device.setdefault(one.device, []).append(one)
        await asyncio.gather(*(self._tell(device, told) for device, told in of_device.items()))

    async def _tell(self, device: str, samples: Sequence[Sample]) -> None:
        left = [pack(samples[start : start + MOST]) for start in range(0, len(samples), MOST)]
        while left := await self._not_stored(device, left):
            await asyncio.sleep(AGAIN_S)

    async def _not_stored(self, device: str, payloads: list[bytes]) -> list[bytes]:
        """Publish messages one behind the other; return those at the end that nobody acknowledged."""
        try:
            client = self._clients.get(device) or await self._enter(device)
        except (aiomqtt.MqttError, OSError):
            await self._leave(device)
            return payloads
        answers = await asyncio.gather(
            *(client.publish(f"devices/{device}/readings", one, qos=1) for one in payloads),
            return_exceptions=True,
        )
        left = [one for one, answer in zip(payloads, answers, strict=True) if answer is not None]
        for answer in answers:
            if answer is not None and not isinstance(answer, aiomqtt.MqttError | OSError):
                raise answer
        if left:
            await self._leave(device)
        return left

    async def _enter(self, device: str) -> aiomqtt.Client:
        parts = urlsplit(self.url)
        client = aiomqtt.Client(
            parts.hostname or "localhost", parts.port or PORT, identifier=f"{device}-played",
            username=device, password=self.token_of(device), timeout=PATIENCE_S,
        )  # fmt: skip
        await client.__aenter__()
        self._clients[device] = client
        return client

    async def _leave(self, device: str) -> None:
        client = self._clients.pop(device, None)
        if client:
            with contextlib.suppress(aiomqtt.MqttError, OSError):
                await client.__aexit__(None, None, None)


def pack(samples: Sequence[Sample]) -> bytes:
    """Return samples of one device as a SenML pack (RFC 8428), instants in microseconds."""
    return orjson.dumps([_record(one) for one in samples])


def _record(one: Sample) -> dict[str, Any]:
    said = {"vs": one.said} if isinstance(one.said, str) else {"v": one.said}
    return {"n": one.name, "t": one.at.timestamp(), **said}
