"""Clause 4.11: the temporal query language, and 4.5.19: what is to be aggregated."""

from datetime import UTC, datetime
from typing import Any

import pytest

from dothi.context.errors import BadRequestData
from dothi.context.query import temporal
from dothi.context.query.parameters import Parameters
from dothi.context.query.temporal import Method, TimeProperty, Window

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


class TestWindow:
    def test_after_includes_the_instant_and_has_no_end(self) -> None:
        window = temporal.window({"timerel": "after", "timeAt": "2026-11-22T12:00:00Z"})
        assert (window.since, window.until, window.by) == (NOON, None, TimeProperty.OBSERVED)

    def test_before_has_no_beginning(self) -> None:
        window = temporal.window({"timerel": "before", "timeAt": "2026-11-22T12:00:00.000Z"})
        assert (window.since, window.until) == (None, NOON)

    def test_takes_last_n_as_number_and_as_text(self) -> None:
        assert temporal.window({"lastN": "3"}).last == temporal.window({"lastN": 3}).last == 3

    def test_asks_for_observed_instances_only_where_time_is_asked_for(self) -> None:
        assert Window().sql("h", Parameters()) == "h.at is not null"
        asked = temporal.window({"timeproperty": "observedAt"})
        assert "h.observed" in asked.sql("h", Parameters())

    @pytest.mark.parametrize(
        "told",
        [
            {"timerel": "during", "timeAt": "2026-11-22T12:00:00Z"},
            {"timerel": "after"},
            {"timerel": "after", "timeAt": "2026-11-22"},
            {"timerel": "between", "timeAt": "2026-11-22T12:00:00Z"},
            {"timerel": ["after"], "timeAt": "2026-11-22T12:00:00Z"},
            {"timeAt": "2026-11-22T12:00:00Z"},
            {"timeproperty": "at"},
            {"timeproperty": 1},
            {"lastN": 0},
            {"lastN": "-1"},
            {"lastN": 1.5},
            {"lastN": True},
            {"lastN": "9" * 400},
        ],
    )
    def test_refuses_what_says_no_time(self, told: dict[str, Any]) -> None:
        with pytest.raises(BadRequestData):
            temporal.window(told)


class TestAggregation:
    def test_takes_methods_as_text_and_as_list(self) -> None:
        text = temporal.aggregation({"aggrMethods": "avg,max"})
        assert text == temporal.aggregation({"aggrMethods": ["avg", "max"]})
        assert text.methods == (Method.AVERAGE, Method.MOST)

    @pytest.mark.parametrize("told", ["PT0S", "P0D", "P0Y0M0DT0H0M0S"])
    def test_means_the_whole_time_by_no_duration(self, told: str) -> None:
        assert temporal.aggregation({"aggrMethods": "sum", "aggrPeriodDuration": told}).period is None

    @pytest.mark.parametrize(
        ("told", "calendar"), [("PT1H", False), ("P1W", False), ("P1D", False), ("P1M", True)]
    )
    def test_knows_which_durations_the_calendar_makes(self, told: str, calendar: bool) -> None:
        asked = temporal.aggregation({"aggrMethods": "sum", "aggrPeriodDuration": told})
        assert (asked.period, asked.calendar) == (told, calendar)

    @pytest.mark.parametrize(
        "told",
        ["", "P", "PT", "1H", "P1H", "P1DT", "P-1D", "P1W1D", "P1.5D", "P99999999D", "PT1H; select 1", 5],
    )
    def test_refuses_what_is_no_duration(self, told: object) -> None:
        with pytest.raises(BadRequestData, match="aggrPeriodDuration"):
            temporal.aggregation({"aggrMethods": "avg", "aggrPeriodDuration": told})

    @pytest.mark.parametrize("told", [None, "", "median", "avg,,max", [], ["avg", 3], {"avg": 1}])
    def test_refuses_other_methods(self, told: object) -> None:
        with pytest.raises(BadRequestData, match="aggrMethods"):
            temporal.aggregation({"aggrMethods": told})
