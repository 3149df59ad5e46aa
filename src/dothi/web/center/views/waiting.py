"""All waiting versions of rules on one page, and the one press that lets them go live."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from dothi.alerts.actions.keep import promote_all
from dothi.alerts.overview import overviews
from dothi.alerts.rules import READ_RULES
from dothi.alerts.types import RuleId
from dothi.foundation.clock import now
from dothi.foundation.identity.authority import Kind, Refused, require
from dothi.foundation.identity.doors import actor_of, open_to
from dothi.kernel.ids import new_id
from dothi.kernel.problems import NotFound, Problem
from dothi.web.casework.words import words
from dothi.web.center import waiting as rows
from dothi.web.center.acts import key_of, said
from dothi.web.center.acts import words as in_words
from dothi.web.center.differing import changed_columns
from dothi.web.center.frame import frame
from dothi.web.center.views.ruling import VersionMissing

MOST = 200
"""Versions of one press."""


@open_to(Kind.OFFICIAL)
@require_http_methods(["GET", "POST"])
def waiting(request: HttpRequest) -> HttpResponse:
    """Show what each waiting version changes, or let those that were shown go live, all or none."""
    require(actor_of(request), READ_RULES, None, now())
    if request.method != "POST":
        return _shown(request, "", 200)
    try:
        _take(request)
    except (Refused, NotFound):
        raise
    except Problem as problem:
        return _shown(request, words(problem), problem.status)
    messages.success(request, gettext("The versions are at work now"))
    return redirect("center:rules")


def _take(request: HttpRequest) -> None:
    key, why = key_of(request), said(request, "why")
    try:
        named = [RuleId(UUID(one)) for one in request.POST.getlist("version")[:MOST]]
    except ValueError as error:
        raise VersionMissing from error
    if not named:
        raise VersionMissing
    promote_all(rule_ids=named, actor=actor_of(request), at=now(), key=key, knowingly=why)


def _shown(request: HttpRequest, error: str, status: int) -> HttpResponse:
    at, actor = now(), actor_of(request)
    found = rows.waiting(overviews(at), actor, at)
    allowed = [one for one in found if one.allowed]
    why = in_words("why", gettext("Why also those that did worse"), request.POST.get("why", ""), act="take")
    facts = {
        "found": found, "allowed": allowed, "columns": changed_columns(), "key": new_id(), "error": error,
        "why": why if any(one.worse for one in allowed) else None, **frame(request, at),
    }  # fmt: skip
    return render(request, "center/rules_waiting.html", facts, status=status)
