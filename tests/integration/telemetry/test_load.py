"""
A city's load while parts die by SIGKILL, and ten thousand devices that come back at once.

Devices in C speak through ingest to PostgreSQL and on to the context broker; NATS is not on this way. Each
acknowledgment is compared with the rows. What was carried is printed: `pytest -s`. The short forms are those
of test_swarm.
"""

import random
import resource
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import psycopg
import pytest
from bench.devices import devices_made

from dothi.config.supervisor import postgres
from tests.support.broker import BrokerProcess, broker_process
from tests.support.devices import Ingest, ingest
from tests.support.holding import Holding, Load, Told, holding, needs_compiler
from tests.support.mortal import Mortal, mortal
from tests.support.servers import postgres_cluster
from tests.support.waiting import until

pytestmark = [pytest.mark.long, needs_compiler]
SAFE = {"fsync": "on", "full_page_writes": "on", "shared_buffers": "256MB"}
KILLED = Load(devices=200, messages=600_000, per_second=10_000)
ROUNDS = 3
"""How often each part dies."""
STORM = Load(devices=10_000)
GOOD = Load(devices=100, messages=30_000, per_second=1_000)
PATIENCE_S = 150.0
ROWS = """
    select round(extract(epoch from at) * 1000)::bigint - %s, device, value
    from telemetry.reading join telemetry.series on number = series"""


@dataclass
class Parts:
    """Ingest, broker and PostgreSQL of one place, of which any may die."""

    dsn: str
    database: Mortal
    ingest: Ingest
    broker: BrokerProcess
    log: Path
    killed: list[tuple[str, int]] = field(default_factory=list)
    """What died, and when, in milliseconds since 1970."""

    def kill(self, name: str) -> None:
        """Kill a part and start it anew, as the supervisor would."""
        self.killed.append((name, round(time.time() * 1000)))
        if name == "ingest":
            self.ingest.kill()
            self.ingest = Ingest(self.dsn, self.log, self.ingest.port)
        elif name == "database":
            self.database.kill()
            self.database.start()
        if name != "ingest":
            self.broker.begin_anew()  # it is begun anew with its database, too


def hold_against_rows(told: Told, load: Load, dsn: str, first_ms: int) -> None:
    """
    Compare: each message is acknowledged and one row, with its device and value, and there is no other row.

    What was acknowledged is never sent again, so a row that a death took with it would be missing now.
    """
    with psycopg.connect(dsn) as connection:
        found = connection.execute(ROWS, [first_ms]).fetchall()
    wanted = [(message, load.device(message), load.value(message)) for message in range(load.messages)]
    assert told.acknowledged.keys() == set(range(load.messages))
    assert sorted((message, device, round(value, 6)) for message, device, value in found) == wanted


def twinned(dsn: str, load: Load) -> None:
    with psycopg.connect(dsn) as connection, connection.cursor() as cursor:
        cursor.executemany(
            "insert into telemetry.twin values (%s, 'level', %s, 'Load', 'level')",
            [(name, f"urn:ngsi-ld:Load:{name}") for name in load.names],
        )


def shown(dsn: str) -> dict[str, float]:
    """Return the level of each entity, by its device."""
    with psycopg.connect(dsn) as connection:
        found = connection.execute(
            "select id, jsonb_path_query_first(attributes, '$.*[*] ? (exists(@.unitCode)).value')::float"
            " from context.entity where id like 'urn:ngsi-ld:Load:%'"
        ).fetchall()
    return {entity.rpartition(":")[2]: value for entity, value in found}


@pytest.fixture
def parts(tmp_path: Path) -> Iterator[Parts]:
    with postgres_cluster(**SAFE) as cluster, mortal(cluster, **SAFE) as database:
        postgres.create_database(cluster, "load")
        dsn = cluster.dsn(postgres.SUPERUSER, "load")
        devices_made(dsn, KILLED.devices)
        twinned(dsn, KILLED)
        with (
            ingest(dsn, tmp_path / "ingest.log") as door,
            broker_process(dsn, tmp_path / "broker.log", "--feed") as broker,
        ):
            running = Parts(dsn, database, door, broker, tmp_path / "ingest.log")
            try:
                yield running
            finally:
                running.ingest.kill()


