"""Locking a dossier and writing an act, each in one round trip and without the cost of the mapper."""

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


def write_draft(dossier: Dossier) -> None:
    """Write what a person wrote into a draft, and when; one statement under the caller's lock."""
    statements.write(
        "update dossiers_dossier set answers = %(answers)s, provenance = %(provenance)s,"
        " touched_at = %(touched_at)s where id = %(id)s",
        {"id": dossier.id, "answers": dossier.answers, "provenance": Jsonb(dossier.provenance),
         "touched_at": dossier.touched_at},
    )  # fmt: skip


def locked(dossier_id: UUID, key: UUID) -> tuple[Dossier | None, UUID | None]:
    """
    Return the dossier, locked until the transaction ends, and the dossier on which the act `key` was done.

    Two statements in one round trip: the second must begin after the lock is held, or it would not see
    the same act by another hand that was just committed.
    """
    lock = statements.rows_of(Dossier, "where id = %(id)s for update", {"id": dossier_id})
    rows, done = statements.ask(lock, Statement(_DONE, {"key": key}))
    return next(iter(statements.made(Dossier, rows)), None), (done[0][0] if done else None)


def _json(value: Mapping[str, Json] | None) -> Jsonb | None:
    return None if value is None else Jsonb(value)
