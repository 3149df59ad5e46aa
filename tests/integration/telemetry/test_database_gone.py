"""The database stops, or has no room: nothing is acknowledged, and all of it comes later."""

import contextlib
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg

from dothi.config.supervisor import postgres
from tests.integration.telemetry.test_acknowledgment import message
from tests.support.devices import Ingest, ingest, provided, sensor, until, values
from tests.support.mortal import mortal
from tests.support.servers import postgres_cluster


@contextlib.contextmanager
def without_room(connection: psycopg.Connection) -> Iterator[None]:
    """Let the database say that its disk is full while the block lasts."""
    connection.execute(
        "create function full_disk() returns trigger language plpgsql as"
        " $$begin raise exception 'no room' using errcode = '53100'; end$$;"
        "create trigger full_disk before insert on telemetry.batch"
        " for each row execute function full_disk()"
    )
    yield
    connection.execute("drop trigger full_disk on telemetry.batch")


class TestDatabase:
    def test_without_room_acknowledges_nothing_until_there_is_some(self, dsn: str, door: Ingest) -> None:
        with (
            psycopg.connect(dsn, autocommit=True) as connection,
            sensor(door.port, "s1") as device,
        ):
            with without_room(connection):
                numbers = [device.publish(message(number)) for number in range(20)]
                until(lambda: device.drops > 1)
                assert not device.acknowledged
            device.await_acknowledged(*numbers)
        assert values(dsn, "s1") == list(range(20))

    def test_killed_and_started_anew_has_every_acknowledged_reading(self, tmp_path: Path) -> None:
        with postgres_cluster() as cluster, mortal(cluster) as database:
            postgres.create_database(cluster, "ingest")
            dsn = cluster.dsn(postgres.SUPERUSER, "ingest")
            provided(dsn, "s1")
            with ingest(dsn, tmp_path / "log") as door, sensor(door.port, "s1") as device:
                of_number = {device.publish(message(number)): number for number in range(2000)}
                until(lambda: device.acknowledged)
                drops = device.drops  # the door may have refused it once, before the tables were there
                database.kill()
                of_number |= {device.publish(message(number)): number for number in range(2000, 2100)}
                until(lambda: device.drops > drops)
                before = set(device.acknowledged)
                time.sleep(1)
                assert device.acknowledged == before
                database.start()
                device.await_acknowledged(*of_number)
                assert values(dsn, "s1") == list(range(2100))
