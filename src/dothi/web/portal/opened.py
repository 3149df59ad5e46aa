"""Pages of a dossier in its owner's hands; whoever comes back to one later is led to where it stands now."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from dothi.foundation.identity.errors import NotInThisState

P = ParamSpec("P")


def while_open(
    view: Callable[Concatenate[HttpRequest, UUID, P], HttpResponse],
) -> Callable[..., HttpResponse]:
    """Lead to the dossier's page when it cannot be written on any more, as by the browser's back button."""

    @wraps(view)
    def kept(request: HttpRequest, dossier_id: UUID, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return view(request, dossier_id, *args, **kwargs)
        except NotInThisState:
            return redirect("portal:dossier", dossier_id)

    return kept
