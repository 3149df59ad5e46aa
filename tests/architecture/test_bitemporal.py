"""Every bitemporal table keeps all of its columns in its past, and answers about the past whole."""

import pytest
from django.apps import apps
from django.db import connection

from dothi.foundation.bitemporal.facts import Fact

KINDS = [model for model in apps.get_models() if issubclass(model, Fact)]


def _columns(table: str) -> set[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select attname, format_type(atttypid, atttypmod) from pg_attribute"
            " where attrelid = to_regclass(%s) and attnum > 0 and not attisdropped",
            [table],
        )
        return set(cursor.fetchall())


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: str(kind._meta.label))
class TestBitemporalTables:
    def test_past_has_the_columns_of_the_present(self, kind: type[Fact]) -> None:
        table = kind._meta.db_table
        known = {("known", "tstzrange")}
        assert _columns(f"{table}_past") == _columns(table) | known
        assert _columns(table)

    def test_triggers_keep_what_is_deleted(self, kind: type[Fact]) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "select tgname from pg_trigger where tgrelid = to_regclass(%s) and tgenabled = 'O'",
                [kind._meta.db_table],
            )
            found = {name for (name,) in cursor.fetchall()}
        assert {"bitemporal_insert", "bitemporal_update", "bitemporal_delete"} <= found

    def test_application_role_may_only_read_the_past(self, kind: type[Fact]) -> None:
        with connection.cursor() as cursor:
            for right in ("insert", "update", "delete", "truncate"):
                past = f"{kind._meta.db_table}_past"
                cursor.execute("select has_table_privilege('dothi_app', %s, %s)", [past, right])
                assert cursor.fetchone() == (False,)
