"""Locking a dossier and writing an act, each in one round trip and without the cost of the mapper."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from dothi.dossiers.models import Dossier, Step
from dothi.foundation import statements
from dothi.foundation.statements import Statement
from dothi.procedures.types import Json

_SQL = Path(__file__).parent / "sql"
_WRITE = (_SQL / "write_act.sql").read_text()
_DONE = (_SQL / "done_on.sql").read_text()
COLUMNS = [field.attname for field in Dossier._meta.concrete_fields]
JSON = [COLUMNS.index(name) for name in ("provenance", "done_by")]
_LOCK = f"select {', '.join(COLUMNS)} from dossiers_dossier where id = %(id)s for update"  # noqa: S608 - names of a model

OF_DOSSIER = (
    "id", "code", "state", "revision", "proposal", "assignee_id", "duration", "calendar_version",
    "submitted_at", "due_at", "ended_at", "result_id", "touched_at",
)  # fmt: skip
OF_STEP = ("act", "effect", "actor_id", "post_id", "unit_id", "ground", "note")
"""What the statement takes as it is."""


def write_act(dossier: Dossier, step: Step) -> None:
    """Write `step`, which led to `dossier` as it is now; one statement under the caller's lock."""
    row: dict[str, Any] = {name: getattr(dossier, name) for name in OF_DOSSIER}
    row |= {name: getattr(step, name) for name in OF_STEP}
    row |= {"step_id": step.id, "done_by": Jsonb(dossier.done_by), "amount": _json(step.amount)}
    statements.write(_WRITE, row)


def locked(dossier_id: UUID, key: UUID) -> tuple[Dossier | None, UUID | None]:
    """
    Return the dossier, locked until the transaction ends, and the dossier on which the act `key` was done.

    Two statements in one round trip: the second must begin after the lock is held, or it would not see
    the same act by another hand that was just committed.
    """
    rows, done = statements.ask(Statement(_LOCK, {"id": dossier_id}), Statement(_DONE, {"key": key}))
    return (_dossier(rows[0]) if rows else None), (done[0][0] if done else None)


def _dossier(row: statements.Row) -> Dossier:
    values = list(row)
    for place in JSON:
        values[place] = json.loads(values[place])
    return Dossier.from_db("default", COLUMNS, values)


def _json(value: Mapping[str, Json] | None) -> Jsonb | None:
    return None if value is None else Jsonb(value)
