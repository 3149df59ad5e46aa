"""The secrets of the web process open no way to change what the ledger holds."""

import contextlib
import subprocess
import time
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from django.db import transaction

from dothi.config.supervisor import postgres
from dothi.foundation.keys.actions import _cache, forget_keys, root_keys, seal, unseal
from dothi.foundation.keys.errors import SubjectErased
from dothi.foundation.ledger.actions import record
from dothi.foundation.ledger.erasing import erase
from dothi.foundation.ledger.queries import proof, reads_of
from dothi.foundation.ledger.receipts import verify
from dothi.foundation.ledger.types import ActorRef
from dothi.kernel.ids import new_id
from tests.support.ledgers import AT, NODE, PERSON, SIGNER, Ledger, an_entry

TABLES = ["ledger_entry", "ledger_link", "ledger_leaf", "ledger_tile", "ledger_checkpoint"]
COLUMN = {
    **dict(zip(TABLES, ["act", "seed", "hash", "data", "note"], strict=True)),
    "keys_subject_key": "wrapped", "keys_erasure": "law",
}  # fmt: skip

ATTACKS = [
    "update {table} set {column} = {column}",
    "delete from {table}",
    "truncate {table}",
    "truncate {table} cascade",
    "drop table {table}",
    "drop table {table} cascade",
    "alter table {table} add column evil text",
    "alter table {table} rename to gone",
    "alter table {table} owner to dothi_app",
    "alter table {table} disable trigger all",
    "alter table {table} disable row level security",
    "create trigger evil before insert on {table} for each row execute function"
    " suppress_redundant_updates_trigger()",
    "create rule evil as on insert to {table} do instead nothing",
    "create policy evil on {table} using (true)",
    "create index evil on {table} ({column})",
    "create unique index evil on {table} ({column})",
    "lock table {table} in access exclusive mode",
    "comment on table {table} is 'evil'",
    "select * from {table} for update",
    "merge into {table} as t using (select 1) on true when matched then delete",
    "cluster {table}",
    "reindex table {table}",
    "copy {table} from program 'true'",
    "copy {table} from '/etc/passwd'",
    "copy {table} to program 'true'",
]
ROLES = [
    "set role dothi_owner",
    "set role dothi_seal",
    "set role dothi_erase",
    "set role postgres",
    "set session authorization dothi_owner",
    "grant dothi_owner to dothi_app",
    "alter role dothi_app superuser",
    "create role evil",
    "set session_replication_role = replica",
    "alter system set fsync = off",
    "alter database {database} owner to dothi_app",
    "alter default privileges for role dothi_owner grant all on tables to dothi_app",
    "create function public.evil() returns int language sql security definer as 'select 1'",
    "create schema evil",
    "create table public.evil (x int)",
    "create view public.evil as select 1",
    "create extension dblink",
    "create event trigger evil on ddl_command_end execute function pg_catalog.now()",
    "reassign owned by dothi_owner to dothi_app",
    "drop owned by dothi_owner",
    "select lo_import('/etc/passwd')",
    "select pg_read_file('/etc/passwd')",
    "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'postgres'",
    "select rolpassword from pg_authid",
]
ONLY_THE_SEQUENCER = [
    "insert into ledger_leaf values (0, gen_random_uuid(), sha256('x'))",
    "insert into ledger_tile values (0, 0, repeat('x', 8192)::bytea, sha256('x'))",
    "insert into ledger_checkpoint values (1, sha256('x'), 'x', now(), '1:1:', 1)",
    "copy ledger_leaf from stdin",
    "insert into ledger_entry (id, kind, act, object, recorded_at, body, tx)"
    " values (gen_random_uuid(), 'act', 'x', 'x', now(), 'x', '3')",
    "insert into ledger_entry (id, kind, act, object, recorded_at, body) select id, kind, act, object,"
    " recorded_at, body from ledger_entry on conflict (id) do update set body = 'evil'",
]


class TestTheWebProcess:
    @pytest.mark.parametrize("table", TABLES)
    def test_may_only_add_to_the_ledger_and_read_it(self, ledger: Ledger, table: str) -> None:
        _sealed(ledger)
        assert _allowed(ledger, [on(attack, table) for attack in ATTACKS]) == []

    @pytest.mark.parametrize("role", ["dothi_app", "dothi_seal", "dothi_erase"])
    def test_can_grant_itself_nothing(self, ledger: Ledger, role: str) -> None:
        """PostgreSQL answers a grant without rights by a warning, so look at what came of it."""
        for table in TABLES:
            with (
                ledger.connect(role, autocommit=True) as connection,
                contextlib.suppress(psycopg.errors.InsufficientPrivilege),
            ):
                connection.execute(f"grant update on {table} to {role}".encode())
            held = f"select has_any_column_privilege('{role}', '{table}', 'update')"
            assert ledger.rows(held) == [(False,)]

    def test_can_become_nobody_else_and_own_nothing(self, ledger: Ledger) -> None:
        assert _allowed(ledger, [attack.format(database=ledger.name) for attack in ROLES]) == []

    def test_writes_no_tree_and_hides_no_entry(self, ledger: Ledger) -> None:
        _sealed(ledger)
        assert _allowed(ledger, ONLY_THE_SEQUENCER) == []

    @pytest.mark.parametrize("table", ["keys_subject_key", "keys_erasure"])
    def test_changes_and_deletes_no_subject_key(self, ledger: Ledger, table: str) -> None:
        assert _allowed(ledger, [on(attack, table) for attack in ATTACKS]) == []

    def test_cannot_hide_the_ledger_behind_a_temporary_table(self, ledger: Ledger) -> None:
        assert _allowed(ledger, ["create temporary table ledger_entry (id uuid)"]) == []


