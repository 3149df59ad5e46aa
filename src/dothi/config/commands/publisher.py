"""`dothi publisher`: the process that relays the outbox to NATS JetStream, without Django."""

import asyncio
import signal
import sys
from argparse import ArgumentParser, Namespace
from datetime import UTC, datetime

NAME = "publisher"
HELP = "Publish the events of the outbox to NATS JetStream."


def add_arguments(parser: ArgumentParser) -> None:
    """Take nothing."""


def run(_args: Namespace) -> int:
    """Publish until SIGTERM or SIGINT."""
    asyncio.run(_publish())
    return 0


async def _publish() -> None:
    from dothi.config.environment import environment
    from dothi.foundation.events.publisher import run as publish

    settings, stop = environment(), asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await publish(
        dsn=settings.dsn,
        nats_url=settings.nats,
        copies=settings.nats_copies,
        source=f"urn:dothi:{settings.node}",
        clock=lambda: datetime.now(UTC),
        stop=stop,
        tell=lambda text: print(f"publisher: {text}", file=sys.stderr, flush=True),
    )
