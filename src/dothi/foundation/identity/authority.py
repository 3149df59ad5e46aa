"""
Authority: the one function that says whether an actor may do an act on a case.

`decide` is pure: the actor (`actors`) carries dated posts, the caller's room fills the facts of the case, the
rule says what the act demands. It fails closed: what no sentence below allows is refused, and each
refusal is a class of `errors` with a title and a way out.

Sources: Decree 61/2018/ND-CP, art. 10 and 16 (duties at the one-stop desk; verified: false);
Law on Prevention of Corruption 36/2018/QH14, art. 23 (conflict of interest; verified: false).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from dothi.foundation.clock import HANOI
from dothi.foundation.identity.actors import ANONYMOUS, SYSTEM, Actor, Duty, Holding, Kind
from dothi.foundation.identity.errors import (
    CaseUnknown,
    DutyMissing,
    LevelTooLow,
    NoMandate,
    NotAssigned,
    NotInThisState,
    NotYours,
    OtherUnit,
    OwnCase,
    Refused,
    SamePerson,
    SignInFirst,
    WrongDoor,
)
from dothi.foundation.ledger.types import ActorRef
from dothi.kernel.ids import PostId, UnitId
from dothi.kernel.problems import NotFound

__all__ = [
    "ANONYMOUS",
    "SYSTEM",
    "ActRule",
    "Actor",
    "CaseFacts",
    "Decision",
    "Duty",
    "Holding",
    "Kind",
    "Refused",
    "Scope",
    "decide",
    "require",
]

NOTHING_DONE: Mapping[str, UUID] = MappingProxyType({})


class Scope(StrEnum):
    """
    How far a duty reaches: the unit of the case, or its territory.

    No duty reaches the whole city: any unit's administrator would then act for it. An act about the
    city is a case of the unit that answers for it.
    """

    UNIT = "unit"
    TERRITORY = "territory"


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """
    What the caller's room knows of the case: whose it is, where it lies, who has done what.

    `done_by` maps the name of an earlier act to the person who did it last; `absent` is what the room
    says when there is no such case.
    """

    kind: str
    owner_ids: frozenset[UUID] = frozenset()
    unit_id: UUID | None = None
    assignee_id: UUID | None = None
    state: str = ""
    territory: str | None = None
    done_by: Mapping[str, UUID] = field(default_factory=lambda: NOTHING_DONE)
    absent: type[NotFound] = NotFound


@dataclass(frozen=True, slots=True)
class ActRule:
    """
    What an act demands. An act open to the anonymous is public: everyone may do it.

    A resident acts on own cases; an official by one of `duties` within `scope`. `apart_from` names
    earlier acts whose doer may not do this one; `assigned` keeps it to the official who claimed the
    case; `states` limits it to some states (empty: any); `on_case` is false for acts about no case.
    """

    name: str
    open_to: frozenset[Kind]
    duties: frozenset[Duty] = frozenset()
    scope: Scope = Scope.UNIT
    assurance: int = 0
    apart_from: frozenset[str] = frozenset()
    assigned: bool = False
    states: frozenset[str] = frozenset()
    on_case: bool = True


@dataclass(frozen=True, slots=True)
class Decision:
    """
    The answer. `authority` is what the ledger writes: by what right it was allowed.

    `holding` is the post's duty that allowed an official; `reason` is the refusal, None when allowed.
    """

    allowed: bool
    reason: type[Refused] | None = None
    authority: str = ""
    holding: Holding | None = None

    @property
    def unit_id(self) -> UnitId:
        """Return the unit for which an official was allowed to act; of nobody else there is one."""
        return self._held.unit_id

    @property
    def post_id(self) -> PostId:
        """Return the post through which an official was allowed to act; of nobody else there is one."""
        return self._held.post_id

    def by(self, actor: Actor) -> ActorRef:
        """Return how the ledger names `actor` in this act: by the post that allowed it."""
        return replace(actor.ref, post_id=self.holding.post_id) if self.holding else actor.ref

    @property
    def _held(self) -> Holding:
        assert self.holding is not None
        return self.holding


def decide(actor: Actor, rule: ActRule, case: CaseFacts | None, at: datetime) -> Decision:
    """Decide whether `actor` may do the act of `rule` on `case` at the aware instant `at`."""
    if Kind.ANONYMOUS in rule.open_to:
        return Decision(True, authority="public")
    reason = _at_the_door(actor, rule, case)
    if reason is not None:
        return Decision(False, reason)
    match actor.kind:
        case Kind.RESIDENT:
            return _as_owner(actor, case)
        case Kind.OFFICIAL:
            return _by_duty(actor, rule, case, at.astimezone(HANOI).date())
        case _:
            return Decision(True, authority="system")


def require(actor: Actor, rule: ActRule, case: CaseFacts | None, at: datetime) -> Decision:
    """Return the decision that allows the act. Raises the class of `Refused` that says why not."""
    decision = decide(actor, rule, case, at)
    if decision.reason is NotYours and case is not None:
        raise NotYours(act=rule.name, case=case.kind, absent=case.absent)
    if decision.reason is not None:
        raise decision.reason(act=rule.name, case=case.kind if case else "")
    return decision


def _at_the_door(actor: Actor, rule: ActRule, case: CaseFacts | None) -> type[Refused] | None:
    """Return what refuses the actor before anything is known of duties and owners."""
    if actor.kind is Kind.ANONYMOUS:
        return SignInFirst
    if actor.kind not in rule.open_to:
        return WrongDoor
    # First of all what says nothing about the case: a stranger learns neither its state nor what it needs.
    if _is_stranger(actor, case):
        return NotYours
    if actor.assurance < rule.assurance:
        return LevelTooLow
    if rule.on_case and case is None:
        return CaseUnknown
    if case is not None and rule.states and case.state not in rule.states:
        return NotInThisState
    return None


def _is_stranger(actor: Actor, case: CaseFacts | None) -> bool:
    own_name = actor.acting_for in (None, actor.person_id)
    return (
        actor.kind is Kind.RESIDENT and own_name and case is not None
        and actor.person_id is not None and actor.person_id not in case.owner_ids
    )  # fmt: skip


def _as_owner(actor: Actor, case: CaseFacts | None) -> Decision:
    if actor.person_id is None:
        return Decision(False, SignInFirst)
    if actor.acting_for not in (None, actor.person_id):
        return Decision(False, NoMandate)
    return Decision(True, authority="owner" if case else "self")


def _by_duty(actor: Actor, rule: ActRule, case: CaseFacts | None, on: date) -> Decision:
    dutiful = [held for held in actor.holdings if held.duty in rule.duties and held.holds(on)]
    if not dutiful:
        return Decision(False, DutyMissing)
    if case is None:
        return _granted(dutiful[0])
    reaching = [held for held in dutiful if _reaches(held, rule.scope, case)]
    reason = _between_persons(actor, rule, case) if reaching else OtherUnit
    return Decision(False, reason) if reason else _granted(reaching[0])


def _granted(held: Holding) -> Decision:
    return Decision(True, authority=f"post:{held.post_id}:{held.duty}", holding=held)


def _reaches(held: Holding, scope: Scope, case: CaseFacts) -> bool:
    match scope:
        case Scope.UNIT:
            return case.unit_id is not None and held.unit_id == case.unit_id
        case Scope.TERRITORY:
            return case.territory is not None and case.territory in held.territory


def _between_persons(actor: Actor, rule: ActRule, case: CaseFacts) -> type[Refused] | None:
    """Return what the separation of duties refuses; an official who is nobody is refused too."""
    if actor.person_id is None or actor.person_id in case.owner_ids:
        return OwnCase
    # Who acts for another is both: neither may have done the earlier act.
    hands = {actor.person_id, actor.acting_for}
    if hands & {case.done_by[act] for act in rule.apart_from if act in case.done_by}:
        return SamePerson
    if rule.assigned and case.assignee_id != actor.person_id:
        return NotAssigned
    return None
