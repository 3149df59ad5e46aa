"""
DuckDB over hot days and files: one table `reading`, the same answer wherever a day stands.

    reading(observed_at, device, name, value, words, flags, series, batch, recorded_at)

Names of tables below are this room's own. A sum of floating-point numbers depends on their order, which
DuckDB does not promise: who wants the same last digit everywhere adds decimals.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final

import asyncpg
import duckdb
import numpy as np

from dothi.telemetry.archive.hot import Columns, columns
from dothi.telemetry.store.statements import sql

Lake = duckdb.DuckDBPyConnection
HOUR: Final = timedelta(hours=1)
FIELDS: Final = "observed_at, device, name, value, words, flags, series, batch, recorded_at"
COLUMNS: Final = "epoch_us(observed_at) as at_us, series, value, words, flags, batch"
READING: Final = """
    create table {name} (
        observed_at timestamptz, device varchar, name varchar, value double, words varchar, flags smallint,
        series integer, batch integer, recorded_at timestamptz
    )"""
FILL: Final = """
    insert into {name}
    select make_timestamptz(told.at_us), series.device, series.name, if(isnan(told.value), null, told.value),
           told.words, told.flags, told.series, told.batch, make_timestamptz(batch.recorded_us)
    from told join series on series.number = told.series join batch on batch.number = told.batch"""
ONCE: Final = "qualify row_number() over (partition by series, observed_at order by batch) = 1"


async def opened(
    connection: asyncpg.Connection, folder: Path, first: date, last: date,
    series: Sequence[int] | None = None,
) -> Lake:  # fmt: skip
    """
    Return DuckDB with `reading`: the days (UTC) from first to last, of some series where they are told.

    Days that PostgreSQL has are read from it; of days that left it, the files below `folder`. Nothing else of
    the machine can be read through it.
    """
    lake = duckdb.connect()
    lake.execute("set timezone = 'UTC'")
    lake.execute(READING.format(name="hot"))
    days = [row for row in await connection.fetch(sql("days")) if first <= row["day"] <= last]
    for row in days:
        if row["hot"]:
            await load(lake, "hot", connection, row["day"], series)
    files = [str(folder / row["file"]) for row in days if row["file"] and not row["written"]]
    _make_view(lake, files, series)
    lake.execute("set allowed_directories = ?", [[str(folder)]])
    lake.execute("set enable_external_access = false")
    lake.execute("set lock_configuration = true")
    return lake


def _make_view(lake: Lake, files: Sequence[str], series: Sequence[int] | None) -> None:
    parts = [f"select {FIELDS} from hot"]  # noqa: S608 - names of ours
    if files:
        told = ", ".join(_quoted(file) for file in files)
        some = "" if series is None else f" where series in ({', '.join(map(str, [*series, -1]))})"
        parts.append(f"select {FIELDS} from read_parquet([{told}]){some}")  # noqa: S608 - quoted
    once = ONCE if files else ""
    lake.execute(f"create view reading as select * from ({' union all '.join(parts)}) {once}")  # noqa: S608 - as above


def _quoted(text: object) -> str:
    return "'" + str(text).replace("'", "''") + "'"


def add_file(lake: Lake, table: str, file: Path) -> None:
    """Add what a file holds to a table."""
    lake.execute(f"insert into {table} select {FIELDS} from read_parquet(?)", [str(file)])  # noqa: S608 - ours


def write(lake: Lake, table: str, file: Path) -> None:
    """Write a table's readings to a file (Parquet, zstd), each once, by series and instant."""
    query = f"select * from {table} {ONCE} order by series, observed_at"  # noqa: S608 - a name of ours
    lake.execute(f"copy ({query}) to {_quoted(file)} (format parquet, compression zstd)")


def many(lake: Lake, file: Path) -> int:
    """Return how many readings a file holds."""
    return int(lake.execute("select count(*) from read_parquet(?)", [str(file)]).fetchall()[0][0])


def many_once(lake: Lake, table: str) -> int:
    """Return how many different readings a table holds."""
    query = f"select count(*) from (select series from {table} {ONCE})"  # noqa: S608 - a name of ours
    return int(lake.execute(query).fetchall()[0][0])


async def load(
    lake: Lake, table: str, connection: asyncpg.Connection, day: date, series: Sequence[int] | None = None
) -> int:
    """Add a day's readings of PostgreSQL to a table of DuckDB, hour by hour; returns how many there are."""
    await _load_names(lake, connection)
    many = 0
    begin = datetime.combine(day, time(), UTC)
    for hour in range(24):
        part = await columns(connection, begin + hour * HOUR, begin + (hour + 1) * HOUR, series)
        many += len(part)
        if len(part):
            lake.register("told", vars(part))
            lake.execute(FILL.format(name=table))
            lake.unregister("told")
    return many


async def _load_names(lake: Lake, connection: asyncpg.Connection) -> None:
    """Know the names of series and the instants of batches, as they are now."""
    for name, query in NAMES.items():
        rows = await connection.fetch(query)
        told = {key: np.array([row[key] for row in rows]) for key in (rows[0].keys() if rows else ())}
        lake.execute(f"drop table if exists {name}")
        if told:
            lake.register("told", told)
            lake.execute(f"create table {name} as select * from told")  # noqa: S608 - a name of ours
            lake.unregister("told")
        else:
            lake.execute(f"create table {name} {EMPTY[name]}")


NAMES: Final = {
    "series": "select number, device, name from telemetry.series",
    "batch": """
        select number, (extract(epoch from recorded_at) * 1000000)::bigint as recorded_us
        from telemetry.batch""",
}
EMPTY: Final = {
    "series": "(number integer, device varchar, name varchar)",
    "batch": "(number integer, recorded_us bigint)",
}


def of_batches(lake: Lake, batches: Sequence[int], files: Sequence[str] | None = None) -> Columns:
    """Return the readings of batches, in files where they are told, as columns by series and instant."""
    place = "reading" if files is None else f"read_parquet([{', '.join(map(_quoted, files))}])"
    told = lake.execute(
        f"select {COLUMNS} from {place} where list_contains(?, batch) order by series, observed_at",  # noqa: S608 - quoted
        [list(batches)],
    )
    return _columns(told)


def read_back(lake: Lake, file: Path, from_at: datetime, to_at: datetime) -> Columns:
    """Return what a file holds of [from_at, to_at), as columns by series and instant."""
    answer = lake.execute(
        f"select {COLUMNS} from read_parquet(?) where observed_at >= ? and observed_at < ?"  # noqa: S608 - ours
        " order by series, observed_at",
        [str(file), from_at, to_at],
    )
    return _columns(answer)


def _columns(answer: Lake) -> Columns:
    told = answer.fetchnumpy()
    value = np.ma.filled(np.ma.asarray(told["value"], np.float64), np.nan)
    words = np.array(
        [None if one is np.ma.masked else one for one in np.ma.asarray(told["words"], object)], object
    )
    plain: dict[str, Any] = {key: np.asarray(told[key]) for key in ("at_us", "series", "flags", "batch")}
    return Columns(plain["at_us"], plain["series"], value, words, plain["flags"], plain["batch"])
