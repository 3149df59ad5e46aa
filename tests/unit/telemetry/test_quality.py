"""What speaks against readings."""

import csv
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dothi.telemetry.quality.checks import EARLY_US, NEVER, Block, Checked, State, check
from dothi.telemetry.quality.limits import Limits
from dothi.telemetry.quality.neighbors import Place, Value, disagrees, near
from dothi.telemetry.types import Flag, Measure

SECOND = 1_000_000
NOW = 1_790_000_000 * SECOND
RAIN = Path(__file__).parents[4] / "shared/data/rain_flood/hanoi_rain_daily_2020_2025.csv"
LEVEL = Measure("level", interval_s=10, low=0, high=100, step=5, stuck_s=60, rest=0)


def limits(measure: Measure = LEVEL, series: int = 1) -> Limits:
    made = Limits()
    made.keep(series, measure)
    return made


def nothing(count: int = 1) -> State:
    never = np.full(count, NEVER, np.int64)
    return State(never, np.full(count, np.nan), never, never)


def block(seconds: Sequence[float], values: Sequence[float], series: int = 1) -> Block:
    """Return readings of one series, seconds before or after NOW."""
    instants = [NOW + round(one * SECOND) for one in seconds]
    return Block(np.full(len(values), series), np.array(instants), np.array(values, np.float64))


def checked(seconds: Sequence[float], values: Sequence[float], before: State | None = None) -> Checked:
    return check(block(seconds, values), limits(), before or nothing(), NOW)


def flags(seconds: Sequence[float], values: Sequence[float], before: State | None = None) -> list[int]:
    return list(checked(seconds, values, before).flags)


class TestRange:
    def test_is_kept_on_both_sides_and_a_value_outside_is_no_last_one(self) -> None:
        told = checked([-30, -20, -10], [100, -0.1, 100.1])
        assert list(told.flags) == [0, Flag.RANGE, Flag.RANGE]
        assert told.state.value[0] == 100
        assert told.state.seen_us[0] == NOW - 10 * SECOND

    def test_what_is_rejected_is_not_what_the_next_is_held_against(self) -> None:
        assert flags([-30, -20, -10], [50, 500, 51]) == [0, Flag.RANGE, 0]


class TestSkew:
    def test_is_an_instant_ahead_of_the_clock_and_leaves_the_state_alone(self) -> None:
        told = checked([0, EARLY_US / SECOND, EARLY_US / SECOND + 1], [1, 2, 3])
        assert told.flags[2] == Flag.SKEW
        assert not told.flags[1] & Flag.SKEW
        assert told.state.value[0] == 2
        assert told.state.seen_us[0] == NOW + EARLY_US

    def test_of_the_node_itself_does_not_stop_what_comes_after(self) -> None:
        ahead = checked([3600], [7]).state  # as if taken while the clock stood an hour ahead
        left = State(ahead.seen_us + 3600 * SECOND + NOW, np.array([7.0]), ahead.since_us, ahead.seen_us)
        assert checked([0], [8], left.believable(NOW)).state.value[0] == 8


class TestStep:
    def test_is_a_change_too_great_for_one_interval(self) -> None:
        assert flags([-30, -20, -10], [10, 15, 20.1]) == [0, 0, Flag.STEP]

    def test_is_none_after_a_gap(self) -> None:
        assert flags([-100, -10], [10, 90]) == [0, Flag.GAP]


class TestGap:
    def test_is_more_than_three_intervals_where_nothing_else_is_told(self) -> None:
        assert flags([-60, -30, 1], [1, 2, 3]) == [0, 0, Flag.GAP]


class TestStuck:
    def test_is_the_same_value_for_too_long(self) -> None:
        assert flags(range(-70, 0, 10), [5] * 7) == [0] * 6 + [Flag.STUCK]

    def test_is_not_said_of_a_value_at_rest(self) -> None:
        assert flags(range(-90, 0, 10), [0] * 9) == [0] * 9

    def test_begins_anew_with_each_change(self) -> None:
        assert flags(range(-80, 0, 10), [5, 5, 5, 6, 5, 5, 5, 5]) == [0] * 8


class TestLate:
    def test_reading_is_held_against_its_limits_alone(self) -> None:
        before = checked([-10], [50]).state
        told = checked([-40, -30], [5, 500], before)
        assert list(told.flags) == [0, Flag.RANGE]
        assert told.state.value[0] == 50
        assert told.last[0] == -1


