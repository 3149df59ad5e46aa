"""The state table, read as it stands: which acts there are, and where each leads."""

from dothi.procedures.errors import ActNotPossible
from dothi.procedures.types import Procedure, Transition


def transition(procedure: Procedure, state: str, act: str) -> Transition:
    """Return the transition of `act` from `state`. Raises ActNotPossible where the table has none."""
    for row in procedure.transitions:
        if row.act == act and state in row.origins:
            return row
    raise ActNotPossible(code=procedure.code, state=state, act=act)


def acts(procedure: Procedure, state: str) -> tuple[Transition, ...]:
    """Return the transitions that leave `state`, in the order of the document."""
    return tuple(row for row in procedure.transitions if state in row.origins)
