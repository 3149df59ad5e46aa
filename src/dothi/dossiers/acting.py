"""
How every act on a dossier is done: one transaction locks, checks, writes, records and emits.

An act says only what is its own, as a `change`; everything that all acts share stands here once.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.conf import settings

from dothi.dossiers import clock, needs, rules
from dothi.dossiers.answers import read_answers, write_note
from dothi.dossiers.errors import DossierMoved, DossierNotFound
from dothi.dossiers.models import Dossier, Step
from dothi.dossiers.telling import tell
from dothi.dossiers.types import Act, Call, Outcome
from dothi.dossiers.writing import locked, write_act
from dothi.foundation.clock import civil_date
from dothi.foundation.events.actions import emit
from dothi.foundation.events.types import Event
from dothi.foundation.identity.authority import Actor, CaseFacts, Decision, Holding, require
from dothi.foundation.ledger.actions import record
from dothi.foundation.ledger.errors import AlreadyRecorded
from dothi.foundation.ledger.types import ActorRef, Entry, Fact
from dothi.foundation.statements import read, together
from dothi.kernel.ids import DossierId, new_id, urn
from dothi.procedures.engine import transition
from dothi.procedures.errors import ActNotPossible
from dothi.procedures.queries import version
from dothi.procedures.types import Procedure, Transition, VersionId

KIND = "dossier"


@dataclass(frozen=True, slots=True)
class Turn:
    """One act in progress: the locked dossier, its procedure, the way it goes, the call and its right."""

    dossier: Dossier
    procedure: Procedure
    transition: Transition
    call: Call
    decision: Decision

    @property
    def by(self) -> ActorRef:
        """Return the actor as the ledger writes one."""
        return actor_ref(self.call.actor, self.decision.holding)

    @property
    def on(self) -> date:
        """Return the civil date of the act."""
        return civil_date(self.call.at)


Change = Callable[[Turn], None]


def perform(act: Act, call: Call, *changes: Change, facts: Mapping[str, Fact] | None = None) -> Outcome:
    """
    Do `act`: in one transaction the changes, the step, the ledger entry, the clock and the event.

    The same key again answers where the dossier stands now and writes nothing.
    Raises DossierNotFound, DossierMoved, ActNotPossible, NotConfirmed, Refused, and what the changes raise.
    """
    with together():
        dossier, done_on = locked(call.dossier_id, call.key)
        if dossier is None:
            raise DossierNotFound
        procedure = version(VersionId(dossier.version_id))
        decision = _allow(act, dossier, procedure, call)
        if _already_done(dossier, call, done_on):
            return outcome(dossier, call.key)
        _check_seen(dossier, call)
        turn = Turn(dossier, procedure, transition(procedure, dossier.state, act), call, decision)
        confirmed = _confirmed(turn)
        for change in changes:
            change(turn)
        _write(act, turn, {**(facts or {}), **confirmed})
    return outcome(dossier, call.key)


def lock(dossier_id: DossierId) -> Dossier:
    """Return the dossier, locked until the transaction ends. Raises DossierNotFound."""
    found = read(Dossier, "where id = %(id)s for update", {"id": dossier_id})
    if not found:
        raise DossierNotFound
    return found[0]


def _already_done(dossier: Dossier, call: Call, done_on: UUID | None) -> bool:
    """
    Tell whether this very call was done before.

    Raises AlreadyRecorded when its key belongs to an act on another dossier.
    """
    if done_on not in (None, dossier.id):
        raise AlreadyRecorded(entry_id=call.key)
    return done_on is not None


def facts_of(dossier: Dossier) -> CaseFacts:
    """Return what authority needs to know of the dossier."""
    return CaseFacts(
        kind=KIND,
        owner_ids=frozenset({dossier.owner_id}),
        unit_id=dossier.unit_id,
        assignee_id=dossier.assignee_id,
        state=dossier.state,
        territory=dossier.ward_code,
        done_by={act: UUID(person) for act, person in dossier.done_by.items()},
        absent=DossierNotFound,
    )


def outcome(dossier: Dossier, entry_id: UUID) -> Outcome:
    """Return where the dossier stands."""
    return Outcome(DossierId(dossier.id), dossier.code, dossier.state, dossier.due_at, entry_id)


def name_of(dossier: Dossier) -> str:
    """Return the dossier's name across nodes."""
    return urn(settings.NODE, KIND, dossier.id)


def actor_ref(actor: Actor, holding: Holding | None) -> ActorRef:
    """Return the actor as the ledger writes one."""
    return ActorRef(
        kind=actor.kind.value,
        id=actor.person_id,
        post_id=holding.post_id if holding else None,
        on_behalf_of=actor.acting_for,
        service="dossiers" if actor.person_id is None else "",
    )


