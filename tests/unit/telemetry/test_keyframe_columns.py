"""What a keyframe keeps of readings, and how it writes them down."""

import itertools
from datetime import timedelta

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dothi.telemetry.keyframes.columns import NOTHING, REACH, Columns, of_rows
from dothi.telemetry.keyframes.needed import needed
from dothi.telemetry.keyframes.packing import packed, unpacked

SECOND = 1_000_000
BEGINS_US = 40 * 86_400 * SECOND
LOOKBACK = {2: timedelta(hours=24), 3: timedelta(hours=12), 900: timedelta(hours=1)}
Row = tuple[int, int, int, float, int]

series = st.integers(1, 4)
at_us = st.one_of(
    st.integers(-16 * 86_400, 3_600).map(lambda second: BEGINS_US + second * SECOND),
    st.sampled_from([BEGINS_US - back // timedelta(microseconds=1) for back in (REACH, *LOOKBACK.values())]),
)
recorded_us = st.integers(-3, 3).map(lambda second: BEGINS_US + second * SECOND)
rows = st.lists(
    st.tuples(series, at_us, recorded_us, st.floats(), st.integers(-(2**15), 2**15 - 1)),
    unique_by=lambda one: one[:2],
)
whole = st.lists(
    st.tuples(
        st.integers(0, 2**31 - 1), st.integers(-(2**62), 2**62), st.integers(-(2**62), 2**62), st.floats(),
        st.integers(-(2**15), 2**15 - 1),
    )
)  # fmt: skip


def by_hand(told: list[Row]) -> list[tuple[int, int]]:
    """Return series and instant of those that are needed, each looked at beside all others."""
    return sorted(one[:2] for one in told if one[1] >= BEGINS_US or _needed_before(one, told))


def _needed_before(one: Row, told: list[Row]) -> bool:
    number, at, recorded, *_ = one
    back = LOOKBACK.get(number, timedelta()) // timedelta(microseconds=1)
    later = [each for each in told if each[0] == number and at < each[1] < BEGINS_US]
    once_last = all(max(recorded, BEGINS_US) < each[2] for each in later)
    return at > BEGINS_US - back or (once_last and at > BEGINS_US - REACH // timedelta(microseconds=1))


def bits(told: Columns) -> list[bytes]:
    return [getattr(told, name).tobytes() for name in Columns.__dataclass_fields__]


class TestNeeded:
    @given(rows)
    def test_is_what_a_look_at_each_reading_beside_all_others_says(self, told: list[Row]) -> None:
        found = needed(of_rows(sorted(told)), BEGINS_US, LOOKBACK)
        assert list(zip(found.series.tolist(), found.at_us.tolist(), strict=True)) == by_hand(told)


class TestPacking:
    @given(whole)
    def test_gives_every_bit_back(self, told: list[Row]) -> None:
        columns = of_rows(told)
        assert bits(unpacked(packed(columns))) == bits(columns)

    def test_of_nothing_is_nothing(self) -> None:
        assert packed(NOTHING) == [b""] * 5
        assert not len(unpacked([b""] * 5).series)

    def test_leaves_runs_of_what_repeats(self) -> None:
        minutes = np.arange(1440) * 60 * SECOND
        columns = Columns(
            np.full(1440, 7, np.int32), minutes, minutes + SECOND, np.zeros(1440), np.zeros(1440, np.int16)
        )
        steps = b"".join(packed(columns))
        assert sum(a != b for a, b in itertools.pairwise(steps)) < 40
