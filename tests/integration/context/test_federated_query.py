"""Entities queried here and at sources (clauses 5.7.2, 4.3.6.1, 4.5.25 and 5.5.9)."""

from typing import Any

import httpx
import pytest

from tests.integration.context.asking import attribute, error_of
from tests.integration.context.federated import base, create, gauge, ids, kind, level, registered
from tests.support.sources import Source

PLACE = {"type": "GeoProperty", "value": {"type": "Point", "coordinates": [105.8, 21.0]}}
FAR = {"type": "GeoProperty", "value": {"type": "Point", "coordinates": [10.0, 50.0]}}
NEAR = {"georel": "near;maxDistance==1000", "geometry": "Point", "coordinates": "[105.8,21.0]"}


def name(type_: str, short: str) -> str:
    """Return the id of an entity."""
    return f"urn:ngsi-ld:{type_}:{short}"


def found(at: httpx.Client, type_: str, **params: Any) -> list[str]:
    """Return the short names of what a query finds."""
    answer = at.get("entities", params={"type": type_, **params})
    return [one.rpartition(":")[2] for one in ids(answer)]


class TestUnion:
    """Clause 5.7.2."""

    def test_is_filtered_wherever_entities_are(self, city: httpx.Client, ward: httpx.Client) -> None:
        type_ = kind()
        create(city, gauge(type_, "a", level=level(1), location=PLACE, scope="/x"))
        create(ward, gauge(type_, "b", level=level(2), location=PLACE, scope="/y"))
        create(ward, gauge(type_, "c", level=level(3), location=FAR, scope="/x/z"))
        create(ward, gauge(type_, "d", name=attribute("An")))
        with registered(city, base(ward), type_):
            assert found(city, type_) == ["a", "b", "c", "d"]
            assert found(city, type_, q="level>1") == ["b", "c"]
            assert found(city, type_, **NEAR) == ["a", "b"]
            assert found(city, type_, scopeQ="/x/#") == ["a", "c"]
            assert found(city, type_, attrs="name") == ["d"]
            assert found(city, type_, idPattern="[ab]$") == ["a", "b"]
            assert found(city, type_, id=f"{name(type_, 'a')},{name(type_, 'c')}") == ["a", "c"]
            assert found(city, type_, local="true") == ["a"]
            assert found(city, f"{type_},Nothing") == ["a", "b", "c", "d"]
        assert found(city, type_) == ["a"]

    def test_is_one_list_with_pages_and_a_count(self, city: httpx.Client, ward: httpx.Client) -> None:
        type_ = kind()
        create(city, *(gauge(type_, each, level=level(1)) for each in "ace"))
        create(ward, *(gauge(type_, each, level=level(1)) for each in "bde"))
        with registered(city, base(ward), type_):
            answer = city.get("entities", params={"type": type_, "limit": 2, "offset": 2, "count": "true"})
            assert [one[-1] for one in ids(answer)] == ["c", "d"]
            assert answer.headers["NGSILD-Results-Count"] == "5"
            assert 'rel="next"' in answer.headers["Link"]
            assert 'rel="prev"' in answer.headers["Link"]
            none = city.get("entities", params={"type": type_, "limit": 0, "count": "true"})
            assert (none.json(), none.headers["NGSILD-Results-Count"]) == ([], "5")

    def test_is_shown_as_it_is_wanted(self, city: httpx.Client, ward: httpx.Client) -> None:
        type_ = kind()
        words = {"type": "LanguageProperty", "languageMap": {"vi": "sông", "en": "river"}}
        one = gauge(type_, "b", level=level(2), words=words, location=PLACE)
        create(ward, one)
        short = {"id": one["id"], "type": type_}
        with registered(city, base(ward), type_):
            params: dict[str, str] = {"type": type_}
            told = city.get("entities", params={**params, "options": "keyValues", "lang": "vi"}).json()
            assert told[0]["level"] == 2
            assert told[0]["words"] == "sông"
            picked = city.get("entities", params={**params, "pick": "id,type,level"}).json()
            assert picked == [{**short, "level": level(2)}]
            omitted = city.get("entities", params={**params, "omit": "words,location"}).json()
            assert omitted == [{**short, "level": level(2)}]
            only = city.get("entities", params={**params, "attrs": "level"}).json()
            assert only == [{**short, "level": level(2)}]
            shape = city.get("entities", params=params, headers={"Accept": "application/geo+json"}).json()
            assert shape["features"][0]["geometry"] == PLACE["value"]

    def test_is_asked_by_a_body(self, city: httpx.Client, ward: httpx.Client, stub: Source) -> None:
        type_ = kind()
        create(ward, gauge(type_, "b", level=level(2)), gauge(type_, "c", level=level(3)))
        body = {"type": "Query", "entities": [{"type": type_}], "q": "level==3"}
        with registered(city, base(ward), type_):
            assert ids(city.post("entityOperations/query", json=body)) == [name(type_, "c")]
            selected = {"type": "Query", "entities": [{"type": type_, "id": name(type_, "b")}]}
            assert ids(city.post("entityOperations/query", json=selected)) == [name(type_, "b")]
        stub.answers([])
        with registered(city, stub.url, type_):
            assert city.post("entityOperations/query", json=body).json() == []
        assert (stub.one.method, stub.one.path) == ("POST", "/ngsi-ld/v1/entityOperations/query")
        assert stub.one.body == body

    def test_joins_parts_before_it_asks(self, city: httpx.Client, ward: httpx.Client) -> None:
        type_ = kind()
        create(city, gauge(type_, "a", level=level(1)), gauge(type_, "b", level=level(1)))
        create(ward, gauge(type_, "a", name=attribute("An")), gauge(type_, "b", name=attribute("Bo")))
        with registered(city, base(ward), type_):
            split = {"q": 'level==1;name=="An"', "splitEntities": "true"}
            assert found(city, type_, **split) == ["a"]

    @pytest.mark.parametrize("join", ["inline", "flat"])
    def test_is_followed_to_linked_entities(self, city: httpx.Client, ward: httpx.Client, join: str) -> None:
        type_ = kind()
        there = gauge(type_, "b", level=level(2))
        link = {"type": "Relationship", "object": there["id"], "objectType": type_}
        here = gauge(kind(), "a", near=link)
        create(city, here)
        create(ward, there)
        params: dict[str, Any] = {"join": join, "joinLevel": 1}
        with registered(city, base(ward), type_):
            told = city.get(f"entities/{here['id']}", params=params).json()
            listed = city.get("entities", params={**params, "type": here["type"]}).json()
        if join == "inline":
            assert told["near"]["entity"] == there
            assert listed == [told]
        else:
            assert told == listed == [here, there]

    def test_has_no_order(self, city: httpx.Client, ward: httpx.Client) -> None:
        type_ = kind()
        create(city, gauge(type_, "a", level=level(1)), gauge(type_, "b", level=level(2)))
        params = {"type": type_, "orderBy": "level;desc"}
        with registered(city, base(ward), type_):
            answer = city.get("entities", params=params)
            assert (answer.status_code, error_of(answer)) == (400, "BadRequestData")
            assert found(city, type_, orderBy="level;desc", local="true") == ["b", "a"]


