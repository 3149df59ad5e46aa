"""What a browser or a device may say to the center: odd moments, and values that can hardly be drawn."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import RequestFactory

from dothi.web.center.charts import chart
from dothi.web.center.moments import MomentUnfit, moment_of

AT = datetime(2026, 11, 22, 8, tzinfo=UTC)


class TestMoment:
    @pytest.mark.parametrize(
        "asked",
        [
            "0001-01-01T00:00:00+14:00",
            "9999-12-31T23:59:59-14:00",
            "1899-12-31",
            "2026-11-23",
            "soon",
            "2026-13-01",
        ],
    )
    def test_that_is_none_or_that_nobody_could_know_is_unfit(self, asked: str) -> None:
        with pytest.raises(MomentUnfit):
            moment_of(RequestFactory().get("/center/", {"at": asked}), AT)

    def test_of_a_day_is_its_midnight_in_hanoi(self) -> None:
        found = moment_of(RequestFactory().get("/center/", {"at": "2026-11-22"}), AT)
        assert (found.at, found.live) == (datetime(2026, 11, 21, 17, tzinfo=UTC), False)


class TestChart:
    @pytest.mark.parametrize(
        "values",
        [(0.0, 0.0), (0.0, 5e-324), (0.0, 1e-12), (-1e-12, 1e-12), (7.0, 7.0), (-1e15, 1e15)],
    )
    def test_is_drawn_of_whatever_a_device_can_say(self, values: tuple[float, float]) -> None:
        drawn = chart([(AT + timedelta(hours=n), value) for n, value in enumerate(values)], "x")
        assert drawn
        assert all(-1 <= up <= 241 for _, up in drawn.dots)
