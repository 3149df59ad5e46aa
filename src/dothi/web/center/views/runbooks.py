"""The runbooks that there are, with their steps."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from dothi.foundation.clock import now
from dothi.foundation.identity.authority import Kind, require
from dothi.foundation.identity.doors import actor_of, open_to
from dothi.incidents.runbooks import source
from dothi.operations.rules import LOOK
from dothi.web.center.frame import frame
from dothi.web.center.runbooks import books
from dothi.web.center.wording import name


@open_to(Kind.OFFICIAL)
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """Show every runbook, for which incidents it is meant, and what ends each of its steps."""
    at = now()
    require(actor_of(request), LOOK, None, at)
    where, verified = source()
    facts = {"books": books(), "source": name(where), "verified": verified, **frame(request, at)}
    return render(request, "center/runbooks.html", facts)
