"""What is done to a device that is there: described, keyed, linked, revoked."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from dothi.foundation.clock import now
from dothi.foundation.identity.authority import Kind
from dothi.foundation.identity.doors import actor_of, open_to
from dothi.kernel.problems import NotFound
from dothi.registers.devices import actions, errors, queries
from dothi.registers.devices.types import DeviceId, DeviceView, Twin
from dothi.web.backoffice import forms, words
from dothi.web.backoffice.forms import Form
from dothi.web.backoffice.navigation import navigation
from dothi.web.backoffice.views.entering import shown
from dothi.web.casework import readings as called
from dothi.web.components.rows import Choice, Field

GET_OR_POST = ["GET", "HEAD", "POST"]
LONGEST_PEM = 10_000


@open_to(Kind.OFFICIAL)
@require_http_methods(GET_OR_POST)
def facts(request: HttpRequest, device_id: str) -> HttpResponse:
    """Say anew what a device is and where."""
    view = _view(request, device_id)
    form = forms.form_of(request, forms.TEXTS[1:], forms.typed_facts(view.row.facts))
    if request.method == "POST":
        told = forms.check_facts(form, with_id=False)
        if not form.wrong:
            try:
                actions.assign(
                    device_id=view.row.id, facts=told, key=form.key, actor=actor_of(request), at=now()
                )
                return redirect("backoffice:device", device_id)
            except errors.ProfileUnknown as unknown:
                form.wrong["profile"] = words.refusal(unknown)
    page = {"heading": gettext("Describe the device"), "button": gettext("Save")}
    return _form(request, view, form, forms.fields_of_facts(form, with_id=False), page)


@open_to(Kind.OFFICIAL)
@never_cache
@require_http_methods(GET_OR_POST)
def token(request: HttpRequest, device_id: str) -> HttpResponse:
    """Give a device a new token, and show it once."""
    view = _view(request, device_id)
    form = forms.form_of(request, ("overlap",), {"overlap": "day"})
    if request.method == "POST" and form.typed["overlap"] not in ("day", "none"):
        form.wrong["overlap"] = gettext("Choose until when the token before is taken")
    if request.method == "POST" and not form.wrong:
        overlap = form.typed["overlap"] == "day"
        return shown(
            request,
            actions.issue_token(
                device_id=view.row.id, overlap=overlap, key=form.key, actor=actor_of(request), at=now()
            ),
        )
    page = {
        "heading": gettext("New token"), "button": gettext("Make a new token"),
        "text": gettext("The token is shown once. Whoever has it can send readings as this device."),
    }  # fmt: skip
    return _form(request, view, form, [_overlap(form)], page)


def _overlap(form: Form) -> Field:
    return Field(
        "radios", "overlap", gettext("The token before"), value=form.typed["overlap"],
        error=form.wrong.get("overlap", ""),
        choices=[
            Choice("day", gettext("is taken for a day more, until the device has the new one")),
            Choice("none", gettext("ends at once, for somebody else may know it")),
        ],
    )  # fmt: skip


@open_to(Kind.OFFICIAL)
@require_http_methods(GET_OR_POST)
def certificate(request: HttpRequest, device_id: str) -> HttpResponse:
    """Take a client certificate in place of a token."""
    view = _view(request, device_id)
    form = forms.form_of(request, ())
    pem = request.POST.get("pem", "").strip()[:LONGEST_PEM]
    if request.method == "POST" and not form.wrong:
        try:
            actions.accept_certificate(
                device_id=view.row.id, pem=pem, key=form.key, actor=actor_of(request), at=now()
            )
            messages.success(request, gettext("The device comes in with its certificate from now on"))
            return redirect("backoffice:device", device_id)
        except errors.CertificateUnreadable as unreadable:
            form.wrong["pem"] = words.refusal(unreadable)
    field = Field(
        "textarea", "pem", gettext("Certificate (PEM)"), value=pem, error=form.wrong.get("pem", ""), rows=10
    )
    page = {
        "heading": gettext("Client certificate"), "button": gettext("Take this certificate"),
        "text": gettext("Its token ends with this. The certificate itself is compared, whoever issued it."),
    }  # fmt: skip
    return _form(request, view, form, [field], page)


@open_to(Kind.OFFICIAL)
@require_http_methods(GET_OR_POST)
def revoke(request: HttpRequest, device_id: str) -> HttpResponse:
    """Shut a device out for good, and say why."""
    view = _view(request, device_id)
    form = forms.form_of(request, ("reason",))
    if request.method == "POST" and not form.typed["reason"]:
        form.wrong["reason"] = gettext("Write why the device is revoked")
    if request.method == "POST" and not form.wrong:
        actions.revoke(
            device_id=view.row.id,
            reason=form.typed["reason"],
            key=form.key,
            actor=actor_of(request),
            at=now(),
        )
        messages.success(request, gettext("The device is revoked"))
        return redirect("backoffice:device", device_id)
    field = forms.text(form, "reason", gettext("Why it is revoked, and by what order"), optional=False)
    page = {
        "heading": gettext("Revoke the device"), "button": gettext("Revoke for good"),
        "text": gettext("It is shut out within seconds, and its id is never used again. Its readings stay."),
    }  # fmt: skip
    return _form(request, view, form, [field], page)


@open_to(Kind.OFFICIAL)
@require_http_methods(GET_OR_POST)
def twin(request: HttpRequest, device_id: str, measure: str) -> HttpResponse:
    """Say which attribute of which entity a measure is, or that it is none any more."""
    view = _view(request, device_id)
    if measure not in {one.name for one in view.profile.measures}:
        raise NotFound
    linked = next((one for one in view.twins if one.measure == measure), None)
    before = {"entity_id": linked.entity_id, "entity_type": linked.entity_type,
              "attribute": linked.attribute} if linked else {}  # fmt: skip
    form = forms.form_of(request, ("entity_id", "entity_type", "attribute"), before)
    if request.method == "POST":
        _check_twin(form)
        if not form.wrong and _kept_twin(request, view, measure, form):
            return redirect("backoffice:device", device_id)
    heading = gettext("Link to the live context: %(measure)s") % {"measure": called.measure(measure)}
    page = {"heading": heading, "button": gettext("Save"),
            "text": gettext("Leave all three empty to take the link away.")}  # fmt: skip
    return _form(request, view, form, _twin_fields(form), page)


def _twin_fields(form: Form) -> list[Field]:
    hint = gettext("Such as urn:ngsi-ld:WeatherObserved:hanoi:00070.")
    return [
        forms.text(form, "entity_id", gettext("Id of the entity"), hint),
        forms.text(form, "entity_type", gettext("Type of the entity"), gettext("Such as WeatherObserved.")),
        forms.text(form, "attribute", gettext("Attribute"), gettext("Such as precipitation.")),
    ]


def _check_twin(form: Form) -> None:
    if not any(form.typed.values()):
        return
    if not form.typed["entity_id"].startswith("urn:"):
        form.wrong["entity_id"] = gettext("The id of an entity begins with urn:")
    for name in ("entity_type", "attribute"):
        if not form.typed[name]:
            form.wrong[name] = gettext("Fill in all three, or none")


def _kept_twin(request: HttpRequest, view: DeviceView, measure: str, form: Form) -> bool:
    """Keep what was typed; note in the form why it cannot be."""
    actor, at, device_id = actor_of(request), now(), view.row.id
    told = Twin(measure, form.typed["entity_id"], form.typed["entity_type"], form.typed["attribute"])
    try:
        if any(form.typed.values()):
            actions.link(device_id=device_id, twin=told, key=form.key, actor=actor, at=at)
        else:
            actions.unlink(device_id=device_id, measure=measure, key=form.key, actor=actor, at=at)
    except (errors.TwinUnfit, errors.EntityTaken) as refused:
        form.wrong["entity_id"] = words.refusal(refused)
    return not form.wrong


def _view(request: HttpRequest, device_id: str) -> DeviceView:
    """Return the device, as far as the official may see it. Raises Refused, DeviceUnknown."""
    return queries.device(device_id=DeviceId(device_id), actor=actor_of(request), at=now())


def _form(
    request: HttpRequest, view: DeviceView, form: Form, fields: list[Field], page: dict[str, str]
) -> HttpResponse:
    name = words.named(view.row.facts) or view.row.id
    told = {
        "up": reverse("backoffice:device", args=[view.row.id]),
        "name": name,
        "form": form,
        "fields": fields,
        "navigation": navigation(request),
    }
    return render(request, "backoffice/form.html", {"text": "", **page, **told}, status=form.status)
