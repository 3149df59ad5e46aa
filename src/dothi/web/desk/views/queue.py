"""The queue: what waits for one's duties, by deadline; all dossiers of the unit; one by its code."""

from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from dothi.dossiers import queries, queues
from dothi.foundation.clock import civil_date, now
from dothi.foundation.identity.authority import Actor, Kind
from dothi.foundation.identity.doors import actor_of, open_to
from dothi.foundation.tasks.queries import work_list
from dothi.foundation.tasks.types import Place
from dothi.kernel.live_token import issue
from dothi.kernel.problems import Problem
from dothi.web.casework.words import words
from dothi.web.desk import filters as asking
from dothi.web.desk import lists
from dothi.web.desk.navigation import navigation

PAGE = 50


@open_to(Kind.OFFICIAL)
@require_safe
def work(request: HttpRequest) -> HttpResponse:
    """List what this official can do next, by deadline; what a colleague has taken up is not in it."""
    at, actor = now(), actor_of(request)
    places = sorted({Place(held.unit_id, held.duty.value) for held in actor.holdings})
    tasks = work_list(places, limit=PAGE, after=asking.after_of(request))
    rows = queues.about([task.about for task in tasks])
    facts = lists.known(list(rows.values()), actor, at)
    last = (tasks[-1].due_at, tasks[-1].id) if len(tasks) == PAGE else None
    page = {
        "columns": lists.columns(gettext("Work"), gettext("What to do")),
        "rows": [
            lists.work_row(task, rows.get(task.about), facts)
            for task in tasks
            if lists.is_ones_own(rows.get(task.about), actor)
        ],
        "next": asking.Filters().address(last) if last else "",
        **_news(request, actor, at),
    }
    return render(request, "desk/work.html", page | _frame(request))


@open_to(Kind.OFFICIAL)
@require_safe
def dossiers(request: HttpRequest) -> HttpResponse:
    """List the dossiers of one's units with their clocks, by deadline."""
    at, actor, wanted = now(), actor_of(request), asking.filters_of(request)
    procedures = asking.procedures_on(civil_date(at))
    asked = queues.Wanted(
        asking.wanted_states(wanted, procedures), wanted.procedure, wanted.mine,
        **asking.due_between(wanted, at),
    )  # fmt: skip
    rows = queues.queue(
        actor=actor, at=at, wanted=asked, newest=wanted.newest, limit=PAGE, after=asking.after_of(request)
    )
    facts = lists.known(rows, actor, at)
    last = asking.place_of(rows[-1], newest=wanted.newest) if len(rows) == PAGE else None
    page = {
        "columns": lists.columns(gettext("Dossier"), gettext("State")),
        "rows": [lists.dossier_row(row, facts) for row in rows],
        "fields": asking.fields(wanted, procedures),
        "filtered": wanted.given,
        "count": queues.how_many(actor=actor, at=at, wanted=asked),
        "next": wanted.address(last) if last else "",
        **_news(request, actor, at),
    }
    return render(request, "desk/dossiers.html", page | _frame(request))


@open_to(Kind.OFFICIAL)
@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """Find one dossier by its code; whether it may be opened is decided when it is."""
    typed = request.GET.get("code", "").strip()
    error = ""
    if typed:
        try:
            return redirect("desk:dossier", queries.id_of(typed))
        except Problem as problem:
            error = words(problem)
    facts = {"typed": typed, "error": error}
    return render(request, "desk/find.html", facts | _frame(request), status=422 if error else 200)


def _frame(request: HttpRequest) -> dict[str, object]:
    return {"navigation": navigation(request)}


def _news(request: HttpRequest, actor: Actor, at: datetime) -> dict[str, object]:
    """Return how many dossiers have moved since the page was made, and how it hears of the next."""
    since = _since(request, at)
    units = sorted({f"unit/{held.unit_id}" for held in actor.holdings})
    token = issue(units[:20], settings.LIVE_KEY, at) if settings.LIVE_KEY and units else ""
    again = request.GET.copy()
    again["since"] = since.isoformat()
    moved = queues.moved_since(actor, since) if since < at else 0
    here = request.GET.copy()
    here.pop("since", None)
    return {
        "live_token": token,
        "news": moved,
        "again": f"?{again.urlencode()}",
        "here_now": f"?{here.urlencode()}",
    }


def _since(request: HttpRequest, at: datetime) -> datetime:
    try:
        asked = datetime.fromisoformat(request.GET.get("since", "").replace(" ", "+"))
    except ValueError:
        return at
    return asked if asked.tzinfo and asked < at else at
