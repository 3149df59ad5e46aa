"""
Acts on public warnings: one person drafts, another approves, and only then is anybody told.

An update and a cancellation are messages of their own, drafted and approved like the first.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from dothi.foundation.clock import civil_date
from dothi.foundation.identity.authority import Actor, ActRule, CaseFacts, Decision, require
from dothi.foundation.jobs.actions import defer
from dothi.foundation.ledger.errors import AlreadyRecorded
from dothi.foundation.ledger.types import Fact
from dothi.foundation.statements import read, send, together
from dothi.incidents import cap, drafting, rules
from dothi.incidents.acting import Line, add_line, lock, record_act, say_why_in
from dothi.incidents.errors import NotCompetent, WarningMoved, WarningNotFound, WarningUnfit
from dothi.incidents.hazards import may_warn_of, reaches
from dothi.incidents.messages import compose
from dothi.incidents.models import PublicWarning, WarningMessage, WarningStep
from dothi.incidents.telling import name_of, tell_of_incident, tell_of_warning
from dothi.incidents.types import Call, EntryKind, IncidentId, WarningId
from dothi.incidents.warning_types import (
    MsgType,
    NewWarning,
    Status,
    WarningState,
    Wording,
)
from dothi.kernel.ids import new_id
from dothi.registers.agencies.queries import unit_of
from dothi.registers.agencies.types import UnitRow

TELL = "incidents.tell_wards"
"""The job that puts a notice into the inbox of everyone who lives in the wards concerned."""


def draft(*, new: NewWarning, actor: Actor, at: datetime, key: UUID) -> WarningId:
    """
    Draft a first message of the actor's unit; nobody outside is told. The same `key` drafts one only.

    Raises Refused, NotCompetent, WarningUnfit, IncidentNotFound.
    """
    decision = require(actor, rules.DRAFT_WARNING, None, at)
    return _draft(new, MsgType.ALERT, None, actor, decision, at, key)


def draft_update(*, new: NewWarning, replaces: WarningId, actor: Actor, at: datetime, key: UUID) -> WarningId:
    """
    Draft a message that will stand for the issued one `replaces`; of the same status and hazard.

    Raises WarningNotFound, WarningMoved, Refused, NotCompetent, WarningUnfit.
    """
    earlier, decision = _replaceable(replaces, actor, at, key)
    if (new.status, new.hazard) != (earlier.status, earlier.hazard):
        raise WarningUnfit(part="status, hazard")
    return _draft(new, MsgType.UPDATE, earlier, actor, decision, at, key)


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
    return _draft(new, MsgType.CANCEL, earlier, actor, decision, at, key)


def approve(*, warning_id: WarningId, actor: Actor, at: datetime, key: UUID) -> None:
    """
    Issue a draft: from now on the public is told, if it is an actual one. Never the one who drafted it.

    Raises WarningNotFound, Refused (SamePerson, OtherUnit), NotCompetent, WarningMoved, WarningUnfit.
    """
    with together():
        warning, decision = _locked(warning_id, rules.APPROVE_WARNING, actor, at)
        if _was_done(warning, key):
            return
        unit = unit_of(warning.unit_id, civil_date(at))
        _check_competent(unit, warning.hazard, warning.wards, rules.APPROVE_WARNING, at)
        _check_draft(warning)
        if warning.expires_at <= at:
            raise WarningUnfit(part="expires_at")
        _replace(warning, at)
        warning.state, warning.issued_at = WarningState.ISSUED.value, at
        document = _issue(warning, unit, at)
        facts = {"document": sha256(document).hexdigest()}
        _write(warning, "issued", rules.APPROVE_WARNING, actor, decision, at, key, "", facts)
        _into_timeline(warning, actor, decision, at)
        if warning.status == Status.ACTUAL:
            defer(TELL, warning_id=warning.id)


def refuse(*, warning_id: WarningId, note: str, actor: Actor, at: datetime, key: UUID) -> None:
    """
    Send a draft to the shelf with the reason in `note`.

    Raises WarningNotFound, Refused, WarningMoved, WordsMissing.
    """
    say_why_in(note)
    _end(warning_id, WarningState.REFUSED, rules.REFUSE_WARNING, note, actor, at, key)


def discard(*, warning_id: WarningId, actor: Actor, at: datetime, key: UUID) -> None:
    """Take a draft of one's own unit back. Raises WarningNotFound, Refused, WarningMoved."""
    _end(warning_id, WarningState.DISCARDED, rules.DISCARD_WARNING, "", actor, at, key)


def _draft(
    new: NewWarning,
    msg_type: MsgType,
    earlier: PublicWarning | None,
    actor: Actor,
    decision: Decision,
    at: datetime,
    key: UUID,
) -> WarningId:
    drafting.check(new, msg_type, at)
    assert decision.holding is not None
    unit = unit_of(decision.holding.unit_id, civil_date(at))
    _check_competent(unit, new.hazard, new.wards, rules.DRAFT_WARNING, at)
    try:
        with together():
            return _drafted(key) or _keep(new, msg_type, earlier, unit, actor, decision, at, key)
    except AlreadyRecorded:
        # Another hand pressed with the same key at the same moment, and came first.
        found = _drafted(key)
        if found is None:
            raise
        return found