def _allow(act: Act, dossier: Dossier, procedure: Procedure, call: Call) -> Decision:
    """Ask who may do the act before saying anything of the dossier's state."""
    every = rules.transitions_of(procedure, act)
    here = [row for row in every if dossier.state in row.origins]
    if not every:
        raise ActNotPossible(code=procedure.code, act=act.value, state=dossier.state)
    return require(
        call.actor,
        rules.rule_of(
            act, here or every, tacit=rules.is_tacit(procedure, act), at_counter=dossier.channel == "counter"
        ),
        facts_of(dossier),
        call.at,
    )


def _check_seen(dossier: Dossier, call: Call) -> None:
    """Refuse an act decided on what is no longer so."""
    if call.seen is not None and call.seen != dossier.revision:
        raise DossierMoved


def _confirmed(turn: Turn) -> dict[str, Fact]:
    """Return what the actor confirmed, for the ledger. Raises NotConfirmed."""
    if not any(need in needs.CONFIRMED for need in turn.transition.needs):
        return {}
    needed = needs.to_confirm(turn.procedure, turn.transition, read_answers(turn.dossier), turn.on)
    needs.check_confirmed(needed, turn.call.confirmed)
    return {"confirmed": list(needed)} if needed else {}


def _write(act: Act, turn: Turn, facts: Mapping[str, Fact]) -> None:
    dossier, call = turn.dossier, turn.call
    dossier.state = turn.transition.target
    dossier.revision += 1
    dossier.touched_at = call.at
    if call.actor.person_id is not None:
        dossier.done_by[act.value] = str(call.actor.person_id)
    _record(act, turn, facts)
    step = _step(act, turn)
    clock.follow(turn.procedure, dossier, step)
    write_act(dossier, step)
    announce(PAST[act], dossier, turn.procedure, call.at)
    tell(act, turn.procedure, dossier, call)


def _step(act: Act, turn: Turn) -> Step:
    call, held = turn.call, turn.decision.holding
    return Step(
        id=call.key,
        dossier=turn.dossier,
        number=turn.dossier.revision,
        act=act.value,
        state=turn.transition.target,
        effect=turn.transition.clock,
        at=call.at,
        actor_id=call.actor.person_id,
        post_id=held.post_id if held else None,
        unit_id=turn.dossier.unit_id,
        ground=call.ground,
        note=write_note(turn.dossier, call.note),
        amount=clock.amount_as_json(call.amount),
    )


def _record(act: Act, turn: Turn, facts: Mapping[str, Fact]) -> None:
    dossier, call, basis = turn.dossier, turn.call, turn.transition.basis
    record(
        Entry(
            id=call.key,
            act=f"dossiers.{act.value}",
            at=call.at,
            actor=turn.by,
            authority=turn.decision.authority,
            object=name_of(dossier),
            subjects=[dossier.owner_id],
            basis=f"{basis.source} {basis.clause}".strip(),
            purpose="handle-dossier",
            facts={
                "procedure": turn.procedure.code,
                "version": turn.procedure.version,
                "code": dossier.code,
                "state": dossier.state,
                "ground": call.ground,
                **facts,
            },
        )
    )


def announce(happened: str, dossier: Dossier, procedure: Procedure, at: datetime) -> None:
    """Emit the event that an act on the dossier `happened`, a verb in the past."""
    emit(
        Event(
            id=new_id(),
            type=f"vn.dothi.dossiers.dossier.{happened}.v1",
            subject=name_of(dossier),
            at=at,
            data={
                "dossier": str(dossier.id),
                "unit_id": str(dossier.unit_id),
                "procedure": procedure.code,
                "state": dossier.state,
                "revision": dossier.revision,
            },
        )
    )


PAST: Mapping[Act, str] = {
    Act.SUBMIT: "submitted",
    Act.ACCEPT: "accepted",
    Act.CLAIM: "claimed",
    Act.REQUEST_SUPPLEMENT: "supplement-requested",
    Act.SUPPLEMENT: "supplemented",
    Act.PAUSE: "paused",
    Act.RESUME: "resumed",
    Act.EXTEND: "extended",
    Act.SHOW_DRAFT: "draft-shown",
    Act.CONFIRM_DRAFT: "draft-confirmed",
    Act.CORRECT_DRAFT: "draft-corrected",
    Act.PROPOSE: "proposed",
    Act.APPROVE: "approved",
    Act.SEND_BACK: "sent-back",
    Act.SIGN: "signed",
    Act.GIVE_BACK: "given-back",
    Act.REFUSE: "refused",
    Act.STOP: "stopped",
    Act.WITHDRAW: "withdrawn",
}
