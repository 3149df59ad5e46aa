"""Clause 5.7.1 over HTTP: one entity in each representation (4.5.4, 4.5.16), and linked ones (4.5.23)."""

from typing import Any

import httpx
import pytest

from tests.support.things import Things, refused

PARIS = {"type": "Point", "coordinates": [2.29, 48.86]}


@pytest.fixture
def things(api: httpx.Client) -> Things:
    return Things(api)


def get(things: Things, name: str, accept: str = "application/json", **params: Any) -> httpx.Response:
    return things.api.get(f"entities/{things.id(name)}", params=params, headers={"Accept": accept})


class TestRetrieve:
    def test_is_refused_where_there_is_no_such_entity(self, things: Things) -> None:
        things.put("a", speed={"type": "Property", "value": 1})
        refused(get(things, "b"), "ResourceNotFound", 404)
        refused(get(things, "a", attrs="missing_one"), "ResourceNotFound", 404)
        refused(get(things, "a", type="Other"), "ResourceNotFound", 404)
        refused(get(things, "a", pick="missing"), "ResourceNotFound", 404)
        refused(get(things, "a", omit="id,type,speed"), "ResourceNotFound", 404)
        refused(things.api.get("entities/invalid"), "BadRequestData")
        assert get(things, "a", type=f"Other,{things.type}").status_code == 200

    def test_tells_the_members_that_are_picked(self, things: Things) -> None:
        things.put("a", speed={"type": "Property", "value": 1}, name={"type": "Property", "value": "x"})
        assert sorted(get(things, "a", pick="id|name").json()) == ["id", "name"]
        assert sorted(get(things, "a", omit="type,name").json()) == ["id", "speed"]
        assert sorted(get(things, "a", attrs="name,missing").json()) == ["id", "name", "type"]

    def test_tells_instances_of_the_wanted_datasets(self, things: Things) -> None:
        short = {"type": "Property", "value": "b", "datasetId": "urn:ngsi-ld:Dataset:b"}
        things.put(
            "a", name=[{"type": "Property", "value": "a"}, short], size={"type": "Property", "value": 1}
        )
        assert get(things, "a", datasetId="@none").json()["name"]["value"] == "a"
        told = get(things, "a", datasetId="urn:ngsi-ld:Dataset:b").json()
        assert (told["name"], "size" in told) == (short, False)

    def test_chooses_a_language(self, things: Things) -> None:
        names = {"fr": "Grand Place", "nl": "Grote Markt", "en-US": "Main Square"}
        things.put("a", street={"type": "LanguageProperty", "languageMap": names})
        for lang, tag in (
            ("nl", "nl"),
            ("FR", "fr"),
            ("fr;q=0.2,nl;q=0.9", "nl"),
            ("nl-BE", "nl"),
            ("en", "en-US"),
        ):
            told = get(things, "a", lang=lang).json()["street"]
            assert told == {"type": "Property", "value": names[tag], "lang": tag}
        assert get(things, "a", lang="pt").json()["street"]["lang"] in names
        assert get(things, "a", lang="fr", format="simplified").json()["street"] == "Grand Place"


class TestForms:
    ATTRIBUTES: dict[str, Any] = {
        "speed": {"type": "Property", "value": 5, "unitCode": "KMH"},
        "street": {"type": "LanguageProperty", "languageMap": {"en": "hi"}},
        "raw": {"type": "JsonProperty", "json": {"a": 1}},
        "kind": {"type": "VocabProperty", "vocab": "rare"},
        "depths": {"type": "ListProperty", "valueList": [1.5, 2]},
        "at": {"type": "Relationship", "object": "urn:ngsi-ld:X:1"},
        "route": {
            "type": "ListRelationship",
            "objectList": [{"object": "urn:ngsi-ld:X:1"}, {"object": "urn:ngsi-ld:X:2"}],
        },
    }

    def test_are_normalized_concise_or_simplified(self, things: Things) -> None:
        whole = things.put("a", **self.ATTRIBUTES)
        assert get(things, "a").json() == whole
        assert get(things, "a", format="concise").json()["speed"] == {"value": 5, "unitCode": "KMH"}
        told = get(things, "a", options="keyValues").json()
        assert told == {
            **{key: whole[key] for key in ("id", "type")},
            "speed": 5,
            "street": {"languageMap": {"en": "hi"}},
            "raw": {"json": {"a": 1}},
            "kind": {"vocab": "rare"},
            "depths": [1.5, 2],
            "at": "urn:ngsi-ld:X:1",
            "route": ["urn:ngsi-ld:X:1", "urn:ngsi-ld:X:2"],
        }

    def test_are_told_by_format_before_options(self, things: Things) -> None:
        things.put("a", speed={"type": "Property", "value": 5})
        assert get(things, "a", format="keyValues", options="normalized").json()["speed"] == 5
        assert get(things, "a", format="normalized", options="keyValues").json()["speed"]["value"] == 5

    @pytest.mark.parametrize("params", [{"format": "x"}, {"options": "x"}, {"options": "keyValues,x"}])
    def test_are_refused_where_they_are_unknown(self, things: Things, params: dict[str, str]) -> None:
        refused(get(things, "a", **params), "InvalidRequest")

    def test_have_instants_of_ours_where_that_is_wanted(self, things: Things) -> None:
        things.put("a", speed={"type": "Property", "value": 5})
        told = get(things, "a", options="sysAttrs").json()
        assert {"createdAt", "modifiedAt"} <= set(told) & set(told["speed"])
        assert "createdAt" not in get(things, "a").text


