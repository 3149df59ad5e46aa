"""A calendar as a JSON document, as `CalendarVersion` keeps it, and back."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, time
from typing import Any

from dothi.kernel.calendar import DayKind, DayRow, HoursRow, WorkCalendar

Spans = tuple[tuple[time, time], ...]


def document_of(calendar: WorkCalendar) -> dict[str, Any]:
    """Return the calendar as JSON values; days and times in ISO 8601."""
    return {
        "valid_from": calendar.valid_from.isoformat(),
        "valid_to": calendar.valid_to.isoformat(),
        "days": [_day_document(row) for row in calendar.days],
        "clock_hours": [_hours_document(row) for row in calendar.clock_hours],
        "reception_hours": [_hours_document(row) for row in calendar.reception_hours],
        "week": list(calendar.week),
        "zone": calendar.zone,
    }


def from_document(document: Mapping[str, Any]) -> WorkCalendar:
    """Return the calendar that `document_of` wrote."""
    return WorkCalendar(
        valid_from=date.fromisoformat(document["valid_from"]),
        valid_to=date.fromisoformat(document["valid_to"]),
        days=tuple(_day(row) for row in document["days"]),
        clock_hours=tuple(_hours(row) for row in document["clock_hours"]),
        reception_hours=tuple(_hours(row) for row in document["reception_hours"]),
        week=tuple(document["week"]),
        zone=document["zone"],
    )


def spans_of(spans: Iterable[Sequence[str]]) -> Spans:
    """Return e.g. [["08:00", "12:00"]] as times."""
    return tuple((time.fromisoformat(opens), time.fromisoformat(closes)) for opens, closes in spans)


def _day_document(row: DayRow) -> dict[str, Any]:
    exchanged = row.instead_of.isoformat() if row.instead_of else None
    return {"on": row.on.isoformat(), "kind": str(row.kind), "name": row.name, "source": row.source,
            "verified": row.verified, "instead_of": exchanged}  # fmt: skip


def _day(row: Mapping[str, Any]) -> DayRow:
    exchanged = date.fromisoformat(row["instead_of"]) if row["instead_of"] else None
    on = date.fromisoformat(row["on"])
    return DayRow(on, DayKind(row["kind"]), row["name"], row["source"], row["verified"], exchanged)


def _hours_document(row: HoursRow) -> dict[str, Any]:
    spans = [[opens.isoformat("minutes"), closes.isoformat("minutes")] for opens, closes in row.spans]
    return {"spans": spans, "valid_from": row.valid_from.isoformat(), "valid_to": row.valid_to.isoformat(),
            "source": row.source, "weekdays": list(row.weekdays), "verified": row.verified}  # fmt: skip


def _hours(row: Mapping[str, Any]) -> HoursRow:
    return HoursRow(
        spans_of(row["spans"]), date.fromisoformat(row["valid_from"]), date.fromisoformat(row["valid_to"]),
        row["source"], tuple(row["weekdays"]), row["verified"],
    )  # fmt: skip
