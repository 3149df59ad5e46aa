"""
How every act on a warning is done: one transaction locks, asks for the right, writes, records and emits.

An act says only what is its own, as the step that it adds.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from dothi.foundation.clock import civil_date
from dothi.foundation.identity.authority import Actor, ActRule, CaseFacts, Decision, require
from dothi.foundation.ledger.types import Fact
from dothi.foundation.statements import read, together
from dothi.incidents.acting import done_on, record_act
from dothi.incidents.errors import NotCompetent, WarningMoved, WarningNotFound
from dothi.incidents.hazards import may_warn_of, reaches
from dothi.incidents.models import PublicWarning, WarningStep
from dothi.incidents.telling import name_of, tell_of_warning
from dothi.incidents.types import WarningId
from dothi.incidents.warning_types import WarningState
from dothi.registers.agencies.types import UnitRow


@dataclass(frozen=True, slots=True)
class Press:
    """One press of a button: by whom and by which right, at which aware instant, under which key."""

    actor: Actor
    decision: Decision
    at: datetime
    key: UUID


@dataclass(frozen=True, slots=True)
class Step:
    """What an act leaves behind: its word, the reason given, and what the ledger keeps of it."""

    act: str
    note: str = ""
    facts: Mapping[str, Fact] = field(default_factory=dict)


Change = Callable[[PublicWarning, Press], Step]


def perform(
    rule: ActRule, warning_id: WarningId, actor: Actor, at: datetime, key: UUID, change: Change
) -> None:
    """
    Do the act of `rule` on a draft; the same key again writes nothing.

    Raises WarningNotFound, Refused, WarningMoved where it is no draft any more, and what the change raises.
    """
    with together():
        warning = _lock(warning_id)
        press = Press(actor, require(actor, rule, case_of(warning), at), at, key)
        if done_on(WarningStep, key, "warning_id", warning.id):
            return
        if warning.state != WarningState.DRAFTED:
            raise WarningMoved
        write(warning, change(warning, press), rule, press)


def case_of(warning: PublicWarning) -> CaseFacts:
    """Return what authority needs to know of a warning."""
    return CaseFacts(
        "warning", unit_id=warning.unit_id, state=warning.state, done_by={"draft": warning.drafted_by},
        absent=WarningNotFound,
    )  # fmt: skip


def check_competent(unit: UnitRow, hazard: str, wards: Sequence[str], rule: ActRule, at: datetime) -> None:
    """Refuse a unit that may not warn of the hazard in all of these wards. Raises NotCompetent."""
    if not may_warn_of(unit, hazard, civil_date(at)) or not reaches(unit, wards):
        raise NotCompetent(act=rule.name, case="warning")


def write(warning: PublicWarning, step: Step, rule: ActRule, press: Press) -> None:
    """Write what became of the warning: its row, the step, the ledger entry, the event."""
    assert press.actor.person_id is not None
    facts: dict[str, Fact] = {
        "status": warning.status, "msg_type": warning.msg_type, "hazard": warning.hazard,
        "severity": warning.severity, "wards": list(warning.wards), **step.facts,
    }  # fmt: skip
    record_act(rule.name, press.actor, press.decision, name_of(warning), press.key, press.at, facts)
    warning.save()
    WarningStep.objects.create(
        id=press.key, warning=warning, act=step.act, at=press.at, actor_id=press.actor.person_id,
        post_id=press.decision.post_id, note=step.note.strip(),
    )  # fmt: skip
    tell_of_warning(step.act, warning, press.at)


def _lock(warning_id: UUID) -> PublicWarning:
    found = read(PublicWarning, "where id = %(id)s for update", {"id": warning_id})
    if not found:
        raise WarningNotFound
    return found[0]
