"""What the administrator of the node answers for: work that gave up, and what everybody may read."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from dothi.foundation.clients import actions as clients
from dothi.foundation.clients.queries import published
from dothi.foundation.clients.types import READ, Terms
from dothi.foundation.clock import now
from dothi.foundation.identity.authority import Kind
from dothi.foundation.identity.doors import actor_of, open_to
from dothi.foundation.mending import queries
from dothi.foundation.mending.actions import wake_letter
from dothi.kernel.ids import UnitId
from dothi.kernel.problems import NotFound
from dothi.registers.agencies.founding import center_unit_id
from dothi.sectors.models import iri
from dothi.web.backoffice import forms, letters, openness
from dothi.web.backoffice.forms import Form
from dothi.web.backoffice.navigation import navigation
from dothi.web.components.rows import Field

GET_OR_POST = ["GET", "HEAD", "POST"]


@open_to(Kind.OFFICIAL)
@never_cache
@require_safe
def failed(request: HttpRequest) -> HttpResponse:
    """List the work of this node that failed for good."""
    found = queries.letters(unit_id=_unit(), actor=actor_of(request), at=now())
    page = {"columns": letters.columns(), "rows": letters.rows(found), "navigation": navigation(request)}
    return render(request, "backoffice/failed.html", page)


@open_to(Kind.OFFICIAL)
@never_cache
@require_http_methods(GET_OR_POST)
def wake(request: HttpRequest, number: int) -> HttpResponse:
    """Let work that failed for good try again, and say why."""
    at, actor, unit_id = now(), actor_of(request), _unit()
    form = _with_reason(request)
    if request.method == "POST" and not form.wrong:
        wake_letter(
            number=number, reason=form.typed["reason"], unit_id=unit_id, key=form.key, actor=actor, at=at
        )
        messages.success(request, gettext("It is tried again now"))
        return redirect("backoffice:failed")
    one = queries.letter(number=number, unit_id=unit_id, actor=actor, at=at)
    page = {
        "heading": gettext("Try again"), "button": gettext("Try again now"), "name": one.name,
        "text": letters.about(one), "up": reverse("backoffice:failed"),
    }  # fmt: skip
    return _form(request, form, [_reason(form, gettext("Why it will go well now"))], page)


@open_to(Kind.OFFICIAL)
@never_cache
@require_safe
def public(request: HttpRequest) -> HttpResponse:
    """List the types of which everybody may read, each with its reason."""
    found = published(unit_id=_unit(), actor=actor_of(request), at=now())
    page = {"columns": openness.columns(), "rows": openness.rows(found), "navigation": navigation(request)}
    return render(request, "backoffice/public.html", page)


@open_to(Kind.OFFICIAL)
@require_http_methods(GET_OR_POST)
def publish(request: HttpRequest) -> HttpResponse:
    """Let everybody read a type, and say why."""
    at, actor, unit_id = now(), actor_of(request), _unit()
    found = published(unit_id=unit_id, actor=actor, at=at)
    closed = openness.closed(found)
    form = _with_reason(request, "type")
    if request.method == "POST" and not openness.may_publish(form, closed, found):
        form.wrong["type"] = gettext("Choose a type of the list")
    if request.method == "POST" and not form.wrong:
        terms = Terms(operations=[READ], types=[iri(form.typed["type"])], basis=form.typed["reason"])
        clients.publish(terms=terms, unit_id=unit_id, actor=actor, at=at, key=form.key)
        messages.success(request, gettext("Everybody may read it within five seconds"))
        return redirect("backoffice:public")
    fields = [openness.choice(form, closed), _reason(form, gettext("Why everybody may read it"))]
    page = {
        "heading": gettext("Publish a type"), "button": gettext("Publish"),
        "name": gettext("What everybody may read"), "up": reverse("backoffice:public"),
        "text": gettext("Whoever asks the live context reads every entity of the type, without signing in."),
    }  # fmt: skip
    return _form(request, form, fields, page)


@open_to(Kind.OFFICIAL)
@require_http_methods(GET_OR_POST)
def withdraw(request: HttpRequest, right: UUID) -> HttpResponse:
    """Let nobody read a type any more who has no right of their own, and say why."""
    at, actor, unit_id = now(), actor_of(request), _unit()
    found = next((one for one in published(unit_id=unit_id, actor=actor, at=at) if one.id == right), None)
    if found is None:
        raise NotFound
    form = _with_reason(request)
    if request.method == "POST" and not form.wrong:
        clients.withdraw(right_id=right, actor=actor, at=at, basis=form.typed["reason"])
        messages.success(request, gettext("Only programs with a right of their own read it from now on"))
        return redirect("backoffice:public")
    page = {
        "heading": gettext("Close a type"), "button": gettext("Close it"), "name": openness.named(found),
        "text": found.terms.basis, "up": reverse("backoffice:public"),
    }  # fmt: skip
    return _form(request, form, [_reason(form, gettext("Why it is no longer public"))], page)


def _unit() -> UnitId:
    """Return the unit that runs the node."""
    return center_unit_id(settings.NODE)


def _with_reason(request: HttpRequest, *names: str) -> Form:
    """Return what was sent, with a reason or the demand for one."""
    form = forms.form_of(request, ("reason", *names))
    if request.method == "POST" and not form.typed["reason"]:
        form.wrong["reason"] = gettext("Write the reason; it stands in the ledger")
    return form


def _reason(form: Form, label: str) -> Field:
    return forms.text(form, "reason", label, optional=False)


def _form(request: HttpRequest, form: Form, fields: list[Field], page: dict[str, str]) -> HttpResponse:
    told = {**page, "form": form, "fields": fields, "navigation": navigation(request)}
    return render(request, "backoffice/form.html", told, status=form.status)
