"""Shifts: the roster of the week, the log of handovers, and handing over."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_POST, require_safe

from dothi.alerts.queries import alerts_at
from dothi.foundation.clock import HANOI, acted_by, civil_date, now
from dothi.foundation.identity.authority import Actor, Kind, Refused, decide, require
from dothi.foundation.identity.doors import actor_of, open_to
from dothi.incidents.queries import incidents_at
from dothi.incidents.shifts import actions, queries
from dothi.incidents.shifts.actions import Left
from dothi.incidents.shifts.errors import ShiftUnfit
from dothi.incidents.shifts.queries import HandoverRow
from dothi.kernel.ids import UnitId, new_id
from dothi.kernel.problems import NotFound, Problem, msg
from dothi.operations.rules import LOOK
from dothi.registers.agencies.queries import posts_of
from dothi.web.casework.words import words
from dothi.web.center.acts import ActForm, Typed, key_of, said, select
from dothi.web.center.acts import words as in_words
from dothi.web.center.frame import frame
from dothi.web.center.moments import moment_of
from dothi.web.center.wording import post_title
from dothi.web.components import formats
from dothi.web.components.rows import Column, Field, Row

AHEAD = timedelta(days=7)
SPANS = (("06:00", 8), ("14:00", 8), ("22:00", 8))
"""The shifts that the form offers: when they begin, and hours. House rule."""


@open_to(Kind.OFFICIAL)
@require_safe
def shifts(request: HttpRequest) -> HttpResponse:
    """Show who was planned at a moment, and what had been handed over."""
    require(actor_of(request), LOOK, None, now())
    return show(request, None, 200)


def show(request: HttpRequest, typed: Typed | None, status: int) -> HttpResponse:
    """Render the page; `typed` is an act that was not done, with what was sent."""
    at, actor = now(), actor_of(request)
    moment = moment_of(request, at)
    by = acted_by(moment.at, moment.known_at)
    unit = require(actor, LOOK, None, at).unit_id
    log = queries.handovers(unit, by, limit=30)
    waiting = next((one for one in log if one.taken_at is None), None)
    facts = {
        "columns": [Column(gettext("From")), Column(gettext("Until"), narrow=True), Column(gettext("Post"))],
        "rows": [
            Row([formats.moment(one.starts_at), formats.moment(one.ends_at),
                 post_title(one.post_id, civil_date(min(by, one.starts_at)))])
            for one in queries.roster(unit, moment.at, moment.at + AHEAD, by)
        ],
        "log": [
            (one, post_title(one.given_post, civil_date(one.given_at)),
             post_title(one.taken_post, civil_date(one.taken_at or by)))
            for one in log
        ],
        "forms": _forms(actor, waiting, typed, at) if moment.live else [],
        "undone": typed.error if typed else "", **frame(request, at, moment),
    }  # fmt: skip
    return render(request, "center/shifts.html", facts, status=status)


def _forms(actor: Actor, waiting: HandoverRow | None, typed: Typed | None, at: datetime) -> list[ActForm]:
    """Return what the actor can do: plan, hand over, or take over what waits."""
    sent = typed.sent if typed else QueryDict()
    found: list[tuple[str, str, list[Field]]] = []
    if waiting and waiting.given_by != actor.person_id and decide(actor, actions.TAKE, None, at).allowed:
        found.append(("take", gettext("Take over the shift"), []))
    if waiting is None and decide(actor, actions.HAND, None, at).allowed:
        label = gettext("What the next shift must know")
        found.append(("hand", gettext("Hand over the shift"),
                      [in_words("note", label, sent.get("note", ""), act="hand")]))  # fmt: skip
    planning = decide(actor, actions.PLAN, None, at)
    if planning.allowed:
        found.append(("plan", gettext("Plan a shift"), _planning(planning.unit_id, sent, at)))
    return [
        ActForm(act, title, reverse("center:shift-act", args=[act]), new_id(), fields, primary=act == "take",
                error=typed.error if typed and typed.act == act else "")
        for act, title, fields in found
    ]  # fmt: skip


def _planning(unit_id: UnitId, sent: QueryDict, at: datetime) -> list[Field]:
    english = get_language() == "en"
    posts = [
        (str(one.id), one.title.en if english else one.title.vi) for one in posts_of(unit_id, civil_date(at))
    ]
    first = civil_date(at)
    days = [((first + timedelta(days=one)).isoformat(), f"{first + timedelta(days=one):%d/%m/%Y}")
            for one in range(8)]  # fmt: skip
    spans = [(start, gettext("%(start)s, %(hours)s hours") % {"start": start, "hours": hours})
             for start, hours in SPANS]  # fmt: skip
    return [
        select("post", gettext("Post"), posts, sent.get("post", ""), act="plan"),
        select("on", gettext("Day"), days, sent.get("on", ""), act="plan"),
        select("start", gettext("Shift"), spans, sent.get("start", ""), act="plan"),
    ]


@open_to(Kind.OFFICIAL)
@require_POST
def act(request: HttpRequest, act: str) -> HttpResponse:
    """Do one act; what the domain refuses is said beside its form, and nothing is lost."""
    require(actor_of(request), LOOK, None, now())
    doing = DOING.get(act)
    if doing is None:
        raise NotFound
    try:
        doing(request, key_of(request), now())
    except (Refused, NotFound):
        raise
    except Problem as problem:
        return show(request, Typed(act, words(problem), request.POST), problem.status)
    messages.success(request, gettext(DONE[act]))
    return redirect("center:shifts")


def _hand(request: HttpRequest, key: UUID, at: datetime) -> None:
    left = Left(len(incidents_at(at)), sum(one.is_open for one in alerts_at(at)))
    actions.hand_over(note=said(request, "note"), left=left, actor=actor_of(request), at=at, key=key)


def _take(request: HttpRequest, key: UUID, at: datetime) -> None:
    actor = actor_of(request)
    unit = require(actor, actions.TAKE, None, at).unit_id
    waiting = next((one for one in queries.handovers(unit, at) if not one.taken_at), None)
    actions.take_over(handover_id=waiting.id if waiting else key, actor=actor, at=at, key=key)


def _plan(request: HttpRequest, key: UUID, at: datetime) -> None:
    hours = dict(SPANS).get(said(request, "start"))
    try:
        post, on = UUID(said(request, "post")), date.fromisoformat(said(request, "on"))
    except ValueError as error:
        raise ShiftUnfit from error
    if hours is None:
        raise ShiftUnfit
    starts = datetime.combine(on, time.fromisoformat(said(request, "start")), HANOI)
    ends = starts + timedelta(hours=hours)
    actions.plan(post_id=post, starts_at=starts, ends_at=ends, actor=actor_of(request), at=at, key=key)


DOING: Mapping[str, Callable[[HttpRequest, UUID, datetime], None]] = {
    "hand": _hand, "take": _take, "plan": _plan
}  # fmt: skip
DONE: Mapping[str, str] = {
    "hand": msg("The handover waits for the next shift"),
    "take": msg("The shift is taken over"),
    "plan": msg("The shift is planned"),
}
