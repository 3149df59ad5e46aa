"""The working calendar of the office: seen by all who work there, kept by who administers it."""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from dothi.dossiers import queues
from dothi.foundation.clock import civil_date, now
from dothi.foundation.identity.authority import Actor, CaseFacts, Kind, require
from dothi.foundation.identity.doors import actor_of, open_to
from dothi.kernel.calendar import DayKind
from dothi.kernel.problems import NotFound
from dothi.registers.agencies.actions.calendar import REMOVE_DAY, SET_DAY, remove_day, set_day
from dothi.registers.agencies.errors import DayUnknown
from dothi.registers.agencies.models import CalendarDay
from dothi.registers.agencies.queries import calendar_of, days_of
from dothi.web.casework.course import unit_name
from dothi.web.components import formats
from dothi.web.desk import days
from dothi.web.desk.navigation import navigation

GET_OR_POST = ["GET", "HEAD", "POST"]
LONGEST = 500


@open_to(Kind.OFFICIAL)
@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """List the days of a year that are not what their weekday says, with their sources."""
    at, actor = now(), actor_of(request)
    kept = days.administered(actor)
    unit_id = kept or actor.holdings[0].unit_id
    known, year = calendar_of(unit_id, at), _year(request, at)
    page = {
        "unit": unit_name(unit_id, at),
        "year": year,
        "years": days.years(known, year),
        "columns": days.columns(),
        "rows": days.rows(unit_id, year, keeps=kept is not None),
        "keeps": kept is not None,
        "history": days.history(unit_id),
        "version": known.version[:12],
        "navigation": navigation(request),
    }
    return render(request, "desk/calendar.html", page)


@open_to(Kind.OFFICIAL)
@require_http_methods(GET_OR_POST)
def close(request: HttpRequest) -> HttpResponse:
    """Take a closing day, show what it does to open dossiers, and set it once that was confirmed."""
    at, actor = now(), actor_of(request)
    unit_id = _unit(actor)
    require(actor, SET_DAY, CaseFacts("unit", unit_id=unit_id), at)
    typed = days.typed_in(request.POST)
    wrong = days.faults(typed, calendar_of(unit_id, at)) if request.method == "POST" else {}
    if request.method == "POST" and not wrong and request.POST.get("step") == "confirm":
        set_day(day=days.closing(typed, unit_id), actor=actor, at=at)
        messages.success(request, gettext("The office is closed on %(day)s") % _named(typed.on))
        return _to_year(typed.on)
    shown = typed.on if request.method == "POST" and not wrong else None
    page = {"typed": typed, "fields": days.fields(typed, wrong), "faults": days.summary(wrong),
            **_effect(unit_id, shown, at), "navigation": navigation(request)}  # fmt: skip
    return render(request, "desk/calendar_close.html", page, status=422 if wrong else 200)


@open_to(Kind.OFFICIAL)
@require_http_methods(GET_OR_POST)
def withdraw(request: HttpRequest, on: date) -> HttpResponse:
    """Withdraw a day of one's own office, with the reason; what it said stays known for ever."""
    at, actor = now(), actor_of(request)
    unit_id = _unit(actor)
    require(actor, REMOVE_DAY, CaseFacts("unit", unit_id=unit_id), at)
    reason = request.POST.get("reason", "").strip()[:LONGEST]
    if request.method == "POST" and reason:
        return _withdrawn(request, unit_id, on, reason, at)
    day = _own_day(unit_id, on)
    error = gettext("Write why the day is withdrawn") if request.method == "POST" else ""
    page = {"day": day, "on": on, "error": error, **_effect(unit_id, on, at),
            "navigation": navigation(request)}  # fmt: skip
    return render(request, "desk/calendar_withdraw.html", page, status=422 if error else 200)


def _withdrawn(request: HttpRequest, unit_id: UUID, on: date, reason: str, at: datetime) -> HttpResponse:
    try:
        remove_day(on=on, unit_id=unit_id, reason=reason, actor=actor_of(request), at=at)
        messages.success(request, gettext("%(day)s is a day like any other again") % _named(on))
    except DayUnknown:
        messages.info(request, gettext("%(day)s had been withdrawn already") % _named(on))
    return _to_year(on)


def _effect(unit_id: UUID, on: date | None, at: datetime) -> dict[str, object]:
    """Return how many open dossiers were promised for that day, and for it or a later one."""
    if on is None:
        return {"on": None}
    that_day, from_then = queues.promised(unit_id, on)
    return {"on": on, "that_day": that_day, "from_then": from_then, "past": on <= civil_date(at)}


def _unit(actor: Actor) -> UUID:
    """Return the unit whose calendar is kept; for who keeps none the domain says no, and the ledger too."""
    return days.administered(actor) or actor.holdings[0].unit_id


def _own_day(unit_id: UUID, on: date) -> CalendarDay:
    rows = days_of(unit_id, on, on + timedelta(days=1))
    found = next((row for row in rows if row.unit_id == unit_id and row.kind == DayKind.CLOSED), None)
    if found is None:
        raise NotFound
    return found


def _to_year(on: date | None) -> HttpResponse:
    answer = redirect("desk:calendar")
    answer["Location"] += f"?year={on.year}" if on else ""
    return answer


def _named(on: date | None) -> dict[str, str]:
    return {"day": formats.weekday(on)}


def _year(request: HttpRequest, at: datetime) -> int:
    typed = request.GET.get("year", "")
    return int(typed) if len(typed) == 4 and typed.isascii() and typed.isdigit() else civil_date(at).year
