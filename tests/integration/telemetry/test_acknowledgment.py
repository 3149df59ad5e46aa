"""Acknowledged means stored: PUBACKs compared with rows, whatever ends in between."""

import contextlib
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg

from tests.support.devices import Ingest, ingest, sensor, values
from tests.support.waiting import HELD_UP, until


def message(number: int) -> str:
    at = time.time() - 3600 + number
    return f'[{{"n":"pm25","u":"ug/m3","v":{number},"t":{at}}}]'


@contextlib.contextmanager
def stalled(dsn: str) -> Iterator[Callable[[], bool]]:
    """Let no transaction of ingest commit while the block lasts; yields what tells whether one wants to."""
    with psycopg.connect(dsn) as connection:
        connection.execute("lock table telemetry.batch in access exclusive mode")
        yield lambda: connection.execute(HELD_UP).fetchone() == (True,)


class TestAcknowledgment:
    def test_comes_for_every_stored_reading(self, dsn: str, door: Ingest) -> None:
        with sensor(door.port, "s1") as device:
            numbers = [device.publish(message(number)) for number in range(500)]
            device.await_acknowledged(*numbers)
        assert values(dsn, "s1") == list(range(500))

    def test_waits_for_the_commit(self, dsn: str, door: Ingest) -> None:
        with sensor(door.port, "s1") as device:
            until(lambda: device.connected)
            with stalled(dsn) as held_up:
                number = device.publish(message(1))
                until(held_up)
                assert not device.acknowledged
            device.await_acknowledged(number)
        assert values(dsn, "s1") == [1]

    def test_is_never_given_by_a_process_killed_before_the_commit(
        self, dsn: str, door: Ingest, tmp_path: Path
    ) -> None:
        with sensor(door.port, "s1") as device:
            until(lambda: device.connected)
            with stalled(dsn) as held_up:
                numbers = [device.publish(message(number)) for number in range(50)]
                until(held_up)
                door.kill()
                assert not device.acknowledged
            assert values(dsn, "s1") == []
            with ingest(dsn, tmp_path / "second.log", door.port):
                device.await_acknowledged(*numbers)
        assert values(dsn, "s1") == list(range(50))

    def test_holds_when_the_process_is_killed_under_load(
        self, dsn: str, door: Ingest, tmp_path: Path
    ) -> None:
        with sensor(door.port, "s1") as device:
            until(lambda: device.connected)
            of_number = {device.publish(message(number)): number for number in range(3000)}
            until(lambda: device.acknowledged)
            door.kill()
            acknowledged = {float(of_number[mid]) for mid in device.acknowledged}
            assert acknowledged <= set(values(dsn, "s1"))
            with ingest(dsn, tmp_path / "second.log", door.port):
                device.await_acknowledged(*of_number)
        assert values(dsn, "s1") == list(range(3000))


class TestDuplicates:
    def test_are_acknowledged_and_kept_once(self, dsn: str, door: Ingest) -> None:
        same = message(7)
        with sensor(door.port, "s1") as device:
            device.await_acknowledged(device.publish(same), device.publish(same))
            device.await_acknowledged(device.publish(same))
            late = message(3)
            device.await_acknowledged(device.publish(late), device.publish(late))
            device.await_acknowledged(device.publish(late))
        assert values(dsn, "s1") == [3, 7]

    def test_leave_the_last_value_in_peace(self, dsn: str, door: Ingest) -> None:
        with sensor(door.port, "s1") as device:
            device.await_acknowledged(*[device.publish(message(number)) for number in (5, 9, 2)])
        with psycopg.connect(dsn) as connection:
            assert connection.execute("select value from telemetry.last_value").fetchall() == [(9.0,)]
