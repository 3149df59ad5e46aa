"""
`center_at`: milliseconds of the whole screen at any moment of a year, 25,000 series (95th percentile).

    python -m bench center_at [--small]

Data    the demo city (126 wards, dossiers, people), and the year 2025 of 25,000 series: 500 gauges of rain,
        300 of water, 100 stations with two measures of air, each once an hour; 200 points that flood, once
        in nine days; 11,900 meters of two measures each, once in six hours; each at a second of its own. 43
        million readings in PostgreSQL's daily partitions. Every 50th reading came twelve hours late. Each
        value follows from series and turn, so that every answer can be reckoned. Keyframes are made of them
        by `making.make_all`, as ingest makes them.
Value   `situation(at, known_at)` in this process, as the web process calls it and with its collector of
        cycles: figures with their sums of 24 and 12 hours, wards, 24,800 points and more, alerts, incidents,
        units, warnings; as rows, not as a page. Moments by a seed, any microsecond of the year but its first
        fortnight; every other one as it was known then. The 95th percentile of 60 questions a round, 5
        rounds. Aim: under 100 ms.
Client  one thread, one connection as `dothi_app`, on the same two cores.
Floor   the last value of each series of the six hours before, from Parquet files by day in order of time, by
        DuckDB (one connection, kept), as columns: no names, no sums, no late readings held back. Interleaved.
After   the first question of each round: last value of 200 series and the sum of rain of ten gauges, against
        what the data say. `--small`: 1,250 series for 17 days without a city, 10 questions in one round, each
        also against the slow answer that reads all readings.
"""

import argparse
import asyncio
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from statistics import quantiles

import asyncpg
import duckdb
import numpy as np
from tests.support.servers import postgres_cluster

from bench.city import SAFE
from bench.harness import ROUNDS, figure
from bench.node import node
from bench.year import BEGIN, DAY, Told, all_series, files, write
from dothi.config.pages import spare_what_stays
from dothi.operations import readings
from dothi.operations.situation import situation
from dothi.registers.agencies.queries import areas
from dothi.telemetry.keyframes import making
from dothi.telemetry.keyframes.columns import Columns

DATABASE = "dothi_past_screens"


@dataclass(frozen=True)
class Size:
    """How much is measured."""

    series: int
    days: int
    rounds: int
    questions: int


WHOLE = Size(series=25_000, days=365, rounds=ROUNDS, questions=60)
SMALL = Size(series=1_250, days=17, rounds=1, questions=10)
FLOOR = """
    select series, max(at_s), max_by(value, at_s) from read_parquet($1)
    where at_s > $2 and at_s <= $3 group by series"""


def main(arguments: Sequence[str]) -> int:
    """Measure, check and print one JSON line."""
    parser = argparse.ArgumentParser(prog="bench center_at", description=__doc__)
    parser.add_argument("--small", action="store_true", help="one short round, as a test of correctness")
    size = SMALL if parser.parse_args(arguments).small else WHOLE
    series = all_series(size.series)
    with (
        postgres_cluster(**SAFE) as cluster,
        tempfile.TemporaryDirectory() as folder,
        node(cluster, Path(folder), DATABASE, city=size is WHOLE),
    ):
        wards = [area.code for area in areas(BEGIN.date() + 364 * DAY)] or ["00070"]
        asyncio.run(_fill(cluster.dsn("dothi_telemetry", DATABASE), size, series, wards))
        lake = files(Path(folder), size.days, series)
        spare_what_stays()
        _measure(lake, Path(folder), size, series)
    return 0


async def _fill(dsn: str, size: Size, series: Sequence[Told], wards: Sequence[str]) -> None:
    """Write the year, and the keyframes of it."""
    connection = await asyncpg.connect(dsn)
    await write(connection, size.days, series, wards)
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
        assert last.get(one.number) == one.right(at, known_at), f"{one} at {at}, known at {known_at}"
    told = readings.told(at, known_at)
    for one in [one for one in series if one.name == "rain"][:10]:
        turns = range(one.turn(at) - 24, one.turn(at) + 1)
        fallen = [
            one.value(turn)
            for turn in turns
            if one.known(turn, at, known_at) and one.observed(turn) > at - DAY
        ]
        assert told.fallen([one.number]) == {one.number: sum(fallen)}


def _check_slow(at: datetime, known_at: datetime | None) -> None:
    """Hold an answer against what all readings say."""
    told, slow = readings.told(at, known_at), readings.slow(at, known_at).last()
    for name in Columns.__dataclass_fields__:
        assert np.array_equal(getattr(told.last, name), getattr(slow, name)), f"{name} at {at}"
