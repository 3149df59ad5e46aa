"""Beginning: the ward whose desk works on it, and a draft filled with what is known already."""

from datetime import datetime
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from dothi.dossiers.actions.draft import open_draft, prefill_draft
from dothi.dossiers.offers import offers
from dothi.dossiers.queries import editing, own
from dothi.dossiers.rules import LEVEL_TO_FILE
from dothi.foundation.clock import civil_date, now
from dothi.foundation.identity.authority import Actor, Kind
from dothi.foundation.identity.doors import actor_of, open_to
from dothi.foundation.identity.queries import own_profile
from dothi.kernel.ids import DossierId
from dothi.procedures.engine import pages
from dothi.procedures.queries import current
from dothi.web.casework.answering import ward_choices
from dothi.web.casework.course import said
from dothi.web.components.rows import Field


@open_to(Kind.RESIDENT)
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest, code: str) -> HttpResponse:
    """Choose the ward whose desk the dossier goes to, then open the draft with what is known."""
    at, actor = now(), actor_of(request)
    profile, posted = own_profile(actor), request.method == "POST"
    choices = ward_choices(civil_date(at))
    ward = request.POST.get("ward", profile.ward if profile else "")
    known = ward in {one.value for one in choices}
    if posted and known:
        dossier_id = open_draft(resident=actor, procedure_code=code, ward_code=ward, at=at, key=_key(request))
        prefill_draft(dossier_id=dossier_id, resident=actor, profile=profile, at=at)
        return redirect(_first_step(dossier_id, actor, at))
    procedure = current(code, civil_date(at))
    facts = {
        "procedure": procedure,
        "title": said(procedure.title),
        "field": Field(
            "ward_picker", "ward", gettext("Which ward works on it?"), hint=said(procedure.filing.where),
            value=ward if known else "", choices=choices, page_heading=True,
            error=gettext("Choose a ward or commune") if posted else "",
        ),
        "drafts": [row for row in own(_person(actor)) if (row.state, row.procedure_code) == ("draft", code)],
        "too_low": actor.assurance < LEVEL_TO_FILE,
        "key": uuid4(),
    }  # fmt: skip
    return render(request, "portal/begin.html", facts, status=422 if posted else 200)


def _first_step(dossier_id: DossierId, actor: Actor, at: datetime) -> str:
    """Return the first question; before it what the vault offers, for that need not be asked at all."""
    if offers(dossier_id=dossier_id, resident=actor, at=at):
        return reverse("portal:documents", args=[dossier_id]) + "?to=questions"
    held = editing(dossier_id=dossier_id, resident=actor, at=at)
    first = pages(held.procedure, held.answers, civil_date(at))[0]
    return reverse("portal:question", args=[dossier_id, first.id])


def _person(actor: Actor) -> UUID:
    assert actor.person_id is not None  # the door lets in residents only
    return actor.person_id


def _key(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("key", ""))
    except ValueError:
        return uuid4()
