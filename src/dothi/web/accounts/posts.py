"""The posts of an official in words: title, unit and duties, in the reader's language."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import get_language, gettext

from dothi.foundation.clock import civil_date
from dothi.foundation.identity.authority import Duty, Holding
from dothi.kernel.problems import msg
from dothi.registers.agencies.queries import holdings_of
from dothi.web.casework.readers import post_names

DUTIES = {
    Duty.RECEIVE: msg("receive"),
    Duty.PROCESS: msg("process"),
    Duty.APPROVE: msg("approve"),
    Duty.SIGN: msg("sign"),
    Duty.RETURN: msg("return results"),
    Duty.ADMINISTER: msg("administer"),
    Duty.AUDIT: msg("audit"),
    Duty.OPERATE: msg("watch the city"),
    Duty.DISPATCH: msg("send units"),
    Duty.DRAFT_WARNING: msg("draft public warnings"),
    Duty.APPROVE_WARNING: msg("approve public warnings"),
    Duty.ADMINISTER_DEVICES: msg("administer devices"),
}


@dataclass(frozen=True, slots=True)
class PostChoice:
    """One post: `title` is its title and unit, `detail` its duties."""

    post_id: UUID
    title: str
    detail: str


def posts_of(person_id: UUID, at: datetime) -> list[PostChoice]:
    """Return the posts that a person holds at `at`, in order of id; one statement, and one a post."""
    by_post: dict[UUID, list[Holding]] = {}
    for held in holdings_of(person_id, at):
        by_post.setdefault(held.post_id, []).append(held)
    return [_choice(post_id, held, at) for post_id, held in sorted(by_post.items())]


def post_in_words(holdings: tuple[Holding, ...], at: datetime) -> str:
    """Return title and unit of the post through which an official acts; empty without one."""
    if not holdings:
        return ""
    return _choice(holdings[0].post_id, list(holdings), at).title


def _choice(post_id: UUID, held: list[Holding], at: datetime) -> PostChoice:
    vi, en = post_names(post_id, civil_date(at))
    title = en if get_language() == "en" else vi
    duties = dict.fromkeys(gettext(DUTIES[one.duty]) for one in held)
    return PostChoice(post_id, title, ", ".join(duties))
