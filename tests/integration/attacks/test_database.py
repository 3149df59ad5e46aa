"""A web process that obeys an attacker: what its secret opens in the database, and what it does not."""

import psycopg
import pytest

from dothi.config.supervisor import postgres
from tests.support.ledgers import Ledger

LOGINS = [role for role in postgres.LOGINS if role != "dothi_migrate"]
STAMPS = {"bitemporal_take", "bitemporal_settle", "bitemporal_held"}
"""The only functions of the owner that others may call: they move the one stamp and name no table of ours."""
OUTBOX = [
    "delete from events_outbox",
    "update events_outbox set data = '{}'",
    "truncate events_outbox",
    "insert into events_outbox (id, type, subject, occurred_at, data, tx)"
    " values (gen_random_uuid(), 'x', 'x', now(), '{}', '3')",
    "insert into events_outbox (id, seq, type, subject, occurred_at, data) overriding system value"
    " values (gen_random_uuid(), 1, 'x', 'x', now(), '{}')",
    "insert into events_published (stream, done, cluster) values ('DOTHI', '9:9:', 1)",
    "delete from events_published",
    "update events_published set done = '9:9:'",
    "select * from events_published",
    "drop table events_outbox",
]


@pytest.fixture
def database(cluster: postgres.Cluster, fresh_database: str) -> Ledger:
    """A fresh database, reached as any role."""
    return Ledger(cluster, fresh_database)


class TestFunctionsOfTheOwner:
    def test_are_the_few_that_others_must_call(self, database: Ledger) -> None:
        callable_by_others = """
            select distinct proname from pg_proc join pg_namespace n on n.oid = pronamespace,
                unnest(%s::text[]) as role
            where prosecdef and nspname not in ('pg_catalog', 'information_schema')
              and has_function_privilege(role, pg_proc.oid, 'execute') and pg_get_userbyid(proowner) <> role
        """
        with database.connect(postgres.SUPERUSER) as connection:
            found = {name for (name,) in connection.execute(callable_by_others, [LOGINS])}
        assert found == STAMPS

    def test_look_for_tables_where_nobody_else_can_put_any(self, database: Ledger) -> None:
        query = """
            select proname from pg_proc join pg_namespace n on n.oid = pronamespace
            where prosecdef and nspname not in ('pg_catalog', 'information_schema')
              and not exists (select from unnest(proconfig) as told where told like 'search_path=%, pg_temp')
        """
        assert database.rows(query, postgres.SUPERUSER) == []

    @pytest.mark.parametrize("trigger", ["insert", "update", "delete"])
    @pytest.mark.parametrize("role", LOGINS)
    def test_are_attached_by_nobody_to_a_table_of_their_own(
        self, database: Ledger, role: str, trigger: str
    ) -> None:
        """Were temporary tables allowed once more, the triggers still would not follow."""
        database.tamper(f'grant temporary on database "{database.name}" to public')
        with database.connect(role) as connection:
            connection.execute("create temporary table agencies_unit (row_id uuid, recorded_at timestamptz)")
            attach = f"create trigger forge before {trigger} on pg_temp.agencies_unit for each row execute"
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(f"{attach} function public.bitemporal_on_{trigger}()".encode())

    @pytest.mark.parametrize("role", LOGINS)
    def test_are_shadowed_by_no_temporary_table(self, database: Ledger, role: str) -> None:
        with database.connect(role) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("create temporary table bitemporal_stamp (last timestamptz)")


class TestTheOutbox:
    @pytest.mark.parametrize("attack", OUTBOX)
    def test_is_only_added_to_by_the_web_process(self, database: Ledger, attack: str) -> None:
        with database.connect() as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(attack.encode())

    def test_is_only_relayed_by_the_publisher(self, database: Ledger) -> None:
        """Its secret opens the outbox and its own progress, and no other table."""
        query = """
            select relname from pg_class join pg_namespace n on n.oid = relnamespace
            where nspname = 'public' and relkind in ('r', 'p', 'v', 'm')
              and has_any_column_privilege('dothi_publish', pg_class.oid, 'select, insert, update')
        """
        assert {name for (name,) in database.rows(query, postgres.SUPERUSER)} == {
            "events_outbox", "events_published"
        }  # fmt: skip
        for statement in (
            "insert into events_outbox (id) values (gen_random_uuid())",
            "update events_outbox set id = id",
        ):
            with database.connect("dothi_publish") as c, pytest.raises(psycopg.errors.InsufficientPrivilege):
                c.execute(statement.encode())