class TestTheSequencer:
    @pytest.mark.parametrize("table", TABLES)
    def test_changes_nothing_that_it_wrote(self, ledger: Ledger, table: str) -> None:
        _sealed(ledger)
        assert _allowed(ledger, [on(attack, table) for attack in ATTACKS], "dothi_seal") == []


class TestErase:
    @pytest.mark.parametrize("table", TABLES)
    def test_deletes_links_and_keys_and_nothing_else(self, ledger: Ledger, table: str) -> None:
        _sealed(ledger)
        # Whoever may delete may also lock; neither changes an entry or the tree.
        its_own = ("delete", "lock", "merge") if table == "ledger_link" else ()
        attacks = [on(attack, table) for attack in ATTACKS if not attack.startswith(its_own)]
        assert _allowed(ledger, attacks, "dothi_erase") == []

    def test_makes_a_person_unreadable_and_leaves_the_tree_whole(self, ledger: Ledger) -> None:
        person, entry = new_id(), an_entry()
        with transaction.atomic():
            sealed = seal(person, b"Nguyen Van An", "test")
            record(an_entry(entry.id, [person, PERSON]))
        _sealed(ledger)
        with ledger.connect("dothi_erase") as connection:
            erased = _erase(connection, person)
            assert _erase(connection, person) is None
        forget_keys()
        assert erased == 1
        with pytest.raises(SubjectErased) as refused:
            unseal(person, sealed, "test")
        assert refused.value.facts["law"] == "Law 91/2025/QH15, art. 14"
        with pytest.raises(SubjectErased), transaction.atomic():
            seal(person, b"again", "test")
        _sealed(ledger)
        receipt = proof(entry.id, disclose_to=[person, PERSON])
        assert [link.person for link in verify(receipt, [SIGNER.public_key]).persons] == [PERSON]
        assert reads_of(person) == []
        assert ledger.rows("select act from ledger_entry where act = 'keys.erase'") == [("keys.erase",)]

    def test_forgets_the_key_in_memory_within_a_minute(
        self, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        person = new_id()
        sealed = seal(person, b"Nguyen Van An", "test")
        unseal(person, sealed, "test")
        with ledger.connect("dothi_erase") as connection:
            _erase(connection, person)
        moved = time.monotonic() + 61
        monkeypatch.setattr("dothi.foundation.keys.actions.time.monotonic", lambda: moved)
        with pytest.raises(SubjectErased):
            unseal(person, sealed, "test")
        other = new_id()
        unseal(other, seal(other, b"Le Van Binh", "test"), "test")
        assert person not in _cache

    def test_a_key_of_a_transaction_that_rolled_back_is_not_kept(self, ledger: Ledger) -> None:
        person = new_id()
        with transaction.atomic():
            seal(person, b"first", "test")
            transaction.set_rollback(True)
        sealed = seal(person, b"second", "test")
        forget_keys()
        assert unseal(person, sealed, "test") == b"second"


class TestDump:
    def test_without_the_root_key_shows_no_known_person(self, ledger: Ledger, tmp_path: Path) -> None:
        person, name, number = new_id(), "Nguyễn Thị Hoàn Kiếm", "001095012345"
        with transaction.atomic():
            sealed = seal(person, f"{name} {number}".encode(), "identity.person")
            record(an_entry(subjects=[person]))
        with ledger.connect(postgres.SUPERUSER, autocommit=True) as connection:
            connection.execute("create table kept (sealed bytea, blind bytea)")
            connection.execute(
                "insert into kept values (%s, %s)", [sealed, root_keys().blind(number, "personal_number")]
            )
        dump = _dump(ledger, tmp_path)
        assert "ledger_link" in dump
        for secret in (name, number, name.encode().hex(), number.encode().hex()):
            assert secret not in dump
        assert root_keys().versions[1].hex() not in dump
        # The person's id stands beside the key that it owns, and nowhere in the ledger.
        ledger_part = dump[dump.index("COPY public.ledger_entry") :]
        assert str(person) not in ledger_part
        assert str(person).encode().hex() not in ledger_part


def _sealed(ledger: Ledger) -> None:
    ledger.write(3)
    with ledger.sequencer() as sequencer:
        sequencer.seal_all()


def _erase(connection: psycopg.Connection[tuple[object, ...]], person: UUID) -> int | None:
    return erase(
        connection, root_keys(), person, actor=ActorRef("system", service="test"), authority="1/QD",
        law="Law 91/2025/QH15, art. 14", node=NODE, at=AT,
    )  # fmt: skip


def on(attack: str, table: str) -> str:
    """Return the attack as it is made on this table."""
    return attack.format(table=table, column=COLUMN[table])


def _allowed(ledger: Ledger, statements: list[str], role: str = "dothi_app") -> list[str]:
    """Return what the server lets `role` do; what it refuses for another reason than rights raises."""
    return [statement for statement in statements if not _refused(ledger, statement, role)]


def _refused(ledger: Ledger, statement: str, role: str) -> bool:
    with ledger.connect(role, autocommit=not statement.startswith("lock")) as connection:
        try:
            connection.execute(statement.encode())
        except psycopg.errors.InsufficientPrivilege:
            return True
    return False


def _dump(ledger: Ledger, tmp_path: Path) -> str:
    program = ledger.cluster.runtime.postgres_bin / "pg_dump"
    dsn = ledger.cluster.dsn(postgres.SUPERUSER, ledger.name)
    return subprocess.run([program, dsn], check=True, capture_output=True, text=True, cwd="/").stdout
