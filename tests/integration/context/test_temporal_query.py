"""Clause 5.7.4: querying the temporal evolution of entities, by GET and by POST."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.support.evolutions import given, minute, said

ERRORS = "https://uri.etsi.org/ngsi-ld/errors/"
WINDOW = {"timerel": "between", "timeAt": minute(0), "endTimeAt": minute(60)}


@pytest.fixture
def kind() -> str:
    return f"Pump{uuid4().hex[:8]}"


@pytest.fixture
def pumps(api: httpx.Client, kind: str) -> Iterator[dict[str, dict[str, Any]]]:
    point = {"type": "Point", "coordinates": [105.85, 21.03]}
    far = {"type": "Point", "coordinates": [106.7, 10.8]}
    made = {
        "fast": given(api, kind=kind, speed=[said(30, 5), said(90, -60)], state=[said("on", 5)],
                      location=[{"type": "GeoProperty", "value": point, "observedAt": minute(5)}]),
        "slow": given(api, kind=kind, speed=[said(10, 5), said(80, -60)],
                      location=[{"type": "GeoProperty", "value": far, "observedAt": minute(5)},
                                {"type": "GeoProperty", "value": point, "observedAt": minute(-60)}]),
        "past": given(api, kind=kind, speed=[said(99, -60)]),
    }  # fmt: skip
    yield made
    for one in made.values():
        api.delete(f"temporal/entities/{one['id']}")


def names(answer: httpx.Response, pumps: dict[str, dict[str, Any]]) -> set[str]:
    assert answer.status_code == 200, answer.text
    by_id = {one["id"]: name for name, one in pumps.items()}
    return {by_id[each["id"]] for each in answer.json()}


class TestSelection:
    def test_has_only_what_said_something_in_the_window(
        self, api: httpx.Client, pumps: dict[str, dict[str, Any]], kind: str
    ) -> None:
        found = api.get("temporal/entities", params={"type": kind, **WINDOW})
        assert names(found, pumps) == {"fast", "slow"}
        assert minute(-60) not in found.text

    @pytest.mark.parametrize(
        ("q", "left"),
        [
            ("speed>25", {"fast"}),
            ("speed==10..40", {"fast", "slow"}),
            ('speed>=10;state=="on"', {"fast"}),
            ("speed>50", set()),
            ("!state;speed>5", {"slow"}),
        ],
    )
    def test_asks_instances_of_the_window(
        self, api: httpx.Client, pumps: dict[str, dict[str, Any]], kind: str, q: str, left: set[str]
    ) -> None:
        found = api.get("temporal/entities", params={"type": kind, "q": q, "count": "true", **WINDOW})
        assert names(found, pumps) == left
        assert found.headers["NGSILD-Results-Count"] == str(len(left))

    def test_asks_where_it_was_in_the_window(
        self, api: httpx.Client, pumps: dict[str, dict[str, Any]], kind: str
    ) -> None:
        near = {"georel": "near;maxDistance==2000", "geometry": "Point", "coordinates": "[105.85,21.03]"}
        found = api.get("temporal/entities", params={"type": kind, "count": "true", **near, **WINDOW})
        assert names(found, pumps) == {"fast"}
        assert found.headers["NGSILD-Results-Count"] == "1"

    def test_takes_ids_patterns_and_attributes(
        self, api: httpx.Client, pumps: dict[str, dict[str, Any]], kind: str
    ) -> None:
        fast = pumps["fast"]["id"]
        assert names(api.get("temporal/entities", params={"type": kind, "id": fast, **WINDOW}), pumps) == {
            "fast"
        }
        told = {"type": kind, "idPattern": f".*{fast[-12:]}$", **WINDOW}
        assert names(api.get("temporal/entities", params=told), pumps) == {"fast"}
        [found] = api.get("temporal/entities", params={"type": kind, "attrs": "state", **WINDOW}).json()
        assert set(found) == {"id", "type", "state"}

    @pytest.mark.parametrize(
        "params",
        [
            {},
            {"attrs": "createdAt"},
            {"id": "urn:ngsi-ld:Pump:1"},
            {"type": "Pump", "id": "not a uri"},
            {"type": "Pump", "csf": "))bad(("},
            {"type": "Pump", "orderBy": "speed;up"},
            {"type": "Pump", "pick": "owner{name}"},
            {"type": "Pump", "q": 'owner{name}=="x"'},
            {"type": "Pump", "timeAt": "2026-03-01"},
        ],
    )
    def test_refuses(self, api: httpx.Client, params: dict[str, str]) -> None:
        refused = api.get("temporal/entities", params={**WINDOW, **params})
        assert (refused.status_code, refused.json()["type"]) == (400, f"{ERRORS}BadRequestData")

    def test_tells_the_past_as_no_older_version(self, api: httpx.Client, kind: str) -> None:
        for wanted, applied in (("1.5", None), ("1.9", "ngsi-ld=1.9")):
            headers = {"Prefer": f"ngsi-ld={wanted}"}
            told = api.get("temporal/entities", params={"type": kind, **WINDOW}, headers=headers)
            assert told.headers.get("Preference-Applied") == applied

    def test_refuses_a_query_without_time(self, api: httpx.Client) -> None:
        assert api.get("temporal/entities", params={"type": "Pump"}).status_code == 400

    def test_takes_a_wide_query_of_here_only(self, api: httpx.Client) -> None:
        assert api.get("temporal/entities", params={"local": "true", **WINDOW}).status_code in (200, 206)


class TestPages:
    @pytest.mark.parametrize("q", [{}, {"q": "speed<50"}])
    def test_parts_what_is_found(
        self, api: httpx.Client, pumps: dict[str, dict[str, Any]], kind: str, q: dict[str, str]
    ) -> None:
        params: dict[str, Any] = {"type": kind, "limit": 1, **q, **WINDOW}
        pages = [
            names(api.get("temporal/entities", params={**params, "offset": at}), pumps) for at in range(3)
        ]
        assert (pages[0] | pages[1], pages[2]) == ({"fast", "slow"}, set())
        assert all(len(page) == 1 for page in pages[:2])

    def test_goes_by_id_in_either_direction(
        self, api: httpx.Client, pumps: dict[str, dict[str, Any]], kind: str
    ) -> None:
        up, down = (
            [
                one["id"]
                for one in api.get("temporal/entities", params={"type": kind, "orderBy": by, **WINDOW}).json()
            ]
            for by in ("id", "id;desc")
        )
        assert up == sorted(up)
        assert down == up[::-1]

    @pytest.mark.parametrize(
        ("order", "first"),
        [
            ("speed", "slow"), ("speed;desc", "fast"), ("state;desc,speed", "fast"), ("type,speed", "slow"),
            ("speed.observedAt,speed;desc", "fast"), ("createdAt;desc", "slow"), ("modifiedAt", "fast"),
        ],
    )  # fmt: skip
    def test_goes_by_what_was_said_last(
        self, api: httpx.Client, pumps: dict[str, dict[str, Any]], kind: str, order: str, first: str
    ) -> None:
        params: dict[str, Any] = {"type": kind, "orderBy": order, "limit": 1, "count": "true", **WINDOW}
        pages = [api.get("temporal/entities", params={**params, "offset": at}) for at in range(2)]
        assert [names(one, pumps) for one in pages] == [{first}, {"fast", "slow"} - {first}]
        assert pages[0].headers["NGSILD-Results-Count"] == "2"

    def test_cuts_all_entities_at_one_instant(self, api: httpx.Client, kind: str) -> None:
        given(api, kind=kind, speed=[said(1, number) for number in range(25)])
        given(api, kind=kind, speed=[said(2, 30)])
        told = api.get("temporal/entities", params={"type": kind, **WINDOW})
        assert told.status_code == 206
        assert sorted(len(one["speed"]) for one in told.json()) == [0, 19]


class TestEntityMaps:
    """Clause 5.5.14: a map fixes which entities a query looks at."""

    def test_holds_later_queries(
        self, api: httpx.Client, pumps: dict[str, dict[str, Any]], kind: str
    ) -> None:
        fast = {"type": kind, "id": pumps["fast"]["id"], "entityMap": "true", **WINDOW}
        made = api.get("temporal/entities", params=fast)
        assert made.status_code == 201
        location = {"NGSILD-EntityMap": made.headers["NGSILD-EntityMap"]}
        found = api.get("temporal/entities", params={"type": kind, **WINDOW}, headers=location)
        assert names(found, pumps) == {"fast"}
        assert found.headers["NGSILD-EntityMap"] == location["NGSILD-EntityMap"]

    def test_is_told_with_one_evolution(self, api: httpx.Client, pumps: dict[str, dict[str, Any]]) -> None:
        told = api.get(f"temporal/entities/{pumps['fast']['id']}", params={"entityMap": "true"})
        assert told.status_code == 200
        assert "NGSILD-EntityMap" in told.headers


class TestScopes:
    """Clauses 4.18 and 4.19: a scope holds from when it is set until another is."""

    @pytest.fixture
    def moved(self, api: httpx.Client, kind: str) -> dict[str, Any]:
        scope = [said("/hanoi/a", -60), said("/hanoi/b", 10)]
        return given(api, kind=kind, scope=scope, speed=[said(1, 5), said(2, 20)])

    @pytest.mark.parametrize(
        ("scope", "left"), [("/hanoi/a", [1]), ("/hanoi/b", [2]), ("/hanoi/#", [1, 2]), ("/hue", None)]
    )
    def test_bounds_the_instances(
        self, api: httpx.Client, moved: dict[str, Any], kind: str, scope: str, left: list[int] | None
    ) -> None:
        found = api.get("temporal/entities", params={"type": kind, "scopeQ": scope, **WINDOW}).json()
        assert [[each["value"] for each in one["speed"]] for one in found] == ([left] if left else [])

    def test_tells_the_scope_that_held_at_the_beginning(
        self, api: httpx.Client, moved: dict[str, Any], kind: str
    ) -> None:
        [found] = api.get("temporal/entities", params={"type": kind, **WINDOW}).json()
        assert [each["value"] for each in found["scope"]] == ["/hanoi/a", "/hanoi/b"]

    def test_told_of_a_new_evolution_without_an_instant_held_from_its_first(
        self, api: httpx.Client, kind: str
    ) -> None:
        one = given(api, kind=kind, scope="/hanoi", speed=[said(1, 5), said(2, 20)])
        asked = {"type": kind, "scopeQ": "/hanoi", **WINDOW}
        [found] = api.get("temporal/entities", params=asked).json()
        assert [each["value"] for each in found["speed"]] == [1, 2]
        api.post(f"temporal/entities/{one['id']}/attrs", json={"scope": "/hue"})
        assert len(api.get("temporal/entities", params=asked).json()) == 1


class TestByBody:
    def ask(self, api: httpx.Client, **told: Any) -> httpx.Response:
        return api.post("temporal/entityOperations/query", json={"type": "Query", **told})

    def test_says_the_same_as_the_address(
        self, api: httpx.Client, pumps: dict[str, dict[str, Any]], kind: str
    ) -> None:
        found = self.ask(api, entities=[{"type": kind}, {"type": "Nothing"}], temporalQ=WINDOW, q="speed>25")
        assert names(found, pumps) == {"fast"}

    def test_takes_geometry_as_json(
        self, api: httpx.Client, pumps: dict[str, dict[str, Any]], kind: str
    ) -> None:
        near = {"georel": "near;maxDistance==2000", "geometry": "Point", "coordinates": [105.85, 21.03]}
        assert names(self.ask(api, entities=[{"type": kind}], temporalQ=WINDOW, geoQ=near), pumps) == {"fast"}

    def test_aggregates_where_it_tells_methods(
        self, api: httpx.Client, pumps: dict[str, dict[str, Any]], kind: str
    ) -> None:
        for told in (
            {"temporalQ": {**WINDOW, "aggrMethods": "max"}},
            {"temporalQ": WINDOW, "aggrParams": {"aggrMethods": ["max"], "aggrPeriodDuration": "PT0S"}},
        ):
            found = self.ask(api, entities=[{"type": kind}], attrs=["speed"], **told).json()
            assert {one["speed"]["max"][0][0] for one in found} == {30, 10}

    @pytest.mark.parametrize(
        ("told", "word"),
        [
            ({"temporalQ": {**WINDOW, "lastN": 0}}, "lastN"),
            ({"temporalQ": {**WINDOW, "lastN": 1.5}}, "lastN"),
            ({"temporalQ": {"timerel": "at", "timeAt": minute(0)}}, "timerel"),
            ({"temporalQ": WINDOW, "aggrParams": {"aggrMethods": ["guess"]}}, "aggrMethods"),
            (
                {"temporalQ": {**WINDOW, "aggrMethods": "avg", "aggrPeriodDuration": "1H"}},
                "aggrPeriodDuration",
            ),
            ({"temporalQ": []}, "temporalQ"),
            ({"temporalQ": WINDOW, "entities": {"type": "Pump"}}, "entities"),
            ({}, "temporalQ"),
        ],
    )
    def test_refuses(self, api: httpx.Client, told: dict[str, Any], word: str) -> None:
        refused = self.ask(api, **{"entities": [{"type": "Pump"}], **told})
        assert refused.status_code == 400
        assert word in refused.text

    def test_refuses_what_is_no_query(self, api: httpx.Client) -> None:
        assert api.post("temporal/entityOperations/query", json=[]).status_code == 400
