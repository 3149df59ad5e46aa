"""The applicant's acts: submit, supplement, withdraw."""

from dothi.dossiers.acting import Turn, perform
from dothi.dossiers.actions.process import end, say_why
from dothi.dossiers.evidence import check_complete, check_entitled
from dothi.dossiers.models import Correction
from dothi.dossiers.numbering import next_code
from dothi.dossiers.papers import FILING, order_paper
from dothi.dossiers.types import Act, Call, Outcome


def submit(call: Call) -> Outcome:
    """
    File the draft at its desk; the draft becomes the dossier, so filing twice files once.

    Raises Incomplete with every problem at once, NotEntitled, Refused, ActNotPossible, DossierNotFound.
    """
    return perform(Act.SUBMIT, call, check_entitled, check_complete, _number, _order_receipt)


def supplement(call: Call) -> Outcome:
    """
    Answer the correction request with the corrected answers; the clock starts afresh.

    Raises Incomplete, NotEntitled, Refused, ActNotPossible, DossierNotFound.
    Source: Decree 61/2018/ND-CP, art. 17; verified: true.
    """
    return perform(Act.SUPPLEMENT, call, check_entitled, check_complete, _close_request, _order_receipt)


def withdraw(call: Call) -> Outcome:
    """Withdraw the dossier before it is decided. Raises Refused, ActNotPossible, DossierNotFound."""
    return perform(Act.WITHDRAW, call, end)


def confirm_draft(call: Call) -> Outcome:
    """Confirm the draft of the result. Raises Refused, ActNotPossible, DossierNotFound."""
    return perform(Act.CONFIRM_DRAFT, call)


def correct_draft(call: Call) -> Outcome:
    """Report what is wrong in the draft, in `call.note`. Raises NoteMissing and what all raise."""
    return perform(Act.CORRECT_DRAFT, call, say_why)


def _number(turn: Turn) -> None:
    turn.dossier.code = next_code(turn.dossier.unit_id, turn.on)
    turn.dossier.submitted_at = turn.call.at


def _order_receipt(turn: Turn) -> None:
    order_paper(FILING, turn.dossier, turn.call.key, turn.call.at)


def _close_request(turn: Turn) -> None:
    Correction.objects.filter(dossier=turn.dossier, answered_at=None).update(answered_at=turn.call.at)