class TestWords:
    def test_are_never_out_of_range_nor_stuck(self) -> None:
        assert flags(range(-90, 0, 10), [np.nan] * 9) == [0] * 9


@given(
    st.lists(st.tuples(st.integers(0, 300), st.sampled_from([-5.0, 0.0, 1.0, 1.0, 4.0, 9.0, 200.0])),
             min_size=1, max_size=40, unique_by=lambda one: one[0]),
    st.integers(0, 40),
)  # fmt: skip
def test_readings_in_two_blocks_get_the_flags_of_one(told: list[tuple[int, float]], cut: int) -> None:
    told.sort()
    seconds, values = [one[0] - 300 for one in told], [one[1] for one in told]
    first = checked(seconds[:cut], values[:cut]) if 0 < cut < len(told) else None
    before = first.state if first else None
    split = ([*first.flags] if first else []) + flags(
        seconds[cut * bool(first) :], values[cut * bool(first) :], before
    )
    assert split == flags(seconds, values) == plainly(seconds, values)


def plainly(seconds: Sequence[float], values: Sequence[float]) -> list[int]:
    """Return the flags of readings of LEVEL, one after the other."""
    found, last, since = [], None, 0.0
    for at, value in zip(seconds, values, strict=True):
        flag = 0
        if not 0 <= value <= 100:
            found.append(int(Flag.RANGE))
            continue
        gap = last is not None and at - last[0] > 30
        if gap:
            flag |= Flag.GAP
        elif last and abs(value - last[1]) > 5:
            flag |= Flag.STEP
        if last is None or gap or value != last[1]:
            since = at
        if at - since >= 60 and value != 0:
            flag |= Flag.STUCK
        last = (at, value)
        found.append(flag)
    return found


class TestNeighbors:
    PLACES = [Place(number, 105.8 + number / 1000, 21.0, 500) for number in range(20)]

    def test_are_the_nearest_within_reach(self) -> None:
        assert sorted(near(self.PLACES)[0]) == [1, 2, 3, 4]
        assert near(self.PLACES)[0][0] == 1
        assert near([]) == {}

    def test_disagree_when_three_of_them_say_otherwise(self) -> None:
        known = {number: Value(0, 10.0) for number in (1, 2, 3)}
        assert disagrees(Value(0, 31), [1, 2, 3], known, 20, 100)
        assert not disagrees(Value(0, 29), [1, 2, 3], known, 20, 100)
        assert not disagrees(Value(0, 31), [1, 2, 4], known, 20, 100)
        assert not disagrees(Value(101, 31), [1, 2, 3], known, 20, 100)


@pytest.mark.skipif(not RAIN.exists(), reason="the shared folder with real rain is not there")
class TestRealRain:
    """A day's rain above 1,200 mm was never measured in the delta of the Red River."""

    MEASURE = Measure("rain", "mm", interval_s=86_400, low=0, high=1_200, rest=0)

    def test_of_impossible_days_is_rejected(self) -> None:
        rejected, kept = self.parted(daily())
        assert len(rejected) == 14
        assert max(rejected) == 7947.8
        assert min(rejected) > 1_200
        assert {366.4, 420.4, 460.3} <= set(kept)  # the storm of 30 September 2025

    def test_of_the_storm_is_kept(self) -> None:
        with (RAIN.parent / "bualoi_2025_rain_by_ward.csv").open(encoding="utf-8") as lines:
            values = [float(row["mm_to_2025-10-01_06h00"]) for row in csv.DictReader(lines)]
        rejected, kept = self.parted({"storm": list(enumerate(values))})
        assert not rejected
        assert max(kept) > 500

    def parted(self, stations: dict[str, list[tuple[int, float]]]) -> tuple[list[float], list[float]]:
        """Return values that are rejected, and those that are kept."""
        rejected, kept = [], []
        for told in stations.values():
            instants, values = (np.array(column) for column in zip(*sorted(told), strict=True))
            rain = Block(np.ones(len(told), np.int64), instants * 86_400 * SECOND, values)
            out = (check(rain, limits(self.MEASURE), nothing(), NOW).flags & Flag.RANGE.value) != 0
            rejected += values[out].tolist()
            kept += values[~out].tolist()
        return rejected, kept


def daily() -> dict[str, list[tuple[int, float]]]:
    """Return day and mm of each station."""
    stations: dict[str, list[tuple[int, float]]] = {}
    with RAIN.open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            day = (date.fromisoformat(row["date"]) - date(1970, 1, 1)).days
            stations.setdefault(row["station"], []).append((day, float(row["rain_mm"])))
    return stations