class TestNarrowing:
    """Clause 4.3.6.1."""

    @pytest.mark.parametrize(
        ("entity", "params", "told"),
        [
            ({}, {}, {}),
            ({"id": "urn:x:1"}, {}, {"id": "urn:x:1"}),
            ({"id": "urn:x:1"}, {"id": "urn:x:1,urn:x:2"}, {"id": "urn:x:1"}),
            ({"idPattern": "urn:x:.*"}, {"id": "urn:x:1,urn:y:2"}, {"id": "urn:x:1"}),
            ({"idPattern": "urn:x:.*"}, {}, {"idPattern": "urn:x:.*"}),
            ({}, {"attrs": "level,name"}, {"attrs": "level"}),
            ({}, {"q": "level>1"}, {"q": "level>1"}),
        ],
    )
    def test_asks_for_what_is_registered_only(
        self, city: httpx.Client, stub: Source, entity: dict[str, str], params: dict[str, str], told: Any
    ) -> None:
        type_ = kind()
        stub.answers([])
        info = [{"entities": [{"type": type_, **entity}], "propertyNames": ["level"]}]
        with registered(city, stub.url, type_, information=info):
            city.get("entities", params={"type": f"{type_},Other", **params})
        asked = {key: one for key, one in stub.one.params.items() if key not in ("options", "limit")}
        assert asked == {"type": type_, "attrs": "level", **told}

    @pytest.mark.parametrize(
        "params",
        [
            {"type": "Nothing"},
            {"id": "urn:y:1"},
            {"attrs": "name"},
            {"csf": 'owner=="other"'},
            {"local": "true"},
        ],
    )
    def test_asks_nobody_who_has_none_of_it(
        self, city: httpx.Client, stub: Source, params: dict[str, str]
    ) -> None:
        type_ = kind()
        info = [{"entities": [{"type": type_, "idPattern": "urn:x:.*"}], "propertyNames": ["level"]}]
        with registered(city, stub.url, type_, information=info, owner="us"):
            assert city.get("entities", params={"type": type_, **params}).status_code == 200
            assert not stub.asked
            stub.answers([])
            city.get("entities", params={"type": type_, "csf": 'owner=="us"'})
        assert stub.asked

    def test_tells_nothing_that_was_not_registered(self, city: httpx.Client, stub: Source) -> None:
        type_ = kind()
        stub.answers([gauge(type_, "a", level=level(1), name=attribute("leak")), gauge("Other", "b")])
        info = [{"entities": [{"type": type_}], "propertyNames": ["level"]}]
        with registered(city, stub.url, type_, information=info):
            told = city.get("entities", params={"type": type_}).json()
        assert told == [gauge(type_, "a", level=level(1))]


