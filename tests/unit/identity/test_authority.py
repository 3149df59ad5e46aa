"""Whether the one authority function lets in whom it should, and nobody else."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dothi.foundation.identity import errors
from dothi.foundation.identity.authority import (
    ANONYMOUS,
    SYSTEM,
    Actor,
    ActRule,
    CaseFacts,
    Decision,
    Duty,
    Holding,
    Kind,
    Scope,
    decide,
    require,
)
from dothi.kernel.ids import PostId, UnitId

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
AN, BINH, MINH, THAO = (UUID(int=number) for number in range(1, 5))
HOAN_KIEM, BA_DINH = UnitId(UUID(int=70)), UnitId(UUID(int=4))
POST = PostId(UUID(int=99))


def held(duty: Duty, unit: UnitId = HOAN_KIEM, **changes: object) -> Holding:
    holding = Holding(POST, unit, duty, frozenset({"00070"}), date(2026, 1, 1))
    return replace(holding, **changes)  # type: ignore[arg-type]  # any field, by name


def official(*holdings: Holding, person: UUID = MINH) -> Actor:
    return Actor(Kind.OFFICIAL, person, uuid4(), 2, holdings)


RESIDENT = Actor(Kind.RESIDENT, AN, uuid4(), 2)
CASE = CaseFacts("dossier", frozenset({AN}), HOAN_KIEM, MINH, "processing", "00070", {"propose": MINH})
SUBMIT = ActRule("submit", frozenset({Kind.RESIDENT}), assurance=2)
PROCESS = ActRule("process", frozenset({Kind.OFFICIAL}), frozenset({Duty.PROCESS}))
APPROVE = ActRule(
    "approve", frozenset({Kind.OFFICIAL}), frozenset({Duty.APPROVE}), apart_from=frozenset({"propose"})
)
CLAIMED = replace(PROCESS, assigned=True)
AFTER_RECEIPT = replace(PROCESS, states=frozenset({"received"}))
FOR_SYSTEM = replace(PROCESS, open_to=frozenset({Kind.SYSTEM}))
UNCLAIMED = replace(CASE, assignee_id=None)
ADMINISTER = replace(PROCESS, duties=frozenset({Duty.ADMINISTER}))
OF_THE_CITY = replace(CASE, unit_id=uuid4())
BY_TERRITORY = replace(PROCESS, scope=Scope.TERRITORY)
QUEUE = replace(PROCESS, on_case=False)
TRACK = ActRule("track", frozenset({Kind.ANONYMOUS}))
READ = ActRule("read", frozenset({Kind.RESIDENT, Kind.OFFICIAL}), frozenset({Duty.PROCESS}))

PROCESSOR = official(held(Duty.PROCESS))
APPROVER = official(held(Duty.APPROVE), person=THAO)

TABLE: list[tuple[str, Actor, ActRule, CaseFacts | None, type[errors.Refused] | None]] = [
    ("anyone may do what is public", ANONYMOUS, TRACK, CASE, None),
    ("a signed-in stranger may do what is public", replace(RESIDENT, person_id=BINH), TRACK, CASE, None),
    ("the anonymous signs in first", ANONYMOUS, SUBMIT, CASE, errors.SignInFirst),
    ("an owner submits", RESIDENT, SUBMIT, CASE, None),
    ("level 1 may not submit", replace(RESIDENT, assurance=1), SUBMIT, CASE, errors.LevelTooLow),
    ("a stranger may not submit", replace(RESIDENT, person_id=BINH), SUBMIT, CASE, errors.NotYours),
    ("no mandate, no acting", replace(RESIDENT, acting_for=BINH), SUBMIT, CASE, errors.NoMandate),
    ("acting for oneself is acting", replace(RESIDENT, acting_for=AN), SUBMIT, CASE, None),
    ("a forgotten case is refused", RESIDENT, SUBMIT, None, errors.CaseUnknown),
    ("an official may not submit", PROCESSOR, SUBMIT, CASE, errors.WrongDoor),
    ("a resident may not process", RESIDENT, PROCESS, CASE, errors.WrongDoor),
    ("the duty in the unit suffices", PROCESSOR, PROCESS, CASE, None),
    ("another duty does not", official(held(Duty.RECEIVE)), PROCESS, CASE, errors.DutyMissing),
    ("nor no duty", official(), PROCESS, CASE, errors.DutyMissing),
    ("nor another ward", official(held(Duty.PROCESS, BA_DINH)), PROCESS, CASE, errors.OtherUnit),
    ("a case without unit is nobody's", PROCESSOR, PROCESS, replace(CASE, unit_id=None), errors.OtherUnit),
    ("a ward administers itself", official(held(Duty.ADMINISTER)), ADMINISTER, CASE, None),
    ("never the city", official(held(Duty.ADMINISTER)), ADMINISTER, OF_THE_CITY, errors.OtherUnit),
    ("territory reaches its wards", official(held(Duty.PROCESS, BA_DINH)), BY_TERRITORY, CASE, None),
    ("and no others", PROCESSOR, BY_TERRITORY, replace(CASE, territory="00004"), errors.OtherUnit),
    ("nor an unknown place", PROCESSOR, BY_TERRITORY, replace(CASE, territory=None), errors.OtherUnit),
    ("a queue is no case", PROCESSOR, QUEUE, None, None),
    ("who proposed does not approve", replace(APPROVER, person_id=MINH), APPROVE, CASE, errors.SamePerson),
    ("a colleague does", APPROVER, APPROVE, CASE, None),
    ("an official's own case", replace(PROCESSOR, person_id=AN), PROCESS, CASE, errors.OwnCase),
    ("an official who is nobody", replace(PROCESSOR, person_id=None), PROCESS, CASE, errors.OwnCase),
    ("the assignee processes", PROCESSOR, CLAIMED, CASE, None),
    ("unclaimed is claimed first", PROCESSOR, CLAIMED, UNCLAIMED, errors.NotAssigned),
    ("a colleague's claim holds", replace(PROCESSOR, person_id=THAO), CLAIMED, CASE, errors.NotAssigned),
    ("a draft is not the desk's", PROCESSOR, AFTER_RECEIPT, CASE, errors.NotInThisState),
    ("the system is let in by name only", SYSTEM, PROCESS, CASE, errors.WrongDoor),
    ("and by name it is", SYSTEM, FOR_SYSTEM, CASE, None),
]


class TestDecide:
    @pytest.mark.parametrize(
        ("actor", "rule", "case", "reason"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE]
    )
    def test_answers_as_the_table_says(
        self, actor: Actor, rule: ActRule, case: CaseFacts | None, reason: type[errors.Refused] | None
    ) -> None:
        decision = decide(actor, rule, case, AT)
        assert decision.reason is reason
        assert decision.allowed is (reason is None)

    def test_counts_a_post_from_its_first_day_until_before_its_last_in_hanoi(self) -> None:
        one_day = official(held(Duty.PROCESS, valid_from=date(2026, 11, 23), valid_to=date(2026, 11, 24)))
        midnight = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)
        second = timedelta(seconds=1)
        day = timedelta(days=1)
        instants = (midnight - second, midnight, midnight + day - second, midnight + day)
        assert [decide(one_day, PROCESS, CASE, at).allowed for at in instants] == [False, True, True, False]

    def test_says_by_which_post_an_official_was_let_in(self) -> None:
        decision = decide(PROCESSOR, PROCESS, CASE, AT)
        assert decision.authority == f"post:{POST}:process"
        assert decision.holding == held(Duty.PROCESS)


class TestRequire:
    def test_raises_the_reason_with_the_name_of_the_act(self) -> None:
        with pytest.raises(errors.NotYours) as refused:
            require(replace(RESIDENT, person_id=BINH), SUBMIT, CASE, AT)
        assert refused.value.facts == {"act": "submit", "case": "dossier"}

    def test_returns_the_decision_that_allows(self) -> None:
        assert require(RESIDENT, SUBMIT, CASE, AT) == Decision(True, authority="owner")


persons = st.sampled_from([AN, BINH, MINH, THAO])
duties = st.sampled_from(Duty)
holdings = st.builds(
    Holding, st.just(POST), st.sampled_from([HOAN_KIEM, BA_DINH]), duties, st.just(frozenset({"00070"})),
    st.dates(date(2026, 1, 1), date(2027, 1, 1)), st.none() | st.dates(date(2026, 1, 1), date(2027, 1, 1)),
)  # fmt: skip
actors = st.builds(
    Actor, st.sampled_from(Kind), st.none() | persons, st.just(None), st.integers(0, 2),
    st.lists(holdings, max_size=4).map(tuple), st.none() | persons,
)  # fmt: skip
rules = st.builds(
    ActRule, st.just("act"), st.frozensets(st.sampled_from([kind for kind in Kind if kind != "anonymous"])),
    st.frozensets(duties), st.sampled_from(Scope), st.integers(0, 2), st.frozensets(st.just("propose")),
    st.booleans(), st.just(frozenset()), st.booleans(),
)  # fmt: skip
cases = st.builds(
    CaseFacts, st.just("dossier"), st.frozensets(persons, max_size=2),
    st.sampled_from([HOAN_KIEM, BA_DINH, None]), st.none() | persons, st.just("processing"),
    st.sampled_from(["00070", "00004", None]), st.dictionaries(st.just("propose"), persons),
)  # fmt: skip


class TestEveryDecision:
    @given(actors, rules, st.none() | cases)
    def test_never_lets_in_a_kind_that_the_rule_does_not_name(
        self, actor: Actor, rule: ActRule, case: CaseFacts | None
    ) -> None:
        if decide(actor, rule, case, AT).allowed:
            assert actor.kind in rule.open_to
            assert actor.assurance >= rule.assurance
            assert case is not None or not rule.on_case

    @given(actors, rules, cases)
    def test_never_lets_a_resident_touch_another_s_case(
        self, actor: Actor, rule: ActRule, case: CaseFacts
    ) -> None:
        if actor.kind is Kind.RESIDENT and decide(actor, rule, case, AT).allowed:
            assert actor.person_id in case.owner_ids

    @given(actors, rules, cases)
    def test_never_lets_an_official_handle_an_own_case_or_check_themselves(
        self, actor: Actor, rule: ActRule, case: CaseFacts
    ) -> None:
        if actor.kind is Kind.OFFICIAL and decide(actor, rule, case, AT).allowed:
            assert actor.person_id not in case.owner_ids
            assert not rule.apart_from or case.done_by.get("propose") != actor.person_id

    @given(actors, rules, cases)
    def test_never_trusts_a_post_that_is_not_held_now(
        self, actor: Actor, rule: ActRule, case: CaseFacts
    ) -> None:
        decision = decide(actor, rule, case, AT)
        if actor.kind is Kind.OFFICIAL and decision.allowed:
            assert decision.holding is not None
            assert decision.holding in actor.holdings
            assert decision.holding.holds(date(2026, 11, 23))
            assert decision.holding.duty in rule.duties

    def test_names_the_post_and_the_unit_that_allowed(self) -> None:
        both = official(held(Duty.RECEIVE, BA_DINH), held(Duty.PROCESS, post_id=PostId(UUID(int=98))))
        for case in (CASE, None):
            decision = decide(both, QUEUE, case, AT)
            assert (decision.unit_id, decision.post_id) == (HOAN_KIEM, PostId(UUID(int=98)))
            assert (both.ref.post_id, decision.by(both).post_id) == (POST, decision.post_id)
        assert decide(SYSTEM, FOR_SYSTEM, CASE, AT).by(SYSTEM) == SYSTEM.ref

    @given(actors, rules, st.none() | cases, holdings)
    def test_never_takes_away_by_one_more_post(
        self, actor: Actor, rule: ActRule, case: CaseFacts | None, more: Holding
    ) -> None:
        richer = replace(actor, holdings=(*actor.holdings, more))
        assert decide(richer, rule, case, AT).allowed >= decide(actor, rule, case, AT).allowed
