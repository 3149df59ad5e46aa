"""How long readings are kept: what was done last, and the holds that keep days from being deleted."""

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from dothi.foundation.clock import now
from dothi.foundation.identity.authority import CaseFacts, Kind, require
from dothi.foundation.identity.doors import actor_of, open_to
from dothi.kernel.problems import NotFound
from dothi.registers.devices import actions, queries
from dothi.registers.devices.actions.holding import HOLD, LIFT
from dothi.registers.devices.owners import CENTER, unit_id_of
from dothi.web.backoffice import forms, lists
from dothi.web.backoffice.forms import Form
from dothi.web.backoffice.navigation import navigation
from dothi.web.components.rows import Field

GET_OR_POST = ["GET", "HEAD", "POST"]
DAYS = ("first", "last")
PARTS = ("day", "month", "year")


@open_to(Kind.OFFICIAL)
@require_http_methods(GET_OR_POST)
def holds(request: HttpRequest) -> HttpResponse:
    """Show what was done with old readings and which days are held; hold some more."""
    at, actor = now(), actor_of(request)
    require(actor, HOLD, CaseFacts("readings", unit_id=unit_id_of(CENTER, at)), at)
    form = forms.form_of(request, ("reason", "order", *_names()))
    if request.method == "POST":
        first, last = _checked(form)
        if not form.wrong and first and last:
            actions.hold(
                first=first, last=last, reason=form.typed["reason"], order=form.typed["order"], key=form.key,
                actor=actor, at=at,
            )  # fmt: skip
            messages.success(request, gettext("Nothing of these days is deleted from now on"))
            return redirect("backoffice:holds")
    found = queries.holds()
    page = {
        "form": form, "fields": _fields(form), "columns": lists.hold_columns(), "rows": lists.holds(found),
        "kept": lists.keeping(queries.last_keeping()), "navigation": navigation(request),
    }  # fmt: skip
    return render(request, "backoffice/holds.html", page, status=form.status)


@open_to(Kind.OFFICIAL)
@require_http_methods(GET_OR_POST)
def hold(request: HttpRequest, number: int) -> HttpResponse:
    """Show a hold that stands, and lift it."""
    at, actor = now(), actor_of(request)
    require(actor, LIFT, CaseFacts("readings", unit_id=unit_id_of(CENTER, at)), at)
    one = next((one for one in queries.holds() if one.number == number), None)
    if one is None:
        raise NotFound
    if one.lifted_at is not None:
        return redirect("backoffice:holds")
    form = forms.form_of(request, ("order",))
    if request.method == "POST" and not form.typed["order"]:
        form.wrong["order"] = gettext("Write by whose order")
    if request.method == "POST" and not form.wrong:
        actions.lift(number=number, order=form.typed["order"], key=form.key, actor=actor, at=at)
        messages.success(request, gettext("The hold is lifted"))
        return redirect("backoffice:holds")
    page = {
        "form": form, "fields": [_order(form)], "facts": lists.hold_facts(one),
        "navigation": navigation(request),
    }  # fmt: skip
    return render(request, "backoffice/hold.html", page, status=form.status)


def _names() -> list[str]:
    return [f"{day}-{part}" for day in DAYS for part in PARTS]


def _checked(form: Form) -> tuple[date | None, date | None]:
    """Note what is wrong, and return the days."""
    first, last = (_day(form, name) for name in DAYS)
    if first and last and last < first:
        form.wrong["last"] = gettext("The last day is before the first")
    if not form.typed["reason"]:
        form.wrong["reason"] = gettext("Write why these days are held")
    if not form.typed["order"]:
        form.wrong["order"] = gettext("Write by whose order")
    return first, last


def _day(form: Form, name: str) -> date | None:
    day, month, year = (form.typed[f"{name}-{part}"] for part in PARTS)
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        form.wrong[name] = gettext("Write a day that exists, as day, month and year")
        return None


def _fields(form: Form) -> list[Field]:
    labels = {"first": gettext("First day (UTC)"), "last": gettext("Last day (UTC)")}
    days = [
        Field("date_input", name, label, value=tuple(form.typed[f"{name}-{part}"] for part in PARTS),
              error=form.wrong.get(name, ""))
        for name, label in labels.items()
    ]  # fmt: skip
    return [*days, forms.text(form, "reason", gettext("Why"), optional=False), _order(form)]


def _order(form: Form) -> Field:
    hint = gettext("Number and date of the decision.")
    return forms.text(form, "order", gettext("By whose order"), hint, optional=False)