class TestLink:
    """A link to a source that is cut, and heals."""

    def test_is_cut_and_heals(self, city: httpx.Client, stub: Source) -> None:
        type_ = kind()
        create(city, gauge(type_, "a"))
        there = gauge(type_, "b", level=level(1))
        with registered(city, stub.url, type_, management={"timeout": 200}):
            stub.answers([there])
            assert found(city, type_) == ["a", "b"]
            stub.silent = True
            answer = city.get("entities", params={"type": type_})
            assert ids(answer) == [name(type_, "a")]
            assert answer.headers["NGSILD-Warning"].startswith("199 city ")
            stub.answers([there])
            healed = city.get("entities", params={"type": type_})
            assert ids(healed) == [name(type_, "a"), name(type_, "b")]
            assert "NGSILD-Warning" not in healed.headers


class TestEntityMap:
    """Clauses 4.5.25 and 5.14."""

    def test_is_held_to_maps_of_sources(self, city: httpx.Client, stub: Source) -> None:
        one = gauge(kind(), level=level(1))
        theirs = "urn:ngsi-ld:EntityMap:there"
        stub.answers([one], status=201, NGSILD_EntityMap=f"/ngsi-ld/v1/entityMaps/{theirs}")
        with registered(city, stub.url, one["type"]) as name:
            made = city.get("entities", params={"type": one["type"], "entityMap": "true"})
            assert (made.status_code, stub.one.params["entityMap"]) == (201, "true")
            place = made.headers["NGSILD-EntityMap"]
            path = f"entityMaps/{place.rpartition('/')[2]}"
            assert city.get(path).json()["linkedMaps"] == {name: theirs}
            stub.answers([one])
            headers = {"NGSILD-EntityMap": place}
            assert ids(city.get("entities", params={"type": one["type"]}, headers=headers)) == [one["id"]]
            assert stub.one.headers["ngsild-entitymap"] == f"/ngsi-ld/v1/entityMaps/{theirs}"

    def test_asks_no_maps_of_sources_that_keep_none(self, city: httpx.Client, stub: Source) -> None:
        one = gauge(kind(), level=level(1))
        stub.answers([one], NGSILD_EntityMap="/ngsi-ld/v1/entityMaps/<x>")
        with registered(city, stub.url, one["type"], operations=["queryEntity"]):
            made = city.get("entities", params={"type": one["type"], "entityMap": "true"})
            assert "entityMap" not in stub.one.params
            path = f"entityMaps/{made.headers['NGSILD-EntityMap'].rpartition('/')[2]}"
            assert city.get(path).json()["linkedMaps"] == {}

    def test_says_where_entities_are(self, city: httpx.Client, ward: httpx.Client) -> None:
        type_ = kind()
        create(city, gauge(type_, "a"), gauge(type_, "b"))
        create(ward, gauge(type_, "b"), gauge(type_, "c"))
        with registered(city, base(ward), type_) as registration:
            answer = city.get("entities", params={"type": type_, "entityMap": "true", "limit": 2})
            assert [one[-1] for one in ids(answer)] == ["a", "b"]
            assert answer.status_code == 201
            place = answer.headers["NGSILD-EntityMap"]
            told = city.get(f"entityMaps/{place.rpartition('/')[2]}").json()["entityMap"]
            assert told == {
                name(type_, "a"): ["@none"],
                name(type_, "b"): ["@none", registration],
                name(type_, "c"): [registration],
            }
            create(ward, gauge(type_, "d"))
            later = city.get(
                "entities", params={"type": type_, "offset": 2}, headers={"NGSILD-EntityMap": place}
            )
            assert ids(later) == [name(type_, "c")]
