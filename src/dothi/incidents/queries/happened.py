"""What happened in the whole room, the latest first: lines of timelines, moves of units, acts on warnings."""

from collections.abc import Collection
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Q

from dothi.foundation.clock import acted_by
from dothi.incidents.models import Entry, UnitStatus, WarningStep
from dothi.incidents.queries.incidents import FAR
from dothi.incidents.types import (
    EntryKind,
    Happened,
    IncidentId,
    Moved,
    UnitState,
    Warned,
    WarningId,
)
from dothi.kernel.ids import UnitId

MOST = 1_000
OF_UNITS: Final = frozenset({EntryKind.UNIT_SENT, EntryKind.UNIT_ARRIVED, EntryKind.UNIT_CLEARED})
"""Lines that units' moves tell as well."""
OF_AGENCIES: Final = frozenset(kind for kind in EntryKind if kind.startswith("assignment-"))
OF_INCIDENTS: Final = frozenset(EntryKind) - OF_UNITS - OF_AGENCIES


def lines(
    at: datetime, known_at: datetime | None = None, *, kinds: Collection[EntryKind] = OF_INCIDENTS,
    limit: int = 100,
) -> list[Happened]:  # fmt: skip
    """Return the lines of some kinds of all timelines up to `at`; at most `limit`; one statement."""
    found = Entry.objects.filter(
        occurred_at__lte=at, recorded_at__lte=known_at or FAR, kind__in=[kind.value for kind in kinds]
    )
    rows = found.order_by("-occurred_at", "-id").select_related("incident")[: min(limit, MOST)]
    return [
        Happened(
            row.id, EntryKind(row.kind), row.occurred_at, row.recorded_at, row.note, row.facts,
            IncidentId(row.incident_id), row.incident.code, row.incident.title,
        )
        for row in rows
    ]  # fmt: skip


def moves(at: datetime, known_at: datetime | None = None, *, limit: int = 100) -> list[Moved]:
    """Return what response units did up to `at`; at most `limit`; one statement."""
    found = UnitStatus.objects.filter(occurred_at__lte=at, recorded_at__lte=known_at or FAR)
    rows = found.order_by("-occurred_at", "-id").select_related("response_unit", "incident")
    return [
        Moved(
            row.id, row.response_unit.call_sign, UnitState(row.state), row.occurred_at, row.recorded_at,
            IncidentId(row.incident_id) if row.incident_id else None,
            row.incident.code if row.incident else "",
        )
        for row in rows[: min(limit, MOST)]
    ]  # fmt: skip


def warned(
    at: datetime, known_at: datetime | None = None, *, unit_id: UUID, limit: int = 100
) -> list[Warned]:  # fmt: skip
    """
    Return the acts on public warnings up to `at`; at most `limit`; one statement.

    Of another unit than `unit_id` only what was issued: a draft is for who may approve it.
    """
    seen = Q(warning__unit_id=unit_id) | Q(act="issued")
    found = WarningStep.objects.filter(seen, at__lte=acted_by(at, known_at))
    rows = found.order_by("-at", "-id").select_related("warning")[: min(limit, MOST)]
    return [
        Warned(
            row.id, WarningId(row.warning_id), UnitId(row.warning.unit_id), row.warning.status,
            row.act, row.at, row.warning.words["vi"]["headline"], row.warning.words["en"]["headline"],
        )
        for row in rows
    ]  # fmt: skip