def _keep(
    new: NewWarning,
    msg_type: MsgType,
    earlier: PublicWarning | None,
    unit: UnitRow,
    actor: Actor,
    decision: Decision,
    at: datetime,
    key: UUID,
) -> WarningId:
    assert actor.person_id is not None
    if new.incident_id is not None:
        lock(new.incident_id)
    warning = PublicWarning(
        unit_id=unit.id, status=new.status.value, msg_type=msg_type.value, hazard=new.hazard,
        urgency=new.urgency, severity=new.severity, certainty=new.certainty,
        words=drafting.as_json(new.words),
        wards=sorted(set(new.wards)), everywhere=drafting.is_everywhere(new, at),
        onset_at=new.onset_at, expires_at=new.expires_at,
        incident_id=new.incident_id, replaces=earlier, drafted_by=actor.person_id, drafted_at=at,
    )  # fmt: skip
    warning.save(force_insert=True)
    _write(warning, "drafted", rules.DRAFT_WARNING, actor, decision, at, key, "", {})
    send()
    return WarningId(warning.id)


def _drafted(key: UUID) -> WarningId | None:
    found = WarningStep.objects.filter(pk=key, act="drafted").values_list("warning_id", flat=True).first()
    return WarningId(found) if found else None


def _end(
    warning_id: WarningId,
    state: WarningState,
    rule: ActRule,
    note: str,
    actor: Actor,
    at: datetime,
    key: UUID,
) -> None:
    with together():
        warning, decision = _locked(warning_id, rule, actor, at)
        if _was_done(warning, key):
            return
        _check_draft(warning)
        warning.state = state.value
        _write(warning, state.value, rule, actor, decision, at, key, note, {})


def _replaceable(
    warning_id: WarningId, actor: Actor, at: datetime, key: UUID
) -> tuple[PublicWarning, Decision]:
    """Return an issued message that nothing but the draft `key` may stand for, and the right to draft."""
    earlier = PublicWarning.objects.filter(pk=warning_id).first()
    if earlier is None:
        raise WarningNotFound
    rule = replace(rules.DRAFT_WARNING, on_case=True)
    decision = require(actor, rule, _case(earlier), at)
    if _drafted(key) is None:
        _check_stands(earlier)
    return earlier, decision


def _replace(warning: PublicWarning, at: datetime) -> None:
    """Let `warning` stand for the message that it replaces. Raises WarningMoved: another does already."""
    if warning.replaces_id is None:
        return
    (earlier,) = read(PublicWarning, "where id = %(id)s for update", {"id": warning.replaces_id})
    _check_stands(earlier)
    earlier.replaced_at = at
    earlier.save(update_fields=["replaced_at"])


def _check_stands(warning: PublicWarning) -> None:
    issued = warning.state == WarningState.ISSUED and warning.msg_type != MsgType.CANCEL
    if not issued or warning.replaced_at is not None:
        raise WarningMoved


def _locked(
    warning_id: WarningId, rule: ActRule, actor: Actor, at: datetime
) -> tuple[PublicWarning, Decision]:
    found = read(PublicWarning, "where id = %(id)s for update", {"id": warning_id})
    if not found:
        raise WarningNotFound
    return found[0], require(actor, rule, _case(found[0]), at)


def _case(warning: PublicWarning) -> CaseFacts:
    return CaseFacts(
        "warning", unit_id=warning.unit_id, state=warning.state, done_by={"draft": warning.drafted_by},
        absent=WarningNotFound,
    )  # fmt: skip


def _was_done(warning: PublicWarning, key: UUID) -> bool:
    on = WarningStep.objects.filter(pk=key).values_list("warning_id", flat=True).first()
    if on not in (None, warning.id):
        raise AlreadyRecorded(entry_id=key)
    return on is not None


def _check_draft(warning: PublicWarning) -> None:
    if warning.state != WarningState.DRAFTED:
        raise WarningMoved


def _check_competent(unit: UnitRow, hazard: str, wards: Sequence[str], rule: ActRule, at: datetime) -> None:
    if not may_warn_of(unit, hazard, civil_date(at)) or not reaches(unit, wards):
        raise NotCompetent(act=rule.name, case="warning")


def _issue(warning: PublicWarning, unit: UnitRow, at: datetime) -> bytes:
    """Write the message that stands from now on; return it."""
    told = compose(warning, unit, at)
    document = cap.write(told)
    WarningMessage.objects.create(
        warning=warning, identifier=told.identifier, sender=told.sender, sent_at=at, document=document
    )
    return document


def _into_timeline(warning: PublicWarning, actor: Actor, decision: Decision, at: datetime) -> None:
    """Tell in the timeline of its incident that the warning was issued."""
    if warning.incident_id is None:
        return
    incident = lock(warning.incident_id)
    facts: dict[str, Fact] = {
        "msg_type": warning.msg_type,
        "status": warning.status,
        "hazard": warning.hazard,
    }
    line = Line(EntryKind.WARNING_ISSUED, warning_id=warning.id, facts=facts)
    add_line(incident, line, Call(IncidentId(incident.id), actor, at), decision, new_id())
    incident.save()
    tell_of_incident(EntryKind.WARNING_ISSUED, incident, at)


def _write(
    warning: PublicWarning,
    act: str,
    rule: ActRule,
    actor: Actor,
    decision: Decision,
    at: datetime,
    key: UUID,
    note: str,
    facts: Mapping[str, Fact],
) -> None:
    """Write what became of the warning: its row, the step, the ledger entry, the event."""
    assert actor.person_id is not None
    assert decision.holding is not None
    told: dict[str, Fact] = {
        "status": warning.status, "msg_type": warning.msg_type, "hazard": warning.hazard,
        "severity": warning.severity, "wards": list(warning.wards), **facts,
    }  # fmt: skip
    record_act(rule.name, actor, decision, name_of(warning), key, at, told)
    warning.save()
    WarningStep.objects.create(
        id=key, warning=warning, act=act, at=at, actor_id=actor.person_id, post_id=decision.holding.post_id,
        note=note.strip(),
    )  # fmt: skip
    tell_of_warning(act, warning, at)
