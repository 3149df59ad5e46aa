"""At the specialist's and the head's desk: pause, resume, extend, stop, show a draft, propose, approve."""

from dothi.dossiers.acting import Turn, perform
from dothi.dossiers.answers import about, read_answers, write_proposal
from dothi.dossiers.errors import DraftNotShown, GroundUnknown, NoteMissing
from dothi.dossiers.papers import APOLOGY, STOP, order_paper
from dothi.dossiers.types import Act, Call, Outcome
from dothi.foundation.jobs.actions import defer
from dothi.procedures.engine import claims, tacit_at
from dothi.registers.agencies.queries import calendar_of

SILENCE = "dossiers.silence"
"""The job that does what silence means when its day has come."""


def pause(call: Call) -> Outcome:
    """
    Stop the clock on `call.ground`, which the procedure's law must name.

    Form 05 says so. Raises GroundUnknown, Refused, ActNotPossible, DossierNotFound.
    """

    def on_lawful_ground(turn: Turn) -> None:
        if call.ground not in {ground.id for ground in turn.procedure.clock.pauses}:
            raise GroundUnknown(ground=call.ground)

    return perform(Act.PAUSE, call, on_lawful_ground, _order_stop)


def resume(call: Call) -> Outcome:
    """Let the clock go on where it stood. Raises Refused, ActNotPossible, DossierNotFound."""
    return perform(Act.RESUME, call)


def extend(call: Call) -> Outcome:
    """
    Apologize and give one new date, later by `call.amount`; never a second time.

    Form 04 says so, with the reason in `call.note`.
    Raises NoteMissing, ExtensionRefused, Refused, ActNotPossible, DossierNotFound.
    Source: Decree 61/2018/ND-CP, art. 19; verified: true.
    """
    amount = call.amount
    facts = {"amount": amount.count, "unit": amount.unit.value} if amount else {}
    return perform(Act.EXTEND, call, say_why, _order_apology, facts=facts)


def stop(call: Call) -> Outcome:
    """End the work without a result, for the reason in `call.note`. Raises NoteMissing and what all raise."""
    return perform(Act.STOP, call, say_why, end, _order_stop)


def show_draft(call: Call) -> Outcome:
    """
    Show the applicant the draft of the result; silence for as long as the document says confirms it.

    Raises Refused, ActNotPossible, DossierNotFound.
    """
    return perform(Act.SHOW_DRAFT, call, _draw_up, _await_silence)


def propose(call: Call) -> Outcome:
    """
    Propose the result: its claims are computed from the answers and kept, sealed, for approval.

    Raises DraftNotShown for an online dossier, Refused, ActNotPossible, DossierNotFound.
    """
    return perform(Act.PROPOSE, call, _shown_when_online, _draw_up)


def approve(call: Call) -> Outcome:
    """Approve the proposal; never the one who proposed. Raises Refused, ActNotPossible, DossierNotFound."""
    return perform(Act.APPROVE, call)


def send_back(call: Call) -> Outcome:
    """Send the proposal back with the reason in `call.note`. Raises NoteMissing and what all raise."""
    return perform(Act.SEND_BACK, call, say_why)


def say_why(turn: Turn) -> None:
    """Demand that the act is explained. Raises NoteMissing."""
    if not turn.call.note.strip():
        raise NoteMissing


def end(turn: Turn) -> None:
    """Keep when the dossier came to its end."""
    turn.dossier.ended_at = turn.call.at


def _order_stop(turn: Turn) -> None:
    order_paper(STOP, turn.dossier, turn.call.key, turn.call.at)


def _order_apology(turn: Turn) -> None:
    order_paper(APOLOGY, turn.dossier, turn.call.key, turn.call.at)


def _draw_up(turn: Turn) -> None:
    answers = read_answers(turn.dossier)
    write_proposal(turn.dossier, claims(turn.procedure, answers, about(turn.dossier), turn.on))


def _await_silence(turn: Turn) -> None:
    for row in turn.procedure.clock.tacit:
        if row.state == turn.transition.target:
            due = tacit_at(row, turn.call.at, calendar_of(turn.dossier.unit_id, turn.call.at))
            defer(SILENCE, not_before=due, dossier_id=turn.dossier.id, revision=turn.dossier.revision + 1)


def _shown_when_online(turn: Turn) -> None:
    needed = "draft-confirmed-when-online" in turn.transition.needs
    if needed and turn.dossier.channel == "online" and turn.dossier.state == "processing":
        raise DraftNotShown
