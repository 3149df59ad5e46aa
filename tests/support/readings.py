"""Readings stored as ingest stores them, in the database of a node: with batches that wait for consumers."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

import asyncpg
import psycopg

from dothi.alerts.watched import microseconds
from dothi.config.supervisor import postgres
from dothi.telemetry.store.devices import provide
from dothi.telemetry.store.writer import Message, Writer
from dothi.telemetry.types import Measure, Profile, Reading, Readings

PATIENCE_S = 30.0
GAUGES = Profile(
    "gauge", {name: Measure(name, unit)
              for name, unit in {"rain": "mm", "level": "m", "lon": "", "lat": ""}.items()}
)  # fmt: skip
TOKEN = b"0123456789abcdef0123456789abcdef"


class _Waiting:
    """A sender that hears when its messages are stored."""

    def __init__(self, count: int) -> None:
        self._left = count
        self.all = asyncio.Event()

    def stored(self, packets: Sequence[int]) -> None:
        self._left -= len(packets)
        if not self._left:
            self.all.set()

    def lost(self) -> None:
        raise AssertionError("a message was lost")


def telemetry(cluster: postgres.Cluster, name: str, places: dict[str, tuple[float, float, str]]) -> str:
    """Put gauges at places into the database `name`; return the DSN of telemetry's owner."""
    dsn = cluster.dsn("dothi_telemetry", name)

    async def make() -> None:
        connection = await asyncpg.connect(dsn)
        await provide(connection, GAUGES, dict.fromkeys(places, TOKEN), at=datetime(2025, 1, 1, tzinfo=UTC))
        for device, (lon, lat, ward) in places.items():
            await connection.execute(
                "update telemetry.device set lon = $2, lat = $3, ward_code = $4, name_vi = $1, name_en = $1,"
                " group_name = 'rain' where id = $1", device, lon, lat, ward,
            )  # fmt: skip
        await connection.close()

    asyncio.run(make())
    return dsn


def store(dsn: str, rows: Sequence[tuple[str, str, datetime, float]]) -> None:
    """Store rows of device, measure, instant and value as one batch, recorded at the last instant of them."""
    recorded_at = max(at for _, _, at, _ in rows)

    async def act() -> None:
        writer = Writer(dsn, lambda: recorded_at, linger_s=0.05)
        task = asyncio.create_task(writer.run())
        sender = _Waiting(len(rows))
        try:
            async with asyncio.timeout(PATIENCE_S):
                while not writer.up:
                    await asyncio.sleep(0.005)
                for number, (device, measure, at, value) in enumerate(rows, 1):
                    reading = Reading(measure, microseconds(at), value)
                    writer.put(Message(sender, number, device, Readings.of([reading])))
                await sender.all.wait()
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    asyncio.run(act())


def store_many(
    dsn: str, batches: Sequence[Sequence[tuple[str, str, datetime, float]]], *, waiting: bool = True
) -> None:
    """
    Store many batches at once, without a writer: for what comes after, they are the same.

    Unless they are not `waiting`: then all consumers have heard of them long ago.
    """
    with psycopg.connect(dsn) as connection, connection.cursor() as cursor:
        for day in {at.astimezone(UTC).date() for rows in batches for _, _, at, _ in rows}:
            cursor.execute("select telemetry.keep_day(%s)", [day])
        for rows in batches:
            cursor.execute(
                "insert into telemetry.series (device, name) select device, name"
                " from unnest(%s::text[], %s::text[]) as told (device, name) on conflict do nothing",
                [[row[0] for row in rows], [row[1] for row in rows]],
            )
            cursor.execute(_BATCH, {
                "recorded_at": max(row[2] for row in rows), "first_at": min(row[2] for row in rows),
                "devices": [row[0] for row in rows], "names": [row[1] for row in rows],
                "instants": [row[2] for row in rows], "values": [row[3] for row in rows],
                "waiting": waiting,
            })  # fmt: skip


_BATCH = """
with told as (
    insert into telemetry.batch (recorded_at, readings, first_at, last_at)
    values (%(recorded_at)s, cardinality(%(values)s::float8[]), %(first_at)s, %(recorded_at)s)
    returning number
), waiting as (
    insert into telemetry.pending (consumer, batch)
    select consumer.name, told.number from telemetry.consumer cross join told where %(waiting)s
)
insert into telemetry.reading (at, value, series, batch)
select row.at, row.value, series.number, told.number
from told, unnest(%(devices)s::text[], %(names)s::text[], %(instants)s::timestamptz[], %(values)s::float8[])
           as row (device, name, at, value)
join telemetry.series on series.device = row.device and series.name = row.name
"""
