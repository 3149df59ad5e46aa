"""Who looks at the page, for header and menu; asked of the database only where a page shows it."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from dothi.foundation.clock import now
from dothi.foundation.identity.authority import Kind
from dothi.foundation.identity.doors import actor_of
from dothi.foundation.identity.queries import own_profile
from dothi.foundation.notices.queries import unread_count
from dothi.web.accounts.posts import post_in_words
from dothi.web.components.rows import Link, Viewer


def viewer(request: HttpRequest) -> dict[str, Any]:
    """Return `viewer`, the name that `components/base.html` reads."""
    return {"viewer": SimpleLazyObject(lambda: _viewer(request))}


def _viewer(request: HttpRequest) -> Viewer:
    actor = actor_of(request)
    if actor.person_id is None:
        return Viewer(
            sign_in_url=f"{reverse('accounts:sign-in')}?{urlencode({'next': request.get_full_path()})}"
        )
    official = actor.kind is Kind.OFFICIAL
    profile = own_profile(actor)
    return Viewer(
        name=profile.full_name if profile else _("Somebody whose data were erased"),
        detail="" if official else _("Account of level %(level)s") % {"level": actor.assurance},
        unread=unread_count(actor.person_id),
        links=[Link(_("Sign-in and security"), reverse("accounts:security"))],
        sign_out_url=reverse("accounts:sign-out"),
        post=post_in_words(actor.holdings, now()) if official else "",
        change_post_url=reverse("accounts:post") if official else "",
    )
