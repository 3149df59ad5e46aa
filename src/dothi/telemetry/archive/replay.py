"""
All that was stored, stored again in a fresh database: the same readings, last values, rollups and context.

Batches go in the order in which they were recorded, each with its number, its flags and its hash, which is
held against what it was: a reading that was altered stops it. What people keep (devices, profiles, twins,
policy, holds) and findings are copied. Consumers find all batches before them and hear of them as ever
(telemetry.tending).
"""

import io
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

import asyncpg
import duckdb
import numpy as np

from dothi.telemetry import rollups, tending
from dothi.telemetry.archive import lake
from dothi.telemetry.archive.days import Differs
from dothi.telemetry.archive.hot import Columns, of_batches
from dothi.telemetry.store import rows
from dothi.telemetry.store.keeping import Kept, keep_again
from dothi.telemetry.store.statements import sql

COPIED: Final = ("profile", "device", "twin", "series", "policy", "hold", "digest", "finding")
MOST: Final = 100_000
"""Readings of a transaction, unless one batch brings more."""


async def replay(
    source: asyncpg.Connection, folder: Path, target: asyncpg.Connection, *, at: datetime
) -> int:
    """
    Store all readings of `source` and the files in `folder` again in `target`; returns how many.

    `target` has telemetry's tables, empty. Raises Differs where they are not, or where a reading is not
    what was recorded.
    """
    if await target.fetchval("select exists (select from telemetry.batch)"):
        raise Differs("the database to replay into has readings already")
    batches = await source.fetch(sql("batches"))  # first, so that the series of each are among those copied
    await _copy(source, target, at)
    total = 0
    while batches:
        part, batches = _cut(batches)
        total += await _again(source, folder, target, part)
    await target.execute(_NUMBERS)
    await _roll_up(target, at)
    return total


async def _copy(source: asyncpg.Connection, target: asyncpg.Connection, at: datetime) -> None:
    """Copy what people keep, and let every consumer begin before the first batch."""
    async with target.transaction():
        await target.execute("truncate telemetry.policy")
        for table in COPIED:
            out = io.BytesIO()
            columns = [row["name"] for row in await source.fetch(_COLUMNS, table)]
            told = {"schema_name": "telemetry", "columns": columns, "format": "binary"}
            await source.copy_from_table(table, output=out, **told)
            out.seek(0)
            await target.copy_to_table(table, source=out, **told)
        await target.execute("insert into telemetry.last_value (series) select number from telemetry.series")
        names = [one.name for one in await tending.consumers(source)] + [rollups.CONSUMER]
        await target.execute(_CONSUMERS, sorted(set(names)), at)


def _cut(batches: Sequence[asyncpg.Record]) -> tuple[Sequence[asyncpg.Record], Sequence[asyncpg.Record]]:
    """Return the batches of one transaction, and the others."""
    size = end = 0
    while end < len(batches) and (not end or size + batches[end]["readings"] <= MOST):
        size, end = size + batches[end]["readings"], end + 1
    return batches[:end], batches[end:]


async def _again(
    source: asyncpg.Connection, folder: Path, target: asyncpg.Connection, part: Sequence[asyncpg.Record]
) -> int:
    told = await _readings(source, folder, part)
    for day in np.unique(told.at_us // rows.DAY_US):
        await target.execute("select telemetry.keep_day($1)", rows.instant(int(day) * rows.DAY_US).date())
    async with target.transaction():
        for row in part:
            await keep_again(target, _kept(told, row), row["recorded_at"])
    return len(told)


def _kept(told: Columns, row: asyncpg.Record) -> Kept:
    """Return a batch, if its readings are what was recorded. Raises Differs."""
    kept = told.of_batch(row["number"])
    if row["digest"] and rows.digest(kept.told, kept.flags, row["recorded_at"]) != row["digest"]:
        raise Differs(f"batch {row['number']} is not what was recorded")
    return kept


async def _readings(source: asyncpg.Connection, folder: Path, part: Sequence[asyncpg.Record]) -> Columns:
    """Return the readings of some batches, hot and from files, by series and instant."""
    first, last = min(row["first_at"] for row in part), max(row["last_at"] for row in part)
    numbers = [row["number"] for row in part]
    hot = await of_batches(source, numbers, first, last)
    days = [row for row in await source.fetch(sql("days")) if first.date() <= row["day"] <= last.date()]
    files = [str(folder / row["file"]) for row in days if row["file"] and not row["written"]]
    if not files:
        return hot
    with duckdb.connect() as duck:
        duck.execute("set timezone = 'UTC'")
        return hot.joined(lake.of_batches(duck, numbers, files))


async def _roll_up(target: asyncpg.Connection, at: datetime) -> None:
    told = ""
    while told != tending.CAUGHT_UP:
        told = await tending.tend_one(target, rollups.CONSUMER, at)
        while await rollups.roll_up(target):
            pass


_COLUMNS: Final = """
select column_name as name from information_schema.columns
where table_schema = 'telemetry' and table_name = $1 and is_generated = 'NEVER' order by ordinal_position"""
_CONSUMERS: Final = """
insert into telemetry.consumer (name, fell_behind_at, told_until) select name, $2, '-infinity'
from unnest($1::text[]) as name on conflict (name) do update
set fell_behind_at = excluded.fell_behind_at, told_until = excluded.told_until"""
_NUMBERS: Final = """
select setval(pg_get_serial_sequence('telemetry.' || name, 'number'), most) from (
    values ('batch', (select max(number)::bigint from telemetry.batch)),
           ('series', (select max(number) from telemetry.series)),
           ('hold', (select max(number) from telemetry.hold)),
           ('finding', (select max(number) from telemetry.finding))
) as told (name, most) where most is not null"""
