"""Walls between rooms in the database: foreign keys, the graph of migrations, what may be changed."""

from collections import defaultdict

import pytest
from django.apps import apps
from django.db import connection, models
from django.db.migrations.loader import MigrationLoader

from tests.architecture.sources import PACKAGE

ROOMS = [
    config.label
    for config in apps.get_app_configs()
    if (PACKAGE.parent / config.name.replace(".", "/")).is_dir()
]
WALL = [apps.get_app_config(label).name for label in ROOMS]

INSERT_ONLY = {
    "ledger_entry", "ledger_link", "ledger_leaf", "ledger_tile", "ledger_checkpoint",
    "keys_subject_key", "keys_erasure", "vault_reuse", "dossiers_step",
    "agencies_calendarversion", "procedures_procedureversion",
    "incidents_entry", "incidents_joinedalert", "incidents_unitstatus", "incidents_unitposition",
    "incidents_warningstep", "incidents_warningmessage", "incidents_roadgraph",
    "alerts_ruleversion", "alerts_step",
}  # fmt: skip
DJANGO = ("auth_", "django_")
ADD_AND_CLEAR = {"events_outbox", "events_published", "events_handled", "files_file"}
UNTOUCHABLE = {"ledger_leaf", "ledger_tile", "ledger_checkpoint"}


class TestForeignKeys:
    def test_stay_inside_their_room(self) -> None:
        crossing = [
            f"{model._meta.label}.{field.name} -> {field.related_model._meta.label}"
            for label in ROOMS
            for model in apps.get_app_config(label).get_models()
            for field in model._meta.get_fields()
            if isinstance(field, models.ForeignKey) and isinstance(field.related_model, type)
            if field.related_model._meta.app_label != label
        ]
        assert not crossing

    @pytest.mark.usefixtures("db")
    def test_of_the_database_do_the_same(self) -> None:
        """SQL in migrations can name a table that no model names."""
        with connection.cursor() as cursor:
            cursor.execute(
                "select conrelid::regclass::text, confrelid::regclass::text from pg_constraint"
                " where contype = 'f' and connamespace = 'public'::regnamespace order by 1, 2"
            )
            keys = cursor.fetchall()
        assert keys
        assert not [
            f"{origin} -> {target}"
            for origin, target in keys
            if _room(origin) != _room(target) and not origin.startswith(DJANGO)
        ]


class TestMigrations:
    def test_of_a_room_are_one_line_with_one_end(self) -> None:
        loader = MigrationLoader(None)
        assert not loader.detect_conflicts()
        following: dict[tuple[str, str], list[str]] = defaultdict(list)
        for (label, name), migration in loader.disk_migrations.items():
            for parent in migration.dependencies:
                if label in ROOMS and parent[0] == label:
                    following[parent].append(name)
        assert not {parent: names for parent, names in following.items() if len(names) > 1}

    def test_are_named_by_what_they_do(self) -> None:
        names = [name for label, name in MigrationLoader(None).disk_migrations if label in ROOMS]
        assert len(names) >= 10
        assert not [name for name in names if "_auto_" in name or name.endswith("_initial")]


@pytest.mark.usefixtures("db")
class TestPrivileges:
    @pytest.mark.parametrize("table", sorted(INSERT_ONLY))
    def test_let_the_application_change_no_record(self, table: str) -> None:
        assert _rights(table) <= {"select", "insert"}

    @pytest.mark.parametrize("table", sorted(UNTOUCHABLE))
    def test_let_the_application_add_nothing_to_the_tree(self, table: str) -> None:
        assert "insert" not in _rights(table)

    @pytest.mark.parametrize("table", sorted(ADD_AND_CLEAR))
    def test_let_the_application_clear_but_not_rewrite(self, table: str) -> None:
        assert not _rights(table) & {"update", "truncate"}

    def test_let_the_application_own_nothing(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("select count(*) from pg_class where relowner = 'dothi_app'::regrole")
            assert cursor.fetchone() == (0,)


def _room(table: str) -> str:
    """Return the room of a table: the longest label that its name begins with."""
    name = table.removeprefix("public.").strip('"')
    found = [label for label in ROOMS if name.startswith(f"{label}_")]
    return max(found, key=len) if found else name.split("_")[0]


def _rights(table: str) -> set[str]:
    """Return what dothi_app may do, on the table or on any of its columns."""
    rights = ("select", "insert", "update", "delete", "truncate")
    with connection.cursor() as cursor:
        cursor.execute("select to_regclass(%s) is not null", [table])
        assert cursor.fetchone() == (True,), f"there is no table {table}"
        cursor.execute(
            "select r from unnest(%s::text[]) as r where has_table_privilege('dothi_app', %s, r)"
            " or r in ('select', 'insert', 'update') and has_any_column_privilege('dothi_app', %s, r)",
            [list(rights), table, table],
        )
        return {right for (right,) in cursor.fetchall()}
