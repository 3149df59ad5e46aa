"""Drafting a warning, what replaces one, and what takes one back. Nobody outside is told of a draft."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from dothi.foundation.clock import civil_date
from dothi.foundation.identity.authority import Actor, Decision, require
from dothi.foundation.ledger.errors import AlreadyRecorded
from dothi.foundation.statements import send, together
from dothi.incidents import acting, drafting, rules
from dothi.incidents.errors import WarningMoved, WarningNotFound, WarningUnfit
from dothi.incidents.models import PublicWarning, WarningStep
from dothi.incidents.types import IncidentId, WarningId
from dothi.incidents.warning_acting import Press, Step, case_of, check_competent, write
from dothi.incidents.warning_types import MsgType, NewWarning, Status, Wording, may_be_replaced
from dothi.registers.agencies.queries import unit_of
from dothi.registers.agencies.types import UnitRow


@dataclass(frozen=True, slots=True)
class _Draft:
    """A message before it is kept, and the issued one that it is to stand for."""

    new: NewWarning
    msg_type: MsgType = MsgType.ALERT
    earlier: PublicWarning | None = None


def draft(*, new: NewWarning, actor: Actor, at: datetime, key: UUID) -> WarningId:
    """
    Draft a first message of the actor's unit; nobody outside is told. The same `key` drafts one only.

    Raises Refused, NotCompetent, WarningUnfit, IncidentNotFound.
    """
    return _drafted(_Draft(new), Press(actor, require(actor, rules.DRAFT_WARNING, None, at), at, key))


def draft_update(*, new: NewWarning, replaces: WarningId, actor: Actor, at: datetime, key: UUID) -> WarningId:
    """
    Draft a message that will stand for the issued one `replaces`; of the same status and hazard.

    Raises WarningNotFound, WarningMoved, Refused, NotCompetent, WarningUnfit.
    """
    earlier, decision = _replaceable(replaces, actor, at, key)
    if (new.status, new.hazard) != (earlier.status, earlier.hazard):
        raise WarningUnfit(part="status, hazard")
    return _drafted(_Draft(new, MsgType.UPDATE, earlier), Press(actor, decision, at, key))


def draft_cancel(
    *, replaces: WarningId, words: Mapping[str, Wording], actor: Actor, at: datetime, key: UUID
) -> WarningId:
    """
    Draft the message that takes the issued one `replaces` back in all of its wards; `words` say why.

    Raises WarningNotFound, WarningMoved, Refused, NotCompetent, WarningUnfit.
    """
    earlier, decision = _replaceable(replaces, actor, at, key)
    new = NewWarning(
        Status(earlier.status), earlier.hazard, "Past", earlier.severity, earlier.certainty, words,
        tuple(earlier.wards), at, max(earlier.expires_at, at + timedelta(hours=1)),
        IncidentId(earlier.incident_id) if earlier.incident_id else None,
    )  # fmt: skip
    return _drafted(_Draft(new, MsgType.CANCEL, earlier), Press(actor, decision, at, key))


def _drafted(told: _Draft, press: Press) -> WarningId:
    """Keep a draft that can be told, once a key."""
    drafting.check(told.new, told.msg_type, press.at)
    unit = unit_of(press.decision.unit_id, civil_date(press.at))
    check_competent(unit, told.new.hazard, told.new.wards, rules.DRAFT_WARNING, press.at)
    try:
        with together():
            return _found(press.key) or _keep(told, unit, press)
    except AlreadyRecorded:
        # Another hand pressed with the same key at the same moment, and came first.
        found = _found(press.key)
        if found is None:
            raise
        return found


def _keep(told: _Draft, unit: UnitRow, press: Press) -> WarningId:
    assert press.actor.person_id is not None
    _check_incident(told.new.incident_id, press)
    new = told.new
    warning = PublicWarning(
        unit_id=unit.id, status=new.status.value, msg_type=told.msg_type.value, hazard=new.hazard,
        urgency=new.urgency, severity=new.severity, certainty=new.certainty,
        words=drafting.as_json(new.words), wards=sorted(set(new.wards)),
        everywhere=drafting.is_everywhere(new, press.at), onset_at=new.onset_at, expires_at=new.expires_at,
        incident_id=new.incident_id, replaces=told.earlier, drafted_by=press.actor.person_id,
        drafted_at=press.at,
    )  # fmt: skip
    warning.save(force_insert=True)
    write(warning, Step("drafted"), rules.DRAFT_WARNING, press)
    send()
    return WarningId(warning.id)


def _check_incident(incident_id: IncidentId | None, press: Press) -> None:
    """Refuse a draft about another unit's incident: it would write into that timeline."""
    if incident_id is not None:
        require(press.actor, rules.DRAFT_WARNING, acting.case_of(acting.lock(incident_id)), press.at)


def _found(key: UUID) -> WarningId | None:
    found = WarningStep.objects.filter(pk=key, act="drafted").values_list("warning_id", flat=True).first()
    return WarningId(found) if found else None


def _replaceable(
    warning_id: WarningId, actor: Actor, at: datetime, key: UUID
) -> tuple[PublicWarning, Decision]:
    """Return an issued message that nothing but the draft `key` may stand for, and the right to draft."""
    earlier = PublicWarning.objects.filter(pk=warning_id).first()
    if earlier is None:
        raise WarningNotFound
    decision = require(actor, rules.DRAFT_WARNING, case_of(earlier), at)
    stands = may_be_replaced(earlier.state, earlier.msg_type, earlier.replaced_at)
    if not stands and _found(key) is None:
        raise WarningMoved
    return earlier, decision
