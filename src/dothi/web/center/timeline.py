"""The timeline of the city in words, with what it is filtered by."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext

from dothi.alerts.types import Act
from dothi.incidents.types import EntryKind, UnitState
from dothi.incidents.warning_types import Status
from dothi.kernel.problems import msg
from dothi.operations.timeline import SHOWN, Line, Part, timeline
from dothi.web.center.alerts import ACTS
from dothi.web.center.incidents import LINES
from dothi.web.center.moments import Moment
from dothi.web.center.units import STATES as UNIT_STATES
from dothi.web.center.warnings import STATUSES
from dothi.web.center.wording import text

PARTS = {
    Part.ALERT: msg("Alerts"),
    Part.INCIDENT: msg("Incidents"),
    Part.UNIT: msg("Units"),
    Part.WARNING: msg("Warnings"),
    Part.AGENCY: msg("Agencies"),
    Part.SHIFT: msg("Shifts"),
}
ICONS = {
    Part.ALERT: "triangle-alert", Part.INCIDENT: "siren", Part.UNIT: "truck", Part.WARNING: "megaphone",
    Part.AGENCY: "list-checks", Part.SHIFT: "user-check",
}  # fmt: skip
WARNED = {
    "drafted": msg("Warning drafted"),
    "issued": msg("Warning issued"),
    "refused": msg("Warning refused"),
    "discarded": msg("Warning taken back"),
}
HANDED = {"given": msg("Shift handed over"), "taken": msg("Shift taken over")}
PAGES = {Part.ALERT: "alert", Part.INCIDENT: "incident", Part.UNIT: "incident", Part.WARNING: "warning",
         Part.AGENCY: "incident"}  # fmt: skip
MOST_AT_ONCE = 800
"""Lines of one instant that pages show, some more than ever come at once; each query gives 1,000 at most."""
KEPT = ("at", "known_at", "known", "on", "clock", "wall")
"""What of the address says which moment is looked at, and how."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One line: when, what happened, to what; `late` where it was known more than a minute later."""

    at: datetime
    said: str
    about: str
    note: str
    url: str
    icon: str
    late: datetime | None


@dataclass(frozen=True, slots=True)
class Choice:
    """One kind of lines, and whether it is shown."""

    value: str
    label: str
    chosen: bool


def facts(
    request: HttpRequest, moment: Moment, unit_id: UUID, *, limit: int = SHOWN, skip: int = 0
) -> dict[str, Any]:
    """Return the names that `center/lines.html` reads, as a unit sees them; six statements."""
    chosen = parts_of(request)
    found = timeline(moment.at, moment.known_at, unit_id=unit_id, parts=chosen, limit=limit + skip)[skip:]
    kept = [(name, value) for name, value in request.GET.items() if name in KEPT]
    return {"timeline": shown(found, moment), "choices": choices(chosen), "kept": kept, "here": request.path}


def parts_of(request: HttpRequest) -> Sequence[Part]:
    """Return what is asked for; all, where nothing is."""
    asked = set(request.GET.getlist("part-of"))
    return [part for part in Part if part.value in asked] or list(Part)


def skipped(request: HttpRequest) -> int:
    """Return how many lines of the moment itself stood on the pages before this one."""
    told = request.GET.get("skip", "")
    return min(int(told), MOST_AT_ONCE) if told.isascii() and told.isdigit() and len(told) < 9 else 0


def older(shown: Sequence[Shown], moment: Moment, chosen: Collection[Part], skip: int) -> str:
    """
    Return the address of the page after a full one.

    It begins at the last instant again and leaves out what was shown of it, for many lines may share it.
    """
    last = shown[-1].at
    seen = sum(one.at == last for one in shown) + (skip if last == moment.at else 0)
    if seen > MOST_AT_ONCE:
        last, seen = last - timedelta(microseconds=1), 0
    earlier = address(Moment(last, moment.known_at, live=False), chosen)
    return f"{earlier}&skip={seen}" if seen else earlier


def choices(chosen: Collection[Part]) -> list[Choice]:
    """Return the filter."""
    return [Choice(part.value, gettext(PARTS[part]), part in chosen) for part in Part]


def shown(found: Sequence[Line], moment: Moment) -> list[Shown]:
    """Return lines in words, each with the page of its thing at the moment that is looked at."""
    return [_shown(one, moment) for one in found]


def _shown(one: Line, moment: Moment) -> Shown:
    page = PAGES.get(one.part)
    url = reverse(f"center:{page}", args=[one.thing]) if page and one.thing else ""
    url = moment.address(url) if url else ""
    about = " · ".join(filter(None, (text(one.about), one.code)))
    late = one.recorded_at if (one.recorded_at - one.at).total_seconds() > 60 else None
    return Shown(one.at, said(one), about, note(one), url, ICONS[one.part], late)


def note(one: Line) -> str:
    """Return what is added: the note of who acted, or that a warning is not meant."""
    return gettext(STATUSES[Status(one.note)]) if one.note and one.part is Part.WARNING else one.note


def said(one: Line) -> str:
    """Return what happened, in words."""
    match one.part:
        case Part.ALERT:
            return gettext(ACTS[Act(one.act)])
        case Part.INCIDENT | Part.AGENCY:
            return gettext(LINES[EntryKind(one.act)])
        case Part.UNIT:
            return gettext(UNIT_STATES[UnitState(one.act)])
        case Part.WARNING:
            return gettext(WARNED[one.act])
        case Part.SHIFT:
            return gettext(HANDED[one.act])


def address(moment: Moment, chosen: Collection[Part]) -> str:
    """Return the address of the whole timeline, filtered as the screen is."""
    asked: Mapping[str, Sequence[str]] = (
        {"part-of": [part.value for part in chosen]} if len(chosen) < len(Part) else {}
    )
    query = "&".join(filter(None, (moment.query, urlencode(asked, doseq=True))))
    return reverse("center:timeline") + (f"?{query}" if query else "")
