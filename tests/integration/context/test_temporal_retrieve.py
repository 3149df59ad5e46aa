"""Clause 5.7.3: retrieving the temporal evolution of an entity, in the forms of 4.5.7 to 4.5.9."""

from typing import Any

import httpx
import pytest

from tests.support.evolutions import asked, given, minute, said, values

ERRORS = "https://uri.etsi.org/ngsi-ld/errors/"


@pytest.fixture(scope="module")
def one(api: httpx.Client) -> dict[str, Any]:
    return given(
        api,
        level=[said(1, 0), said(2, 10), said(3, 20), said(7, 10, datasetId="urn:d:1")],
        flow=[said(9, 30)],
    )


@pytest.fixture(scope="module")
def long(api: httpx.Client) -> dict[str, Any]:
    level = [said(number, number) for number in range(30)]
    return given(api, level=level, flow=[said(number, number + 40) for number in range(30)])


class TestWindow:
    @pytest.mark.parametrize(
        ("params", "left"),
        [
            ({"timerel": "after", "timeAt": minute(10)}, [2, 3]),
            ({"timerel": "before", "timeAt": minute(10)}, [1]),
            ({"timerel": "between", "timeAt": minute(0), "endTimeAt": minute(20)}, [1, 2]),
            ({"lastN": 2}, [2, 3]),
            ({"timerel": "before", "timeAt": minute(20), "lastN": 1}, [2]),
        ],
    )
    def test_has_the_instances_of_its_time(
        self, api: httpx.Client, one: dict[str, Any], params: dict[str, Any], left: list[int]
    ) -> None:
        assert values(asked(api, one, datasetId="@none", **params), "level") == left

    def test_leaves_out_attributes_that_said_nothing(self, api: httpx.Client, one: dict[str, Any]) -> None:
        assert set(asked(api, one, timerel="after", timeAt=minute(25))) == {"id", "type", "flow"}

    def test_asks_for_when_it_was_recorded(self, api: httpx.Client, one: dict[str, Any]) -> None:
        since = {"timerel": "after", "timeAt": "2026-01-01T00:00:00Z", "timeproperty": "modifiedAt"}
        assert len(asked(api, one, **since)["level"]) == 4
        assert "level" not in asked(api, one, timeproperty="deletedAt")

    @pytest.mark.parametrize(
        "params",
        [
            {"timerel": "after"},
            {"timerel": "during", "timeAt": minute(0)},
            {"timerel": "between", "timeAt": minute(0)},
            {"lastN": 0},
            {"timeproperty": "when"},
        ],
    )
    def test_refuses_what_says_no_time(
        self, api: httpx.Client, one: dict[str, Any], params: dict[str, Any]
    ) -> None:
        refused = api.get(f"temporal/entities/{one['id']}", params=params)
        assert (refused.status_code, refused.json()["type"]) == (400, f"{ERRORS}BadRequestData")


class TestMembers:
    def test_tells_wanted_attributes_and_datasets(self, api: httpx.Client, one: dict[str, Any]) -> None:
        assert set(asked(api, one, attrs="flow")) == {"id", "type", "flow"}
        assert values(asked(api, one, datasetId="urn:d:1"), "level") == [7]

    @pytest.mark.parametrize(
        ("params", "left"),
        [
            ({"pick": "level"}, {"level"}),
            ({"pick": "id,flow"}, {"id", "flow"}),
            ({"omit": "type,level"}, {"id", "flow"}),
        ],
    )
    def test_picks_and_omits(
        self, api: httpx.Client, one: dict[str, Any], params: dict[str, str], left: set[str]
    ) -> None:
        assert set(asked(api, one, **params)) == left

    @pytest.mark.parametrize(
        ("params", "status"),
        [
            ({"attrs": "weight"}, 404),
            ({"pick": "weight"}, 404),
            ({"omit": "id,type,level,flow"}, 404),
            ({"pick": "level", "omit": "level"}, 400),
            ({"pick": "level", "attrs": "level"}, 400),
            ({"pick": "owner{name}"}, 400),
            ({"format": "weekly"}, 400),
            ({"options": "temporalValues,weekly"}, 400),
            ({"weight": "1"}, 400),
        ],
    )
    def test_refuses(
        self, api: httpx.Client, one: dict[str, Any], params: dict[str, str], status: int
    ) -> None:
        assert api.get(f"temporal/entities/{one['id']}", params=params).status_code == status

    @pytest.mark.parametrize(("entity_id", "status"), [("nonsense", 400), ("urn:ngsi-ld:Sensor:nobody", 404)])
    def test_refuses_ids(self, api: httpx.Client, entity_id: str, status: int) -> None:
        assert api.get(f"temporal/entities/{entity_id}").status_code == status


