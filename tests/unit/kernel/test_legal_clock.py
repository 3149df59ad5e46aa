"""The fold: what each event does, what is refused, and what holds whatever happens."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dothi.kernel.clock import (
    Amount,
    ClockEvent,
    ClockRule,
    ClockState,
    EventOutOfPlace,
    ExtensionRefused,
    ExtensionRule,
    PauseWithoutGround,
    RuleInvalid,
    SegmentRule,
    SegmentUnknown,
    StepKind,
    SupplementRefused,
    TacitEffect,
    Unit,
    read,
)
from tests.unit.kernel.calendars import CITY, at, instants_between
from tests.unit.kernel.stories import (
    ACCEPTED,
    DECREE_61,
    MINUTES,
    RULE,
    SEGMENTED,
    Kind,
    event,
    paused,
    shown,
)


class TestRunning:
    def test_shows_nothing_before_anything_has_happened(self) -> None:
        reading = read(RULE, CITY, [], at("2026-03-02 10:00"))
        assert (reading.state, reading.due_at, reading.remaining) == (ClockState.NOT_STARTED, None, None)

    def test_shows_what_remains_with_the_present_day(self) -> None:
        remaining = [
            shown(ACCEPTED, now=now).remaining
            for now in ("2026-03-02 10:00", "2026-03-03 10:00", "2026-03-09 16:59", "2026-03-09 17:00")
        ]
        assert remaining == [Amount(5), Amount(5), Amount(1), Amount(0)]

    def test_is_late_from_the_minute_after_closing_time(self) -> None:
        on_time, late = shown(ACCEPTED, now="2026-03-09 17:00"), shown(ACCEPTED, now="2026-03-09 17:01")
        assert (on_time.late_by, late.late_by) == (None, Amount(0))
        assert shown(ACCEPTED, now="2026-03-11 08:00").late_by == Amount(2)

    def test_counts_online_dossiers_by_their_own_term(self) -> None:
        rule = replace(RULE, online_term=Amount(2))
        online = event(Kind.ACCEPTED, "2026-03-02 10:00", online=True)
        assert shown(online, rule=rule).due_on == date(2026, 3, 4)
        assert shown(ACCEPTED, rule=rule).due_on == date(2026, 3, 9)
        submitted = event(Kind.SUBMITTED, "2026-03-02 09:00", online=True)
        assert shown(submitted, ACCEPTED, rule=rule).due_on == date(2026, 3, 4)

    def test_knows_nothing_of_what_comes_after_the_instant(self) -> None:
        finished = event(Kind.FINISHED, "2026-03-05 10:00")
        assert shown(ACCEPTED, finished, now="2026-03-05 09:59").state is ClockState.RUNNING

    def test_judges_a_finished_dossier_by_the_instant_it_was_finished(self) -> None:
        finished = event(Kind.FINISHED, "2026-03-10 10:00")
        reading = shown(ACCEPTED, finished, now="2026-06-01 10:00")
        assert (reading.state, reading.late_by, reading.remaining) == (ClockState.FINISHED, Amount(1), None)

    def test_owes_nothing_for_a_stopped_dossier(self) -> None:
        reading = shown(ACCEPTED, event(Kind.STOPPED, "2026-03-03 10:00"), now="2026-06-01 10:00")
        assert (reading.state, reading.due_on, reading.late_by) == (ClockState.STOPPED, None, None)


class TestSubmitted:
    RULE = replace(RULE, answer_within=Amount(3))

    def test_waits_for_an_answer_within_its_own_limit(self) -> None:
        reading = shown(event(Kind.SUBMITTED, "2026-03-02 10:00"), rule=self.RULE)
        assert (reading.state, reading.due_at) == (ClockState.WAITING, None)
        assert reading.answer_due_at == at("2026-03-05 17:00")

    @pytest.mark.law("Decree 61/2018/ND-CP, art. 17")
    def test_after_fifteen_hours_waits_from_the_next_working_day(self) -> None:
        reading = shown(event(Kind.SUBMITTED, "2026-12-30 15:30"), rule=self.RULE)
        assert reading.steps[-1].facts["forwarded_on"] == date(2026, 12, 31)
        assert reading.answer_due_at == at("2027-01-06 17:00")

    def test_can_be_asked_to_complete_before_the_clock_has_started(self) -> None:
        reading = shown(
            event(Kind.SUBMITTED, "2026-03-02 10:00"),
            event(Kind.SUPPLEMENT_REQUESTED, "2026-03-03 10:00"),
            event(Kind.SUPPLEMENTED, "2026-03-10 10:00"),
            rule=self.RULE,
        )
        assert (reading.state, reading.answer_due_at) == (ClockState.WAITING, at("2026-03-13 17:00"))

    def test_may_be_forwarded_later_and_yet_counted_from_the_day(self) -> None:
        rule = replace(RULE, term=Amount(1), cutoff_moves_count=False)
        reading = shown(event(Kind.ACCEPTED, "2026-03-03 15:30"), rule=rule)
        assert reading.steps[0].kind is StepKind.FORWARDED
        assert reading.due_on == date(2026, 3, 4)


@pytest.mark.law("Decree 61/2018/ND-CP, art. 17(4)")
class TestSupplement:
    ASKED = event(Kind.SUPPLEMENT_REQUESTED, "2026-03-04 10:00")
    GIVEN = event(Kind.SUPPLEMENTED, "2026-03-20 10:00")

    def test_stops_the_clock_until_it_comes(self) -> None:
        reading = shown(ACCEPTED, self.ASKED, now="2026-04-01 10:00")
        assert (reading.state, reading.due_at, reading.late_by) == (ClockState.AWAITING_APPLICANT, None, None)

    def test_starts_the_clock_from_zero(self) -> None:
        reading = shown(ACCEPTED, self.ASKED, self.GIVEN)
        alone = shown(event(Kind.ACCEPTED, "2026-03-20 10:00"))
        assert (reading.due_at, reading.remaining) == (alone.due_at, alone.remaining)

    def test_goes_on_where_it_stood_when_the_rule_says_so(self) -> None:
        rule = replace(RULE, restarts_on_supplement=False)
        # One day, the 3rd, was used; four are left from the 20th, which has not ended.
        assert shown(ACCEPTED, self.ASKED, self.GIVEN, rule=rule).due_on == date(2026, 3, 25)

    def test_is_asked_for_once(self) -> None:
        again = event(Kind.SUPPLEMENT_REQUESTED, "2026-03-23 10:00")
        with pytest.raises(SupplementRefused):
            shown(ACCEPTED, self.ASKED, self.GIVEN, again)

    @given(st.integers(0, 5), st.integers(0, 20))
    def test_forgets_pauses_before_it(self, pause_days: int, wait_days: int) -> None:
        resumed = CITY.add_working_days(date(2026, 3, 3), pause_days)
        asked = CITY.add_working_days(resumed, 1)
        given_on = CITY.add_working_days(asked, wait_days)
        reading = shown(
            ACCEPTED,
            paused("2026-03-03 10:00"),
            event(Kind.RESUMED, f"{resumed} 10:00"),
            event(Kind.SUPPLEMENT_REQUESTED, f"{asked} 10:00"),
            event(Kind.SUPPLEMENTED, f"{given_on} 10:00"),
        )
        assert reading.due_on == CITY.add_working_days(given_on, 5)


class TestPause:
    @given(st.integers(1, 4), st.integers(0, 60))
    def test_of_k_working_days_moves_the_due_date_by_k(self, after: int, k: int) -> None:
        pause_on = CITY.add_working_days(date(2026, 3, 2), after)
        resume_on = CITY.add_working_days(pause_on, k)
        reading = shown(ACCEPTED, paused(f"{pause_on} 10:30"), event(Kind.RESUMED, f"{resume_on} 10:30"))
        assert reading.due_on == CITY.add_working_days(date(2026, 3, 9), k)
        assert reading.paused == Amount(k)

    @given(st.integers(1, 60))
    def test_from_the_day_of_acceptance_costs_one_day_less_since_that_day_never_counted(self, k: int) -> None:
        resume_on = CITY.add_working_days(date(2026, 3, 2), k)
        reading = shown(ACCEPTED, paused("2026-03-02 10:30"), event(Kind.RESUMED, f"{resume_on} 10:30"))
        assert reading.due_on == CITY.add_working_days(date(2026, 3, 9), k - 1)

    def test_ends_on_a_day_off_as_on_the_next_working_day(self) -> None:
        saturday = shown(ACCEPTED, paused("2026-03-04 10:00"), event(Kind.RESUMED, "2026-03-07 10:00"))
        monday = shown(ACCEPTED, paused("2026-03-04 10:00"), event(Kind.RESUMED, "2026-03-09 10:00"))
        assert saturday.due_on == monday.due_on == date(2026, 3, 12)

    def test_before_the_count_begins_adds_nothing(self) -> None:
        late = event(Kind.ACCEPTED, "2026-03-06 15:30")  # counted from Monday, 9 March
        resumed = event(Kind.RESUMED, "2026-03-07 10:00")
        assert shown(late, paused("2026-03-06 16:00"), resumed).due_on == shown(late).due_on

    def test_shows_no_due_date_but_what_remains(self) -> None:
        reading = shown(ACCEPTED, paused("2026-03-04 10:00"), now="2026-03-20 10:00")
        assert (reading.state, reading.due_at) == (ClockState.PAUSED, None)
        assert reading.remaining == Amount(4)

    def test_needs_a_ground_that_the_rule_names(self) -> None:
        for ground in ("", "holiday"):
            with pytest.raises(PauseWithoutGround):
                shown(ACCEPTED, event(Kind.PAUSED, "2026-03-03 10:00", ground=ground))

    @given(st.integers(0, 40 * 60), st.integers(0, 80 * 60))
    def test_in_hours_moves_the_due_minute_by_its_length(self, after: int, length: int) -> None:
        minute = 60_000_000
        begun = CITY.worked(ACCEPTED.at)
        pause_at = CITY.when_worked(begun + after * minute)
        resume_at = CITY.when_worked(begun + (after + length) * minute)
        reading = shown(
            ACCEPTED, ClockEvent(Kind.PAUSED, max(pause_at, ACCEPTED.at), ground="verifying"),
            ClockEvent(Kind.RESUMED, max(resume_at, ACCEPTED.at)), rule=MINUTES,
        )  # fmt: skip
        assert reading.due_at == CITY.when_worked(begun + (40 * 60 + length) * minute)


@pytest.mark.law("Decree 61/2018/ND-CP, art. 19")
class TestExtension:
    def extended(self, local: str, days: int = 3) -> ClockEvent:
        """An extension by `days` working days."""
        return event(Kind.EXTENDED, local, amount=Amount(days))

    def test_moves_the_due_date(self) -> None:
        reading = shown(ACCEPTED, self.extended("2026-03-05 10:00"))
        assert (reading.due_on, reading.extended) == (date(2026, 3, 12), True)

    @pytest.mark.parametrize(
        ("events", "reason"),
        [
            ([("2026-03-05 10:00", 3), ("2026-03-06 10:00", 1)], "again"),
            ([("2026-03-05 10:00", 6)], "too-long"),
            ([("2026-03-09 08:00", 3)], "too-late"),  # the due date itself
            ([("2026-03-10 08:00", 3)], "too-late"),
        ],
    )
    def test_is_refused(self, events: list[tuple[str, int]], reason: str) -> None:
        with pytest.raises(ExtensionRefused) as caught:
            shown(ACCEPTED, *(self.extended(local, days) for local, days in events))
        assert caught.value.facts["reason"] == reason

    def test_may_be_announced_on_the_day_before_but_no_later(self) -> None:
        rule = replace(RULE, term=Amount(1))
        assert shown(ACCEPTED, self.extended("2026-03-02 16:00"), rule=rule).due_on == date(2026, 3, 6)

    def test_is_refused_without_a_rule(self) -> None:
        with pytest.raises(ExtensionRefused):
            shown(ACCEPTED, self.extended("2026-03-05 10:00"), rule=replace(RULE, extension=None))

    def test_stays_used_after_a_supplement(self) -> None:
        with pytest.raises(ExtensionRefused):
            shown(
                ACCEPTED,
                self.extended("2026-03-03 10:00"),
                event(Kind.SUPPLEMENT_REQUESTED, "2026-03-04 10:00"),
                event(Kind.SUPPLEMENTED, "2026-03-05 10:00"),
                self.extended("2026-03-06 10:00"),
            )


class TestSegments:
    def passed(self, segment: str, local: str) -> ClockEvent:
        """The dossier is passed to another agency."""
        return event(Kind.HANDED_OVER, local, segment=segment)

    def test_measure_each_agency_by_its_own_share(self) -> None:
        events = (ACCEPTED, self.passed("police", "2026-03-06 10:00"))
        ward, police = shown(*events, rule=SEGMENTED, now="2026-03-09 10:00").segments
        assert (ward.used, ward.late_by, ward.holds) == (Amount(3), Amount(1), False)
        assert (police.used, police.late_by, police.holds) == (Amount(1), None, True)
        assert police.due_at == at("2026-03-10 17:00")

    def test_charge_nobody_for_a_pause(self) -> None:
        reading = shown(
            ACCEPTED, paused("2026-03-03 10:00"), event(Kind.RESUMED, "2026-03-20 10:00"),
            self.passed("police", "2026-03-23 10:00"), rule=SEGMENTED,
        )  # fmt: skip
        assert [segment.used for segment in reading.segments] == [Amount(1), Amount(0)]

    def test_begin_anew_with_a_supplement(self) -> None:
        reading = shown(
            ACCEPTED,
            event(Kind.SUPPLEMENT_REQUESTED, "2026-03-06 10:00"),
            event(Kind.SUPPLEMENTED, "2026-03-20 10:00"),
            rule=SEGMENTED,
            now="2026-03-23 18:00",
        )
        assert [segment.used for segment in reading.segments] == [Amount(1), Amount(0)]
        assert [segment.holds for segment in reading.segments] == [True, False]

    def test_refuse_an_agency_that_has_no_part(self) -> None:
        with pytest.raises(SegmentUnknown):
            shown(ACCEPTED, self.passed("navy", "2026-03-06 10:00"), rule=SEGMENTED)

    @given(st.lists(st.tuples(st.sampled_from(["ward", "police", "pause"]), st.integers(0, 3)), max_size=6))
    def test_add_up_to_the_time_that_has_run(self, moves: list[tuple[str, int]]) -> None:
        events, on = [ACCEPTED], date(2026, 3, 2)
        for move, days in moves:
            on = CITY.add_working_days(on, days)
            if move == "pause":
                back = CITY.add_working_days(on, 2)
                events += [paused(f"{on} 11:00"), event(Kind.RESUMED, f"{back} 11:00")]
                on = back
            else:
                events.append(self.passed(move, f"{on} 11:00"))
        now = f"{CITY.add_working_days(on, 3)} 12:00"
        reading = shown(*events, rule=SEGMENTED, now=now)
        ran = CITY.days_ended(at(now)) - CITY.rank(date(2026, 3, 2)) - reading.paused.count
        assert sum(segment.used.count for segment in reading.segments) == ran


class TestTacitEffect:
    @pytest.mark.parametrize("effect", [TacitEffect.APPROVAL, TacitEffect.REFUSAL])
    def test_comes_when_the_limit_has_passed_in_silence(self, effect: TacitEffect) -> None:
        rule = replace(RULE, tacit=effect)
        before, after = (shown(ACCEPTED, rule=rule, now=f"2026-03-09 17:{m}") for m in ("00", "01"))
        assert (before.tacit, before.tacit_at) == (TacitEffect.NONE, None)
        assert (after.tacit, after.tacit_at) == (effect, at("2026-03-09 17:00"))

    def test_does_not_come_where_the_law_gives_none(self) -> None:
        assert shown(ACCEPTED, now="2026-05-04 10:00").tacit is TacitEffect.NONE

    def test_does_not_come_while_the_applicant_is_asked(self) -> None:
        asked = event(Kind.SUPPLEMENT_REQUESTED, "2026-03-04 10:00")
        reading = shown(
            ACCEPTED, asked, rule=replace(RULE, tacit=TacitEffect.APPROVAL), now="2026-05-04 10:00"
        )
        assert reading.tacit is TacitEffect.NONE


class TestOrder:
    @pytest.mark.parametrize(
        "kind", [Kind.PAUSED, Kind.RESUMED, Kind.FINISHED, Kind.EXTENDED, Kind.SUPPLEMENTED]
    )
    def test_refuses_what_cannot_come_first(self, kind: Kind) -> None:
        with pytest.raises(EventOutOfPlace):
            shown(event(kind, "2026-03-02 10:00"))

    @pytest.mark.parametrize("kind", list(Kind))
    def test_refuses_anything_after_the_end(self, kind: Kind) -> None:
        with pytest.raises(EventOutOfPlace):
            shown(ACCEPTED, event(Kind.FINISHED, "2026-03-03 10:00"), event(kind, "2026-03-04 10:00"))

    def test_refuses_events_that_run_backwards(self) -> None:
        with pytest.raises(EventOutOfPlace):
            shown(ACCEPTED, event(Kind.FINISHED, "2026-03-02 09:00"), now="2026-03-09 10:00")


class TestRule:
    @pytest.mark.parametrize(
        "change",
        [
            {"term": Amount(0)},
            {"online_term": Amount(2, Unit.CALENDAR_DAYS)},
            {"segments": (SegmentRule("a", {}, Amount(1)), SegmentRule("a", {}, Amount(1)))},
            {"segments": (SegmentRule("a", {}, Amount(1, Unit.WORKING_HOURS)),)},
            {"extension": ExtensionRule(DECREE_61, Amount(1, Unit.CALENDAR_DAYS))},
        ],
    )
    def test_that_contradicts_itself_is_refused(self, change: dict[str, object]) -> None:
        with pytest.raises(RuleInvalid):
            replace(RULE, **change)  # type: ignore[arg-type]  # one field at a time

    def test_may_mix_days_and_hours_when_a_day_is_so_many_hours(self) -> None:
        rule = replace(RULE, online_term=Amount(4, Unit.WORKING_HOURS), working_day_hours=8)
        online = event(Kind.ACCEPTED, "2026-03-02 10:00", online=True)
        assert shown(online, rule=rule).due_at == at("2026-03-02 16:00")


instants = instants_between("2026-01-05 00:00", "2027-06-30 00:00")
terms = st.builds(Amount, st.integers(1, 60), st.sampled_from([*Unit]))


def due_of(term: Amount, accepted_at: datetime, cutoff: time | None) -> datetime:
    """When a dossier is due."""
    rule = ClockRule(term, DECREE_61, cutoff=cutoff)
    due_at = read(rule, CITY, [ClockEvent(Kind.ACCEPTED, accepted_at)], accepted_at).due_at
    assert due_at is not None
    return due_at


class TestAlways:
    @given(terms, instants)
    def test_due_on_a_working_day_before_the_office_closes(self, term: Amount, accepted_at: datetime) -> None:
        due_at = due_of(term, accepted_at, time(15))
        due_on = CITY.local(due_at).date()
        assert accepted_at < due_at <= CITY.closing(due_on)
        assert CITY.is_working_day(due_on)

    @given(terms, instants, st.integers(1, 5))
    def test_due_no_sooner_for_a_longer_term(self, term: Amount, accepted_at: datetime, more: int) -> None:
        longer = Amount(term.count + more, term.unit)
        assert due_of(term, accepted_at, time(15)) <= due_of(longer, accepted_at, time(15))

    @given(terms, instants, st.timedeltas(timedelta(0), timedelta(days=9)), st.sampled_from([None, time(15)]))
    def test_due_no_sooner_when_accepted_later(
        self, term: Amount, accepted_at: datetime, later: timedelta, cutoff: time | None
    ) -> None:
        assert due_of(term, accepted_at, cutoff) <= due_of(term, accepted_at + later, cutoff)

    @given(instants, st.integers(1, 30))
    def test_days_are_counted_as_a_person_counts_them(self, accepted_at: datetime, n: int) -> None:
        on = CITY.local(accepted_at).date()
        assume(CITY.is_working_day(on) and CITY.local(accepted_at).time() < time(15))
        counted = 0
        while counted < n:
            on += timedelta(days=1)
            counted += CITY.is_working_day(on)
        assert due_of(Amount(n), accepted_at, time(15)) == CITY.closing(on)

    @given(instants, st.lists(st.integers(0, 9), min_size=1, max_size=9), st.sampled_from([*Unit]))
    def test_the_same_events_give_the_same_reading(
        self, accepted_at: datetime, gaps: list[int], unit: Unit
    ) -> None:
        rule = replace(RULE, term=Amount(5, unit), extension=None, supplements_at_most=None)
        instant, events = accepted_at, [ClockEvent(Kind.ACCEPTED, accepted_at)]
        kinds = [Kind.PAUSED, Kind.RESUMED, Kind.SUPPLEMENT_REQUESTED, Kind.SUPPLEMENTED]
        for number, gap in enumerate(gaps):
            instant += timedelta(hours=7 * gap)
            events.append(ClockEvent(kinds[number % 4], instant, ground="verifying"))
        one, other = (read(rule, CITY, list(events), instant) for _ in range(2))
        assert one == other
        for number in range(len(events)):
            seen = read(rule, CITY, events, events[number].at)
            same_time = [known for known in events if known.at <= events[number].at]
            assert seen == read(rule, CITY, same_time, events[number].at)
