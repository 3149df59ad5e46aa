"""A server of NATS that reads nothing more, as with a disk that hangs, is left like a dead one."""

import asyncio
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from dothi.config.supervisor import postgres
from dothi.foundation.events import publisher
from dothi.foundation.events.types import Event
from dothi.foundation.events.writing import write
from dothi.kernel.ids import new_id
from tests.support.buses import Bus, a_bus
from tests.support.ledgers import AT, Ledger
from tests.support.outbox import TYPE, emit
from tests.support.waiting import PATIENCE_S

MANY, SIZE = 1_000, 20_000
"""Events and bytes of each: more than the kernel keeps for who does not read."""


@pytest.fixture
def bus(tmp_path: Path) -> Iterator[Bus]:
    """A NATS server of this test's own."""
    with a_bus(tmp_path / "jetstream") as running:
        yield running


def test_is_told_and_left(
    cluster: postgres.Cluster, fresh_database: str, bus: Bus, monkeypatch: pytest.MonkeyPatch
) -> None:
    for patience in ("ACK_SECONDS", "CLOSE_SECONDS"):
        monkeypatch.setattr(publisher, patience, 2.0)
    ledger, stop, told = Ledger(cluster, fresh_database), asyncio.Event(), asyncio.Queue[str]()
    emit(ledger, 1)

    async def story() -> str:
        work = asyncio.create_task(
            publisher.run(
                dsn=ledger.cluster.dsn("dothi_publish", ledger.name), nats_url=bus.url,
                source="urn:dothi:test", clock=lambda: AT, stop=stop, tell=told.put_nowait,
            )
        )  # fmt: skip
        await _published(ledger)
        assert bus.process
        bus.process.send_signal(signal.SIGSTOP)
        _emit_large(ledger)
        heard = await asyncio.wait_for(told.get(), PATIENCE_S)
        stop.set()
        await asyncio.wait_for(work, PATIENCE_S)
        return heard

    assert asyncio.run(story())


async def _published(ledger: Ledger) -> None:
    """Wait until the publisher has noted that something is stored."""
    while not await asyncio.to_thread(_noted, ledger):
        await asyncio.sleep(0.02)


def _noted(ledger: Ledger) -> bool:
    with ledger.connect("dothi_publish") as connection:
        return connection.execute("select from events_published where stored > 0").fetchone() is not None


def _emit_large(ledger: Ledger) -> None:
    with ledger.connect() as connection, connection.cursor() as cursor:
        for n in range(MANY):
            write(cursor, Event(new_id(), TYPE, f"urn:dothi:test:{n}", AT, {"text": "x" * SIZE}))
