"""
Evidence: what the procedure asks for, what the dossier has, and what is still missing.

A component is satisfied by a file among the answers or by a result from the applicant's own vault,
taken with consent. What the office must look up itself is never asked of the applicant.
"""

from collections.abc import Sequence
from datetime import date

from dothi.dossiers.acting import Turn
from dothi.dossiers.answers import read_answers
from dothi.dossiers.errors import Incomplete, NotEntitled
from dothi.dossiers.models import Component, Dossier
from dothi.foundation.statements import read
from dothi.kernel.problems import msg
from dothi.procedures.engine import components, eligibility, problems
from dothi.procedures.types import Answers, Asked, FieldProblem, Procedure

MISSING = msg("Add this document, or take it from your data vault")


def check_complete(turn: Turn) -> None:
    """Raise Incomplete with every problem of answers and documents, or return nothing."""
    found = missing(turn.procedure, turn.dossier, read_answers(turn.dossier), turn.on)
    if found:
        raise Incomplete(problems=found)


def check_entitled(turn: Turn) -> None:
    """Raise NotEntitled where the answers say no; while answers are missing the form says so."""
    told = eligibility(turn.procedure, read_answers(turn.dossier), turn.on)
    if told.entitled is False:
        raise NotEntitled(row=told.fired)


def missing(procedure: Procedure, dossier: Dossier, answers: Answers, on: date) -> list[FieldProblem]:
    """Return every problem that keeps the dossier from being filed on `on`, in the order of the form."""
    wanted = [asked for asked in components(procedure, answers, [], on) if asked.open]
    held = provided(dossier, answers, wanted)
    gaps = [_gap(asked) for asked in wanted if asked.component.id not in held]
    return [*problems(procedure, answers, on), *gaps]


def provided(dossier: Dossier, answers: Answers, wanted: Sequence[Asked]) -> frozenset[str]:
    """Return the ids of the components that are there, as a file or from the vault; one statement."""
    by_file = {asked.component.id for asked in wanted if answers.get(asked.component.field or "")}
    now = read(Component, "where dossier_id = %(id)s and replaced_at is null", {"id": dossier.id})
    return frozenset(by_file | {component.slot for component in now})


def _gap(asked: Asked) -> FieldProblem:
    part = asked.component
    return FieldProblem(
        field=part.field or part.id, page="documents", code="component-missing",
        message=part.title, way_out=MISSING, facts={}, basis=part.basis,
    )  # fmt: skip
