"""
The database has no room: nothing is acknowledged, and all of it comes later.

A disk that is full really, and death under load: test_disk_full, test_swarm, test_load, test_power_cut.
"""

import contextlib
from collections.abc import Iterator

import psycopg

from tests.integration.telemetry.test_acknowledgment import message
from tests.support.devices import Ingest, sensor, values
from tests.support.waiting import until


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
