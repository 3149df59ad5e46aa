"""The explanation: complete, correct to the day, and free of persons."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dothi.kernel.clock import (
    Amount,
    ClockEvent,
    ClockReading,
    TacitEffect,
    Unit,
    explain,
    in_words,
    read,
)
from tests.unit.kernel.calendars import CITY, at, instants_between
from tests.unit.kernel.stories import ACCEPTED, RULE, SEGMENTED, Kind, event, paused, shown


def said(reading: ClockReading) -> list[str]:
    """The explanation in English, dates in ISO form."""
    return [
        line.msgid % {name: plain(fact) for name, fact in line.facts.items()} for line in explain(reading)
    ]


def plain(fact: object) -> object:
    """A fact as an edge would write it; fails for what has no place in public."""
    if isinstance(fact, datetime):
        return f"{CITY.local(fact):%Y-%m-%d %H:%M}"
    if isinstance(fact, time):
        return f"{fact:%H:%M}"
    if isinstance(fact, Amount):
        words = in_words(fact)
        return words.msgid % words.facts
    if isinstance(fact, Mapping):
        return fact["en"]
    assert fact is None or isinstance(fact, date | str | int)
    return fact


class TestExplain:
    def test_says_why_three_days_from_28_august_end_on_7_september(self) -> None:
        rule = replace(RULE, term=Amount(3))
        assert said(shown(event(Kind.ACCEPTED, "2026-08-28 10:00"), rule=rule)) == [
            "Accepted on 2026-08-28 10:00. Working days allowed: 3, counted from the day after 2026-08-28.",
            "2026-08-31 does not count: Nghỉ bù, làm việc ngày 2026-08-22.",
            "2026-09-01 does not count: Quốc khánh.",
            "2026-09-02 does not count: Quốc khánh.",
            "Saturdays and Sundays that do not count: 4.",
            "Due on 2026-09-07, by 17:00.",
        ]

    def test_says_that_a_saturday_counts(self) -> None:
        lines = said(shown(event(Kind.ACCEPTED, "2026-08-21 10:00"), rule=replace(RULE, term=Amount(1))))
        assert lines[1] == (
            "2026-08-22 counts, it is worked in exchange for another day: Làm bù cho ngày 2026-08-31."
        )

    @pytest.mark.parametrize(
        ("local", "why", "forwarded_on"),
        [
            ("2026-12-30 15:30", "after 15:00", "2026-12-31"),
            ("2026-03-08 16:00", "outside working days", "2026-03-09"),
        ],
    )
    def test_says_why_a_dossier_was_forwarded_later(self, local: str, why: str, forwarded_on: str) -> None:
        line = said(shown(event(Kind.ACCEPTED, local)))[0]
        assert line == f"Received at {local}, {why}: it is forwarded on {forwarded_on}."

    def test_says_once_that_filing_and_acceptance_were_forwarded_to_the_same_day(self) -> None:
        lines = said(
            shown(event(Kind.SUBMITTED, "2026-03-08 09:00"), event(Kind.ACCEPTED, "2026-03-08 10:00"))
        )
        assert [line for line in lines if "forwarded" in line] == [
            "Received at 2026-03-08 09:00, outside working days: it is forwarded on 2026-03-09."
        ]

    def test_tells_the_whole_story_of_a_dossier(self) -> None:
        rule = replace(SEGMENTED, tacit=TacitEffect.APPROVAL)
        reading = shown(
            event(Kind.SUBMITTED, "2026-03-02 09:00"),
            ACCEPTED,
            event(Kind.SUPPLEMENT_REQUESTED, "2026-03-03 10:00"),
            event(Kind.SUPPLEMENTED, "2026-03-05 10:00"),
            event(Kind.HANDED_OVER, "2026-03-06 10:00", segment="police"),
            paused("2026-03-09 10:00"),
            event(Kind.RESUMED, "2026-03-11 10:00"),
            event(Kind.EXTENDED, "2026-03-12 10:00", amount=Amount(2)),
            event(Kind.FINISHED, "2026-03-20 10:00"),
            rule=rule,
        )
        assert said(reading) == [
            "Submitted on 2026-03-02 09:00.",
            "Accepted on 2026-03-02 10:00. Working days allowed: 5, counted from the day after 2026-03-02.",
            "On 2026-03-03 10:00 the applicant was asked to complete the dossier.",
            "The dossier was completed on 2026-03-05 10:00. "
            "The whole time allowed is counted again from there.",
            "Passed on 2026-03-06 10:00 to: Police.",
            "Paused on 2026-03-09 10:00: Verification (Decree 61/2018/ND-CP).",
            "Counting went on from 2026-03-11 10:00. The pause added: 2 working days.",
            "On 2026-03-12 10:00 the office apologized and moved the due date once, by 2 working days.",
            "The result was ready on 2026-03-20 10:00.",
            "Saturdays and Sundays that do not count: 4.",
            "Due on 2026-03-18, by 17:00.",
            "Late by: 2 working days.",
            "Since no answer was given in time, the law treats this as approved.",
        ]

    def test_says_that_a_last_day_off_moves_to_a_working_day(self) -> None:
        rule = replace(RULE, term=Amount(3, Unit.CALENDAR_DAYS), extension=None)
        lines = said(shown(event(Kind.ACCEPTED, "2026-03-04 10:00"), rule=rule))
        assert "The last day, 2026-03-07, is a day off: the limit ends on the next working day." in lines

    def test_says_of_days_measured_to_the_hour_that_they_are(self) -> None:
        lines = said(shown(ACCEPTED, rule=replace(RULE, working_day_hours=8)))
        assert "of 8 working hours each, counted from that moment." in lines[0]

    @given(
        instants_between("2026-01-05 00:00", "2027-06-30 00:00"),
        st.integers(1, 30),
        st.lists(st.integers(0, 200), max_size=4),
    )
    def test_adds_up_to_the_due_date(self, accepted_at: datetime, term: int, gaps: list[int]) -> None:
        rule = replace(RULE, term=Amount(term), extension=None)
        events, instant = [ClockEvent(Kind.ACCEPTED, accepted_at)], accepted_at
        for number, gap in enumerate(gaps):
            instant = CITY.when_worked(CITY.worked(instant) + gap * 3_600_000_000)
            instant = max(instant, events[-1].at)
            kind = Kind.RESUMED if number % 2 else Kind.PAUSED
            events.append(ClockEvent(kind, instant, ground="verifying"))
        reading = read(rule, CITY, events, instant)
        if reading.due_on is None or reading.started_on is None:
            return
        lines = "\n".join(said(reading))
        weekends = sum(int(count) for count in re.findall(r"Saturdays and Sundays that .*: (\d+)", lines))
        holidays = len(re.findall(r"does not count: ", lines))
        added = sum(int(count) for count in re.findall(r"The pause added: (\d+)", lines))
        assert (reading.due_on - reading.started_on).days == term + added + weekends + holidays

    def test_fills_every_placeholder_of_every_step(self) -> None:
        stopped = shown(ACCEPTED, event(Kind.STOPPED, "2026-03-03 10:00"))
        continued = shown(
            ACCEPTED,
            event(Kind.SUPPLEMENT_REQUESTED, "2026-03-03 10:00"),
            event(Kind.SUPPLEMENTED, "2026-03-05 10:00"),
            rule=replace(RULE, restarts_on_supplement=False),
        )
        hourly = shown(ACCEPTED, rule=replace(RULE, term=Amount(4, Unit.WORKING_HOURS), extension=None))
        minutes = shown(ACCEPTED, rule=replace(RULE, term=Amount(9, Unit.WORKING_MINUTES), extension=None))
        late_today = shown(ACCEPTED, now="2026-03-09 17:30")
        refused = shown(ACCEPTED, rule=replace(RULE, tacit=TacitEffect.REFUSAL), now="2026-03-09 17:30")
        for reading in (stopped, continued, hourly, minutes, late_today, refused):
            assert all("%(" not in line for line in said(reading))
        assert said(late_today)[-1] == "Late since the office closed on the due date."
        assert read(RULE, CITY, [], at("2026-03-02 10:00")).steps == ()


class TestInWords:
    @pytest.mark.parametrize(
        ("amount", "words"),
        [
            (Amount(0), "0 working days"),
            (Amount(1), "1 working day"),
            (Amount(3, Unit.CALENDAR_DAYS), "3 days"),
            (Amount(45, Unit.WORKING_MINUTES), "45 working minutes"),
            (Amount(60, Unit.WORKING_MINUTES), "1 working hour"),
            (Amount(195, Unit.WORKING_MINUTES), "3 h 15 min of working time"),
        ],
    )
    def test_is_short(self, amount: Amount, words: str) -> None:
        assert in_words(amount).msgid % in_words(amount).facts == words
