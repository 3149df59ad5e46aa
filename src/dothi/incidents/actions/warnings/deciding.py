"""What becomes of a draft: another person issues it, or it is refused, or taken back."""

from datetime import datetime
from hashlib import sha256
from uuid import UUID

from dothi.foundation.clock import civil_date
from dothi.foundation.identity.authority import Actor
from dothi.foundation.jobs.actions import defer
from dothi.foundation.ledger.types import Fact
from dothi.foundation.statements import read
from dothi.incidents import cap, rules
from dothi.incidents.acting import Line, add_line, lock_standing, say_why_in
from dothi.incidents.errors import WarningMoved, WarningUnfit
from dothi.incidents.messages import compose
from dothi.incidents.models import PublicWarning, WarningMessage
from dothi.incidents.telling import tell_of_incident
from dothi.incidents.types import Call, EntryKind, IncidentId, WarningId
from dothi.incidents.warning_acting import Change, Press, Step, check_competent, perform
from dothi.incidents.warning_types import Status, WarningState, may_be_replaced
from dothi.kernel.ids import new_id
from dothi.registers.agencies.queries import unit_of
from dothi.registers.agencies.types import UnitRow

TELL = "incidents.tell_wards"
"""The job that puts a notice into the inbox of everyone who lives in the wards concerned."""


def approve(*, warning_id: WarningId, actor: Actor, at: datetime, key: UUID) -> None:
    """
    Issue a draft: from now on the public is told, if it is an actual one. Never the one who drafted it.

    Raises WarningNotFound, Refused (SamePerson, OtherUnit), NotCompetent, WarningMoved, WarningUnfit.
    """
    perform(rules.APPROVE_WARNING, warning_id, actor, at, key, _issued)


def refuse(*, warning_id: WarningId, note: str, actor: Actor, at: datetime, key: UUID) -> None:
    """
    Send a draft to the shelf with the reason in `note`.

    Raises WarningNotFound, Refused, WarningMoved, WordsMissing.
    """
    say_why_in(note)
    ended = _ended(WarningState.REFUSED, note)
    perform(rules.REFUSE_WARNING, warning_id, actor, at, key, ended)


def discard(*, warning_id: WarningId, actor: Actor, at: datetime, key: UUID) -> None:
    """Take a draft of one's own unit back. Raises WarningNotFound, Refused, WarningMoved."""
    perform(rules.DISCARD_WARNING, warning_id, actor, at, key, _ended(WarningState.DISCARDED))


def _ended(state: WarningState, note: str = "") -> Change:
    def ended(warning: PublicWarning, _press: Press) -> Step:
        warning.state = state.value
        return Step(state.value, note)

    return ended


def _issued(warning: PublicWarning, press: Press) -> Step:
    unit = unit_of(warning.unit_id, civil_date(press.at))
    check_competent(unit, warning.hazard, warning.wards, rules.APPROVE_WARNING, press.at)
    if warning.expires_at <= press.at:
        raise WarningUnfit(part="expires_at")
    _replace(warning, press.at)
    warning.state, warning.issued_at = WarningState.ISSUED.value, press.at
    document = _issue(warning, unit, press.at)
    _into_timeline(warning, press)
    if warning.status == Status.ACTUAL:
        defer(TELL, warning_id=warning.id)
    return Step("issued", facts={"document": sha256(document).hexdigest()})


def _replace(warning: PublicWarning, at: datetime) -> None:
    """
    Let `warning` stand for the message that it replaces.

    Raises WarningMoved: another does already; WarningUnfit: an exercise cannot stand for an actual one.
    """
    if warning.replaces_id is None:
        return
    (earlier,) = read(PublicWarning, "where id = %(id)s for update", {"id": warning.replaces_id})
    if not may_be_replaced(earlier.state, earlier.msg_type, earlier.replaced_at):
        raise WarningMoved
    if earlier.status != warning.status:
        raise WarningUnfit(part="status")
    earlier.replaced_at = at
    earlier.save(update_fields=["replaced_at"])


def _issue(warning: PublicWarning, unit: UnitRow, at: datetime) -> bytes:
    """Write the message that stands from now on; return it."""
    told = compose(warning, unit, at)
    document = cap.write(told)
    WarningMessage.objects.create(
        warning=warning, identifier=told.identifier, sender=told.sender, sent_at=at, document=document
    )
    return document


def _into_timeline(warning: PublicWarning, press: Press) -> None:
    """Tell in the timeline of its incident, or of the one that this was merged into, what was issued."""
    if warning.incident_id is None:
        return
    incident = lock_standing(warning.incident_id)
    facts: dict[str, Fact] = {
        "msg_type": warning.msg_type,
        "status": warning.status,
        "hazard": warning.hazard,
    }
    line = Line(EntryKind.WARNING_ISSUED, warning_id=warning.id, facts=facts)
    add_line(incident, line, Call(IncidentId(incident.id), press.actor, press.at), press.decision, new_id())
    incident.save()
    tell_of_incident(EntryKind.WARNING_ISSUED, incident, press.at)
