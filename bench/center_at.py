"""
`center_at`: milliseconds of the whole screen at any moment of a year, 25,000 series (95th percentile).

    python -m bench center_at [--small]

Data    the demo city (126 wards, dossiers, people), and the year 2025 of 25,000 series: 500 gauges of rain,
        300 of water, 100 stations with two measures of air, each once an hour; 200 points that flood, once
        in nine days; 11,900 meters of two measures each, once in six hours; each at a second of its own. 43
        million readings in PostgreSQL's daily partitions. Every 50th reading came twelve hours late. Each
        value follows from series and turn, so that every answer can be reckoned. Keyframes are made of them
        by `making.make_all`, as ingest makes them.
Value   `situation(at, known_at)` in this process, as the web process calls it: figures with their sums of
        24 and 12 hours, wards, 24,800 points and more, alerts, incidents, units, warnings; as rows, not as
        a page. Moments by a seed, any microsecond of the year but its first fortnight; every other one as it
        was known then. The 95th percentile of 60 questions a round, 5 rounds. Aim: under 100 ms.
Client  one thread, one connection as `dothi_app`, on the same two cores.
Floor   the last value of each series of the six hours before, from Parquet files by day in order of time, by
        DuckDB (one connection, kept), as columns: no names, no sums, no late readings held back. Interleaved.
After   the first question of each round: last value of 200 series and the sum of rain of ten gauges, against
        what the data say. `--small`: 1,250 series for 17 days without a city, 10 questions in one round, each
        also against the slow answer that reads all readings.
"""

import argparse
import asyncio
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import quantiles

import asyncpg
import duckdb
import numpy as np
from django.db import connections
from tests.support.servers import postgres_cluster

from bench.city import SAFE
from bench.harness import ROUNDS, figure
from dothi.config.supervisor import postgres, schemas
from dothi.foundation.keys.roots import create_root_key
from dothi.operations import readings
from dothi.operations.situation import situation
from dothi.registers.agencies.queries import areas
from dothi.telemetry.keyframes import making
from dothi.telemetry.keyframes.columns import REACH, Columns

