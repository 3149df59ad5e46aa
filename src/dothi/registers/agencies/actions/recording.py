"""What every act of the register does: decide, record the facts, the ledger entry and the event."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction

from dothi.foundation.bitemporal.facts import Change, record
from dothi.foundation.events.actions import emit
from dothi.foundation.events.types import Event
from dothi.foundation.identity.authority import Actor, ActRule, CaseFacts, Decision, Duty, Kind, require
from dothi.foundation.ledger import actions as ledger
from dothi.foundation.ledger.types import Entry, Fact
from dothi.kernel.ids import new_id

# A unit's administrator keeps its own calendar and posts; what holds for all units is the city's.
RULE_OPEN_TO = frozenset({Kind.OFFICIAL, Kind.SYSTEM})


def administers(name: str) -> ActRule:
    """Return the rule of an act that only an administrator of the unit may do."""
    return ActRule(name, RULE_OPEN_TO, frozenset({Duty.ADMINISTER}))


@dataclass(frozen=True, kw_only=True)
class Act:
    """One act of the register: who does what to which thing, on what basis."""

    rule: ActRule
    actor: Actor
    unit_id: UUID | None
    object: str
    event: str
    basis: str
    at: datetime
    facts: dict[str, Fact] = field(default_factory=dict)
    subjects: tuple[UUID, ...] = ()


def perform(act: Act, changes: Sequence[Change]) -> datetime | None:
    """
    Record `changes` as `act`; return when they became known, None when all was believed already.

    An act that changes nothing leaves no entry. Call it in the caller's transaction, after every
    other lock. Raises Refused, Conflict.
    """
    decision = require(act.actor, act.rule, CaseFacts("unit", unit_id=act.unit_id), act.at)
    with transaction.atomic():
        stamp = record(changes, at=act.at)
        if stamp is not None:
            _tell(act, decision)
    return stamp


def _tell(act: Act, decision: Decision) -> None:
    entry = Entry(
        id=new_id(), act=act.rule.name, at=act.at, actor=act.actor.ref, subjects=act.subjects,
        authority=decision.authority, object=act.object, basis=act.basis, facts=act.facts,
    )  # fmt: skip
    ledger.record(entry)
    emit(Event(new_id(), f"vn.dothi.agencies.{act.event}.v1", act.object, act.at, act.facts))
