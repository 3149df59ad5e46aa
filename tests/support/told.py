"""Readings for tests, kept by the role of ingest: committed, so in a database of the test's own."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import psycopg

from dothi.config.supervisor import postgres
from tests.support.center import HOAN_KIEM

Telemetry = psycopg.Connection[tuple[object, ...]]


@contextmanager
def telemetry_of(cluster: postgres.Cluster, database: str) -> Iterator[Telemetry]:
    """Give the block a connection of the role of ingest."""
    with psycopg.connect(cluster.dsn("dothi_telemetry", database), autocommit=True) as connection:
        yield connection


def tell(
    telemetry: Telemetry, device: str, name: str, value: float,
    at: datetime, ward: str = HOAN_KIEM,
) -> None:  # fmt: skip
    """Keep one reading, as ingest does: the reading and the last value."""
    telemetry.execute(
        "insert into telemetry.profile (name, measures) values ('p', '[]') on conflict do nothing"
    )
    telemetry.execute(
        "insert into telemetry.device (id, profile, created_at, name_vi, name_en, ward_code, group_name)"
        " values (%(id)s, 'p', now(), %(vi)s, %(id)s, %(ward)s, 'generated') on conflict do nothing",
        {"id": device, "vi": f"Trạm {device}", "ward": ward},
    )
    telemetry.execute(
        "insert into telemetry.series (device, name) values (%s, %s) on conflict do nothing", [device, name]
    )
    telemetry.execute("select telemetry.keep_day(%s)", [at.date()])
    found = telemetry.execute(
        "insert into telemetry.batch (recorded_at, readings) values (%s, 1) returning number", [at]
    ).fetchone()
    series = telemetry.execute(
        "select number from telemetry.series where device = %s and name = %s", [device, name]
    ).fetchone()
    assert found is not None
    assert series is not None
    row = {"at": at, "value": value, "series": series[0], "batch": found[0]}
    telemetry.execute(
        "insert into telemetry.reading (at, value, series, batch)"
        " values (%(at)s, %(value)s, %(series)s, %(batch)s)",
        row,
    )
    telemetry.execute(
        "insert into telemetry.last_value (series, at, value, batch)"
        " values (%(series)s, %(at)s, %(value)s, %(batch)s)"
        " on conflict (series) do update set at = excluded.at, value = excluded.value",
        row,
    )
