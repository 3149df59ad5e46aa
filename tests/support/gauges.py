"""Readings in the database of a test, as ingest keeps them: devices with their places, series, batches."""

import json
from collections.abc import Sequence
from datetime import datetime

import psycopg

PROFILES: dict[str, list[dict[str, object]]] = {
    "rain-gauge": [{"name": "rain", "unit": "mm", "interval_s": 600}],
    "level-gauge": [{"name": "level", "unit": "m", "interval_s": 600}],
    "flood-point": [{"name": "flooded", "unit": ""}],
    "air-station": [{"name": "pm25", "unit": "ug/m3", "interval_s": 3600}],
}
Value = tuple[datetime, float]


def told(
    connection: psycopg.Connection, device: str, profile: str, values: Sequence[Value], *,
    recorded_at: datetime, ward: str = "", place: tuple[float, float] | None = (105.85, 21.03),
    group: str = "",
) -> int:  # fmt: skip
    """Keep readings, as dothi_telemetry, as one batch known at `recorded_at`; return the series."""
    lon, lat = place or (None, None)
    measure = PROFILES[profile][0]["name"]
    with connection.transaction(), connection.cursor() as cursor:
        cursor.execute(
            "insert into telemetry.profile (name, measures) values (%s, %s) on conflict do nothing",
            [profile, json.dumps(PROFILES[profile])],
        )
        cursor.execute(_DEVICE, [device, profile, recorded_at, device, device, lon, lat, ward, group])
        cursor.execute(_SERIES, [device, measure])
        series = _number(cursor)
        first, last = min(at for at, _ in values), max(at for at, _ in values)
        cursor.execute(_BATCH, [recorded_at, len(values), first, last])
        batch = _number(cursor)
        for day in sorted({at.date() for at, _ in values}):
            cursor.execute("select telemetry.keep_day(%s)", [day])
        cursor.executemany(_READING, [[at, value, series, batch] for at, value in values])
        cursor.execute(_LAST, [series, *max(values), batch])
    return series


def _number(cursor: psycopg.Cursor) -> int:
    row = cursor.fetchone()
    assert row is not None
    return int(row[0])


_DEVICE = """
insert into telemetry.device (id, profile, created_at, name_vi, name_en, lon, lat, ward_code, group_name)
values (%s, %s, %s, %s, %s, %s, %s, %s, %s) on conflict do nothing
"""
_SERIES = """
insert into telemetry.series (device, name) values (%s, %s)
on conflict (device, name) do update set name = excluded.name returning number
"""
_BATCH = """
insert into telemetry.batch (recorded_at, readings, first_at, last_at) values (%s, %s, %s, %s)
returning number
"""
_READING = "insert into telemetry.reading (at, value, series, batch) values (%s, %s, %s, %s)"
_LAST = """
insert into telemetry.last_value (series, at, value, batch) values (%s, %s, %s, %s)
on conflict (series) do update set at = excluded.at, value = excluded.value, batch = excluded.batch
where telemetry.last_value.at is null or telemetry.last_value.at < excluded.at
"""
