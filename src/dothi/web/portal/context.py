"""What the portal adds to every page of residents: the warnings in force, for all or for the chosen ward."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

from dothi.foundation.clock import now
from dothi.incidents.queries import public_banner
from dothi.web.components.rows import Link
from dothi.web.portal.telling import words_of
from dothi.web.portal.wards import chosen_ward

ROOMS = frozenset({"portal", "accounts"})
"""Where residents are."""


def banner(request: HttpRequest) -> dict[str, Any]:
    """
    Return `public_warnings`, links that `components/base.html` shows; asked of the database only there.

    Pages of other rooms have none.
    """
    match = request.resolver_match
    if match is None or match.namespace not in ROOMS:
        return {}
    return {"public_warnings": SimpleLazyObject(lambda: _links(request))}


def _links(request: HttpRequest) -> Sequence[Link]:
    language = get_language() or "vi"
    found = public_banner(now(), chosen_ward(request))
    return [Link(words_of(row, language).headline, f"/warnings/{row.id}/") for row in found]
