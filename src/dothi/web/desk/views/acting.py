"""One act on one dossier: the domain decides, the page says what it decided."""

from collections.abc import Callable, Mapping
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from dothi.dossiers.actions import conclude, process, receive
from dothi.dossiers.types import Act, Call, Fault, Outcome
from dothi.foundation.clock import now
from dothi.foundation.identity.authority import Kind, Refused
from dothi.foundation.identity.doors import actor_of, open_to, require_recent_proof
from dothi.kernel.clock import Amount
from dothi.kernel.ids import DossierId, new_id
from dothi.kernel.problems import NotFound, Problem
from dothi.web.desk.views.reading import show

MOST_LETTERS = 2000

Doing = Callable[[HttpRequest, Call], Outcome]


@open_to(Kind.OFFICIAL)
@require_POST
def act(request: HttpRequest, dossier_id: UUID, act: str) -> HttpResponse:
    """Do one act; a lawful refusal of the domain is shown beside its form, and nothing is lost."""
    doing = DOING.get(act)
    if doing is None:
        raise NotFound
    if act == Act.SIGN:
        require_recent_proof(request, now())
    try:
        doing(request, _call(request, dossier_id))
    except Refused:
        raise
    except Problem as problem:
        return show(request, dossier_id, {act: _words(problem)}, problem.status)
    return redirect("desk:dossier", dossier_id)


def _call(request: HttpRequest, dossier_id: UUID) -> Call:
    days = request.POST.get("days", "")
    return Call(
        DossierId(dossier_id),
        actor_of(request),
        now(),
        key=_key(request),
        ground=request.POST.get("ground", "")[:60],
        note=request.POST.get("note", "").strip()[:MOST_LETTERS],
        amount=Amount(int(days)) if days.isascii() and days.isdigit() and len(days) < 3 else None,
        confirmed=frozenset(request.POST.getlist("confirmed")[:20]),
        seen=_seen(request),
    )


def _key(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("key", ""))
    except ValueError:
        return new_id()


def _seen(request: HttpRequest) -> int | None:
    seen = request.POST.get("seen", "")
    return int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 9 else None


def _faults(request: HttpRequest) -> list[Fault]:
    chosen = request.POST.getlist("fault")[:50]
    return [Fault(about="", reason=one, note=_note(request, one)) for one in chosen]


def _note(request: HttpRequest, reason: str) -> str:
    return request.POST.get(f"note-{reason}", "").strip()[:MOST_LETTERS]


def _words(problem: Problem) -> str:
    return f"{gettext(problem.title)}. {gettext(problem.way_out)}"


DOING: Mapping[str, Doing] = {
    Act.ACCEPT: lambda _request, call: receive.accept(call),
    Act.CLAIM: lambda _request, call: receive.claim(call),
    Act.REQUEST_SUPPLEMENT: lambda request, call: receive.request_supplement(call, _faults(request)),
    Act.REFUSE: lambda _request, call: receive.refuse(call),
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
}
