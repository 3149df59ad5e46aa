"""Clause 5.7.2 over HTTP: which entities a query finds, by GET and by POST, and page by page."""

import json
from typing import Any

import httpx
import pytest

from tests.support.things import Things, refused

QUERY = "entityOperations/query"


def number(value: float) -> dict[str, Any]:
    return {"type": "Property", "value": value}


@pytest.fixture(scope="module")
def things(api: httpx.Client) -> Things:
    several = Things(api)
    several.put("a", speed=number(10), name={"type": "Property", "value": "Hồ Gươm"}, scope="/Hanoi/Lake")
    several.put(
        "b",
        speed=number(20),
        kind={"type": "VocabProperty", "vocab": "commercial"},
        color={"type": "LanguageProperty", "languageMap": {"en": "red", "fr": "rouge"}},
        at={"type": "Relationship", "object": several.id("a")},
        scope=["/Hanoi/Street", "/Works"],
    )
    several.put("c", speed=[number(30), {**number(5), "datasetId": "urn:ngsi-ld:Dataset:slow"}])
    return several


class TestQ:
    @pytest.mark.parametrize(
        ("q", "names"),
        [
            ("speed", "abc"),
            ("speed>=20", "bc"),
            ("speed==5", "c"),
            ("speed!=10..20", "c"),
            ("speed==10,20", "ab"),
            ('name~="Gươm$"', "a"),
            ('color[fr]=="rouge"', "b"),
            ("speed>100|name", "a"),
            ("speed<25;speed>15", "bc"),  # each term may mean another instance
            ("modifiedAt>2020-01-01T00:00:00Z;speed==10", "a"),
        ],
    )
    def test_finds(self, things: Things, q: str, names: str) -> None:
        assert things.found(q=q) == list(names)

    def test_follows_relationships_where_entities_are_joined(self, things: Things) -> None:
        linked = 'at{name}=="Hồ Gươm"'
        assert things.found(q=linked, join="flat", pick="id,speed") == ["b"]
        refused(things.ask(q=linked), "BadRequestData")
        refused(things.ask(q="at{at{name}}", join="inline", joinLevel=1), "BadRequestData")

    def test_expands_values_where_that_is_asked(self, things: Things) -> None:
        assert things.found(q="kind==commercial", expandValues="kind") == ["b"]
        assert things.found(q="kind==commercial") == []

    @pytest.mark.parametrize("q", ["speed>", "speed>1..2", "(speed", "speed==1;;name", 'name~="(a+)+\\\\1"'])
    def test_is_refused_where_it_is_no_query(self, things: Things, q: str) -> None:
        refused(things.ask(q=q), "BadRequestData")

    def test_cannot_be_made_to_run_on(self, things: Things) -> None:
        assert things.found(q='name~="(a|a)*(a+)+$"') == []

    def test_is_data_whatever_it_says(self, things: Things) -> None:
        assert things.found(q='name=="\'; drop table context.entity; --"') == []
        assert things.found(q="speed") == list("abc")


