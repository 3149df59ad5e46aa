"""
What an act needs, by the names that procedures' documents use.

Some needs only a person can check; the official confirms each, and the ledger keeps what was
confirmed. All others are checked where the act is done; CHECKED says where.
"""

from collections.abc import Mapping
from datetime import date

from dothi.dossiers.errors import NotConfirmed
from dothi.kernel.problems import msg
from dothi.procedures.engine import components
from dothi.procedures.types import Answers, Procedure, Transition

CONFIRMED: Mapping[str, str] = {
    "components-checked": msg("I have checked each document of the dossier"),
    "earlier-certificate-handed-in": msg("The earlier certificate has been handed in"),
    "both-present": msg("Both partners are present"),
    "identity-checked": msg("I have checked the identity documents of both partners"),
    "partners-signed": msg("Both partners have signed the register and the certificate"),
}
"""Needs that the official confirms, in the words that are confirmed."""

ONLY_WITH: Mapping[str, str] = {"earlier-certificate-handed-in": "earlier-certificate"}
"""Needs that arise only where the answers ask for this component."""

CHECKED: Mapping[str, str] = {
    "entitled": "evidence.check_entitled",
    "no-problems": "evidence.check_complete",
    "components": "evidence.check_complete",
    "corrections": "receive.request_supplement",
    "refusal-reason": "receive.refuse",
    "pause-ground": "process.pause",
    "extension-reason": "process.extend",
    "not-extended": "kernel.clock",
    "draft-errors": "process.say_why",
    "reason": "process.say_why",
    "draft-confirmed-when-online": "process.propose",
}
"""Needs that are checked without a person's word, and where."""


def to_confirm(procedure: Procedure, row: Transition, answers: Answers, on: date) -> tuple[str, ...]:
    """Return the needs of a transition that its official must confirm, in the order of the document."""
    named = [need for need in row.needs if need in CONFIRMED]
    if not any(need in ONLY_WITH for need in named):
        return tuple(named)
    asked = {one.component.id for one in components(procedure, answers, [], on)}
    return tuple(need for need in named if need not in ONLY_WITH or ONLY_WITH[need] in asked)


def check_confirmed(needed: tuple[str, ...], confirmed: frozenset[str]) -> None:
    """Raise NotConfirmed with each need that was not confirmed, or return nothing."""
    if open_needs := [need for need in needed if need not in confirmed]:
        raise NotConfirmed(needs=open_needs)
