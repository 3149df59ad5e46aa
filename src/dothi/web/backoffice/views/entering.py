"""How devices come in: one by one, many by a file, and each from its box by its code."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from dothi.foundation.clock import now
from dothi.foundation.identity.actions.attempts import CLAIM, CLAIM_ADDRESS, attempt
from dothi.foundation.identity.authority import Actor, Kind
from dothi.foundation.identity.doors import actor_of, open_to
from dothi.registers.devices import actions, errors, rules
from dothi.registers.devices.actions import claiming
from dothi.registers.devices.actions.registering import REGISTER, REGISTER_BOXES
from dothi.registers.devices.types import DeviceId, Facts, Issued
from dothi.web.backoffice import forms, lists, words
from dothi.web.backoffice.forms import Form
from dothi.web.backoffice.navigation import navigation
from dothi.web.components.formats import size
from dothi.web.components.rows import Field

GET_OR_POST = ["GET", "HEAD", "POST"]


@open_to(Kind.OFFICIAL)
@never_cache
@require_http_methods(GET_OR_POST)
def register(request: HttpRequest) -> HttpResponse:
    """Register one device, and show its token once."""
    at, actor = now(), actor_of(request)
    unit_id = forms.own_unit(actor, REGISTER, at)
    form = forms.form_of(request, forms.TEXTS)
    if request.method == "POST":
        facts = forms.check_facts(form, with_id=True)
        issued = None if form.wrong else _registered(form, facts, unit_id, actor, at)
        if issued:
            return shown(request, issued)
    page = {
        "form": form,
        "fields": forms.fields_of_facts(form, with_id=True),
        "navigation": navigation(request),
    }
    return render(request, "backoffice/register.html", page, status=form.status)


def _registered(form: Form, facts: Facts, unit_id: UUID, actor: Actor, at: datetime) -> Issued | None:
    try:
        return actions.register(
            device_id=DeviceId(form.typed["device"]), facts=facts, unit_id=unit_id, key=form.key, actor=actor,
            at=at,
        )  # fmt: skip
    except errors.DeviceTaken as taken:
        form.wrong["device"] = words.refusal(taken)
    except errors.ProfileUnknown as unknown:
        form.wrong["profile"] = words.refusal(unknown)
    return None


@open_to(Kind.OFFICIAL)
@never_cache
@require_http_methods(GET_OR_POST)
def claim(request: HttpRequest) -> HttpResponse:
    """Claim a device by the code on its box; show its token once, if it gets one."""
    at, actor = now(), actor_of(request)
    unit_id = forms.own_unit(actor, claiming.CLAIM, at)
    form = forms.form_of(request, ("code",))
    if request.method == "POST" and not form.wrong:
        _count_guess(request, actor, at)
        try:
            issued = actions.claim(code=form.typed["code"], unit_id=unit_id, key=form.key, actor=actor, at=at)
            return shown(request, issued) if issued.token else redirect("backoffice:device", issued.id)
        except (errors.ClaimUnknown, errors.ClaimExpired) as refused:
            form.wrong["code"] = words.refusal(refused)
    hint = gettext("Such as 7KQ2-M9XD-04RT. Capitals and dashes do not matter.")
    code = forms.text(form, "code", gettext("Code on the box"), hint, optional=False, width=20)
    page = {"form": form, "fields": [code], "navigation": navigation(request)}
    return render(request, "backoffice/claim.html", page, status=form.status)


def _count_guess(request: HttpRequest, actor: Actor, at: datetime) -> None:
    """Count a code that is tried, right or wrong. Raises TooManyAttempts."""
    attempt(limit=CLAIM_ADDRESS, key=request.META.get("REMOTE_ADDR", ""), at=at)
    attempt(limit=CLAIM, key=str(actor.account_id), at=at)


@open_to(Kind.OFFICIAL)
@never_cache
@require_http_methods(GET_OR_POST)
def boxes(request: HttpRequest) -> HttpResponse:
    """Register the devices of a file: good lines are kept, the others named."""
    at, actor = now(), actor_of(request)
    unit_id = forms.own_unit(actor, REGISTER_BOXES, at)
    form = forms.form_of(request, ())
    page: dict[str, object] = {}
    if request.method == "POST" and (content := _content(request, form)) is not None:
        good, wrong = rules.read_file(content)
        entered, refused = actions.register_boxes(
            boxes=good, unit_id=unit_id, key=form.key, actor=actor, at=at
        )
        every = sorted([*wrong, *refused], key=lambda one: one.line)
        page = {
            "new": sum(one.new for one in entered), "total": len(entered), "refused": len(every),
            "done": True,
            "columns": lists.entered_columns(), "rows": lists.entered(entered),
            "wrong_columns": lists.wrong_columns(), "wrong": lists.wrong(every),
        }  # fmt: skip
        form.wrong.update({"file": gettext("Nothing of the file was taken")} if not entered else {})
    page |= {"form": form, "field": _file(form), "names": rules.COLUMNS, "navigation": navigation(request)}
    return render(request, "backoffice/boxes.html", page, status=form.status)


def _content(request: HttpRequest, form: Form) -> bytes | None:
    """Return the file that was sent, None where there is none that can be read."""
    sent = request.FILES.get("file")
    if not isinstance(sent, UploadedFile):
        form.wrong["file"] = gettext("Choose the file")
    elif (sent.size or 0) > rules.MOST_BYTES:
        limit = {"size": size(rules.MOST_BYTES)}
        form.wrong["file"] = gettext("This file is larger than the %(size)s that are allowed") % limit
    return None if form.wrong or sent is None else sent.read()


def _file(form: Form) -> Field:
    return Field(
        "file_upload", "file", gettext("File of devices (CSV)"), error=form.wrong.get("file", ""),
        accept=".csv", max_bytes=rules.MOST_BYTES,
    )  # fmt: skip


def shown(request: HttpRequest, issued: Issued) -> HttpResponse:
    """Show a token: the only page that ever does."""
    place = settings.MQTT_URL or "mqtt://localhost:1883"
    secure, address = place.startswith("mqtts"), place.rpartition("//")[2]
    host, _, port = address.partition(":")
    page = {
        "issued": issued, "host": host, "port": port or ("8883" if secure else "1883"), "secure": secure,
        "topic": f"devices/{issued.id}/readings", "http": settings.DEVICES_URL,
        "navigation": navigation(request),
    }  # fmt: skip
    return render(request, "backoffice/token.html", page)
