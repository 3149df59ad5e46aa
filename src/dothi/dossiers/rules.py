"""
Rules of the dossiers room, without a database.

Which acts lead where, and which duty may do them, stands in the procedure's document. What no
document may loosen stands here: who else must not be the same person, what only the official who
claimed the dossier may do, and how surely a resident must be known.
"""

from collections.abc import Iterable

from dothi.dossiers.types import Act
from dothi.foundation.identity.authority import ActRule, Duty, Kind, Scope
from dothi.procedures.types import Procedure, Transition

ASSIGNED = frozenset({Act.SHOW_DRAFT, Act.PROPOSE, Act.PAUSE, Act.RESUME, Act.EXTEND, Act.STOP})
"""Acts that only the official who claimed the dossier may do."""

APART = {
    Act.APPROVE: frozenset({Act.PROPOSE.value}),
    Act.SIGN: frozenset({Act.PROPOSE.value}),
}
"""Acts whose doer must not have done the named earlier act: nobody approves an own proposal."""

LEVEL_TO_FILE = 2
"""Assurance level that filing demands (Decree 69/2024/ND-CP on level-2 accounts; verified: false)."""

LEVEL_TO_PREPARE = 1
"""A person known at level 1 may prepare a draft and raise the level before filing it."""

PREPARE = ActRule(
    "dossiers.prepare",
    frozenset({Kind.RESIDENT}),
    assurance=LEVEL_TO_PREPARE,
    states=frozenset({"draft", "supplement-at-desk", "supplement"}),
)
OPEN_DRAFT = ActRule("dossiers.draft", frozenset({Kind.RESIDENT}), assurance=LEVEL_TO_PREPARE, on_case=False)
OPEN_AT_COUNTER = ActRule(
    "dossiers.draft-at-counter", frozenset({Kind.OFFICIAL}), duties=frozenset({Duty.RECEIVE})
)
READ = ActRule(
    "dossiers.read",
    frozenset({Kind.RESIDENT, Kind.OFFICIAL, Kind.SYSTEM}),
    duties=frozenset({Duty.RECEIVE, Duty.PROCESS, Duty.APPROVE, Duty.SIGN, Duty.RETURN, Duty.AUDIT}),
    assurance=LEVEL_TO_PREPARE,
)
LIST = ActRule("dossiers.list", frozenset({Kind.OFFICIAL}), duties=READ.duties, on_case=False)


def transitions_of(procedure: Procedure, act: Act) -> list[Transition]:
    """Return every transition of `act`, in the order of the document."""
    return [transition for transition in procedure.transitions if transition.act == act]


def is_tacit(procedure: Procedure, act: Act) -> bool:
    """Tell whether silence can do the act: then the system does it when its day has come."""
    return any(row.act == act for row in procedure.clock.tacit)


def rule_of(
    act: Act, transitions: Iterable[Transition], *, tacit: bool = False, at_counter: bool = False
) -> ActRule:
    """
    Return what `act` demands of its actor: duties from the document, the rest from here.

    What the applicant does, the desk that receives may enter for one who files `at_counter`.
    """
    duties: set[str] = {transition.duty for transition in transitions}
    duties |= {"system"} if tacit else set()
    duties |= {"receive"} if at_counter and "applicant" in duties else set()
    return ActRule(
        name=f"dossiers.{act.value}",
        open_to=frozenset(_kinds(duties)),
        duties=frozenset(Duty(duty) for duty in duties - {"applicant", "system"}),
        scope=Scope.UNIT,
        assurance=LEVEL_TO_FILE if "applicant" in duties else 0,
        apart_from=APART.get(act, frozenset()),
        assigned=act in ASSIGNED,
    )


def _kinds(duties: set[str]) -> Iterable[Kind]:
    if "applicant" in duties:
        yield Kind.RESIDENT
    if "system" in duties:
        yield Kind.SYSTEM
    if duties - {"applicant", "system"}:
        yield Kind.OFFICIAL
