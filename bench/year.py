"""
The year of 25,000 series that `center_at` is asked about; each value follows from series and turn.

Written into PostgreSQL as batches hour by hour, and into files by day in order of time.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg
import duckdb
import numpy as np

from dothi.telemetry.keyframes.columns import REACH

BEGIN = datetime(2025, 1, 1, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LATE = 12 * HOUR
PARTS = {"rain": 20, "level": 12, "pm25": 4, "pm10": 4, "flooded": 8}
"""Of each thousand series; the others are of meters."""
EACH_H = {"rain": 1, "level": 1, "pm25": 1, "pm10": 1, "flooded": 216, "flow": 6, "pressure": 6}
PROFILES = {"rain": ["rain"], "level": ["level"], "flooded": ["flooded"], "air": ["pm25", "pm10"],
            "meter": ["flow", "pressure"]}  # fmt: skip
DEVICES = """
    insert into telemetry.device (id, profile, created_at, name_vi, name_en, lon, lat, ward_code)
    select device, split_part(device, '-', 1), $2, device, device, 105.6 + (min(number) % 331) / 1000.0,
           20.8 + (min(number) % 197) / 1000.0, ($4::text[])[1 + min(number) / 50 % cardinality($4)]
    from unnest($1::integer[], $3::text[]) as told (number, device) group by device"""
SERIES = """
    insert into telemetry.series (device, name) select device, name
    from unnest($1::integer[], $2::text[], $3::text[]) as told (number, device, name) order by number"""
BATCHES = """
    insert into telemetry.batch (recorded_at, readings, first_at, last_at)
    select hour + interval '1 hour' + late * interval '12 hours', 0, hour, hour + interval '1 hour'
    from generate_series($1::timestamptz, $1 + ($2 - 1) * interval '1 hour', '1 hour') as hour,
         generate_series(0, 1) as late order by hour, late"""
ROWS = """
    select at_s, (number * 7 + turn) % 100 / 4.0 as value, number as series,
           2 * (at_s // 3600) + 1 + ((number * 31 + turn) % 50 = 0)::int as batch
    from (select *, turn * each * 3600 + shift as at_s
          from (select *, unnest(generate_series(greatest((({first} - shift) // (each * 3600)), 0),
                                                 ({last} - shift) // (each * 3600))) as turn
                from told) as turns) as told
    where at_s >= {first} and at_s < {last}"""
"""Readings of [first, last), seconds since BEGIN; DuckDB's, where a division of integers is written //."""
KEEP = """
    insert into telemetry.reading (at, value, series, batch)
    select $1::timestamptz + at_s * interval '1 second', value, series, batch
    from ({}) as rows order by at_s"""


@dataclass(frozen=True)
class Told:
    """What one series is, and when it tells: at `shift` seconds of every `each` hours."""

    number: int
    device: str
    name: str

    @property
    def each(self) -> int:
        """Return of how many hours it tells once."""
        return EACH_H[self.name]

    @property
    def shift(self) -> int:
        """Return at which second of them."""
        return self.number * 7919 % (self.each * 3600)

    def observed(self, turn: int) -> datetime:
        """Return when it tells for the time `turn`, counted from 0."""
        return BEGIN + timedelta(seconds=turn * self.each * 3600 + self.shift)

    def value(self, turn: int) -> float:
        """Return what it tells."""
        return (self.number * 7 + turn) % 100 / 4

    def recorded(self, turn: int) -> datetime:
        """Return when that was recorded: at the end of the hour, or twelve hours after it."""
        hour = (self.observed(turn) - BEGIN) // HOUR
        return BEGIN + (hour + 1) * HOUR + (LATE if self.is_late(turn) else timedelta())

    def is_late(self, turn: int) -> bool:
        """Tell whether it came late."""
        return (self.number * 31 + turn) % 50 == 0

    def turn(self, at: datetime) -> int:
        """Return the last time that it told until a moment."""
        return (int((at - BEGIN).total_seconds()) - self.shift) // (self.each * 3600)

    def right(self, at: datetime, known_at: datetime | None) -> tuple[datetime, float] | None:
        """Return its last value at a moment and when that was, if it is of the fortnight before."""
        turn = self.turn(at)
        while not self.known(turn, at, known_at):
            if turn < 0:
                return None
            turn -= 1
        there = self.observed(turn)
        return (there, self.value(turn)) if there > at - REACH else None

    def known(self, turn: int, at: datetime, known_at: datetime | None) -> bool:
        """Tell whether it counts at a moment."""
        return (
            turn >= 0 and self.observed(turn) <= at and (known_at is None or self.recorded(turn) <= known_at)
        )


def all_series(many: int) -> list[Told]:
    """Return so many series, by number; two of one kind of meter and of each station share a device."""
    names = [name for name, part in PARTS.items() for _ in range(part)]
    found = []
    for number in range(1, many + 1):
        place = number % 1000
        name = names[place] if place < len(names) else ("flow", "pressure")[number % 2]
        one = number - 4 if name == "pm10" else number - number % 2 if name == "pressure" else number
        device = {"pm10": "air", "pm25": "air", "flow": "meter", "pressure": "meter"}.get(name, name)
        found.append(Told(number, f"{device}-{one}", name))
    return found


async def write(
    connection: asyncpg.Connection, days: int, series: Sequence[Told], wards: Sequence[str]
) -> None:
    """Write devices in `wards`, batches, and the readings of so many days."""
    await _devices(connection, series, wards)
    await connection.execute(BATCHES, BEGIN, days * 24)
    await connection.execute("create table telemetry.told (number int, each int, shift int)")
    await connection.copy_records_to_table(
        "told", schema_name="telemetry", records=[(one.number, one.each, one.shift) for one in series]
    )
    await connection.execute("set search_path = telemetry")
    for day in range(days):
        await connection.execute("select telemetry.keep_day($1)", (BEGIN + day * DAY).date())
        rows = _rows(day).replace("//", "/").replace("unnest(", "(")
        await connection.execute(KEEP.format(rows), BEGIN, timeout=600)
    await connection.execute("drop table telemetry.told")


async def _devices(connection: asyncpg.Connection, series: Sequence[Told], wards: Sequence[str]) -> None:
    for name, measures in PROFILES.items():
        told = [{"name": one, "interval_s": EACH_H[one] * 3600} for one in measures]
        if name == "flooded":
            told[0].pop("interval_s")
        await connection.execute(
            "insert into telemetry.profile (name, measures) values ($1, $2)", name, json.dumps(told)
        )
    numbers, devices, names = zip(*((one.number, one.device, one.name) for one in series), strict=True)
    await connection.execute(DEVICES, numbers, BEGIN, devices, wards)
    await connection.execute(SERIES, numbers, devices, names)


def files(folder: Path, days: int, series: Sequence[Told]) -> duckdb.DuckDBPyConnection:
    """Write the same readings as files by day, in order of time; returns who can read them."""
    lake = duckdb.connect()
    columns = {name: np.array([getattr(one, name) for one in series]) for name in ("number", "each", "shift")}
    lake.register("told", columns)
    for day in range(days):
        lake.execute(f"copy ({_rows(day)} order by at_s) to '{folder}/{day}.parquet' (compression zstd)")
    return lake


def _rows(day: int) -> str:
    return ROWS.format(first=day * 86_400, last=(day + 1) * 86_400)