class TestSimplified:
    def test_pairs_values_with_their_time(self, api: httpx.Client, one: dict[str, Any]) -> None:
        found = asked(api, one, format="temporalValues", options="aggregatedValues")
        assert found["flow"] == {"type": "Property", "values": [[9, minute(30)]]}
        default, dataset = found["level"]
        assert default["values"] == [[1, minute(0)], [2, minute(10)], [3, minute(20)]]
        assert dataset == {"type": "Property", "datasetId": "urn:d:1", "values": [[7, minute(10)]]}

    @pytest.mark.parametrize(
        ("told", "member", "value"),
        [
            ({"type": "GeoProperty", "value": {"type": "Point", "coordinates": [1, 2]}}, "values", None),
            ({"type": "Relationship", "object": "urn:a:1"}, "objects", "urn:a:1"),
            ({"type": "ListProperty", "valueList": [1, 2]}, "valueLists", [1, 2]),
            ({"type": "ListRelationship", "objectList": ["urn:a:1"]}, "objectLists", ["urn:a:1"]),
            ({"type": "JsonProperty", "json": {"a": 1}}, "jsons", {"json": {"a": 1}}),
            ({"type": "VocabProperty", "vocab": "gauge"}, "vocabs", {"vocab": "gauge"}),
            (
                {"type": "LanguageProperty", "languageMap": {"vi": "a"}},
                "languageMaps",
                {"languageMap": {"vi": "a"}},
            ),
        ],
    )
    def test_names_the_member_after_the_kind(
        self, api: httpx.Client, told: dict[str, Any], member: str, value: Any
    ) -> None:
        one = given(api, thing=[{**told, "observedAt": minute(0)}])
        shown = asked(api, one, options="temporalValues")["thing"]
        assert shown == {"type": told["type"], member: [[value or told["value"], minute(0)]]}

    def test_takes_one_language(self, api: httpx.Client) -> None:
        texts = {"type": "LanguageProperty", "languageMap": {"vi": "cầu", "en": "bridge"}}
        one = given(api, label=[{**texts, "observedAt": minute(0)}])
        assert asked(api, one, lang="vi")["label"][0]["value"] == "cầu"


class TestPages:
    """Clause 6.3.10: 206 with the range that the page covers."""

    def test_cuts_and_tells_the_range(self, api: httpx.Client, long: dict[str, Any]) -> None:
        told = api.get(f"temporal/entities/{long['id']}")
        found = told.json()
        assert told.status_code == 206
        last = found["level"][-1]["observedAt"]
        assert told.headers["Content-Range"] == f"date-time {minute(0)}-{last}/*"
        assert (found["flow"], len(found["level"])) == ([], 19)

    def test_goes_backwards_with_the_last_n(self, api: httpx.Client, long: dict[str, Any]) -> None:
        params: dict[str, Any] = {
            "lastN": 25,
            "timerel": "before",
            "timeAt": minute(100),
            "options": "temporalValues",
        }
        told = api.get(f"temporal/entities/{long['id']}", params=params)
        found = told.json()
        assert told.status_code == 206
        assert told.headers["Content-Range"] == f"date-time {minute(100)}-{found['flow']['values'][0][1]}/25"
        assert found["level"] == {"type": "Property", "values": []}

    def test_leads_through_all_instances(self, api: httpx.Client, long: dict[str, Any]) -> None:
        since, seen = minute(0), set[int]()
        for _ in range(10):
            told = api.get(
                f"temporal/entities/{long['id']}",
                params={"timerel": "after", "timeAt": since, "attrs": "level"},
            )
            seen |= set(values(told.json(), "level"))
            if told.status_code == 200:
                break
            since = told.json()["level"][-1]["observedAt"]
        assert seen == set(range(30))

    def test_is_whole_with_few_of_the_last(self, api: httpx.Client, long: dict[str, Any]) -> None:
        told = api.get(f"temporal/entities/{long['id']}", params={"lastN": 3})
        assert told.status_code == 200
        assert values(told.json(), "level") == [27, 28, 29]
