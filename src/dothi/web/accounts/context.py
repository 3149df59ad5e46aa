"""Who looks at the page, for header and menu; asked of the database only where a page shows it."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from dothi.foundation.clock import now
from dothi.foundation.identity.authority import Kind
from dothi.foundation.identity.doors import actor_of, sign_in_of
from dothi.foundation.identity.queries import own_profile, unsealed
from dothi.foundation.notices.queries import unread_count
from dothi.web.accounts.posts import post_in_words
from dothi.web.components.addresses import address_of
from dothi.web.components.rows import Link, Viewer


def viewer(request: HttpRequest) -> dict[str, Any]:
    """Return `viewer`, the name that `components/base.html` reads."""
    return {"viewer": SimpleLazyObject(lambda: _viewer(request))}


def _viewer(request: HttpRequest) -> Viewer:
    actor = actor_of(request)
    if actor.person_id is None:
        return Viewer(
            sign_in_url=f"{address_of('accounts:sign-in')}?{urlencode({'next': request.get_full_path()})}"
        )
    official = actor.kind is Kind.OFFICIAL
    sign_in = sign_in_of(request)
    profile = unsealed(sign_in.account.person) if sign_in else own_profile(actor)
    unread = unread_count(actor.person_id)
    return Viewer(
        name=profile.full_name if profile else _("Somebody whose data were erased"),
        detail="" if official else _("Account of level %(level)s") % {"level": actor.assurance},
        unread=unread,
        links=[Link(_("Sign-in and security"), address_of("accounts:security"), icon="lock")],
        places=[] if official else _places(request.path, unread),
        sign_out_url=address_of("accounts:sign-out"),
        post=post_in_words(actor.holdings, now()) if official else "",
        change_post_url=address_of("accounts:post") if official else "",
    )


def _places(here: str, unread: int) -> list[Link]:
    """Return where a resident's own things are; the badge says how many messages are unread."""
    places = (
        ("portal:dossiers", _("My dossiers"), "file-text", None),
        ("portal:inbox", _("Inbox"), "inbox", unread or None),
        ("portal:vault", _("Data vault"), "database", None),
        ("portal:reads", _("Who read my data"), "eye", None),
    )
    return [
        Link(label, address_of(name), current=here == address_of(name), icon=icon, count=count)
        for name, label, icon, count in places
    ]
