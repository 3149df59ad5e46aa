"""
What follows each act: the next task on the work list, and a notice to the person whose dossier it is.

Both belong to the transaction of the act: nobody is told of what did not happen, and nothing that
happened is forgotten.
"""

from collections.abc import Mapping
from datetime import datetime

from django.conf import settings

from dothi.dossiers.models import Dossier
from dothi.dossiers.types import Act, Call
from dothi.foundation.notices.actions import tell as put_in_inbox
from dothi.foundation.notices.types import NoticeKind
from dothi.foundation.tasks.actions import finish, follow
from dothi.foundation.tasks.types import Place, Work
from dothi.kernel.ids import urn
from dothi.kernel.problems import msg
from dothi.procedures.engine import acts
from dothi.procedures.types import Procedure, Transition

NOTICES: Mapping[Act, NoticeKind] = {
    Act.SUBMIT: NoticeKind(
        "dossier-submitted",
        msg("Your dossier has arrived"),
        msg("Dossier %(code)s is at the one-stop desk. It will be checked and answered."),
    ),
    Act.ACCEPT: NoticeKind(
        "dossier-accepted",
        msg("Your dossier was accepted"),
        msg("Dossier %(code)s is complete. The day promised for the result stands on its page."),
    ),
    Act.REQUEST_SUPPLEMENT: NoticeKind(
        "dossier-supplement",
        msg("Your dossier must be completed"),
        msg("Open dossier %(code)s to see everything that has to be corrected, once."),
    ),
    Act.PAUSE: NoticeKind(
        "dossier-paused",
        msg("Your dossier is paused"),
        msg("The time of dossier %(code)s stands still. Its page says on which ground."),
    ),
    Act.RESUME: NoticeKind(
        "dossier-resumed",
        msg("Work on your dossier goes on"),
        msg("The time of dossier %(code)s runs again. Its page shows the new date."),
    ),
    Act.EXTEND: NoticeKind(
        "dossier-extended",
        msg("We are late and apologize"),
        msg("Dossier %(code)s has one new date. Its page says why."),
    ),
    Act.REFUSE: NoticeKind(
        "dossier-refused",
        msg("Your dossier was refused"),
        msg("The page of dossier %(code)s says on which ground, and what can be done."),
    ),
    Act.SHOW_DRAFT: NoticeKind(
        "dossier-draft-shown",
        msg("Look at the draft of your result"),
        msg("Dossier %(code)s: after one day without an answer the draft counts as confirmed."),
    ),
    Act.STOP: NoticeKind(
        "dossier-stopped",
        msg("Work on your dossier was stopped"),
        msg("The page of dossier %(code)s says why."),
    ),
    Act.GIVE_BACK: NoticeKind(
        "dossier-returned",
        msg("Your result is here"),
        msg("The result of dossier %(code)s lies in your data vault."),
    ),
}

TITLES: Mapping[str, str] = {
    Act.ACCEPT: msg("Check dossier %(code)s and accept it"),
    Act.CLAIM: msg("Take up dossier %(code)s"),
    Act.SHOW_DRAFT: msg("Examine dossier %(code)s and show the draft of its result"),
    Act.PROPOSE: msg("Examine dossier %(code)s and propose a result"),
    Act.APPROVE: msg("Approve the proposal for dossier %(code)s"),
    Act.SIGN: msg("Sign the result of dossier %(code)s"),
    Act.GIVE_BACK: msg("Return the result of dossier %(code)s"),
    Act.RESUME: msg("Go on with dossier %(code)s when the ground of the pause is gone"),
}
"""Titles of the tasks by the act that is waited for; an act without one puts nothing on a work list."""


def tell(act: Act, procedure: Procedure, dossier: Dossier, call: Call) -> None:
    """Close the task that this act has done, post the next one, and tell the owner what matters to them."""
    done, following = _key(dossier, dossier.revision - 1), next_act(procedure, dossier.state)
    if following is None:
        finish(key=done, at=call.at)
    else:
        follow(done=done, work=_work(dossier, following), at=call.at)
    if act in NOTICES:
        _put_in_inbox(NOTICES[act], dossier, call.at)


def next_act(procedure: Procedure, state: str) -> Transition | None:
    """Return the first act of the document that an official is waited for in `state`, if any."""
    return next((row for row in acts(procedure, state) if row.act in TITLES), None)


def _work(dossier: Dossier, following: Transition) -> Work:
    return Work(
        key=_key(dossier, dossier.revision),
        place=Place(dossier.unit_id, following.duty),
        title=TITLES[following.act],
        about=_name(dossier),
        due_at=dossier.due_at or dossier.touched_at,
        facts={"code": dossier.code},
    )


def _put_in_inbox(kind: NoticeKind, dossier: Dossier, at: datetime) -> None:
    put_in_inbox(
        person_id=dossier.owner_id,
        kind=kind,
        facts={"code": dossier.code},
        about=_name(dossier),
        key=f"{_key(dossier, dossier.revision)}:{kind.slug}",
        at=at,
    )


def _name(dossier: Dossier) -> str:
    return urn(settings.NODE, "dossier", dossier.id)


def _key(dossier: Dossier, revision: int) -> str:
    return f"dossier:{dossier.id}:{revision}"
