"""What holds of every fold: whatever is cut, delayed, shuffled or restarted, the decisions are the same."""

import json
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from math import fsum, inf, nextafter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dothi.alerts.engine.correlation import (
    Together,
    again_near,
    fold_near,
    together_from_json,
    together_to_json,
)
from dothi.alerts.engine.evidence import again
from dothi.alerts.engine.flags import counted_by, rejected_by
from dothi.alerts.engine.fold import due, fold, settled_us
from dothi.alerts.engine.rule import Rule
from dothi.alerts.engine.samples import (
    NOTHING,
    SECOND,
    Decision,
    Memory,
    Sample,
    from_json,
    is_number,
    to_json,
)
from tests.support.alerts import a_rule

START = 1_759_190_400 * SECOND
MINUTE = 60 * SECOND
RULES = [
    a_rule(),
    a_rule({"hold_s": 300, "clear_hold_s": 240}),
    a_rule({"direction": "below", "fire_at": 12, "clear_at": 20, "hold_s": 120}),
    a_rule({"fire_at": 60, "clear_at": 40}, kind="window", window={"over_s": 600, "what": "sum"}),
    a_rule(
        {"fire_at": 33, "clear_at": 30, "hold_s": 300, "clear_hold_s": 120}, kind="window",
        window={"over_s": 900, "what": "mean", "min_samples": 3},
    ),
    a_rule({"fire_at": 45, "clear_at": 20}, kind="window", window={"over_s": 300, "what": "max"}),
    a_rule(
        {"fire_at": 60, "clear_at": 10}, kind="rate",
        rate={"per_s": 3600, "over_s": 1200, "min_span_s": 120},
    ),
    a_rule({"fire_at": 300, "clear_at": 300}, kind="absence"),
    a_rule({"fire_at": 3, "clear_at": 1}, kind="flag", flag={"flag": "stuck", "over_s": 900}),
    a_rule(only=[{"weekdays": [0, 1, 2, 3, 4, 5, 6], "start": "07:00", "end": "09:00"}]),
]  # fmt: skip
values = st.one_of(
    st.floats(0, 60, allow_nan=False),
    st.sampled_from([25.0, 31.0, 0.1, 1e300, -1e300, float("nan"), float("inf"), -0.0]),
)
samples = st.lists(
    st.builds(Sample, st.integers(0, 90 * 60).map(lambda second: START + second * SECOND), values,
              st.sampled_from([0, 0, 0, 0, 1, 2, 4, 4, 17]), st.none()),
    max_size=40, unique_by=lambda sample: sample.at,
).map(lambda found: sorted(found, key=lambda sample: sample.at))  # fmt: skip
rules = st.sampled_from(RULES)


def folded(
    rule: Rule, memory: Memory, run: Sequence[Sample], now: int | None = None
) -> tuple[Memory, list[Decision]]:
    """Fold as the watcher does: what is remembered goes through JSON."""
    kept = from_json(json.loads(json.dumps(to_json(memory))))
    return fold(rule, "one", kept, run, rejects=rejected_by(rule), flag=counted_by(rule), now=now)


def decided(decisions: Sequence[Decision]) -> list[Decision]:
    """Return decisions without what had come, and did not count, by the time somebody looked."""
    noticed = {"late", "rejected"}
    return [
        one._replace(evidence={key: said for key, said in one.evidence.items() if key not in noticed})
        for one in decisions
    ]


