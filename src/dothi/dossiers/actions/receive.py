"""At the one-stop desk: accept, refuse, claim, and the one consolidated correction request."""

from collections.abc import Sequence
from dataclasses import replace

from dothi.dossiers.acting import Turn, perform
from dothi.dossiers.answers import seal_faults
from dothi.dossiers.errors import DossierMoved, FaultsMissing, GroundUnknown, TakenUp
from dothi.dossiers.models import Correction, Dossier
from dothi.dossiers.papers import CORRECTION, RECEIPT, REFUSAL, order_paper
from dothi.dossiers.types import Act, Call, Fault, Outcome
from dothi.procedures.errors import ActNotPossible
from dothi.procedures.types import Reason


def accept(call: Call) -> Outcome:
    """
    Accept a complete dossier and start its statutory clock; `Outcome.due_at` is the promised instant.

    Raises Refused, ActNotPossible, DossierNotFound.
    Source: Decree 61/2018/ND-CP, art. 17; verified: true.
    """
    return perform(Act.ACCEPT, call, _order_slip)


def claim(call: Call) -> Outcome:
    """
    Take the dossier up as the official who works on it; only this official may then propose a result.

    Raises TakenUp when a colleague was faster, Refused, ActNotPossible, DossierMoved, DossierNotFound.
    """
    try:
        return perform(Act.CLAIM, call, _assign)
    except (ActNotPossible, DossierMoved) as late:
        holder = Dossier.objects.filter(pk=call.dossier_id).values_list("assignee_id", flat=True).first()
        if holder is not None and holder != call.actor.person_id:
            raise TakenUp from late
        raise


def request_supplement(call: Call, faults: Sequence[Fault]) -> Outcome:
    """
    Ask the applicant to correct every fault at once, each with its clause; the clock stands still.

    Raises FaultsMissing, GroundUnknown, Refused, ActNotPossible, DossierNotFound.
    Source: Decree 61/2018/ND-CP, art. 17 (one complete written request); verified: true.
    """
    if not faults:
        raise FaultsMissing

    def ask(turn: Turn) -> None:
        asked = [_about(turn, fault) for fault in faults]
        # Sealed with the same key and for the same use, so what is kept is what is there already.
        Correction.objects.create(
            id=call.key, dossier=turn.dossier, faults=seal_faults(turn.dossier, asked), asked_at=call.at,
            before=bytes(turn.dossier.answers),
        )  # fmt: skip
        order_paper(CORRECTION, turn.dossier, call.key, call.at)

    return perform(Act.REQUEST_SUPPLEMENT, call, ask, facts={"faults": len(faults)})


def refuse(call: Call, note: str = "") -> Outcome:
    """
    Refuse the dossier on `call.ground`, a ground that the procedure lists; `note` explains it.

    Raises GroundUnknown, Refused, ActNotPossible, DossierNotFound.
    """

    def explain(turn: Turn) -> None:
        reason = _known(turn.procedure.refusals, call.ground)
        fault = Fault(about=reason.about, reason=reason.id, note=note)
        Correction.objects.create(
            id=call.key, dossier=turn.dossier, faults=seal_faults(turn.dossier, [fault]),
            asked_at=call.at, answered_at=call.at,
        )  # fmt: skip
        turn.dossier.ended_at = call.at
        order_paper(REFUSAL, turn.dossier, call.key, call.at)

    return perform(Act.REFUSE, call, explain)


def _order_slip(turn: Turn) -> None:
    order_paper(RECEIPT, turn.dossier, turn.call.key, turn.call.at)


def _assign(turn: Turn) -> None:
    turn.dossier.assignee_id = turn.call.actor.person_id


def _known(reasons: Sequence[Reason], reason_id: str) -> Reason:
    for reason in reasons:
        if reason.id == reason_id:
            return reason
    raise GroundUnknown(ground=reason_id)


def _about(turn: Turn, fault: Fault) -> Fault:
    """Return the fault with the field or document that its reason is about. Raises GroundUnknown."""
    reason = _known(turn.procedure.corrections, fault.reason)
    return replace(fault, about=fault.about or reason.about)
