"""Rules of alerts: all of them, one in words, its trials on the past, and what its keeper does with it."""

from collections.abc import Callable, Mapping
from datetime import datetime, time, timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from dothi.alerts import overview
from dothi.alerts.actions import keep, trials
from dothi.alerts.comparing import judged
from dothi.alerts.errors import SpanUnfit
from dothi.alerts.overview import Stands, VersionRow
from dothi.alerts.queries import catalog_here
from dothi.alerts.rules import LIFT, PROMOTE, READ_RULES
from dothi.alerts.types import RuleId
from dothi.foundation.clock import HANOI, civil_date, now
from dothi.foundation.identity.authority import Actor, ActRule, CaseFacts, Kind, Refused, decide, require
from dothi.foundation.identity.doors import actor_of, open_to
from dothi.kernel.ids import new_id
from dothi.kernel.problems import Invalid, NotFound, Problem, msg
from dothi.web.casework.words import words
from dothi.web.center import catalog
from dothi.web.center import ruling as said_of
from dothi.web.center import trials as of_trial
from dothi.web.center.acts import ActForm, Typed, key_of, said
from dothi.web.center.acts import words as in_words
from dothi.web.center.differing import changed_columns
from dothi.web.center.frame import frame
from dothi.web.center.moments import moment_of
from dothi.web.components import formats
from dothi.web.components.rows import Column, Field, Row
from dothi.web.components.templatetags.components import empty_state

YEAR = timedelta(days=365)


class VersionMissing(Invalid):
    """The form did not say which version it is about."""

    slug = "alert-rule-version-missing"
    title = msg("Say which version of the rule is meant")
    way_out = msg("Open the page of the rule again and press the button there.")


@open_to(Kind.OFFICIAL)
@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """List all rules at a moment: how each stood, how often it fired lately, how often it was right."""
    at, actor = now(), actor_of(request)
    require(actor, READ_RULES, None, at)
    moment = moment_of(request, at)
    columns = [Column(gettext("Rule")), Column(gettext("State"), narrow=True),
               Column(gettext("Severity"), narrow=True), Column(gettext("Alerts"), narrow=True),
               Column(gettext("How often right"), narrow=True),
               Column(gettext("Version"), narrow=True)]  # fmt: skip
    found = overview.overviews(moment.at, moment.known_at)
    rows = [
        Row([said_of.text(one.foremost.rule.title), said_of.standing(one.foremost.stands),
             said_of.severity(one.foremost.rule), said_of.lately(one.recent),
             said_of.precision(one.precision), said_of.which(one)],
            url=moment.address(reverse("center:rule", args=[one.code])), id=f"rule-{one.code}")
        for one in found
    ]  # fmt: skip
    facts = {"columns": columns, "rows": rows, "empty": empty_state(gettext("No rule is published yet")),
             "counts": said_of.counts(found), "waiting": said_of.waiting(found),
             "brought_columns": catalog.columns(),
             "brought": catalog.listed(catalog_here()) if moment.live else [],
             **frame(request, at, moment)}  # fmt: skip
    return render(request, "center/rules.html", facts)


@open_to(Kind.OFFICIAL)
@require_safe
def rule(request: HttpRequest, code: str) -> HttpResponse:
    """Show one rule in words as it stood at a moment, its versions, and now what can be done with it."""
    require(actor_of(request), READ_RULES, None, now())
    return show(request, code, None, 200)


@open_to(Kind.OFFICIAL)
@require_safe
def version(request: HttpRequest, rule_id: UUID) -> HttpResponse:
    """Lead from one version, as tasks name it, to the page of its rule."""
    at = now()
    require(actor_of(request), READ_RULES, None, at)
    path = reverse("center:rule", args=[overview.code_of(RuleId(rule_id))])
    return redirect(moment_of(request, at).address(path))


def show(request: HttpRequest, code: str, typed: Typed | None, status: int) -> HttpResponse:
    """Render a rule; `typed` is an act that was not done, with what was sent."""
    at, actor = now(), actor_of(request)
    moment = moment_of(request, at)
    asked = moment.at, moment.known_at
    rows = overview.versions(code, *asked)
    one = overview.foremost(rows)
    shadow = next((row for row in rows if row.stands is Stands.SHADOW and row is not one), None)
    facts = {
        "row": one, "title": said_of.text(one.rule.title), "summary": said_of.text(one.rule.summary),
        "standing": said_of.standing(one.stands), "severity": said_of.severity(one.rule),
        "facts": said_of.facts(one), "source": said_of.source(one.rule),
        "precision": said_of.precision(overview.precision(code, *asked)),
        "failures": [(row, found) for row in rows if (found := said_of.failure(row.findings))],
        "shadow": shadow, "alike": shadow is not None and said_of.decides_alike(one, shadow),
        "brought": _brought(code) if moment.live else [],
        "judged": said_of.judged(judged(code, shadow.rule.version, *asked)) if shadow else [],
        "versions": said_of.versions(rows), "changed_columns": changed_columns(),
        "trials": [
            (row, of_trial.span(row), of_trial.progress(row, moment.at))
            for row in overview.trials(code, *asked)
        ],
        "forms": [_trial_form(code, typed, at), *_forms(rows, actor, typed, at)] if moment.live else [],
        "undone": typed.error if typed else "", **frame(request, at, moment),
    }  # fmt: skip
    return render(request, "center/rule.html", facts, status=status)


