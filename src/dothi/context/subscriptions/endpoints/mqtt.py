"""
Notifications by MQTT (clause 7): metadata and body in one JSON object, at the quality that is asked for.

The standard's default is MQTT 5.0. Where the subscription names no version and the server does not speak
5.0, as that of NATS does not, 3.1.1 serves.
"""

import asyncio
import contextlib
import logging
import ssl
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import SplitResult, unquote, urlsplit
from uuid import uuid4

import aiomqtt
import orjson

from dothi.context.outbound import Outbound, Unreachable
from dothi.context.subscriptions.bodies import Body
from dothi.context.subscriptions.endpoints import Outcome
from dothi.context.subscriptions.subscription import Endpoint

PORTS: Final = {"mqtt": 1883, "mqtts": 8883}
VERSIONS: Final = {"mqtt5.0": aiomqtt.ProtocolVersion.V5, "mqtt3.1.1": aiomqtt.ProtocolVersion.V311}
AT_ONCE: Final = 16
PATIENCE_S: Final = 30.0
log = logging.getLogger(__name__)


@dataclass
class Mqtt:
    """The way by MQTT, to the addresses that `outbound` lets be called."""

    outbound: Outbound
    _turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))
    _tls: ssl.SSLContext = field(default_factory=ssl.create_default_context)

    async def send(self, endpoint: Endpoint, body: Body) -> Outcome:
        """Publish a notification."""
        payload = orjson.dumps({"metadata": body.headers, "body": body.told})
        try:
            async with self._turns:
                await self._published(endpoint, payload)
        except (aiomqtt.MqttError, Unreachable, OSError, ValueError) as error:
            log.info("no notification to %s: %s", _without_password(endpoint.uri), error)
            return Outcome.LOST
        return Outcome.ARRIVED

    async def close(self) -> None:
        """Let go of nothing: no connection outlives its message."""

    async def _published(self, endpoint: Endpoint, payload: bytes) -> None:
        parts = urlsplit(endpoint.uri)
        number = await self._reached(parts)
        told = endpoint.notifier_info.get("MQTT-Version")
        versions = [told] if told else ["mqtt5.0", "mqtt3.1.1"]
        for version in versions:
            with contextlib.suppress(*([] if version == versions[-1] else [aiomqtt.MqttError])):
                async with self._client(parts, number, VERSIONS[version]) as client:
                    await client.publish(
                        _topic(parts), payload, qos=int(endpoint.notifier_info.get("MQTT-QoS", "0"))
                    )
                return

    async def _reached(self, parts: SplitResult) -> str:
        """
        Return the checked address of the server, which answers.

        The library connects in one of few threads; a server that does not answer is found out here,
        where nobody else waits for it.
        """
        port = parts.port or PORTS[parts.scheme]
        number = await self.outbound.host(parts.hostname or "", port)
        _, writer = await asyncio.open_connection(number, port)
        writer.close()
        return number

    def _client(self, parts: SplitResult, number: str, version: aiomqtt.ProtocolVersion) -> aiomqtt.Client:
        """Return a client; with TLS the name is called, for the certificate speaks for the name."""
        secure = parts.scheme == "mqtts"
        return aiomqtt.Client(
            (parts.hostname or "") if secure else number, parts.port or PORTS[parts.scheme],
            username=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password) if parts.password else None,
            identifier=f"dothi-{uuid4().hex[:16]}", protocol=version, timeout=PATIENCE_S,
            tls_context=self._tls if secure else None,
        )  # fmt: skip


def _topic(parts: SplitResult) -> str:
    return unquote(parts.path).removeprefix("/")


def _without_password(uri: str) -> str:
    parts = urlsplit(uri)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
