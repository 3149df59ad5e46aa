"""A step that waits for a sensor: recovered is recovered for the whole time, and silence is not."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dothi.incidents import kinds, runbooks
from dothi.incidents.runbooks import Condition, recovered

AT = datetime(2026, 9, 30, 1, 0, tzinfo=UTC)
BELOW = Condition("level", "m", 4.5, None, timedelta(minutes=10), timedelta(minutes=60))


def told(*values: float, each_min: float = 2) -> list[tuple[datetime, float]]:
    return [(AT + timedelta(minutes=each_min * place), value) for place, value in enumerate(values)]


class TestRecovered:
    @pytest.mark.parametrize(
        ("values", "until_min"),
        [
            ((4.4,) * 6, 10), ((4.4,) * 5, None), ((5, 5, *(4.4,) * 6), 14),
            ((4.4, 4.4, 4.5, *(4.4,) * 5), None),
            ((4.4, 4.4, 4.5, *(4.4,) * 6), 16), ((), None), ((4.5,) * 30, None),
        ],
    )  # fmt: skip
    def test_is_the_limit_kept_for_the_whole_time(
        self, values: tuple[float, ...], until_min: int | None
    ) -> None:
        found = recovered(told(*values), BELOW)
        assert (found and (found.at - AT) / timedelta(minutes=1)) == until_min

    def test_is_not_silence(self) -> None:
        assert recovered(told(4.4, 4.4, each_min=11), BELOW) is None
        assert recovered(told(4.4, 4.4, each_min=10), BELOW) is not None

    def test_may_ask_for_more_than_a_limit(self) -> None:
        above = Condition("pressure", "bar", None, 2.0, timedelta(minutes=10), timedelta(minutes=60))
        assert recovered(told(*(2.1,) * 6), above) is not None
        assert recovered(told(*(2.0,) * 6), above) is None

    @given(st.lists(st.floats(4, 5), max_size=40))
    def test_never_holds_a_value_beyond_the_limit(self, values: list[float]) -> None:
        readings = told(*values)
        found = recovered(readings, BELOW)
        if found is not None:
            inside = [value for at, value in readings if found.since <= at <= found.at]
            assert len(inside) == found.readings
            assert all(value < 4.5 for value in inside)
            assert found.at - found.since >= BELOW.for_


class TestData:
    def test_names_runbooks_that_are_there(self) -> None:
        named = {one.runbook for one in kinds.types().values() if one.runbook}
        assert named == set(runbooks.runbooks())

    def test_survives_the_way_through_an_incident(self) -> None:
        for book in runbooks.runbooks().values():
            assert runbooks.read(dict(book.document)) == book
