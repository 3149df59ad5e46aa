"""From which age a value is old: by its device's own interval, else by the file."""

from datetime import timedelta

import pytest

from dothi.incidents.queries.freshness import allowed, is_stale

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


class TestFreshness:
    @pytest.mark.parametrize(
        ("measure", "interval_s", "most"),
        [
            ("rain", 600.0, 30 * MINUTE), ("rain", None, 2 * HOUR), ("pm25", 3600.0, 3 * HOUR),
            ("flooded", None, timedelta(days=14)), ("level", None, timedelta(days=1)),
        ],
    )  # fmt: skip
    def test_goes_by_the_interval_and_else_by_the_file(
        self, measure: str, interval_s: float | None, most: timedelta
    ) -> None:
        assert allowed(measure, interval_s) == most
        assert not is_stale(measure, most, interval_s)
        assert is_stale(measure, most + timedelta(seconds=1), interval_s)
