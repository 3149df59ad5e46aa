"""The only writes of shifts: planning one, handing over, taking over; each with its ledger entry."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction

from dothi.foundation.clock import civil_date
from dothi.foundation.events.actions import emit
from dothi.foundation.events.types import Event
from dothi.foundation.identity.authority import Actor, ActRule, Decision, Duty, Kind, require
from dothi.foundation.ledger.actions import record
from dothi.foundation.ledger.types import Entry, Fact
from dothi.foundation.papers import models
from dothi.foundation.papers.actions import order
from dothi.foundation.papers.types import Order, PaperId
from dothi.incidents.acting import BASIS, say_why_in
from dothi.incidents.shifts.errors import HandoverTaken, HandoverWaits, OwnHandover, ShiftUnfit
from dothi.incidents.shifts.models import Handover, Planned
from dothi.incidents.shifts.moments import Moment
from dothi.kernel.ids import new_id, urn
from dothi.registers.agencies.queries import posts_of

PEOPLE = frozenset({Kind.OFFICIAL})
PLAN = ActRule("incidents.shifts.plan", PEOPLE, frozenset({Duty.APPROVE_WARNING}), on_case=False)
"""Who leads a shift plans it. House rule."""
HAND = ActRule("incidents.shifts.hand-over", PEOPLE, frozenset({Duty.OPERATE}), on_case=False)
TAKE = ActRule("incidents.shifts.take-over", PEOPLE, frozenset({Duty.OPERATE}), on_case=False)
REPORT = ActRule("incidents.shifts.report", PEOPLE, frozenset({Duty.OPERATE}), on_case=False)
SITUATION = "situation"
"""The kind of paper; the room that sees the whole city fills it."""
LONGEST = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Left:
    """What is open when a shift is handed over."""

    incidents: int
    alerts: int


def plan(
    *, post_id: UUID, starts_at: datetime, ends_at: datetime, actor: Actor, at: datetime, key: UUID
) -> None:
    """Plan a post of the center for a shift; the same again changes nothing. Raises Refused, ShiftUnfit."""
    decision = require(actor, PLAN, None, at)
    unit = decision.unit_id
    known = {post.id for post in posts_of(unit, civil_date(at))}
    if post_id not in known or not starts_at < ends_at <= starts_at + LONGEST:
        raise ShiftUnfit
    with transaction.atomic():
        if Planned.objects.filter(unit_id=unit, post_id=post_id, starts_at=starts_at).exists():
            return
        Planned.objects.create(
            id=key, unit_id=unit, post_id=post_id, starts_at=starts_at, ends_at=ends_at, planned_at=at
        )
        facts = {"post": str(post_id), "starts_at": starts_at.isoformat(), "ends_at": ends_at.isoformat()}
        _tell(PLAN, "vn.dothi.incidents.shift.planned.v1", actor, decision, key, at, facts)


def hand_over(*, note: str, left: Left, actor: Actor, at: datetime, key: UUID) -> None:
    """
    Leave a note to the next shift with how much is open; the same `key` writes one only.

    Raises Refused, WordsMissing, HandoverWaits.
    """
    decision = require(actor, HAND, None, at)
    say_why_in(note)
    unit = decision.unit_id
    assert actor.person_id is not None
    with transaction.atomic():
        if Handover.objects.filter(pk=key).exists():
            return
        if Handover.objects.select_for_update().filter(unit_id=unit, taken_at=None).exists():
            raise HandoverWaits
        Handover.objects.create(
            id=key, unit_id=unit, given_by=actor.person_id, given_post=decision.post_id, given_at=at,
            note=note.strip(), open_incidents=left.incidents, open_alerts=left.alerts,
        )  # fmt: skip
        facts = {"open_incidents": left.incidents, "open_alerts": left.alerts}
        _tell(HAND, "vn.dothi.incidents.shift.given.v1", actor, decision, key, at, facts)


def take_over(*, handover_id: UUID, actor: Actor, at: datetime, key: UUID) -> None:
    """
    Answer for the center from now on; taking what one has taken changes nothing.

    Raises Refused, HandoverTaken, OwnHandover.
    """
    decision = require(actor, TAKE, None, at)
    with transaction.atomic():
        waiting = (
            Handover.objects.select_for_update().filter(pk=handover_id, unit_id=decision.unit_id).first()
        )
        if waiting is None or (waiting.taken_at and waiting.taken_by != actor.person_id):
            raise HandoverTaken
        if waiting.given_by == actor.person_id:
            raise OwnHandover
        if waiting.taken_at:
            return
        waiting.taken_by, waiting.taken_post = actor.person_id, decision.post_id
        waiting.taken_at = at
        waiting.save()
        facts = {"handover": str(handover_id)}
        _tell(TAKE, "vn.dothi.incidents.shift.taken.v1", actor, decision, key, at, facts)


def order_report(*, moment: Moment, actor: Actor, at: datetime, key: UUID) -> PaperId:
    """
    Order the report of a moment, in Vietnamese and under the seal of the center; a job makes it.

    The same `key` is the same paper. Raises Refused.
    """
    decision = require(actor, REPORT, None, at)
    wanted = Order(PaperId(key), SITUATION, moment.name, decision.unit_id)
    with transaction.atomic():
        if not models.Paper.objects.filter(pk=key).exists():
            order(wanted=wanted, at=at)
            facts = {"of": moment.name}
            _tell(REPORT, "vn.dothi.incidents.shift.reported.v1", actor, decision, key, at, facts)
    return wanted.id


def _tell(
    rule: ActRule, event: str, actor: Actor, decision: Decision, key: UUID, at: datetime,
    facts: Mapping[str, Fact],
) -> None:  # fmt: skip
    """Write the ledger entry and the event of an act, in the caller's transaction."""
    thing = urn(settings.NODE, "center", decision.unit_id)
    record(
        Entry(id=key, act=rule.name, at=at, actor=decision.by(actor), authority=decision.authority,
              object=thing, basis=BASIS, purpose="keep-shifts", facts=facts)
    )  # fmt: skip
    emit(Event(new_id(), event, thing, at, {"unit_id": str(decision.unit_id)}))
