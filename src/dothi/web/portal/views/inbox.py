"""The inbox of a resident, and who read their data."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from dothi.foundation.clock import now
from dothi.foundation.identity.authority import Kind
from dothi.foundation.identity.doors import actor_of, open_to
from dothi.foundation.ledger.queries import reads_of
from dothi.foundation.notices.actions import mark_read
from dothi.foundation.notices.queries import inbox as notices_of
from dothi.foundation.notices.queries import notice as notice_of
from dothi.web.casework import readers
from dothi.web.casework.places import OWNERS, address
from dothi.web.portal.views.vault import person_of

PAGE = 20
READS = 50


@open_to(Kind.RESIDENT)
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """Show the inbox, newest first."""
    person = actor_of(request).person_id
    rows = notices_of(person, before=_id(request.GET.get("before", "")), limit=PAGE) if person else []
    said = [(row, gettext(row.title) % row.facts, gettext(row.text) % row.facts) for row in rows if row.title]
    last = rows[-1].id if len(rows) == PAGE else None
    return render(request, "portal/inbox.html", {"rows": said, "last": last})


@open_to(Kind.RESIDENT)
@require_POST
def notice(request: HttpRequest, notice_id: UUID) -> HttpResponse:
    """Mark a notice as read and go where it leads."""
    person = person_of(request)
    found = notice_of(person, notice_id)
    mark_read(person_id=person, notice_id=notice_id, at=now())
    return redirect(address(found.about, OWNERS) or "portal:inbox")


@open_to(Kind.RESIDENT)
@require_safe
def reads(request: HttpRequest) -> HttpResponse:
    """Show who read one's data, by which post and why, as the ledger has it; one's own reads when asked."""
    person, all_of_them = actor_of(request).person_id, request.GET.get("own") == "1"
    found = reads_of(person, before=_id(request.GET.get("before", "")), limit=READS) if person else []
    shown = found if all_of_them else [one for one in found if not readers.is_own(one)]
    facts = {
        "rows": readers.in_words(shown),
        "own": all_of_them,
        "hidden": len(found) - len(shown),
        "last": found[-1].id if len(found) == READS else None,
    }
    return render(request, "portal/reads.html", facts)


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
