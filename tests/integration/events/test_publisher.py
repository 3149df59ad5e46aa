"""Each committed event reaches JetStream, in the order of its subject, whatever dies on the way."""

import asyncio
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import nats
import psycopg
import pytest

from dothi.config.supervisor import postgres
from dothi.foundation.events.publisher import BATCH, STREAM, AnotherPublisher, Publisher
from dothi.foundation.events.writing import write
from tests.support.buses import Bus, a_bus
from tests.support.ledgers import Ledger
from tests.support.outbox import TYPE, an_event, emit
from tests.support.waiting import PATIENCE_S, until


@pytest.fixture
def ledger(cluster: postgres.Cluster, fresh_database: str) -> Ledger:
    """A fresh database, in which everyone may commit."""
    return Ledger(cluster, fresh_database)


@pytest.fixture
def bus(tmp_path: Path) -> Iterator[Bus]:
    """A NATS server of this test's own."""
    with a_bus(tmp_path / "jetstream") as running:
        yield running


class TestPublish:
    def test_sends_cloud_events_without_anything_lost_or_doubled(self, ledger: Ledger, bus: Bus) -> None:
        written = emit(ledger, 250)
        assert asyncio.run(_publish(ledger, bus, rounds=3)) == [250, 0, 0]
        messages = asyncio.run(_stored(bus))
        assert [message["id"] for message in messages] == written
        first = messages[0]
        assert (first["specversion"], first["type"], first["subject"]) == ("1.0", TYPE, "urn:dothi:test:0")
        assert first["source"] == "urn:dothi:test"
        assert first["time"] == "2026-03-02T08:15:00.000000Z"
        assert first["data"] == {"n": 0}

    def test_keeps_the_order_of_emission_where_commits_come_in_reverse(
        self, ledger: Ledger, bus: Bus
    ) -> None:
        with ledger.connect() as first, ledger.connect() as second:
            one, two = an_event(0), an_event(1)
            first.execute("select pg_current_xact_id()")
            write(second.cursor(), one)
            second.commit()
            write(first.cursor(), two)
            first.commit()
        asyncio.run(_publish(ledger, bus, rounds=1))
        assert [message["id"] for message in asyncio.run(_stored(bus))] == [str(one.id), str(two.id)]

    def test_a_transaction_open_for_an_hour_delays_only_its_own_events(
        self, ledger: Ledger, bus: Bus
    ) -> None:
        with ledger.connect() as slow:
            late = an_event(7)
            write(slow.cursor(), late)

            async def story() -> list[int]:
                async with _publisher(ledger, bus, batch=100) as publisher:
                    counts = []
                    for _ in range(3):
                        await asyncio.to_thread(emit, ledger, 150)
                        counts.append(await publisher.publish() + await publisher.publish())
                    slow.commit()
                    counts.append(await publisher.publish())
                    return counts

            assert asyncio.run(story()) == [150, 150, 150, 1]
        messages = asyncio.run(_stored(bus))
        assert (len(messages), messages[-1]["id"]) == (451, str(late.id))

    def test_works_alone(self, ledger: Ledger, bus: Bus) -> None:
        async def story() -> None:
            async with _publisher(ledger, bus):
                with pytest.raises(AnotherPublisher):
                    async with _publisher(ledger, bus):
                        pass

        asyncio.run(story())

    def test_publishes_all_again_from_a_copy_restored_into_another_cluster(
        self, ledger: Ledger, bus: Bus
    ) -> None:
        emit(ledger, 20)
        asyncio.run(_publish(ledger, bus, rounds=1))
        emit(ledger, 5)
        ledger.tamper("update events_outbox set tx = '99999999999'; update events_published set cluster = 1")
        asyncio.run(_publish(ledger, bus, rounds=2))
        assert len(asyncio.run(_stored(bus))) == 25


class TestPowerCut:
    """The stream is written to disk every few seconds; what a power cut takes from its end comes back."""

    @pytest.mark.parametrize("left", [0, 20])
    def test_of_nats_loses_nothing(self, ledger: Ledger, bus: Bus, left: int, tmp_path: Path) -> None:
        on_disk = tmp_path / "on-disk"
        written = emit(ledger, left)
        asyncio.run(_publish(ledger, bus, rounds=1))
        bus.kill()
        shutil.copytree(bus.store, on_disk) if left else on_disk.mkdir()
        bus.start()
        written += emit(ledger, 50)
        asyncio.run(_publish(ledger, bus, rounds=1))
        bus.kill()
        shutil.rmtree(bus.store)
        on_disk.rename(bus.store)
        bus.start()
        written += emit(ledger, 5)
        asyncio.run(_publish(ledger, bus, rounds=2))
        messages = asyncio.run(_stored(bus))
        assert [message["id"] for message in messages] == written


CHILD = """
import asyncio, os, signal, sys
from tests.integration.events.test_publisher import publish_and_die
asyncio.run(publish_and_die(*sys.argv[1:]))
"""


async def publish_and_die(dsn: str, url: str, step: str) -> None:
    """Publish in batches of 100 and kill this process when `step` is reached for the second time."""
    seen: list[str] = []

    def reached(here: str) -> None:
        seen.append(here)
        if here == step and seen.count(here) == 2:
            os.kill(os.getpid(), signal.SIGKILL)

    async with _publisher_at(dsn, url, batch=100, reached=reached) as publisher:
        while await publisher.publish():
            pass


