"""Digests of readings get their entries in the ledger, once."""

import psycopg
from django.db import connection

from dothi.config.supervisor import postgres
from dothi.registers.devices.tasks import record_digests


def entries() -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select object, convert_from(body, 'UTF8') from ledger_entry where act = %s",
            ["devices.digest_readings"],
        )
        return list(cursor.fetchall())


class TestRecordDigests:
    def test_records_each_hour_once(self, cluster: postgres.Cluster, fresh_database: str) -> None:
        with psycopg.connect(cluster.dsn("dothi_telemetry", fresh_database)) as telemetry:
            telemetry.execute(
                "insert into telemetry.digest (hour, batches, readings, root, made_at)"
                " values ('2026-11-22 08:00+00', 3, 12, decode(repeat('ab', 32), 'hex'), now())"
            )
        record_digests()
        record_digests()
        [(name, facts)] = entries()
        assert name.endswith(":readings:2026-11-22T08Z")
        assert "ab" * 32 in facts
