"""
Incidents and their timelines, as they were at a moment and as they were known.

`known_at` None means what the node knows now: so “as it was” is `incidents_at(t)`, and “as it was
known” is `incidents_at(t, t)`.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from json import loads
from pathlib import Path
from typing import Any
from uuid import UUID

from dothi.foundation.statements import Statement, ask
from dothi.incidents.errors import IncidentNotFound
from dothi.incidents.types import (
    EntryKind,
    EntryRow,
    IncidentId,
    IncidentRow,
    Origin,
    Place,
    ResponseUnitId,
    State,
)
from dothi.kernel.ids import UnitId

_SQL = Path(__file__).parents[1] / "sql"
_AT = (_SQL / "incidents_at.sql").read_text(encoding="utf-8")
_TIMELINE = (_SQL / "timeline.sql").read_text(encoding="utf-8")
MOST = 500
FAR = datetime(9999, 1, 1, tzinfo=UTC)
"""Later than anything is known: what the node knows now."""
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def incidents_at(
    at: datetime,
    known_at: datetime | None = None,
    *,
    closed_within: timedelta = timedelta(),
    limit: int = MOST,
) -> list[IncidentRow]:
    """
    Return the incidents that were open at `at` by what was known at `known_at`, and those
    closed at most `closed_within` before.

    The gravest first, then the longest open, then id; at most `limit`; one statement.
    """
    return _asked(at, known_at, at - closed_within, limit)


def incident(incident_id: IncidentId, at: datetime, known_at: datetime | None = None) -> IncidentRow:
    """Return one incident as it stood, closed ones too; one statement. Raises IncidentNotFound."""
    found = _asked(at, known_at, LONG_AGO, 1, incident_id)
    if not found:
        raise IncidentNotFound
    return found[0]


def timeline(
    incident_id: IncidentId, at: datetime, known_at: datetime | None = None, *, limit: int = 1000
) -> list[EntryRow]:
    """
    Return the lines of an incident and of all that were merged into it, in the order in which they happened.

    Then by when they were recorded, number and id; at most `limit`; one statement. Empty where there is none.
    """
    asked = {"id": incident_id, "at": at, "known_at": known_at or FAR, "limit": limit}
    return [_entry(row) for row in ask(Statement(_TIMELINE, asked))[0]]


def _asked(
    at: datetime, known_at: datetime | None, since: datetime, limit: int, incident_id: UUID | None = None
) -> list[IncidentRow]:
    asked = {"at": at, "known_at": known_at or FAR, "since": since, "limit": limit, "id": incident_id}
    return [_row(row) for row in ask(Statement(_AT, asked))[0]]


def _row(row: Sequence[Any]) -> IncidentRow:
    (
        key,
        code,
        type_,
        severity,
        state,
        title,
        lon,
        lat,
        ward,
        origin,
        unit,
        opened,
        changed,
        into,
        revision,
    ) = row
    return IncidentRow(
        IncidentId(key), code, type_, severity, State(state), title, Place(lon, lat, ward), Origin(origin),
        UnitId(unit), opened, changed, IncidentId(into) if into else None, revision,
    )  # fmt: skip


def _entry(row: Sequence[Any]) -> EntryRow:
    key, number, kind, occurred, recorded, state, severity, post, unit, alert, warning, note, facts = row
    return EntryRow(
        key, number, EntryKind(kind), occurred, recorded, State(state) if state else None, severity, post,
        ResponseUnitId(unit) if unit else None, alert, warning, note,
        loads(facts) if isinstance(facts, str) else facts,
    )  # fmt: skip
