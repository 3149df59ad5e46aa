"""Reads of shifts; nothing here names a person, only posts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from dothi.incidents.shifts.models import Handover, Planned

MOST = 100


@dataclass(frozen=True, slots=True)
class ShiftRow:
    """A post planned from `starts_at` until before `ends_at`."""

    post_id: UUID
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class HandoverRow:
    """One handover; `taken_at` and `taken_post` are None while it waits."""

    id: UUID
    given_by: UUID
    given_post: UUID
    given_at: datetime
    note: str
    open_incidents: int
    open_alerts: int
    taken_post: UUID | None
    taken_at: datetime | None


@dataclass(frozen=True, slots=True)
class ShiftAct:
    """A handover that was `given` with its note, or `taken`."""

    id: UUID
    act: str
    at: datetime
    note: str


def happened(unit_id: UUID, at: datetime, *, limit: int) -> list[ShiftAct]:
    """Return what a unit handed over and took by `at`, the latest first; at most twice `limit`."""
    rows = Handover.objects.filter(unit_id=unit_id, given_at__lte=at).order_by("-given_at", "-id")[:limit]
    given = [ShiftAct(row.id, "given", row.given_at, row.note) for row in rows]
    taken = [
        ShiftAct(row.id, "taken", row.taken_at, "") for row in rows if row.taken_at and row.taken_at <= at
    ]
    return sorted([*given, *taken], key=lambda one: (one.at, one.act), reverse=True)


def roster(
    unit_id: UUID, from_at: datetime, to_at: datetime, known_at: datetime | None = None
) -> list[ShiftRow]:  # fmt: skip
    """
    Return the shifts that touch [from_at, to_at), as they were planned at `known_at` (None: ever).

    By start, then post; at most 100; one statement.
    """
    rows = Planned.objects.filter(unit_id=unit_id, ends_at__gt=from_at, starts_at__lt=to_at)
    if known_at is not None:
        rows = rows.filter(planned_at__lte=known_at)
    return [
        ShiftRow(row.post_id, row.starts_at, row.ends_at)
        for row in rows.order_by("starts_at", "post_id")[:MOST]
    ]


def handovers(unit_id: UUID, at: datetime, *, limit: int = MOST) -> Sequence[HandoverRow]:
    """
    Return what had been handed over by `at`, and taken by then, the latest first; at most `limit` (100).

    One statement.
    """
    rows = Handover.objects.filter(unit_id=unit_id, given_at__lte=at).order_by("-given_at", "-id")
    return [
        HandoverRow(
            row.id, row.given_by, row.given_post, row.given_at, row.note, row.open_incidents, row.open_alerts,
            *((row.taken_post, row.taken_at) if row.taken_at and row.taken_at <= at else (None, None)),
        )
        for row in rows[: min(limit, MOST)]
    ]  # fmt: skip