class TestSelection:
    def test_finds_by_id_and_by_pattern(self, things: Things) -> None:
        assert things.found(id=f"{things.id('a')},{things.id('c')}") == ["a", "c"]
        assert things.found(idPattern=f"{things.type}:[bc]$") == ["b", "c"]

    def test_finds_by_scope(self, things: Things) -> None:
        assert things.found(scopeQ="/Hanoi/#") == ["a", "b"]
        assert things.found(scopeQ="/Hanoi/Street;/Works") == ["b"]
        assert things.found(scopeQ="/+/Lake|/Works") == ["a", "b"]

    def test_finds_by_attributes_and_tells_only_these(self, things: Things) -> None:
        told = things.ask(attrs="name,color").json()
        assert [sorted(one) for one in told] == [
            ["id", "name", "scope", "type"],
            ["color", "id", "scope", "type"],
        ]

    def test_finds_all_types(self, things: Things, api: httpx.Client) -> None:
        several = {"type": "*", "idPattern": things.type}
        assert len(api.get("entities", params=several).json()) == 3
        refused(api.get("entities", params={**several, "local": "false"}), "BadRequestData")

    @pytest.mark.parametrize(
        "params",
        [
            {},
            {"id": "urn:a:b"},
            {"attrs": "createdAt"},
            {"q": "modifiedAt>2020-01-01T00:00:00Z"},
            {"scopeQ": "/#"},
        ],
    )
    def test_is_refused_where_it_is_too_wide(self, api: httpx.Client, params: dict[str, str]) -> None:
        refused(api.get("entities", params=params), "BadRequestData")
        assert api.get("entities", params={**params, "local": "true"}).status_code == 200

    @pytest.mark.parametrize(
        "params",
        [
            {"id": "invalid"},
            {"idPattern": "a**"},
            {"attrs": "id,type"},
            {"attrs": "a,,b"},
            {"type": "(A"},
            {"scopeQ": "/a//b"},
            {"csf": "))bad(("},
            {"georel": "within"},
            {"georel": "near", "geometry": "Point", "coordinates": "[1,2]"},
            {"coordinates": "[1,2]"},
            {"join": "outer"},
            {"join": "flat", "joinLevel": "0"},
            {"datasetId": "no uri"},
            {"geometryProperty": "location"},
            {"pick": "a", "omit": "a"},
            {"pick": "a", "attrs": "b"},
            {"omit": "a{b}"},
        ],
    )
    def test_is_refused_where_a_parameter_is_wrong(self, things: Things, params: dict[str, str]) -> None:
        refused(things.ask(**params), "BadRequestData")

    def test_is_refused_where_a_parameter_is_unknown(self, things: Things) -> None:
        refused(things.ask(colour="red"), "InvalidRequest")
        refused(things.ask(options="sysAttrs,pretty"), "InvalidRequest")


class TestPages:
    def test_link_to_the_ones_before_and_after(self, things: Things) -> None:
        first, middle, last = (things.ask(limit=1, offset=at, count="true") for at in range(3))
        assert [len(each.json()) for each in (first, middle, last)] == [1, 1, 1]
        assert {each.headers["NGSILD-Results-Count"] for each in (first, middle, last)} == {"3"}
        assert ["next" in each.links for each in (first, middle, last)] == [True, True, False]
        assert ["prev" in each.links for each in (first, middle, last)] == [False, True, True]
        assert (
            first.links["next"]["url"]
            == f"/ngsi-ld/v1/entities?count=true&limit=1&offset=1&type={things.type}"
        )

    def test_are_empty_where_only_the_count_is_asked(self, things: Things) -> None:
        counted = things.ask(limit=0, count="true", q="speed>=20")
        assert (counted.json(), counted.headers["NGSILD-Results-Count"]) == ([], "2")
        assert "next" not in counted.links
        refused(things.ask(limit=0), "BadRequestData")

    def test_have_a_most(self, things: Things) -> None:
        refused(things.ask(limit=100_000), "TooManyResults", 403)
        refused(things.ask(limit="many"), "BadRequestData")

    def test_are_of_what_a_geo_query_finds_too(self, api: httpx.Client) -> None:
        stops = Things(api)
        for name, longitude in (("a", 105.1), ("b", 105.2), ("c", 106.9)):
            stops.put(name, location={"type": "Point", "coordinates": [longitude, 21]})
        near = {"georel": "near;maxDistance==30000", "geometry": "Point", "coordinates": "[105.15,21]"}
        page = stops.ask(**near, limit=1, count="true")
        assert (len(page.json()), page.headers["NGSILD-Results-Count"]) == (1, "2")
        assert "next" in page.links
        assert stops.found(**near, limit=1, offset=1) == ["b"]


@pytest.fixture(scope="module")
def places(api: httpx.Client) -> Things:
    several = Things(api)
    square = [[[0, 0], [2, 0], [2, 2], [0, 2], [0, 0]]]
    several.put("point", location={"type": "Point", "coordinates": [1, 1]})
    several.put("square", location={"type": "Polygon", "coordinates": square})
    several.put(
        "line",
        location={"type": "LineString", "coordinates": [[5, 5], [6, 6]]},
        zone={"type": "Point", "coordinates": [1, 1]},
    )
    several.put("none", name={"type": "Property", "value": "somewhere"})
    several.put(
        "two",
        location=[
            {"type": "GeoProperty", "value": {"type": "Point", "coordinates": [50, 50]}},
            {
                "type": "GeoProperty",
                "value": {"type": "Point", "coordinates": [1, 1]},
                "datasetId": "urn:x:y",
            },
        ],
    )
    return several


