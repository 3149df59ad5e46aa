"""
One dossier in the clear, to its owner, to an official, or to everybody as far as everybody may know.

What shows a person's data takes a purpose and records the read before it answers.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from uuid import UUID

from dothi.dossiers import clock, rules
from dothi.dossiers.acting import actor_ref, facts_of, name_of
from dothi.dossiers.answers import (
    read_answers,
    read_answers_before,
    read_faults,
    read_note,
    read_proposal,
)
from dothi.dossiers.errors import DossierNotFound
from dothi.dossiers.evidence import missing
from dothi.dossiers.models import Component, Correction, Dossier, Step
from dothi.dossiers.needs import to_confirm
from dothi.dossiers.queries.rows import Row, row_of
from dothi.dossiers.types import Act, Fault
from dothi.foundation.clock import civil_date
from dothi.foundation.identity.authority import Actor, decide, require
from dothi.foundation.identity.purpose import Purpose
from dothi.foundation.ledger.actions import record_read
from dothi.foundation.statements import Row as Values
from dothi.foundation.statements import Statement, ask, made, read, rows_of, together
from dothi.kernel.clock import ClockReading
from dothi.kernel.dossier_code import parse
from dothi.procedures.engine import acts
from dothi.procedures.queries import version
from dothi.procedures.types import FieldProblem, Json, Procedure, Transition, VersionId


@dataclass(frozen=True, slots=True)
class Happened:
    """
    One line of the timeline. `post_id` names the post that acted; None when the applicant did.

    `note` is what the actor wrote; it is there only for those who may open the dossier.
    """

    act: str
    state: str
    at: datetime
    post_id: UUID | None
    ground: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """A correction request or a refusal in the clear; `before` are the answers that a request found."""

    faults: tuple[Fault, ...]
    asked_at: datetime
    answered_at: datetime | None
    before: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Held:
    """A component that the dossier holds: by file, or by a result from the vault."""

    slot: str
    file_id: UUID | None
    result_id: UUID | None
    provenance: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Open:
    """A dossier opened by somebody who may: the row, its parts in the clear, and what can be done now."""

    row: Row
    urn: str
    owner_id: UUID
    procedure: Procedure
    answers: Mapping[str, Json]
    provenance: Mapping[str, Json]
    proposal: Mapping[str, Json]
    held: Sequence[Held]
    corrections: Sequence[Asked]
    timeline: Sequence[Happened]
    reading: ClockReading
    possible: tuple[Transition, ...]
    """The acts that this actor may do in this state."""
    to_confirm: Mapping[str, tuple[str, ...]]
    """By act, the needs that its official must confirm."""


@dataclass(frozen=True, slots=True)
class Editing:
    """A dossier in its owner's hands: a draft, or one that waits to be completed."""

    row: Row
    owner_id: UUID
    procedure: Procedure
    answers: Mapping[str, Json]
    provenance: Mapping[str, Json]
    held: Sequence[Held]
    corrections: Sequence[Asked]
    gaps: Callable[[], Sequence[FieldProblem]] = field(compare=False, repr=False)

    @property
    def missing(self) -> Sequence[FieldProblem]:
        """Return everything that keeps it from being filed now; one statement, and every rule is asked."""
        return self.gaps()


@dataclass(frozen=True, slots=True)
class Tracked:
    """What everybody may know of a dossier: no person, no answer, only where it stands and why."""

    code: str
    procedure: Procedure
    unit_id: UUID
    state: str
    due_at: datetime | None
    timeline: Sequence[Happened]
    reading: ClockReading


def editing(*, dossier_id: UUID, resident: Actor, at: datetime) -> Editing:
    """
    Return what a person has written so far; reading one's own writing is not recorded.

    Three statements in one round trip, and one for what is missing.
    Raises DossierNotFound, Refused, SubjectErased.
    """
    found, *parts = ask(_row(dossier_id), *_parts(dossier_id))
    dossier = _only(found)
    require(resident, rules.PREPARE, facts_of(dossier), at)
    procedure, answers = version(VersionId(dossier.version_id)), read_answers(dossier)
    return Editing(
        row_of(dossier), dossier.owner_id, procedure, answers, dossier.provenance, _held(parts[0]),
        _corrections(dossier, parts[1]),
        partial(missing, procedure, dossier, answers, civil_date(at)),
    )  # fmt: skip


