"""Flags stay with readings; what is rejected is kept and is no last value; no process holds any of it."""

import asyncio
from datetime import datetime, timedelta

import psycopg

from dothi.telemetry.store.devices import provide
from dothi.telemetry.store.keeping import Keeper
from dothi.telemetry.types import Device, Flag, Measure, Profile, Reading
from tests.integration.telemetry.test_queue import NOW, connected, stored, us

LEVEL = Profile("level", {"level": Measure("level", "m", interval_s=60, low=0, high=20, step=2)})
RAIN = Profile("rain", {"rain": Measure("rain", "mm", low=0, near=30, near_m=3_000)})


def known(*devices: Device) -> Keeper:
    told = {one.id: one for one in devices}
    return Keeper(lambda: told)


def level(value: float, minutes: float) -> Reading:
    return Reading("level", us(NOW + timedelta(minutes=minutes)), value)


def kept(dsn: str, device: str = "s1") -> list[tuple[float, int]]:
    with psycopg.connect(dsn) as connection:
        return connection.execute(
            "select value, flags from telemetry.reading join telemetry.series on number = series"
            " where device = %s order by at", [device]
        ).fetchall()  # fmt: skip


def last(dsn: str) -> tuple[float, datetime, datetime]:
    with psycopg.connect(dsn) as connection:
        found = connection.execute("select value, at, seen_at from telemetry.last_value").fetchone()
    assert found
    return found


class TestFlags:
    S1 = Device("s1", bytes(32), LEVEL)

    def test_stay_with_the_reading_and_the_last_good_value_stays(self, dsn: str) -> None:
        minute = timedelta(minutes=1)
        batches = [level(5, -5)], [level(79.4, -4), level(8, -3)], [level(8.5, -2), level(-1, -1)]
        asyncio.run(stored(dsn, *batches, keeper=known(self.S1)))
        assert kept(dsn) == [(5, 0), (79.4, Flag.RANGE), (8, Flag.STEP), (8.5, 0), (-1, Flag.RANGE)]
        assert last(dsn) == (8.5, NOW - 2 * minute, NOW - minute)

    def test_come_from_what_the_database_knows_whoever_writes(self, dsn: str) -> None:
        asyncio.run(stored(dsn, [level(5, -5)], keeper=known(self.S1)))
        asyncio.run(stored(dsn, [level(9, -4)], keeper=known(self.S1)))
        assert kept(dsn) == [(5, 0), (9, Flag.STEP)]

    def test_of_a_clock_ahead_keep_the_reading_once(self, dsn: str) -> None:
        ahead = level(6, 60)
        asyncio.run(stored(dsn, [level(5, -5)], [ahead], [ahead], [level(5.5, 0)], keeper=known(self.S1)))
        assert kept(dsn) == [(5, 0), (5.5, Flag.GAP), (6, Flag.SKEW)]
        assert last(dsn)[0] == 5.5

    def test_a_clock_of_the_node_that_jumped_ahead_and_back_stops_no_series(self, dsn: str) -> None:
        day = timedelta(days=1)
        ahead = [Reading("level", us(NOW + day), 5)]
        asyncio.run(stored(dsn, ahead, keeper=known(self.S1), recorded=NOW + day))
        assert last(dsn)[:2] == (5, NOW + day)
        asyncio.run(stored(dsn, [level(6, 0)], keeper=known(self.S1)))
        assert last(dsn)[:2] == (6, NOW)
        assert kept(dsn) == [(6, 0), (5, 0)]

    def test_a_rejected_reading_sent_twice_is_kept_once(self, dsn: str) -> None:
        asyncio.run(stored(dsn, [level(99, -5)], [level(99, -5)], keeper=known(self.S1)))
        assert kept(dsn) == [(99, Flag.RANGE)]

    def test_of_words_and_numbers_of_one_batch(self, dsn: str) -> None:
        told = [Reading("state", us(NOW), None, "mở"), level(3, 0), Reading("state", us(NOW) + 1, 1.0)]
        asyncio.run(stored(dsn, told, keeper=known(self.S1)))
        with psycopg.connect(dsn) as connection:
            rows = connection.execute(
                "select value, words from telemetry.reading order by at, value"
            ).fetchall()
        assert rows == [(3, None), (None, "mở"), (1, None)]


class TestNeighbors:
    def test_who_disagrees_with_three_of_them_is_flagged(self, dsn: str) -> None:
        places = {"s1": 105.800, "s2": 105.805, "s3": 105.810, "s4": 105.815}
        devices = [Device(one, bytes(32), RAIN, lon=lon, lat=21.0) for one, lon in places.items()]
        keeper = known(*devices)
        _provided(dsn, *places)
        for number, device in enumerate(("s2", "s3", "s4")):
            asyncio.run(stored(dsn, [Reading("rain", us(NOW), 5.0 + number)], device=device, keeper=keeper))
        asyncio.run(stored(dsn, [Reading("rain", us(NOW), 37)], keeper=keeper))
        assert kept(dsn) == [(37, Flag.NEIGHBOR)]
        assert kept(dsn, "s4") == [(7, 0)]


def _provided(dsn: str, *devices: str) -> None:
    asyncio.run(connected(dsn, lambda c: provide(c, RAIN, dict.fromkeys(devices, b"t"), at=NOW)))
