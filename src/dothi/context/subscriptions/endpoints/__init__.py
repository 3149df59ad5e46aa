"""
How a notification travels (clauses 6.3.8 and 7.2): one module for each way, chosen by the address.

    http    POST; whatever the subscriber answers is heard
    mqtt    a message of MQTT 3.1.1 or 5.0
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from dothi.context.subscriptions.bodies import Body
from dothi.context.subscriptions.subscription import Endpoint


class Outcome(StrEnum):
    """What became of a notification."""

    ARRIVED = "arrived"
    REFUSED = "refused"
    """The subscriber answered that it will not have it; trying again would change nothing."""
    LOST = "lost"
    """Nobody answered, or somebody who cannot now."""


class Way(Protocol):
    """One way of sending. It never raises for what happens on the other side."""

    async def send(self, endpoint: Endpoint, body: Body) -> Outcome:
        """Send a notification and tell what became of it; ends only when the caller cancels it."""

    async def close(self) -> None:
        """Let go of all connections."""


@dataclass(frozen=True)
class Ways:
    """All ways, each for the addresses that begin with its name."""

    http: Way
    mqtt: Way

    def to(self, endpoint: Endpoint) -> Way:
        """Return the way to an endpoint."""
        return self.mqtt if endpoint.uri.startswith("mqtt") else self.http

    async def close(self) -> None:
        """Let go of all connections."""
        await self.http.close()
        await self.mqtt.close()
