"""One alert: its evidence at any moment, and the acts of who answers it."""

from collections.abc import Callable, Mapping
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from dothi.alerts import queries
from dothi.alerts.actions import handle
from dothi.alerts.rules import WATCH
from dothi.alerts.types import AlertId, Call, Label
from dothi.foundation.clock import now
from dothi.foundation.identity.authority import Kind, Refused, require
from dothi.foundation.identity.doors import actor_of, open_to
from dothi.kernel.problems import Invalid, NotFound, Problem, msg
from dothi.operations.rules import LOOK, level_of_alert
from dothi.web.casework.words import words
from dothi.web.center import alerts as rows
from dothi.web.center.acts import Typed, key_of, said
from dothi.web.center.frame import frame
from dothi.web.center.incidents import may_open
from dothi.web.center.moments import moment_of


class LabelMissing(Invalid):
    """An alert is closed with a word on what it was."""

    slug = "alert-label-missing"
    title = msg("Say what the alert was")
    way_out = msg("Choose one of the labels: they count how often a rule is right.")


@open_to(Kind.OFFICIAL)
@require_safe
def alert(request: HttpRequest, alert_id: UUID) -> HttpResponse:
    """Show one alert as it stood at the moment asked for, also to who keeps its rule or its device."""
    require(actor_of(request), WATCH, None, now())
    return show(request, alert_id, None, 200)


def show(request: HttpRequest, alert_id: UUID, typed: Typed | None, status: int) -> HttpResponse:
    """Render an alert; `typed` is an act that was not done, with what was sent."""
    at, actor, key = now(), actor_of(request), AlertId(alert_id)
    moment = moment_of(request, at)
    row, told = queries.one(key, moment.at, moment.known_at), queries.evidence(key)
    facts = {
        "row": row, "title": rows.title(row), "severity": gettext(rows.SEVERITIES[row.severity]),
        "state": gettext(rows.STATES[row.state]), "level": level_of_alert(row),
        **rows.reason(row, told, queries.names(rows.devices_of(row, told))),
        "moments": rows.moments(queries.steps(key, moment.known_at), moment.at),
        "forms": rows.forms(row, actor, at, typed) if moment.live else [],
        "opens": moment.live and row.is_open and may_open(actor, at),
        "warns": moment.live and row.is_open and rows.may_warn(row, actor, at),
        "undone": typed.error if typed else "", **frame(request, at, moment),
    }  # fmt: skip
    return render(request, "center/alert.html", facts, status=status)


@open_to(Kind.OFFICIAL)
@require_POST
def act(request: HttpRequest, alert_id: UUID, act: str) -> HttpResponse:
    """Do one act; what the domain refuses is said beside its form, and nothing is lost."""
    require(actor_of(request), LOOK, None, now())
    doing = DOING.get(act)
    if doing is None:
        raise NotFound
    try:
        call = Call(AlertId(alert_id), actor_of(request), now(), key_of(request), said(request, "note"))
        doing(request, call)
    except (Refused, NotFound):
        raise
    except Problem as problem:
        return show(request, alert_id, Typed(act, words(problem), request.POST), problem.status)
    messages.success(request, gettext(DONE[act]))
    return redirect("center:alert", alert_id)


def _close(request: HttpRequest, call: Call) -> None:
    label = said(request, "label")
    if label not in set(Label):
        raise LabelMissing
    handle.close(call, label=Label(label))


DOING: Mapping[str, Callable[[HttpRequest, Call], None]] = {
    "acknowledged": lambda _request, call: handle.acknowledge(call),
    "snoozed": lambda request, call: handle.snooze(
        call, until=rows.snooze_end(said(request, "hours"), call.at)
    ),
    "closed": _close,
}
DONE: Mapping[str, str] = {
    "acknowledged": msg("The alert is acknowledged"),
    "snoozed": msg("The alert is snoozed"),
    "closed": msg("The alert is closed with its label"),
}
