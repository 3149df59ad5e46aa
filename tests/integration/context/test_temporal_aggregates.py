"""Clause 4.5.19: aggregated temporal representation."""

from typing import Any

import httpx
import pytest

from tests.support.evolutions import asked, given, minute, said

EVERY = "totalCount,distinctCount,sum,avg,min,max,stddev,sumsq"


def aggregated(
    api: httpx.Client, one: dict[str, Any], methods: str, period: str = "PT0S", **more: Any
) -> Any:
    params = {"format": "aggregatedValues", "aggrMethods": methods, "aggrPeriodDuration": period, **more}
    return asked(api, one, **params)


def whole(found: dict[str, Any]) -> dict[str, Any]:
    """Return the one value of each method."""
    return {method: points[0][0] for method, points in found.items() if isinstance(points, list)}


class TestMethods:
    def test_reckon_with_numbers(self, api: httpx.Client) -> None:
        one = given(api, level=[said(1, 0), said(2, 1), said(2, 2), said(3, 3)])
        found = whole(aggregated(api, one, EVERY)["level"])
        deviation = found.pop("stddev")
        assert found == {
            "totalCount": 4, "distinctCount": 3, "sum": 8.0, "avg": 2.0, "min": 1, "max": 3, "sumsq": 18.0
        }  # fmt: skip
        assert deviation == pytest.approx(0.5**0.5)

    def test_take_truth_as_one_and_lists_by_their_length(self, api: httpx.Client) -> None:
        one = given(api, open=[said(True, 0), said(False, 1)], parts=[said([1, 2, 3], 0), said([1], 1)])
        found = aggregated(api, one, "avg,max,sum")
        assert whole(found["open"]) == {"avg": 0.5, "max": 1, "sum": 1.0}
        assert whole(found["parts"]) == {"avg": 2.0, "max": 3, "sum": 4.0}

    def test_order_texts_and_count_objects(self, api: httpx.Client) -> None:
        one = given(
            api,
            name=[said("b", 0), said("a", 1), said("a", 2)],
            box=[said({"a": 1}, 0), said({"a": 1}, 1)],
            owner=[{"type": "Relationship", "object": "urn:a:1", "observedAt": minute(0)}],
            day=[said({"@type": "Date", "@value": "2026-03-01"}, 0)],
        )
        found = aggregated(api, one, "min,max,avg,distinctCount,totalCount")
        assert whole(found["name"]) == {"min": "a", "max": "b", "distinctCount": 2, "totalCount": 3}
        assert whole(found["box"]) == {"distinctCount": 1, "totalCount": 2}
        assert whole(found["owner"]) == {"distinctCount": 1, "totalCount": 1}
        assert found["owner"]["type"] == "Relationship"
        assert whole(found["day"])["max"] == "2026-03-01"

    def test_reckon_the_mean_of_times_of_day(self, api: httpx.Client) -> None:
        times = [{"@type": "Time", "@value": one} for one in ("08:00:00Z", "09:00:01Z", "25:00:00Z")]
        one = given(api, opens=[said(each, number) for number, each in enumerate(times)])
        found = whole(aggregated(api, one, "avg,min,sum")["opens"])
        assert found == {"avg": "08:30:00.5Z", "min": "08:00:00Z"}

    def test_refuse_an_asked_attribute_of_which_none_makes_sense(self, api: httpx.Client) -> None:
        one = given(api, name=[said("b", 0)], level=[said(1, 0)])
        params = {"options": "aggregatedValues", "aggrMethods": "avg", "attrs": "name"}
        refused = api.get(f"temporal/entities/{one['id']}", params=params)
        assert (refused.status_code, refused.json()["title"]) == (400, "Invalid Request")
        assert set(aggregated(api, one, "avg")) == {"id", "type", "level"}

    def test_must_be_told(self, api: httpx.Client) -> None:
        one = given(api, level=[said(1, 0)])
        assert (
            api.get(f"temporal/entities/{one['id']}", params={"format": "aggregatedValues"}).status_code
            == 400
        )

    def test_keep_datasets_apart(self, api: httpx.Client) -> None:
        one = given(api, level=[said(1, 0), said(5, 0, datasetId="urn:d:1")])
        default, dataset = aggregated(api, one, "max")["level"]
        assert (whole(default), whole(dataset), dataset["datasetId"]) == ({"max": 1}, {"max": 5}, "urn:d:1")


class TestPeriods:
    def test_begin_with_the_first_instance_of_the_entity(self, api: httpx.Client) -> None:
        one = given(api, level=[said(1, 3), said(3, 5), said(5, 65)], flow=[said(7, 64)])
        found = aggregated(api, one, "avg", "PT1H")
        assert found["level"]["avg"] == [[2.0, minute(3), minute(63)], [5.0, minute(63), minute(123)]]
        assert found["flow"]["avg"] == [[7.0, minute(63), minute(123)]]

    def test_begin_with_the_query(self, api: httpx.Client) -> None:
        one = given(api, level=[said(1, 3), said(3, 5)])
        found = aggregated(api, one, "totalCount", "PT4M", timerel="after", timeAt=minute(1))
        assert found["level"]["totalCount"] == [[1, minute(1), minute(5)], [1, minute(5), minute(9)]]

    def test_follow_the_calendar(self, api: httpx.Client) -> None:
        days = [
            {"type": "Property", "value": value, "observedAt": f"2026-{month:02}-10T00:00:00Z"}
            for month, value in ((1, 1), (2, 2), (3, 3))
        ]
        one = given(api, level=days)
        params = {"timerel": "between", "timeAt": "2026-01-01T00:00:00Z", "endTimeAt": "2026-04-01T00:00:00Z"}
        assert aggregated(api, one, "sum", "P1M", **params)["level"]["sum"] == [
            [1.0, "2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z"],
            [2.0, "2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z"],
            [3.0, "2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z"],
        ]

    def test_span_the_whole_query(self, api: httpx.Client) -> None:
        one = given(api, level=[said(1, 3)])
        params = {"timerel": "between", "timeAt": minute(0), "endTimeAt": minute(9)}
        assert aggregated(api, one, "sum", **params)["level"]["sum"] == [[1.0, minute(0), minute(9)]]

    def test_end_with_the_last_year_that_can_be_told(self, api: httpx.Client) -> None:
        one = given(api, level=[said(1, 3)])
        [[_, _, until]] = aggregated(api, one, "sum", "P9999Y")["level"]["sum"]
        assert until == "9999-12-31T23:59:59Z"
