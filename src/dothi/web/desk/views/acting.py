"""One act on one dossier: the domain decides, the page says what it decided."""

from collections.abc import Callable, Mapping
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from dothi.dossiers.actions import apply, conclude, process, receive
from dothi.dossiers.types import Act, Call, Fault, Outcome
from dothi.foundation.clock import now
from dothi.foundation.identity.authority import Kind, Refused
from dothi.foundation.identity.doors import actor_of, open_to, recently_authenticated
from dothi.kernel.clock import Amount
from dothi.kernel.ids import DossierId
from dothi.kernel.problems import Invalid, NotFound, Problem, msg
from dothi.web.casework.words import words
from dothi.web.desk.forms import Typed
from dothi.web.desk.views.reading import show

MOST_LETTERS = 2000

Doing = Callable[[HttpRequest, Call], Outcome]


class KeyMissing(Invalid):
    """The form did not carry its key, so that pressing it twice could do it twice."""

    slug = "key-missing"
    title = msg("This form cannot be sent any more")
    way_out = msg("Open the dossier again and press the button there.")


@open_to(Kind.OFFICIAL)
@require_POST
def act(request: HttpRequest, dossier_id: UUID, act: str) -> HttpResponse:
    """Do one act; a lawful refusal of the domain is shown beside its form, and nothing is lost."""
    doing = DOING.get(act)
    if doing is None:
        raise NotFound
    if act == Act.SIGN and not recently_authenticated(request, now()):
        return _prove_first(dossier_id)
    try:
        outcome = doing(request, _call(request, dossier_id))
    except Refused:
        raise
    except Problem as problem:
        return show(request, dossier_id, Typed(act, words(problem), request.POST), problem.status)
    messages.success(request, gettext(DONE[act]) % {"code": outcome.code})
    return redirect("desk:dossier", dossier_id)


def _prove_first(dossier_id: UUID) -> HttpResponse:
    """Lead to a fresh proof of identity, and from there back to the dossier, where one press signs."""
    back = reverse("desk:dossier", args=[dossier_id]) + "?proven=1"
    return redirect(f"{reverse('accounts:confirm')}?{urlencode({'next': back})}")


def _call(request: HttpRequest, dossier_id: UUID) -> Call:
    days = _number(request, "days", 3)
    return Call(
        DossierId(dossier_id),
        actor_of(request),
        now(),
        key=key_of(request),
        ground=request.POST.get("ground", "")[:60],
        note=request.POST.get("note", "").strip()[:MOST_LETTERS],
        amount=Amount(days) if days else None,
        confirmed=frozenset(request.POST.getlist("confirmed")[:20]),
        seen=_number(request, "seen", 9),
    )


def key_of(request: HttpRequest) -> UUID:
    """Return the key of the form that was sent. Raises KeyMissing."""
    try:
        return UUID(request.POST.get("key", ""))
    except ValueError as error:
        raise KeyMissing from error


def _number(request: HttpRequest, name: str, most_digits: int) -> int | None:
    typed = request.POST.get(name, "").strip()
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < most_digits else None


def _faults(request: HttpRequest) -> list[Fault]:
    chosen = request.POST.getlist("fault")[:50]
    return [Fault(about="", reason=one, note=_note(request, one)) for one in chosen]


def _note(request: HttpRequest, reason: str) -> str:
    return request.POST.get(f"note-{reason}", "").strip()[:MOST_LETTERS]


DOING: Mapping[str, Doing] = {
    Act.ACCEPT: lambda _request, call: receive.accept(call),
    Act.CLAIM: lambda _request, call: receive.claim(call),
    Act.REQUEST_SUPPLEMENT: lambda request, call: receive.request_supplement(call, _faults(request)),
    Act.REFUSE: lambda _request, call: receive.refuse(call, call.note),
    Act.PAUSE: lambda _request, call: process.pause(call),
    Act.RESUME: lambda _request, call: process.resume(call),
    Act.EXTEND: lambda _request, call: process.extend(call),
    Act.STOP: lambda _request, call: process.stop(call),
    Act.SHOW_DRAFT: lambda _request, call: process.show_draft(call),
    Act.PROPOSE: lambda _request, call: process.propose(call),
    Act.APPROVE: lambda _request, call: process.approve(call),
    Act.SEND_BACK: lambda _request, call: process.send_back(call),
    Act.SIGN: lambda _request, call: conclude.sign(call),
    Act.GIVE_BACK: lambda _request, call: conclude.give_back(call),
    # What an applicant brings to the counter, who filed there.
    Act.SUPPLEMENT: lambda _request, call: apply.supplement(call),
    Act.WITHDRAW: lambda _request, call: apply.withdraw(call),
}

DONE: Mapping[str, str] = {
    Act.ACCEPT: msg("Dossier %(code)s is accepted; its slip follows"),
    Act.CLAIM: msg("Dossier %(code)s is yours to work on"),
    Act.REQUEST_SUPPLEMENT: msg("The request to complete dossier %(code)s has been sent"),
    Act.REFUSE: msg("Dossier %(code)s is refused; the applicant is told why"),
    Act.PAUSE: msg("Dossier %(code)s is paused; its clock stands still"),
    Act.RESUME: msg("Work on dossier %(code)s goes on; its clock runs"),
    Act.EXTEND: msg("The apology for dossier %(code)s has been sent with its new date"),
    Act.STOP: msg("Work on dossier %(code)s is stopped; the applicant is told why"),
    Act.SHOW_DRAFT: msg("The applicant can see the draft of dossier %(code)s"),
    Act.PROPOSE: msg("Dossier %(code)s is before the approver"),
    Act.APPROVE: msg("Dossier %(code)s is approved and waits for its signature"),
    Act.SEND_BACK: msg("Dossier %(code)s is sent back to who proposed it"),
    Act.SIGN: msg("The result of dossier %(code)s is signed; its paper follows"),
    Act.GIVE_BACK: msg("The result of dossier %(code)s is handed over"),
    Act.SUPPLEMENT: msg("Dossier %(code)s is complete; its whole time is counted again"),
    Act.WITHDRAW: msg("Dossier %(code)s is withdrawn by its applicant"),
}
