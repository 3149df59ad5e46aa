"""Closing a day, writing its file, and dropping it from PostgreSQL; each may be repeated."""

import hashlib
import os
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path

import asyncpg
import duckdb

from dothi.telemetry.archive import lake
from dothi.telemetry.archive.hot import columns
from dothi.telemetry.store.statements import sql


class Differs(Exception):
    """A file does not hold what PostgreSQL holds; nothing is dropped."""


class Held(Exception):
    """A hold stands; nothing is deleted."""


@dataclass(frozen=True)
class Written:
    """A day's file, below the folder of the archive."""

    file: str
    sha256: bytes
    readings: int


async def close(connection: asyncpg.Connection, day: date, *, at: datetime) -> None:
    """Index a day's readings by series and instant; in no transaction, so that late data still comes in."""
    part = partition(day)
    await connection.execute(
        f"create index concurrently if not exists {part}_series_at on telemetry.{part} (series, at)"
    )
    await connection.execute("analyze telemetry." + part)
    await connection.execute(sql("day_close"), day, at)


async def archive(connection: asyncpg.Connection, day: date, folder: Path, *, at: datetime) -> Written:
    """
    Write a closed day's readings to a file, together with those of the file that left PostgreSQL before.

    The file is read back and held against PostgreSQL before anybody is told of it. Raises Differs.
    """
    name = f"{day:%Y/%m}/{day:%d}.parquet"
    target = folder / name
    target.parent.mkdir(parents=True, exist_ok=True)
    merged = await connection.fetchval("select dropped_at is not null from telemetry.day where day = $1", day)
    aside = target.with_suffix(".new")
    with duckdb.connect() as duck:
        duck.execute("set timezone = 'UTC'")
        duck.execute(lake.READING.format(name="hot"))
        if merged:
            lake.add_file(duck, "hot", target)
        hot = await lake.load(duck, "hot", connection, day)
        lake.write(duck, "hot", aside)
        readings = await _held_against(duck, connection, day, aside, merged=bool(merged))
    digest = _kept(aside, target)
    await connection.execute(sql("day_archive"), day, name, digest, readings, hot, at)
    return Written(name, digest, readings)


async def _held_against(
    duck: lake.Lake, connection: asyncpg.Connection, day: date, file: Path, *, merged: bool
) -> int:
    """Return how many readings the file holds, once each hour of it is what PostgreSQL has."""
    begin = datetime.combine(day, time(), UTC)
    for hour in range(0 if merged else 24):
        window = begin + hour * lake.HOUR, begin + (hour + 1) * lake.HOUR
        if not lake.read_back(duck, file, *window).same(await columns(connection, *window)):
            raise Differs(f"the file of {day} differs from PostgreSQL in hour {hour}")
    many, expected = lake.many(duck, file), lake.many_once(duck, "hot")
    if many != expected:
        raise Differs(f"the file of {day} has {many} readings instead of {expected}")
    return many


def _kept(aside: Path, target: Path) -> bytes:
    """Let a file that is whole take its place, and return its SHA-256."""
    with aside.open("rb+") as file:
        digest = hashlib.file_digest(file, "sha256").digest()
        os.fsync(file.fileno())
    aside.rename(target)
    folder = os.open(target.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)
    return digest


async def drop(connection: asyncpg.Connection, day: date, folder: Path, *, at: datetime) -> None:
    """
    Drop a day from PostgreSQL, if its file is as it was written and nothing has come since. Raises Differs.

    What comes later makes the partition anew, and goes into the file when the day is archived again.
    """
    known = await connection.fetchrow(
        "select file, sha256, hot_readings from telemetry.day where day = $1", day
    )
    if not known or not known["file"] or _digest(folder / known["file"]) != known["sha256"]:
        raise Differs(f"the file of {day} is not what was written")
    async with connection.transaction():
        table = f"telemetry.{partition(day)}"
        # The whole before its part, as all who read and write do: else they and we could wait in a ring.
        await connection.execute("lock table only telemetry.reading in access exclusive mode")
        await connection.execute(f"lock table {table} in access exclusive mode")
        hot = await connection.fetchval(f"select count(*) from {table}")  # noqa: S608 - a name of ours
        if hot != known["hot_readings"]:
            raise Differs(f"readings of {day} have come since its file was written")
        await connection.execute(f"drop table {table}")
        await connection.execute("update telemetry.day set dropped_at = $2 where day = $1", day, at)


async def delete(connection: asyncpg.Connection, day: date, folder: Path) -> None:
    """Delete the file of a day that left PostgreSQL, unless a hold stands; its row with it. Raises Held."""
    async with connection.transaction():
        await connection.execute("lock table telemetry.hold in share mode")  # no hold is made meanwhile
        known = [row for row in await connection.fetch(sql("days")) if row["day"] == day]
        if not known or known[0]["held"]:
            raise Held(f"a hold stands for {day}")
        await connection.execute("delete from telemetry.day where day = $1", day)
        (folder / known[0]["file"]).unlink(missing_ok=True)


def _digest(file: Path) -> bytes:
    if not file.exists():
        return b""
    with file.open("rb") as told:
        return hashlib.file_digest(told, "sha256").digest()


def partition(day: date) -> str:
    """Return the name of the table of a day (UTC)."""
    return f"reading_{day:%Y_%m_%d}"
