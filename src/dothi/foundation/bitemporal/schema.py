"""
Migration operations that make a table bitemporal (PostgreSQL 18 temporal keys).

A migration that adds a column to a bitemporal table adds it to `<table>_past` too and makes
`<table>_known` anew; tests/architecture compares the two.
"""

from pathlib import Path

from django.db.migrations import RunSQL

_TABLE = Path(__file__).with_name("table.sql")


def bitemporal(table: str) -> RunSQL:
    """Give `table` its temporal key, its `_past`, its triggers and its `_known` function."""
    undo = f"drop function {table}_known(timestamptz); drop table {table}_past;"
    return RunSQL(_TABLE.read_text().replace("{table}", table), undo)


def period_key(table: str, column: str, target: str) -> RunSQL:
    """Demand that `target` holds the id in `column` on each day of a row's `valid`."""
    name = f"{table}_{column}_period"
    return RunSQL(
        f"alter table {table} add constraint {name} foreign key ({column}, period valid)"
        f" references {target} (id, period valid) deferrable initially deferred;",
        f"alter table {table} drop constraint {name};",
    )
