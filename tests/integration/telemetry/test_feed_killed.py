"""
The broker that feeds itself is killed while a device speaks: no reading is lost, and none is told twice.

The short form is `test_feed`: what is heard twice changes nothing.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from tests.integration.telemetry.test_feed import twinned
from tests.support.broker import broker_process
from tests.support.devices import Ingest, sensor
from tests.support.waiting import until

BEGIN = datetime.now(UTC) - timedelta(hours=2)
COUNT = 300


def past(dsn: str) -> list[float]:
    """Return what the entity's past says, in order of instants."""
    with psycopg.connect(dsn) as connection:
        told = connection.execute(
            "select value from context.history join context.attribute a on a.number = attribute"
            " where a.iri like '%/pm25' order by at, value"
        )
        return [row[0] for row in told]


def shown(dsn: str) -> float | None:
    with psycopg.connect(dsn) as connection:
        row = connection.execute(
            "select jsonb_path_query(attributes, '$.*[*] ? (exists(@.unitCode)).value')::float"
            " from context.entity where id like '%AirQualityObserved%'"
        ).fetchone()
        return row[0] if row else None


@pytest.mark.long
class TestKilled:
    def test_loses_no_reading_and_tells_none_twice(self, dsn: str, door: Ingest, tmp_path: Path) -> None:
        twinned(dsn)
        fed = broker_process(dsn, tmp_path / "broker.log", "--feed")
        with fed as broker, sensor(door.port, "s1") as device:
            numbers, killed = [], 0
            for number in range(COUNT):
                at = (BEGIN + timedelta(seconds=number)).timestamp()
                numbers.append(device.publish(f'[{{"n":"pm25","v":{number},"t":{at}}}]'))
                if number % 100 == 50:
                    until(lambda: past(dsn))
                    broker.begin_anew()
                    killed += 1
            device.await_acknowledged(*numbers)
            until(lambda: len(past(dsn)) >= COUNT)
            assert past(dsn) == list(range(COUNT))
            assert shown(dsn) == COUNT - 1
            assert killed == 3