DATABASE = "dothi_past_screens"
BEGIN = datetime(2025, 1, 1, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LATE = 12 * HOUR
PARTS = {"rain": 20, "level": 12, "pm25": 4, "pm10": 4, "flooded": 8}
"""Of each thousand series; the others are of meters."""
EACH_H = {"rain": 1, "level": 1, "pm25": 1, "pm10": 1, "flooded": 216, "flow": 6, "pressure": 6}


@dataclass(frozen=True)
class Size:
    """How much is measured."""

    series: int
    days: int
    rounds: int
    questions: int


WHOLE = Size(series=25_000, days=365, rounds=ROUNDS, questions=60)
SMALL = Size(series=1_250, days=17, rounds=1, questions=10)
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
FLOOR = """
    select series, max(at_s), max_by(value, at_s) from read_parquet($1)
    where at_s > $2 and at_s <= $3 group by series"""


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

    def known(self, turn: int, at: datetime, known_at: datetime | None) -> bool:
        """Tell whether it counts at a moment."""
        return (
            turn >= 0 and self.observed(turn) <= at and (known_at is None or self.recorded(turn) <= known_at)
        )


def main(arguments: Sequence[str]) -> int:
    """Measure, check and print one JSON line."""
    parser = argparse.ArgumentParser(prog="bench center_at", description=__doc__)
    parser.add_argument("--small", action="store_true", help="one short round, as a test of correctness")
    size = SMALL if parser.parse_args(arguments).small else WHOLE
    series = all_series(size)
    with (
        postgres_cluster(**SAFE) as cluster,
        tempfile.TemporaryDirectory() as folder,
        _node(cluster, Path(folder), size),
    ):
        wards = [area.code for area in areas(BEGIN.date() + 364 * DAY)] or ["00070"]
        asyncio.run(_fill(cluster.dsn("dothi_telemetry", DATABASE), size, series, wards))
        lake = _files(Path(folder), size, series)
        _measure(lake, Path(folder), size, series)
    return 0


def all_series(size: Size) -> list[Told]:
    """Return every series, by number; two of one kind of meter and of each station share a device."""
    names = [name for name, part in PARTS.items() for _ in range(part)]
    found = []
    for number in range(1, size.series + 1):
        place = number % 1000
        name = names[place] if place < len(names) else ("flow", "pressure")[number % 2]
        one = number - 4 if name == "pm10" else number - number % 2 if name == "pressure" else number
        device = {"pm10": "air", "pm25": "air", "flow": "meter", "pressure": "meter"}.get(name, name)
        found.append(Told(number, f"{device}-{one}", name))
    return found


@contextmanager
def _node(cluster: postgres.Cluster, home: Path, size: Size) -> Iterator[None]:
    """Make the database of a node, whole with the demo city, and point Django at it."""
    postgres.create_database(cluster, DATABASE)
    for schema, owner in schemas.OWNERS.items():
        schemas.make_tables(schema, cluster.dsn(owner, DATABASE))
    create_root_key(home / "root.key")
    environ = {
        **os.environ, "DJANGO_SETTINGS_MODULE": "dothi.config.settings", "DOTHI_VAR": str(home),
        "DOTHI_ROOT_KEY_FILE": str(home / "root.key"),
    }  # fmt: skip
    commands = [("dothi_migrate", "django", "migrate", "--verbosity=0"), ("dothi_app", "bench.city", "1")]
    for role, *command in commands[: 1 if size is SMALL else 2]:
        told = {**environ, "DOTHI_DSN": cluster.dsn(role, DATABASE)}
        subprocess.run([sys.executable, "-m", *command], env=told, check=True)
    connections.close_all()
    connections["default"].settings_dict.update(
        NAME=DATABASE, USER="dothi_app", PASSWORD=cluster.passwords["dothi_app"], HOST="127.0.0.1",
        PORT=str(cluster.port),
    )  # fmt: skip
    try:
        yield
    finally:
        connections.close_all()


async def _fill(dsn: str, size: Size, series: Sequence[Told], wards: Sequence[str]) -> None:
    """Write devices, a year of readings, and the keyframes of them."""
    connection = await asyncpg.connect(dsn)
    await _devices(connection, series, wards)
    await connection.execute(BATCHES, BEGIN, size.days * 24)
    await connection.execute("create table telemetry.told (number int, each int, shift int)")
    await connection.copy_records_to_table(
        "told", schema_name="telemetry", records=[(one.number, one.each, one.shift) for one in series]
    )
    await connection.execute("set search_path = telemetry")
    for day in range(size.days):
        await connection.execute("select telemetry.keep_day($1)", (BEGIN + day * DAY).date())
        rows = (
            ROWS.format(first=day * 86_400, last=(day + 1) * 86_400)
            .replace("//", "/")
            .replace("unnest(", "(")
        )
        await connection.execute(KEEP.format(rows), BEGIN, timeout=600)
    await connection.execute("drop table telemetry.told")
    await connection.execute("update telemetry.policy set days = null where what = 'keyframe'")
    began = time.perf_counter()
    await making.make_all(connection, BEGIN + (size.days + 1) * DAY)
    stood = await connection.fetchrow(SIZES)
    print(f"keyframes: {stood}, made in {time.perf_counter() - began:.0f} s", file=sys.stderr)
    await connection.close()


SIZES = """
    select count(*) as keyframes, pg_size_pretty(pg_total_relation_size('telemetry.keyframe')) as size,
           (select pg_size_pretty(sum(pg_total_relation_size(inhrelid))::bigint) from pg_inherits
            where inhparent = 'telemetry.reading'::regclass) as of_readings
    from telemetry.keyframe"""


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


def _files(folder: Path, size: Size, series: Sequence[Told]) -> duckdb.DuckDBPyConnection:
    """Write the same readings as files by day in order of time, for the floor."""
    lake = duckdb.connect()
    columns = {name: np.array([getattr(one, name) for one in series]) for name in ("number", "each", "shift")}
    lake.register("told", columns)
    for day in range(size.days):
        rows = ROWS.format(first=day * 86_400, last=(day + 1) * 86_400)
        lake.execute(f"copy ({rows} order by at_s) to '{folder}/{day}.parquet' (compression zstd)")
    return lake


def _measure(lake: duckdb.DuckDBPyConnection, folder: Path, size: Size, series: Sequence[Told]) -> None:
    values, floors = [], []
    for number in range(size.rounds):
        moments = list(_moments(number, size))
        _check(series, *moments[0])
        taken, least = [], []
        for at, known_at in moments:
            taken.append(_timed(lambda: situation(at, known_at)))  # noqa: B023 - called at once
            least.append(_timed(lambda: _floor(lake, folder, at)))  # noqa: B023 - as above
            if size is SMALL:
                _check_slow(at, known_at)
        values.append(quantiles(taken, n=20)[18])
        floors.append(quantiles(least, n=20)[18])
    note = f"{size.series} series x {size.days} days, p95 of {size.questions}, {size.rounds} rounds"
    n = size.rounds * size.questions
    print(figure("center_at", values, floors, unit="ms", n=n, note=note).line())


def _moments(number: int, size: Size) -> Iterator[tuple[datetime, datetime | None]]:
    """Return the moments of a round; every other one as it was known then."""
    chosen = random.Random(f"center_at:{number}")
    for place in range(size.questions):
        at = BEGIN + 14 * DAY + timedelta(microseconds=chosen.randrange((size.days - 14) * 86_400_000_000))
        yield at, at if place % 2 else None


def _timed(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1000


def _floor(lake: duckdb.DuckDBPyConnection, folder: Path, at: datetime) -> object:
    second = int((at - BEGIN).total_seconds())
    since = second - 6 * 3600
    files = [f"{folder}/{day}.parquet" for day in range(max(0, since // 86_400), second // 86_400 + 1)]
    return lake.execute(FLOOR, [files, since, second]).fetchnumpy()


def _check(series: Sequence[Told], at: datetime, known_at: datetime | None) -> None:
    """Hold an answer against what the data say."""
    found = situation(at, known_at)
    chosen = random.Random(str(at)).sample(series, 200)
    last = {one.thing.series: (one.at, one.value) for one in found.series}
    for one in chosen:
        assert last.get(one.number) == _right(one, at, known_at), f"{one} at {at}, known at {known_at}"
    told = readings.told(at, known_at)
    for one in [one for one in series if one.name == "rain"][:10]:
        turns = range(_turn(one, at) - 24, _turn(one, at) + 1)
        fallen = [
            one.value(turn)
            for turn in turns
            if one.known(turn, at, known_at) and one.observed(turn) > at - DAY
        ]
        assert told.fallen([one.number]) == {one.number: sum(fallen)}


def _turn(one: Told, at: datetime) -> int:
    return (int((at - BEGIN).total_seconds()) - one.shift) // (one.each * 3600)


def _right(one: Told, at: datetime, known_at: datetime | None) -> tuple[datetime, float] | None:
    """Return the last value of a series, of the last fortnight."""
    turn = _turn(one, at)
    while not one.known(turn, at, known_at):
        if turn < 0:
            return None
        turn -= 1
    there = one.observed(turn)
    return (there, one.value(turn)) if there > at - REACH else None


def _check_slow(at: datetime, known_at: datetime | None) -> None:
    """Hold an answer against what all readings say."""
    told, slow = readings.told(at, known_at), readings.slow(at, known_at).last()
    for name in Columns.__dataclass_fields__:
        assert np.array_equal(getattr(told.last, name), getattr(slow, name)), f"{name} at {at}"