class TestKill:
    @pytest.mark.parametrize("step", ["read", "noted", "stored", "saved"])
    def test_between_each_step_loses_nothing_doubles_nothing_and_keeps_the_order(
        self, ledger: Ledger, bus: Bus, step: str
    ) -> None:
        written = emit(ledger, 350)
        command = [
            sys.executable,
            "-c",
            CHILD,
            ledger.cluster.dsn("dothi_publish", ledger.name),
            bus.url,
            step,
        ]
        environ = {**os.environ, "DJANGO_SETTINGS_MODULE": "dothi.config.settings"}
        killed = subprocess.run(command, check=False, env=environ, cwd=Path(__file__).parents[3])
        assert killed.returncode == -signal.SIGKILL
        written += emit(ledger, 20)
        asyncio.run(_publish_when_free(ledger, bus))
        assert [message["id"] for message in asyncio.run(_stored(bus))] == written

    @pytest.mark.long
    def test_of_publisher_and_nats_at_random_moments_loses_nothing(self, ledger: Ledger, bus: Bus) -> None:
        written, stop = list[str](), threading.Event()

        def load() -> None:
            while not stop.is_set():
                written.extend(emit(ledger, 20))

        writer = threading.Thread(target=load)
        writer.start()
        process = _process(ledger, bus)
        for turn in range(10):
            time.sleep(random.uniform(0.5, 2.0))
            if turn % 2:
                bus.kill()
                bus.start()
            else:
                process.kill()
                process.wait()
                process = _process(ledger, bus)
        stop.set()
        writer.join()
        until(lambda: len(asyncio.run(_stored(bus))) >= len(written))
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE_S) == 0
        messages = asyncio.run(_stored(bus))
        assert {message["id"] for message in messages} == set(written)
        _assert_ordered(messages)


class TestProcess:
    def test_waits_for_nats_and_publishes_when_it_comes_back(self, ledger: Ledger, bus: Bus) -> None:
        bus.kill()
        process = _process(ledger, bus, stderr=subprocess.PIPE)
        emit(ledger, 10)
        assert process.stderr
        assert b"the outbox waits" in process.stderr.readline()
        bus.start()
        try:
            until(lambda: len(asyncio.run(_stored(bus))) == 10)
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(PATIENCE_S) == 0
            process.stderr.close()

    def test_goes_on_when_postgresql_drops_its_connection(self, ledger: Ledger, bus: Bus) -> None:
        process = _process(ledger, bus)
        try:
            for count in (5, 10, 15):
                emit(ledger, 5)
                until(lambda count=count: len(asyncio.run(_stored(bus))) == count)  # type: ignore[misc]
                ledger.tamper(
                    "select pg_terminate_backend(pid) from pg_stat_activity"
                    " where usename = 'dothi_publish' and query like '%outbox%'"
                )
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(PATIENCE_S) == 0


@asynccontextmanager
async def _publisher_at(
    dsn: str, url: str, *, batch: int = BATCH, reached: Callable[[str], None] = lambda _step: None
) -> AsyncIterator[Publisher]:
    bus = await nats.connect(url, connect_timeout=PATIENCE_S)
    try:
        async with await psycopg.AsyncConnection.connect(dsn) as connection:
            stream = bus.jetstream(publish_async_max_pending=BATCH)
            publisher = Publisher(connection, stream, "urn:dothi:test", batch=batch, reached=reached)
            await publisher.start()
            yield publisher
    finally:
        await bus.close()


@asynccontextmanager
async def _publisher(ledger: Ledger, bus: Bus, *, batch: int = BATCH) -> AsyncIterator[Publisher]:
    dsn = ledger.cluster.dsn("dothi_publish", ledger.name)
    async with _publisher_at(dsn, bus.url, batch=batch) as publisher:
        yield publisher


async def _publish(ledger: Ledger, bus: Bus, rounds: int) -> list[int]:
    async with _publisher(ledger, bus) as publisher:
        return [await publisher.publish() for _ in range(rounds)]


async def _publish_when_free(ledger: Ledger, bus: Bus) -> None:
    for _ in range(100):
        try:
            async with _publisher(ledger, bus) as publisher:
                while await publisher.publish():
                    pass
                return
        except AnotherPublisher:
            await asyncio.sleep(0.1)


async def _stored(bus: Bus) -> list[dict[str, Any]]:
    """Return every event in the stream, in its order."""
    connection = await nats.connect(bus.url, connect_timeout=PATIENCE_S)
    try:
        stream = connection.jetstream(timeout=PATIENCE_S)
        count = (await stream.stream_info(STREAM)).state.messages
        subscription = await stream.subscribe("vn.dothi.>", ordered_consumer=True)
        messages = [await subscription.next_msg(PATIENCE_S) for _ in range(count)]
        return [json.loads(message.data) for message in messages]
    except nats.js.errors.NotFoundError:
        return []
    finally:
        await connection.close()


def _assert_ordered(messages: Sequence[dict[str, Any]]) -> None:
    """Events of one subject come in the order in which their ids were made, repeated or not."""
    seen: dict[str, list[str]] = defaultdict(list)
    for message in messages:
        if message["id"] not in seen[message["subject"]]:
            seen[message["subject"]].append(message["id"])
    assert all(ids == sorted(ids) for ids in seen.values())


def _process(ledger: Ledger, bus: Bus, stderr: int | None = None) -> subprocess.Popen[bytes]:
    dsn = ledger.cluster.dsn("dothi_publish", ledger.name)
    environ = {**os.environ, "DOTHI_DSN": dsn, "DOTHI_NATS": bus.url}
    return subprocess.Popen(
        [Path(sys.executable).with_name("dothi"), "publisher"], env=environ, stderr=stderr
    )
