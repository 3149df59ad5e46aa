"""Writing an act: its step and the dossier's row in one statement, without the cost of the mapper."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.db import connection
from psycopg.types.json import Jsonb

from dothi.dossiers.models import Dossier, Step
from dothi.procedures.types import Json

_WRITE = (Path(__file__).parent / "sql" / "write_act.sql").read_text()

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
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, row)


def _json(value: Mapping[str, Json] | None) -> Jsonb | None:
    return None if value is None else Jsonb(value)
