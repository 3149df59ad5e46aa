"""Whose the schemas of the processes without Django are, and what others may do in them."""

import contextlib
from collections.abc import Iterator

import psycopg
import pytest

from dothi.config.supervisor import postgres, schemas
from tests.support.prepared import TEMPLATE

OF_ACTS = {"device", "profile", "twin", "hold"}
OF_CONSUMERS = {"consumer", "pending"}
CHANGES = ("insert", "update", "delete", "truncate")


@contextlib.contextmanager
def _as(cluster: postgres.Cluster, role: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(cluster.dsn(role, TEMPLATE)) as connection:
        yield connection
        connection.rollback()


def _tables(connection: psycopg.Connection, schema: str) -> list[str]:
    told = connection.execute("select tablename from pg_tables where schemaname = %s order by 1", [schema])
    return [name for (name,) in told.fetchall()]


def _columns(connection: psycopg.Connection, schema: str) -> list[tuple[object, ...]]:
    told = "select table_name, column_name, data_type from information_schema.columns where table_schema = %s"
    return connection.execute(f"{told} order by 1, 2", [schema]).fetchall()


def _may(connection: psycopg.Connection, table: str) -> set[str]:
    told = connection.execute(
        "select r from unnest(%s::text[]) as r where has_table_privilege(%s, r)", [list(CHANGES), table]
    )
    return {right for (right,) in told.fetchall()}


class TestSchemas:
    @pytest.mark.parametrize(("schema", "owner"), schemas.OWNERS.items())
    def test_belong_to_the_role_of_their_process(
        self, cluster: postgres.Cluster, schema: str, owner: str
    ) -> None:
        with _as(cluster, owner) as connection:
            told = connection.execute(
                "select distinct tableowner from pg_tables where schemaname = %s", [schema]
            ).fetchall()
        assert told == [(owner,)]

    @pytest.mark.parametrize(("schema", "owner"), schemas.OWNERS.items())
    def test_are_left_in_peace_once_they_are_made(
        self, cluster: postgres.Cluster, schema: str, owner: str
    ) -> None:
        dsn = cluster.dsn(owner, TEMPLATE)
        with _as(cluster, owner) as reader:
            for table in _tables(reader, schema):
                reader.execute(f'lock table {schema}."{table}" in access share mode')
            schemas.make_tables(schema, f"{dsn}?lock_timeout=1ms")

    @pytest.mark.parametrize(("schema", "owner"), schemas.OWNERS.items())
    def test_are_made_again_without_harm(self, cluster: postgres.Cluster, schema: str, owner: str) -> None:
        with _as(cluster, owner) as connection:
            before = _columns(connection, schema)
            connection.execute(f"comment on schema {schema} is 'other words'")
            connection.commit()
            schemas.make_tables(schema, cluster.dsn(owner, TEMPLATE))
            assert before
            assert _columns(connection, schema) == before

    def test_can_be_read_by_the_pages_whole(self, cluster: postgres.Cluster) -> None:
        with _as(cluster, "dothi_app") as connection:
            for schema in schemas.OWNERS:
                for table in _tables(connection, schema):
                    connection.execute(f'select from {schema}."{table}" limit 1')

    def test_let_the_pages_change_what_acts_are_about_and_no_reading(self, cluster: postgres.Cluster) -> None:
        with _as(cluster, "dothi_app") as connection:
            for schema in schemas.OWNERS:
                for table in _tables(connection, schema):
                    may = _may(connection, f"{schema}.{table}")
                    if schema == "telemetry" and table in OF_ACTS:
                        assert "truncate" not in may, table
                        assert table == "twin" or "delete" not in may, table
                    elif schema == "telemetry" and table in OF_CONSUMERS:
                        assert "truncate" not in may, table
                    else:
                        assert may == set(), table

    @pytest.mark.parametrize(
        ("role", "statement"),
        [
            ("dothi_telemetry", "select from context.entity"),
            ("dothi_telemetry", "select from public.ledger_entry"),
            ("dothi_context", "insert into telemetry.device default values"),
            ("dothi_context", "select from public.ledger_entry"),
            ("dothi_context", "select from public.keys_subject_key"),
            ("dothi_seal", "select from telemetry.reading"),
        ],
    )
    def test_are_closed_to_each_other(self, cluster: postgres.Cluster, role: str, statement: str) -> None:
        with _as(cluster, role) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(statement)

    def test_give_a_partition_of_a_new_day_to_its_readers_beside_whom_it_is_made(
        self, cluster: postgres.Cluster
    ) -> None:
        with _as(cluster, "dothi_app") as reader, _as(cluster, "dothi_telemetry") as connection:
            reader.execute("select from telemetry.reading limit 1")
            connection.execute("set local lock_timeout = '1ms'")
            connection.execute("select telemetry.keep_day('2031-01-01')")
            connection.execute("savepoint made")
            told = connection.execute(
                "select has_table_privilege('dothi_app', 'telemetry.reading_2031_01_01', 'select')"
            ).fetchone()
        assert told == (True,)