class TestLoad:
    def test_loses_nothing_that_was_acknowledged_while_parts_die(self, parts: Parts, tmp_path: Path) -> None:
        first_ms = round(time.time() * 1000) - 7_200_000
        dice = random.Random(20261122)
        deaths = [name for _ in range(ROUNDS) for name in dice.sample(["ingest", "broker", "database"], 3)]
        with holding(tmp_path, parts.ingest.port, KILLED, first_ms) as devices:
            for place, name in enumerate(deaths, 1):
                devices.await_acknowledged(KILLED.messages * place // (len(deaths) + 2), PATIENCE_S)
                time.sleep(dice.uniform(0, 0.3))
                parts.kill(name)
            devices.await_acknowledged(KILLED.messages, PATIENCE_S)
            assert devices.process.wait(20) == 0
            told = devices.told()
        hold_against_rows(told, KILLED, parts.dsn, first_ms)
        last = {KILLED.device(message): KILLED.value(message) for message in range(KILLED.messages)}
        until(lambda: shown(parts.dsn) == last)
        print(f"{KILLED.messages} readings at {told.per_second():.0f} a second; silence after each death:")  # noqa: T201
        for (name, at_ms), (_, next_ms) in pairwise([*parts.killed, ("", max(told.acknowledged.values()))]):
            print(f"  {name} {told.longest_silence_ms(at_ms, next_ms) / 1000:.1f} s")  # noqa: T201


@dataclass
class Span:
    """From when a crowd is cut off until all of it is in again; how long `good` ones were not answered."""

    why: str
    good: Holding
    begin_ms: int = field(default_factory=lambda: round(time.time() * 1000))
    silence_ms: int = 0

    def end(self, crowd: Holding) -> None:
        """Say what this machine carried."""
        end_ms = max(crowd.told().let_in)
        self.silence_ms = self.good.told().longest_silence_ms(self.begin_ms, end_ms)
        print(  # noqa: T201
            f"{STORM.devices} devices in again {(end_ms - self.begin_ms) / 1000:.1f} s after {self.why};"
            f" {GOOD.per_second} readings a second meanwhile, longest silence {self.silence_ms / 1000:.1f} s"
        )


class TestStorm:
    def test_lets_ten_thousand_in_again_while_good_devices_are_served(self, tmp_path: Path) -> None:
        """All are cut off and come back at once, and again after ingest has died; others are answered."""
        if resource.getrlimit(resource.RLIMIT_NOFILE)[1] < STORM.devices + 500:
            pytest.skip(f"{STORM.devices + 500} open files are needed: ulimit -Hn")
        with postgres_cluster(**SAFE) as cluster:
            postgres.create_database(cluster, "storm")
            dsn = cluster.dsn(postgres.SUPERUSER, "storm")
            devices_made(dsn, STORM.devices)
            first_ms = round(time.time() * 1000) - 7_200_000
            with ingest(dsn, tmp_path / "log") as door, holding(tmp_path, door.port, GOOD, first_ms) as good:
                with holding(tmp_path, door.port, STORM, 0) as crowd:
                    crowd.await_let_in(STORM.devices, PATIENCE_S)
                cut = Span("the link was cut", good)
                with holding(tmp_path, door.port, STORM, 0) as crowd:
                    crowd.await_let_in(STORM.devices, PATIENCE_S)
                    cut.end(crowd)
                    died = Span("ingest died", good)
                    door.kill()
                    with ingest(dsn, tmp_path / "log", door.port):
                        crowd.await_let_in(2 * STORM.devices, PATIENCE_S)
                        died.end(crowd)
                        good.await_acknowledged(GOOD.messages, PATIENCE_S)
                hold_against_rows(good.told(), GOOD, dsn, first_ms)
        assert cut.silence_ms < 5_000