class TestFold:
    @given(rules, samples, st.lists(st.integers(0, 40), max_size=5))
    def test_in_pieces_through_json_is_the_fold_of_the_whole(
        self, rule: Rule, run: list[Sample], cuts: list[int]
    ) -> None:
        places = sorted({0, len(run), *(min(cut, len(run)) for cut in cuts)})
        memory, decisions = NOTHING, []
        for start, end in pairwise(places):
            memory, found = folded(rule, memory, run[start:end])
            decisions += found
        assert (memory, decisions) == folded(rule, NOTHING, run)

    @given(rules, samples, st.data())
    def test_is_the_same_however_often_somebody_looks_at_the_clock(
        self, rule: Rule, run: list[Sample], data: st.DataObject
    ) -> None:
        """The clock may be looked at whenever: a sample comes before its instant is settled."""
        end = START + 200 * MINUTE
        memory, decisions = NOTHING, []
        for sample, after in pairwise([*run, Sample(end, 0.0)]):
            memory, found = folded(rule, memory, [sample])
            looks = data.draw(st.lists(st.integers(sample.at, after.at + settled_us(rule) - 1), max_size=3))
            decisions += found
            for now in sorted(looks):
                memory, found = folded(rule, memory, [], now)
                decisions += found
        memory, found = folded(rule, memory, [], end)
        assert decided(decisions + found) == decided(folded(rule, NOTHING, run, end)[1])

    @given(rules, samples)
    def test_looks_at_the_clock_just_when_it_is_due(self, rule: Rule, run: list[Sample]) -> None:
        memory, decisions = folded(rule, NOTHING, run)
        end, looked = START + 300 * MINUTE, 0
        while (now := due(rule, memory)) is not None and now <= end and looked < 100:
            memory, found = folded(rule, memory, [], now)
            decisions, looked = decisions + found, looked + 1
        assert looked < 100
        assert decisions == folded(rule, NOTHING, run, end)[1]

    @given(samples, st.randoms(use_true_random=False))
    def test_waits_for_late_samples_as_long_as_it_says(self, run: list[Sample], random: object) -> None:
        rule = a_rule({"hold_s": 60}, late={"wait_s": 600})
        arriving = sorted(run, key=lambda sample: sample.at + random.randrange(0, 600 * SECOND))  # type: ignore[attr-defined]  # hypothesis' Random
        memory, decisions = NOTHING, []
        for sample in arriving:
            memory, found = folded(rule, memory, [sample])
            decisions += found
        memory, found = folded(rule, memory, [], START + 500 * MINUTE)
        whole = folded(rule, NOTHING, run, START + 500 * MINUTE)[1]
        assert [_verdict(one) for one in decisions + found] == [_verdict(one) for one in whole]
        assert memory.late == 0

    @given(samples, st.randoms(use_true_random=False))
    def test_counts_a_backlog_that_comes_after_the_latest_reading(
        self, run: list[Sample], random: object
    ) -> None:
        """What is still in the window counts once, in whatever order it came, and the evidence says so."""
        rule = a_rule({"fire_at": 60, "clear_at": 1}, kind="window", window={"over_s": 5400, "what": "sum"})
        fallen = [
            one
            for one in run
            if not one.flags & rejected_by(rule) and is_number(one.value) and one.value >= 0
        ]
        before = random.sample(fallen[:-1], len(fallen[:-1]))  # type: ignore[attr-defined]  # hypothesis' Random
        arriving = [*fallen[-1:], *before, *before]
        memory, decisions = NOTHING, []
        for sample in arriving:
            memory, found = folded(rule, memory, [sample])
            decisions += found
        assert [one.act for one in decisions] == ["raise"] * (fsum(one.value for one in fallen) >= 60)
        for one in decisions:
            assert again(rule, one.evidence) == (True, one.at, one.signal)

    def test_changes_no_run_that_is_held_by_what_comes_late(self) -> None:
        rule = a_rule({"fire_at": 10, "clear_at": 1, "hold_s": 600}, kind="window",
                      window={"over_s": 3600, "what": "mean"})  # fmt: skip
        told = [Sample(START + minute * MINUTE, 20.0) for minute in (30, 35)]
        memory, _ = folded(rule, NOTHING, [told[0]])
        memory, _ = folded(rule, memory, [Sample(START, 0.0)])
        memory, decisions = folded(rule, memory, [told[1], Sample(START + 40 * MINUTE, 20.0)])
        assert memory.late == 1
        assert again(rule, decisions[0].evidence) == (True, START + 40 * MINUTE, 20.0)

    @given(rules, samples)
    def test_raises_and_clears_in_turn_and_in_order(self, rule: Rule, run: list[Sample]) -> None:
        decisions = folded(rule, NOTHING, run, START + 300 * MINUTE)[1]
        acts = [one.act for one in decisions]
        assert acts == ["raise", "clear"] * (len(acts) // 2) + ["raise"] * (len(acts) % 2)
        assert [one.at for one in decisions] == sorted(one.at for one in decisions)

    @given(rules, samples)
    def test_never_counts_what_was_rejected(self, rule: Rule, run: list[Sample]) -> None:
        if rule.kind == "absence":
            return
        good = [sample for sample in run if not sample.flags & rejected_by(rule) and is_number(sample.value)]
        clean = [_verdict(one) for one in folded(rule, NOTHING, good)[1]]
        assert [_verdict(one) for one in folded(rule, NOTHING, run)[1]] == clean

    @given(rules, samples)
    def test_counts_a_sample_that_comes_twice_once(self, rule: Rule, run: list[Sample]) -> None:
        twice = [sample for one in run for sample in (one, one)]
        decisions = [_verdict(one) for one in folded(rule, NOTHING, twice)[1]]
        assert decisions == [_verdict(one) for one in folded(rule, NOTHING, run)[1]]


class TestEvidence:
    @given(rules, samples)
    def test_makes_the_same_decision_again_bit_for_bit(self, rule: Rule, run: list[Sample]) -> None:
        for one in folded(rule, NOTHING, run, START + 300 * MINUTE)[1]:
            if one.act == "raise":
                kept = json.loads(json.dumps(one.evidence))
                assert tuple(again(rule, kept)) == (True, one.at, one.signal)

    @given(rules, samples)
    def test_says_with_which_limit_it_would_not_have_fired(self, rule: Rule, run: list[Sample]) -> None:
        """With the limit at the weakest signal of its run it fires just so; a hair beyond, not then."""
        if rule.kind == "absence":
            return
        beyond = inf if rule.limit.direction == "above" else -inf
        for one in folded(rule, NOTHING, run)[1]:
            if one.act == "raise":
                weakest = one.evidence["weakest"]
                assert again(_with_limit(rule, weakest), one.evidence).fires
                assert not again(_with_limit(rule, nextafter(weakest, beyond)), one.evidence).fires

    def test_of_another_version_is_refused(self) -> None:
        rule = a_rule()
        evidence = folded(rule, NOTHING, [Sample(START, 40.0)])[1][0].evidence
        with pytest.raises(ValueError, match="another version"):
            again(a_rule({"fire_at": 32}), evidence)

    def test_that_was_altered_does_not_fire(self) -> None:
        rule = a_rule({"hold_s": 60})
        run = [Sample(START, 40.0), Sample(START + 60 * SECOND, 41.0)]
        evidence = dict(folded(rule, NOTHING, run)[1][0].evidence)
        evidence["samples"] = [[START, 40.0, 0, None], [START + 60 * SECOND, 30.0, 0, None]]
        assert not again(rule, evidence).fires


class TestAgainstAPlainReading:
    @given(samples)
    def test_threshold(self, run: list[Sample]) -> None:
        on, expected = False, []
        for sample in run:
            if sample.flags & 17 or not is_number(sample.value):
                continue
            if (on and sample.value < 25) or (not on and sample.value >= 31):
                on = not on
                expected.append((sample.at, sample.value))
        found = folded(RULES[0], NOTHING, run)[1]
        assert [(one.at, one.signal) for one in found] == expected

    @given(samples)
    def test_window(self, run: list[Sample]) -> None:
        """First raising of a sum: at the first sample whose ten minutes sum up to the limit."""
        good = [one for one in run if not one.flags & 17 and abs(one.value) < 1e200]
        sums = [
            (now.at, fsum(one.value for one in good if now.at - 600 * SECOND < one.at <= now.at))
            for now in good
        ]  # fmt: skip
        expected = next(((at, level) for at, level in sums if level >= 60), None)
        found = folded(RULES[3], NOTHING, good)[1]
        assert (found[0].at, found[0].signal) == expected if expected else not found


near = st.lists(
    st.tuples(st.sampled_from("abcde"), st.integers(0, 5_400), st.floats(0, 50)), max_size=40,
    unique_by=lambda row: row[:2],
).map(lambda rows: sorted(rows, key=lambda row: (row[1], row[0])))  # fmt: skip


class TestNear:
    RULE = a_rule(
        {"fire_at": 3, "clear_at": 2}, kind="correlation",
        correlation={"each": "above", "each_at": 20, "within_m": 2500, "over_s": 1800},
    )  # fmt: skip
    PLACES = {name: (105.85 + place * 0.01, 21.03) for place, name in enumerate("abcde")}

    @given(near, st.integers(0, 40))
    def test_in_pieces_through_json_is_the_whole(self, rows: list[tuple[str, int, float]], cut: int) -> None:
        run = [(thing, Sample(START + second * SECOND, value)) for thing, second, value in rows]
        memory, first = self.fold(Together(), run[:cut])
        memory, second = self.fold(
            together_from_json(json.loads(json.dumps(together_to_json(memory)))), run[cut:]
        )
        whole, decisions = self.fold(Together(), run)
        assert (memory.on, first + second) == (whole.on, decisions)

    @given(near)
    def test_makes_the_same_decision_again_bit_for_bit(self, rows: list[tuple[str, int, float]]) -> None:
        run = [(thing, Sample(START + second * SECOND, value)) for thing, second, value in rows]
        for one in self.fold(Together(), run)[1]:
            if one.act == "raise":
                kept = json.loads(json.dumps(one.evidence))
                assert tuple(again_near(self.RULE, kept)) == (True, one.at, one.signal)

    def fold(self, memory: Together, run: list[tuple[str, Sample]]) -> tuple[Together, list[Decision]]:
        return fold_near(self.RULE, memory, run, self.PLACES, rejects=rejected_by(self.RULE))


def _with_limit(rule: Rule, fire_at: float) -> Rule:
    return replace(rule, limit=replace(rule.limit, fire_at=fire_at))


def _verdict(decision: Decision) -> tuple[str, int, float]:
    return decision.act, decision.at, decision.signal
