"""The queue: what waits for one's duties, by deadline; all dossiers of the unit; one by its code."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext

from dothi.dossiers import queries, queues
from dothi.dossiers.queries import Row as DossierRow
from dothi.foundation.clock import now
from dothi.foundation.identity.authority import Kind
from dothi.foundation.identity.doors import actor_of, open_to
from dothi.foundation.tasks.queries import work_list
from dothi.foundation.tasks.types import Place, TaskRow
from dothi.kernel.problems import Problem
from dothi.procedures.queries import version
from dothi.procedures.types import VersionId
from dothi.web.casework import clocks, course
from dothi.web.components import formats
from dothi.web.components.rows import Column, Row, Tone
from dothi.web.desk.navigation import navigation

PAGE = 50


@open_to(Kind.OFFICIAL)
def work(request: HttpRequest) -> HttpResponse:
    """List what waits for the duties of the post, by deadline."""
    actor = actor_of(request)
    places = {Place(held.unit_id, held.duty.value) for held in actor.holdings}
    tasks = work_list(sorted(places), limit=PAGE, after=_after(request))
    facts = {
        "columns": [Column(gettext("To do")), Column(gettext("Deadline"), narrow=True)],
        "rows": [_task(task, now()) for task in tasks],
        "next": _next([(task.due_at, task.id) for task in tasks]),
        "navigation": navigation(request),
    }
    return render(request, "desk/work.html", facts)


@open_to(Kind.OFFICIAL)
def dossiers(request: HttpRequest) -> HttpResponse:
    """List the dossiers of one's units with their clocks, by deadline."""
    at = now()
    rows = queues.queue(actor=actor_of(request), at=at, limit=PAGE, after=_after(request))
    titles = (gettext("Dossier"), gettext("Procedure"), gettext("State"), gettext("Deadline"))
    facts = {
        "columns": [Column(title) for title in titles],
        "rows": [_line(row, at) for row in rows],
        "next": _next([(row.due_at, row.id) for row in rows if row.due_at]),
        "navigation": navigation(request),
    }
    return render(request, "desk/dossiers.html", facts)


@open_to(Kind.OFFICIAL)
def find(request: HttpRequest) -> HttpResponse:
    """Find one dossier by its code; whether it may be opened is decided when it is."""
    typed = request.GET.get("code", "").strip()
    error = ""
    if typed:
        try:
            return redirect("desk:dossier", queries.id_of(typed))
        except Problem as problem:
            error = f"{gettext(problem.title)}. {gettext(problem.way_out)}"
    facts = {"typed": typed, "error": error, "navigation": navigation(request)}
    return render(request, "desk/find.html", facts, status=422 if error else 200)


def _task(task: TaskRow, at: datetime) -> Row:
    tone: Tone = "late" if task.due_at < at else "neutral"
    title = gettext(task.title) % task.facts
    return Row([title, formats.moment(task.due_at)], url=task.link, id=str(task.id), tone=tone)


def _line(row: DossierRow, at: datetime) -> Row:
    procedure = version(VersionId(row.version_id))
    state = course.state_title(procedure, row.state)
    chip = clocks.quick_chip(row.due_at, at, final=procedure.state(row.state).code in FINISHED)
    url = reverse("desk:dossier", args=[row.id])
    return Row([row.code, course.said(procedure.title), state, chip], url=url, id=str(row.id))


FINISHED = frozenset({3, 7, 9, 10})
"""Public codes of states in which nothing is due any more."""


def _after(request: HttpRequest) -> tuple[datetime, UUID] | None:
    due, _, key = request.GET.get("after", "").partition("~")
    try:
        return datetime.fromisoformat(due.replace(" ", "+")), UUID(key)
    except ValueError:
        return None


def _next(keys: Sequence[tuple[datetime, UUID]]) -> str:
    if len(keys) < PAGE:
        return ""
    due, key = keys[-1]
    return f"?after={due.isoformat().replace('+', '%2B')}~{key}"