class TestGeo:
    @pytest.mark.parametrize(
        ("georel", "geometry", "coordinates", "names"),
        [
            ("within", "Polygon", [[[0, 0], [3, 0], [3, 3], [0, 3], [0, 0]]], ["point", "square", "two"]),
            ("contains", "Point", [1.5, 1.5], ["square"]),
            ("intersects", "LineString", [[1, 1], [5.5, 5.5]], ["line", "point", "square", "two"]),
            ("equals", "Point", [1, 1], ["point", "two"]),
            ("disjoint", "Point", [1, 1], ["line", "two"]),
            ("overlaps", "Polygon", [[[1, 1], [3, 1], [3, 3], [1, 3], [1, 1]]], ["square"]),
            ("near;maxDistance==1000", "Point", [1.005, 1], ["point", "square", "two"]),
            ("near;minDistance==500000", "Point", [1, 1], ["line", "two"]),
        ],
    )
    def test_finds(
        self, places: Things, georel: str, geometry: str, coordinates: object, names: list[str]
    ) -> None:
        asked = {"georel": georel, "geometry": geometry, "coordinates": json.dumps(coordinates)}
        assert places.found(**asked) == names

    def test_finds_by_another_geoproperty(self, places: Things) -> None:
        asked = {"georel": "equals", "geometry": "Point", "coordinates": "[1,1]", "geoproperty": "zone"}
        assert places.found(**asked) == ["line"]


class TestPost:
    def test_finds_as_get_does(self, things: Things, api: httpx.Client) -> None:
        told = {
            "type": "Query",
            "entities": [{"type": things.type}],
            "q": "speed>=20",
            "pick": ["id", "speed"],
        }
        answer = api.post(QUERY, json=told, params={"options": "keyValues", "count": "true"})
        assert answer.json() == [
            {"id": things.id("b"), "speed": 20},
            {"id": things.id("c"), "speed": {"dataset": {"@none": 30, "urn:ngsi-ld:Dataset:slow": 5}}},
        ]
        assert answer.headers["NGSILD-Results-Count"] == "2"

    @pytest.mark.parametrize(
        ("selectors", "names"),
        [
            ([{"id": "a"}], "a"),
            ([{"id": ["a", "b"]}], "ab"),
            ([{"id": "a"}, {"idPattern": "c$"}], "ac"),
            ([{"id": "a", "idPattern": "c$"}], "a"),
        ],
    )
    def test_finds_by_selectors(
        self, things: Things, api: httpx.Client, selectors: list[dict[str, Any]], names: str
    ) -> None:
        entities = [
            {
                **one,
                "type": things.type,
                **({"id": [things.id(each) for each in one["id"]]} if "id" in one else {}),
            }
            for one in selectors
        ]
        answer = api.post(QUERY, json={"type": "Query", "entities": entities})
        assert [one["id"] for one in answer.json()] == [things.id(each) for each in names]

    @pytest.mark.parametrize(
        "told",
        [
            {"entities": []},
            {"entities": [{"id": "urn:a:b"}]},
            {"entities": [{"type": "A", "id": "not a uri"}]},
            {"entities": [{"type": "A", "id": ["urn:a:b", 5]}]},
            {"attrs": []},
            {"q": 42},
            {"join": "inline", "joinLevel": 0},
            {"temporalQ": {"timerel": "after", "timeAt": "2020-01-01T00:00:00Z"}},
            {"type": "NotQuery"},
            {"pick": []},
            {"geoQ": "near"},
            {"geoQ": {"georel": "within", "geometry": ["Point"], "coordinates": [1, 2]}},
            {"lang": 5},
        ],
    )
    def test_is_refused(self, api: httpx.Client, told: dict[str, Any]) -> None:
        refused(
            api.post(QUERY, json={"type": "Query", "entities": [{"type": "A"}], **told}), "BadRequestData"
        )

    def test_finds_by_geometry(self, api: httpx.Client) -> None:
        stops = Things(api)
        stops.put("a", location={"type": "Point", "coordinates": [105, 21]})
        geo = {"georel": "near;maxDistance==10", "geometry": "Point", "coordinates": [105, 21]}
        answer = api.post(QUERY, json={"type": "Query", "entities": [{"type": stops.type}], "geoQ": geo})
        assert [one["id"] for one in answer.json()] == [stops.id("a")]
