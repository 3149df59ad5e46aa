"""
Incidents and their timelines, as they were at a moment and as they were known.

`known_at` None means what the node knows now: so “as it was” is `incidents_at(t)`, and “as it was
known” is `incidents_at(t, t)`.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from json import loads
from pathlib import Path
from typing import Any
from uuid import UUID

from dothi.foundation.statements import Statement, ask
from dothi.incidents.errors import IncidentNotFound
from dothi.incidents.models import JoinedAlert
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
_WHOLE = (_SQL / "whole.sql").read_text(encoding="utf-8")
_STANDING = (_SQL / "standing.sql").read_text(encoding="utf-8")
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


def coded(code: str) -> IncidentId:
    """
    Return the incident that people call `code` on the radio; of a merged one the incident it goes on in.

    One statement. Raises IncidentNotFound.
    """
    return _standing({"code": code.strip().upper()[:20], "id": None})


def standing_of(incident_id: IncidentId) -> IncidentId:
    """Return the incident that this one goes on in, itself unless it was merged. Raises IncidentNotFound."""
    return _standing({"code": None, "id": incident_id})


def taken_alerts(alerts: Collection[UUID]) -> set[UUID]:
    """Return those of some alerts that an incident has gathered; one statement."""
    return set(JoinedAlert.objects.filter(pk__in=list(alerts)).values_list("alert_id", flat=True))


def whole_of(
    incident_id: IncidentId, at: datetime | None = None, known_at: datetime | None = None
) -> dict[IncidentId, str]:  # fmt: skip
    """
    Return the codes of an incident and of all that had been merged into it by `at` (None: ever).

    Itself first; one statement.
    """
    asked = {"id": incident_id, "at": at or FAR, "known_at": known_at or FAR}
    return {IncidentId(key): code for key, code in ask(Statement(_WHOLE, asked))[0]}


def timeline(
    incident_id: IncidentId, at: datetime, known_at: datetime | None = None, *, limit: int = 1000
) -> list[EntryRow]:
    """
    Return the lines of an incident and of all that were merged into it, in the order in which they happened.

    Then by when they were recorded, number and id; at most `limit`; one statement. Empty where there is none.
    """
    asked = {"id": incident_id, "at": at, "known_at": known_at or FAR, "limit": limit}
    return [_entry(row) for row in ask(Statement(_TIMELINE, asked))[0]]


def _standing(asked: Mapping[str, object]) -> IncidentId:
    found = ask(Statement(_STANDING, asked))[0]
    if not found:
        raise IncidentNotFound
    return IncidentId(found[0][0])


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