def _brought(code: str) -> list[catalog.Differing]:
    return [told for told in catalog.differing(catalog_here()) if told.code == code]


def _trial_form(code: str, typed: Typed | None, at: datetime) -> ActForm:
    sent = typed.sent if typed else QueryDict()
    last = civil_date(at)
    fields = [
        _day("first", gettext("From"), sent.get("first") or formats.day(last - YEAR)),
        _day("last", gettext("Until"), sent.get("last") or formats.day(last)),
    ]
    error = typed.error if typed and typed.act == "try" else ""
    url = reverse("center:rule-act", args=[code, "try"])
    return ActForm("try", gettext("Try it on the past"), url, new_id(), fields, error=error)


def _day(name: str, label: str, value: str) -> Field:
    return Field(
        "text_input", name, label, value=value, autocomplete="off", id=f"try-{name}", small=True, width=10
    )


def _forms(rows: list[VersionRow], actor: Actor, typed: Typed | None, at: datetime) -> list[ActForm]:
    """Return what the actor can do with the versions of a rule now."""
    sent = typed.sent if typed else QueryDict()
    found = []
    for row in rows:
        for act, rule_of, stands, title, fields in _offered(sent.get("why", "")):
            if row.stands in stands and _may(actor, rule_of, row, at):
                url = reverse("center:rule-act", args=[row.rule.code, act]) + f"?version={row.id}"
                error = typed.error if typed and typed.act == act else ""
                label = title % {"version": row.rule.version}
                found.append(ActForm(act, label, url, new_id(), fields, error=error, primary=act == "lift"))
    return found


def _offered(why: str) -> list[tuple[str, ActRule, tuple[Stands, ...], str, list[Field]]]:
    reason = in_words("why", gettext("If it did worse than the live version: why all the same"), why,
                      act="promote", optional=True)  # fmt: skip
    return [
        ("promote", PROMOTE, (Stands.SHADOW,),
         gettext("Let version %(version)s take the place of the live one"), [reason]),
        ("lift", LIFT, (Stands.QUARANTINED,), gettext("Let version %(version)s be evaluated again"), []),
    ]  # fmt: skip


def _may(actor: Actor, rule_of: ActRule, row: VersionRow, at: datetime) -> bool:
    return decide(actor, rule_of, CaseFacts(keep.KIND, unit_id=row.unit_id), at).allowed


@open_to(Kind.OFFICIAL)
@require_POST
def act(request: HttpRequest, code: str, act: str) -> HttpResponse:
    """Do one act; what the domain refuses is said beside its form, and nothing is lost."""
    require(actor_of(request), READ_RULES, None, now())
    doing = DOING.get(act)
    if doing is None:
        raise NotFound
    try:
        done = doing(request, code, key_of(request), now())
    except (Refused, NotFound):
        raise
    except Problem as problem:
        return show(request, code, Typed(act, words(problem), request.POST), problem.status)
    messages.success(request, gettext(DONE[act]))
    return done


@open_to(Kind.OFFICIAL)
@require_safe
def trial(request: HttpRequest, trial_id: UUID) -> HttpResponse:
    """Show how far a trial is, and what came of it."""
    at, actor = now(), actor_of(request)
    require(actor, READ_RULES, None, at)
    moment = moment_of(request, at)
    row = overview.trial(trial_id, moment.at, moment.known_at)
    one = overview.foremost(overview.versions(row.code, moment.at, moment.known_at))
    facts = {
        "row": row, "title": said_of.text(one.rule.title), "span": of_trial.span(row),
        "ordered": formats.moment(row.asked_at),
        "outcome": of_trial.outcome(row, one.rule) if row.result is not None else None,
        "failed": row.failed(moment.at),
        **frame(request, at, moment),
    }  # fmt: skip
    return render(request, "center/trial.html", facts)


def _try(request: HttpRequest, code: str, key: UUID, at: datetime) -> HttpResponse:
    try:
        first, last = (formats.read_day(said(request, name)) for name in ("first", "last"))
        start, end = (datetime.combine(day, time(), HANOI) for day in (first, last + timedelta(days=1)))
    except (ValueError, OverflowError) as error:
        raise SpanUnfit(years=3) from error
    trials.order(code=code, start=start, end=min(end, at), actor=actor_of(request), at=at, key=key)
    return redirect("center:rule-trial", key)


def _promote(request: HttpRequest, code: str, key: UUID, at: datetime) -> HttpResponse:
    keep.promote(rule_id=_version(request), actor=actor_of(request), at=at, key=key,
                 knowingly=said(request, "why"))  # fmt: skip
    return redirect("center:rule", code)


def _lift(request: HttpRequest, code: str, key: UUID, at: datetime) -> HttpResponse:
    keep.lift(rule_id=_version(request), actor=actor_of(request), at=at, key=key)
    return redirect("center:rule", code)


def _version(request: HttpRequest) -> RuleId:
    try:
        return RuleId(UUID(request.GET.get("version", "")))
    except ValueError as error:
        raise VersionMissing from error


DOING: Mapping[str, Callable[[HttpRequest, str, UUID, datetime], HttpResponse]] = {
    "try": _try, "promote": _promote, "lift": _lift
}  # fmt: skip
DONE: Mapping[str, str] = {
    "try": msg("The trial is being made"),
    "promote": msg("The version is at work now"),
    "lift": msg("The rule is evaluated again"),
}