class TestGeoJson:
    def test_is_a_feature(self, things: Things) -> None:
        far = {
            "type": "GeoProperty",
            "value": {"type": "Point", "coordinates": [9, 9]},
            "datasetId": "urn:x:gps",
        }
        things.put(
            "a",
            location=[far, {"type": "GeoProperty", "value": PARIS}],
            speed={"type": "Property", "value": 5},
        )
        answer = get(things, "a", "application/geo+json", format="simplified")
        told = answer.json()
        assert answer.headers["Content-Type"] == "application/geo+json"
        assert (told["type"], told["id"], told["geometry"]) == ("Feature", things.id("a"), PARIS)
        assert told["properties"]["type"] == things.type
        assert told["properties"]["speed"] == 5
        assert "@context" in told
        assert "id" not in told["properties"]

    def test_takes_its_geometry_from_the_property_that_is_told(self, things: Things) -> None:
        things.put("a", zone={"type": "GeoProperty", "value": PARIS}, speed={"type": "Property", "value": 5})
        geometries = [
            get(things, "a", "application/geo+json", **params).json()["geometry"]
            for params in ({"geometryProperty": "zone"}, {"geometryProperty": "speed"}, {})
        ]
        assert geometries == [PARIS, None, None]
        refused(get(things, "a", geometryProperty="zone"), "BadRequestData")

    def test_is_a_collection_where_several_are_asked_for(self, things: Things) -> None:
        things.put("a", location={"type": "GeoProperty", "value": PARIS})
        headers = {"Accept": "application/geo+json", "Prefer": "body=json"}
        answer = things.api.get("entities", params={"type": things.type}, headers=headers)
        told = answer.json()
        assert (told["type"], [one["geometry"] for one in told["features"]]) == ("FeatureCollection", [PARIS])
        assert "@context" not in answer.text
        assert "json-ld#context" in answer.headers["Link"]


class TestLinked:
    @pytest.fixture
    def chain(self, things: Things) -> Things:
        things.put(
            "house",
            name={"type": "Property", "value": "h"},
            at={"type": "Relationship", "object": things.id("city")},
        )
        things.put(
            "city",
            name={"type": "Property", "value": "c"},
            at={"type": "Relationship", "object": things.id("land")},
        )
        things.put(
            "land",
            name={"type": "Property", "value": "l"},
            at={"type": "Relationship", "object": things.id("house")},
            parts={"type": "ListRelationship", "objectList": [things.id("city"), things.id("gone")]},
        )
        return things

    def test_stand_in_their_relationship(self, chain: Things) -> None:
        told = get(chain, "house", join="inline").json()
        assert told["at"]["object"] == chain.id("city")
        assert told["at"]["entity"]["name"]["value"] == "c"
        assert "entity" not in told["at"]["entity"]["at"]

    def test_are_followed_as_deep_as_told_but_in_no_circle(self, chain: Things) -> None:
        told = get(chain, "house", join="inline", joinLevel=5, options="keyValues").json()
        land = told["at"]["at"]
        assert (land["name"], land["at"]) == ("l", chain.id("house"))
        assert land["parts"] == [chain.id("city"), chain.id("gone")]

    def test_stand_in_lists_in_their_order(self, chain: Things) -> None:
        told = get(chain, "land", join="inline").json()["parts"]
        assert [one["id"] for one in told["entityList"]] == [chain.id("city")]
        simplified = get(chain, "land", join="inline", options="keyValues").json()["parts"]
        assert (simplified[0]["id"], simplified[1]) == (chain.id("city"), chain.id("gone"))

    def test_follow_the_entity_where_they_are_flat(self, chain: Things) -> None:
        told = get(chain, "house", join="flat", joinLevel=2).json()
        assert [one["id"] for one in told] == [chain.id(name) for name in ("house", "city", "land")]

    def test_leave_the_entity_alone_where_there_are_none(self, chain: Things) -> None:
        chain.put("hut", at={"type": "Relationship", "object": chain.id("gone")})
        for join in ("flat", "inline"):
            assert get(chain, "hut", join=join).json()["at"] == {
                "type": "Relationship",
                "object": chain.id("gone"),
            }

    def test_are_not_told_again_where_they_were_met_before(self, chain: Things) -> None:
        told = get(chain, "house", join="inline", containedBy=chain.id("city")).json()
        assert "entity" not in told["at"]

    def test_are_picked_and_omitted_as_told(self, chain: Things) -> None:
        told = get(chain, "house", join="inline", joinLevel=2, pick="id,at{name,at{id}}").json()
        assert told == {
            "id": chain.id("house"),
            "at": {
                "type": "Relationship",
                "object": chain.id("city"),
                "entity": {
                    "name": {"type": "Property", "value": "c"},
                    "at": {
                        "type": "Relationship",
                        "object": chain.id("land"),
                        "entity": {"id": chain.id("land")},
                    },
                },
            },
        }
        flat = get(chain, "house", join="flat", joinLevel=2, omit="name,at{at}").json()
        assert [sorted(one) for one in flat] == [["at", "id", "type"], ["id", "name", "type"]]
        refused(get(chain, "house", pick="at{name}"), "BadRequestData")
        refused(get(chain, "house", pick="at{at{name}}", join="inline"), "BadRequestData")

    def test_are_told_with_what_a_query_finds(self, chain: Things) -> None:
        told = chain.ask(join="flat", q='name=="h"', options="sysAttrs").json()
        assert [one["id"] for one in told] == [chain.id("house"), chain.id("city")]
        assert all("createdAt" in one for one in told)
