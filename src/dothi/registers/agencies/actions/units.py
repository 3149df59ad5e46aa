"""Establishing units and posts, and appointing persons to posts."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.db.backends.postgresql.psycopg_any import DateRange

from dothi.foundation.bitemporal.facts import believe, retract
from dothi.foundation.identity.authority import Actor, ActRule
from dothi.kernel.ids import PostId, urn
from dothi.registers.agencies.actions.recording import Act, administers, perform
from dothi.registers.agencies.errors import PostUnknown
from dothi.registers.agencies.ids import holding_id
from dothi.registers.agencies.models import Post, PostHolding, Unit
from dothi.registers.agencies.queries.units import city_of

ESTABLISH = administers("agencies.units.establish")
APPOINT = administers("agencies.posts.appoint")
RELIEVE = administers("agencies.posts.relieve")


def establish(
    *, units: Sequence[Unit], posts: Sequence[Post], basis: str, actor: Actor, at: datetime
) -> datetime | None:
    """
    Believe these units and posts from now on; return when, None when nothing was new.

    Only the city's administrator and the system may. Raises Refused; IntegrityError at commit when
    a parent or a post's unit does not exist on each day of its child.
    """
    act = Act(
        rule=ESTABLISH, actor=actor, unit_id=city_of(at), object=urn(settings.NODE, "units", "city"),
        event="units.established", basis=basis, at=at, facts={"units": len(units), "posts": len(posts)},
    )  # fmt: skip
    return perform(act, [believe(fact) for fact in [*units, *posts]])


def appoint(
    *, person_id: UUID, post_id: PostId, from_on: date, to_on: date | None = None,
    basis: str, actor: Actor, at: datetime,
) -> datetime | None:  # fmt: skip
    """
    Let a person hold a post from `from_on` until before `to_on`; return when it became known.

    None when the register says so already. Raises Refused, PostUnknown.
    """
    holding = PostHolding(
        key=holding_id(post_id, person_id),
        valid=DateRange(from_on, to_on),
        person_id=person_id,
        post_id=post_id,
    )
    act = _of_post(APPOINT, "post.filled", person_id, post_id, from_on, basis, actor, at)
    return perform(act, [believe(holding)])


def relieve(
    *, person_id: UUID, post_id: PostId, from_on: date, basis: str, actor: Actor, at: datetime
) -> datetime | None:
    """
    End a person's holding of a post on the day `from_on`; return when it became known.

    None when nobody held it so. Raises Refused, PostUnknown.
    """
    act = _of_post(RELIEVE, "post.vacated", person_id, post_id, from_on, basis, actor, at)
    return perform(act, [retract(PostHolding, holding_id(post_id, person_id), DateRange(from_on, None))])


def _of_post(
    rule: ActRule,
    event: str,
    person_id: UUID,
    post_id: PostId,
    on: date,
    basis: str,
    actor: Actor,
    at: datetime,
) -> Act:
    """Return the act about a post, which the administrator of its unit may do. Raises PostUnknown."""
    post = Post.objects.filter(key=post_id, valid__contains=on).first()
    if post is None:
        raise PostUnknown(post=post_id, on=on)
    return Act(
        rule=rule, actor=actor, unit_id=post.unit_id, object=urn(settings.NODE, "post", post_id), event=event,
        basis=basis, at=at, facts={"on": on.isoformat()}, subjects=(person_id,),
    )  # fmt: skip
