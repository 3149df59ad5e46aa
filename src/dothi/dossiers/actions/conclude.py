"""The end of a dossier: the result is signed into the owner's vault, and returned."""

from calendar import monthrange
from collections.abc import Mapping
from datetime import date, timedelta
from typing import cast

from dothi.dossiers.acting import Turn, perform
from dothi.dossiers.answers import about, read_answers, write_proposal
from dothi.dossiers.numbering import next_result_number
from dothi.dossiers.papers import RESULT, order_paper
from dothi.dossiers.types import Act, Call, Outcome
from dothi.kernel.ids import DossierId, PersonId, PostId, UnitId
from dothi.procedures.engine import claims
from dothi.procedures.types import Answers, ResultSpec
from dothi.vault.actions import deposit
from dothi.vault.types import Issued, Value


def sign(call: Call) -> Outcome:
    """
    Sign the approved result: it lies in the owner's vault at once, its paper follows by a job.

    Raises Refused, ActNotPossible, DossierNotFound.
    """
    return perform(Act.SIGN, call, _issue)


def give_back(call: Call) -> Outcome:
    """Return the result to the applicant. Raises Refused, ActNotPossible, DossierNotFound."""
    return perform(Act.GIVE_BACK, call)


def _issue(turn: Turn) -> None:
    dossier, spec = turn.dossier, turn.procedure.result
    number = next_result_number(dossier.unit_id, spec.kind, turn.on)
    until = last_day(turn.on, spec.valid_months)
    facts = about(dossier, number=number, issued_on=str(turn.on), valid_until=str(until) if until else None)
    granted = claims(turn.procedure, read_answers(dossier), facts, turn.on)
    write_proposal(dossier, granted)
    dossier.result_id = deposit(
        issued=_issued(turn, granted, spec, until),
        actor=turn.by,
        authority=turn.decision.authority,
        basis=turn.transition.basis.clause,
        at=turn.call.at,
    )
    dossier.ended_at = turn.call.at


def _issued(turn: Turn, granted: Answers, spec: ResultSpec, until: date | None) -> Issued:
    dossier, held = turn.dossier, turn.decision.holding
    assert held is not None  # only an official's duty signs
    return Issued(
        owner_id=PersonId(dossier.owner_id),
        kind=spec.kind,
        procedure_code=turn.procedure.code,
        procedure_version=turn.procedure.version,
        dossier_id=DossierId(dossier.id),
        issued_on=turn.on,
        valid_from=turn.on,
        valid_to=until + timedelta(days=1) if until else None,
        facts=cast("Mapping[str, Value]", granted),
        unit_id=UnitId(dossier.unit_id),
        signer_post_id=PostId(held.post_id),
        paper_id=order_paper(RESULT, dossier, turn.call.key, turn.call.at),
    )


def last_day(on: date, months: int | None) -> date | None:
    """
    Return the last day on which a result of so many months is valid; None for ever.

    The same day of the last month; where it has none, its last day. Source: Civil Code 2015, art. 148.
    """
    if months is None:
        return None
    years, month = divmod(on.month - 1 + months, 12)
    year, month = on.year + years, month + 1
    return date(year, month, min(on.day, monthrange(year, month)[1]))