def open_dossier(*, dossier_id: UUID, actor: Actor, purpose: Purpose, at: datetime) -> Open:
    """
    Return a dossier in the clear to one who may read it; the read is in the ledger before it returns.

    Five statements in two round trips, and at most two for the calendar.
    Raises DossierNotFound, Refused, SubjectErased.
    """
    with together():
        dossier = _only(ask(_row(dossier_id))[0])
        decision = require(actor, rules.READ, facts_of(dossier), at)
        record_read(
            act="dossiers.read", actor=actor_ref(actor, decision.holding), authority=decision.authority,
            object=name_of(dossier), subjects=[dossier.owner_id],
            purpose=purpose.slug, basis=purpose.basis, at=at,
        )  # fmt: skip
        return _opened(dossier, actor, at)


def tracked(*, code: str, at: datetime) -> Tracked:
    """Return the public view of a filed dossier; three statements.

    Raises DossierCodeInvalid, DossierNotFound.
    """
    found = read(Dossier, "where code = %(code)s", {"code": str(parse(code))})
    if not found:
        raise DossierNotFound
    dossier = found[0]
    procedure = version(VersionId(dossier.version_id))
    steps = clock.steps_of(dossier)
    return Tracked(
        dossier.code, procedure, dossier.unit_id, dossier.state, dossier.due_at,
        _timeline(steps), clock.reading_from(procedure, dossier, steps, at),
    )  # fmt: skip


def _opened(dossier: Dossier, actor: Actor, at: datetime) -> Open:
    procedure = version(VersionId(dossier.version_id))
    found, *parts = ask(clock.steps_asked(dossier.id), *_parts(dossier.id))
    steps, answers = made(Step, found), read_answers(dossier)
    possible = _possible(procedure, dossier, actor, at)
    return Open(
        row=row_of(dossier),
        urn=name_of(dossier),
        owner_id=dossier.owner_id,
        procedure=procedure,
        answers=answers,
        provenance=dossier.provenance,
        proposal=read_proposal(dossier),
        held=_held(parts[0]),
        corrections=_corrections(dossier, parts[1]),
        timeline=_timeline(steps, dossier),
        reading=clock.reading_from(procedure, dossier, steps, at),
        possible=possible,
        to_confirm={row.act: to_confirm(procedure, row, answers, civil_date(at)) for row in possible},
    )


def _possible(procedure: Procedure, dossier: Dossier, actor: Actor, at: datetime) -> tuple[Transition, ...]:
    known = {act.value for act in Act}
    here = [row for row in acts(procedure, dossier.state) if row.act in known]
    facts, counter = facts_of(dossier), dossier.channel == "counter"
    asked = [(row, rules.rule_of(Act(row.act), [row], at_counter=counter)) for row in here]
    return tuple(row for row, rule in asked if decide(actor, rule, facts, at).allowed)


def _timeline(steps: Sequence[Step], opened: Dossier | None = None) -> tuple[Happened, ...]:
    def note(step: Step) -> str:
        return read_note(opened, bytes(step.note)) if opened else ""

    return tuple(
        Happened(step.act, step.state, step.at, step.post_id, step.ground, note(step)) for step in steps
    )


def _row(dossier_id: UUID) -> Statement:
    return rows_of(Dossier, "where id = %(id)s", {"id": dossier_id})


def _only(rows: Sequence[Values]) -> Dossier:
    if not rows:
        raise DossierNotFound
    return made(Dossier, rows)[0]


def _parts(dossier_id: UUID) -> tuple[Statement, Statement]:
    """Return what reads the components that a dossier holds, and its correction requests."""
    of = {"id": dossier_id}
    return (
        rows_of(Component, "where dossier_id = %(id)s and replaced_at is null order by slot", of),
        rows_of(Correction, "where dossier_id = %(id)s order by asked_at, id", of),
    )


def _held(found: Sequence[Values]) -> tuple[Held, ...]:
    rows = made(Component, found)
    return tuple(Held(row.slot, row.file_id, row.result_id, row.provenance) for row in rows)


def _corrections(dossier: Dossier, found: Sequence[Values]) -> tuple[Asked, ...]:
    rows = made(Correction, found)
    return tuple(
        Asked(
            read_faults(dossier, row), row.asked_at, row.answered_at,
            read_answers_before(dossier, bytes(row.before)),
        )
        for row in rows
    )  # fmt: skip
