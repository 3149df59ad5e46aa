"""One timeline of the city at any moment: alerts, incidents, units, warnings, agencies, shifts."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from heapq import nlargest
from uuid import UUID

from dothi.alerts import queries as alerts
from dothi.foundation.clock import acted_by
from dothi.incidents.queries import happened as incidents
from dothi.incidents.shifts import queries as shifts
from dothi.incidents.types import Happened
from dothi.incidents.warning_types import Status
from dothi.operations.types import Text

SHOWN = 60


class Part(StrEnum):
    """What a line is about."""

    ALERT = "alert"
    INCIDENT = "incident"
    UNIT = "unit"
    WARNING = "warning"
    AGENCY = "agency"
    SHIFT = "shift"


@dataclass(frozen=True, slots=True)
class Line:
    """
    One thing that happened at `at` and was known at `recorded_at`.

    `act` is its name in the room that it comes from, `about` what it is about in words, `thing` the id of
    its page: of the alert, incident or warning. The `note` of a warning that is not meant is its status.
    """

    id: UUID
    part: Part
    act: str
    at: datetime
    recorded_at: datetime
    about: Text
    note: str = ""
    thing: UUID | None = None
    code: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What had happened by `at`, as a unit may see it and as it was known; at most `limit` of each part."""

    unit_id: UUID
    at: datetime
    known_at: datetime | None
    limit: int


def timeline(
    at: datetime, known_at: datetime | None = None, *, unit_id: UUID, parts: Collection[Part] = tuple(Part),
    limit: int = SHOWN,
) -> list[Line]:  # fmt: skip
    """
    Return what had happened by `at`, the latest first, then by id; at most `limit`; six statements.

    Drafts of warnings and handovers are those of `unit_id` alone.
    """
    asked = Asked(unit_id, at, known_at, limit)
    found = [line for part in parts for line in OF[part](asked)]
    return nlargest(limit, found, key=lambda line: (line.at, line.id))


def _alerts(asked: Asked) -> Sequence[Line]:
    return [
        Line(
            one.step.id, Part.ALERT, one.step.act.value, one.step.occurred_at, one.step.recorded_at,
            Text(one.title_vi, one.title_en), one.step.note, one.step.alert_id,
        )
        for one in alerts.happened(asked.at, asked.known_at, limit=asked.limit)
    ]  # fmt: skip


def _incidents(asked: Asked) -> Sequence[Line]:
    return _lines(Part.INCIDENT, incidents.lines(asked.at, asked.known_at, limit=asked.limit))


def _agencies(asked: Asked) -> Sequence[Line]:
    return _lines(
        Part.AGENCY, incidents.lines(asked.at, asked.known_at, kinds=incidents.OF_AGENCIES, limit=asked.limit)
    )


def _lines(part: Part, found: Sequence[Happened]) -> Sequence[Line]:
    return [
        Line(one.id, part, one.kind.value, one.occurred_at, one.recorded_at, Text(one.title, one.title),
             one.note, one.incident_id, one.code)
        for one in found
    ]  # fmt: skip


def _units(asked: Asked) -> Sequence[Line]:
    return [
        Line(
            one.id, Part.UNIT, one.state.value, one.occurred_at, one.recorded_at,
            Text(one.call_sign, one.call_sign), "", one.incident_id, one.code,
        )
        for one in incidents.moves(asked.at, asked.known_at, limit=asked.limit)
    ]  # fmt: skip


def _warnings(asked: Asked) -> Sequence[Line]:
    return [
        Line(one.id, Part.WARNING, one.act, one.at, one.at, Text(one.headline_vi, one.headline_en),
             "" if one.status == Status.ACTUAL else one.status, one.warning_id)
        for one in incidents.warned(asked.at, asked.known_at, unit_id=asked.unit_id, limit=asked.limit)
    ]  # fmt: skip


def _shifts(asked: Asked) -> Sequence[Line]:
    return [
        Line(one.id, Part.SHIFT, one.act, one.at, one.at, Text("", ""), one.note)
        for one in shifts.happened(asked.unit_id, acted_by(asked.at, asked.known_at), limit=asked.limit)
    ]


Ask = Callable[[Asked], Sequence[Line]]
OF: Mapping[Part, Ask] = {
    Part.ALERT: _alerts, Part.INCIDENT: _incidents, Part.AGENCY: _agencies, Part.UNIT: _units,
    Part.WARNING: _warnings, Part.SHIFT: _shifts,
}  # fmt: skip
