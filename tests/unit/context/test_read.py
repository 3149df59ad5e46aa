"""Reading entities as requesters write them (clauses 4.5, 4.6, 4.18)."""

from typing import Any

import pytest

from dothi.context.errors import BadRequestData
from dothi.context.jsonld.contexts import names
from dothi.context.model.kinds import NULL
from dothi.context.model.read import Purpose, Reader

NAMES = names(None)
BASE = "https://uri.etsi.org/ngsi-ld/default-context/"
POINT = {"type": "Point", "coordinates": [108.2, 16.06]}
DEEP: Any = 1
for _ in range(70):
    DEEP = [DEEP]


def entity(**members: Any) -> dict[str, Any]:
    return Reader(NAMES).entity({"id": "urn:ngsi-ld:Pump:1", "type": "Pump", **members})


def instance(told: Any, purpose: Purpose = Purpose.WHOLE) -> dict[str, Any]:
    return Reader(NAMES, purpose).instance("level", told)


class TestKinds:
    """Clauses 4.5.2 to 4.5.24."""

    @pytest.mark.parametrize(
        ("concise", "kind", "member"),
        [
            (7, "Property", "value"),
            ([1, 2], "Property", "value"),
            (POINT, "GeoProperty", "value"),
            ({"value": POINT}, "GeoProperty", "value"),
            ({"value": 7, "unitCode": "MTR"}, "Property", "value"),
            ({"object": "urn:ngsi-ld:River:1"}, "Relationship", "object"),
            ({"object": ["urn:ngsi-ld:River:1", "urn:ngsi-ld:River:2"]}, "Relationship", "object"),
            ({"languageMap": {"vi": "sông", "@none": "river"}}, "LanguageProperty", "languageMap"),
            ({"json": {"a": None}}, "JsonProperty", "json"),
            ({"valueList": [1, "a"]}, "ListProperty", "valueList"),
        ],
    )
    def test_are_told_by_the_member_of_the_concise_form(self, concise: Any, kind: str, member: str) -> None:
        told = concise[member] if isinstance(concise, dict) and member in concise else concise
        found = instance(concise)
        assert (found["type"], found[member]) == (kind, told)

    def test_of_a_vocabulary_are_iris(self) -> None:
        assert instance({"vocab": ["open", "shut"]})["vocab"] == [f"{BASE}open", f"{BASE}shut"]

    def test_of_listed_relationships_have_one_form(self) -> None:
        told = {"objectList": ["urn:ngsi-ld:Stop:1", {"object": "urn:ngsi-ld:Stop:2"}]}
        assert instance(told)["objectList"] == ["urn:ngsi-ld:Stop:1", "urn:ngsi-ld:Stop:2"]

    def test_of_a_place_may_be_json_in_a_text(self) -> None:
        told = {"type": "GeoProperty", "value": '{"type": "Point", "coordinates": [108.2, 16.06]}'}
        assert instance(told)["value"] == POINT

    @pytest.mark.parametrize(
        "wrong",
        [
            None,
            {"type": "Property"},
            {"type": "Property", "value": None},
            {"type": ["Property"], "value": 1},
            {"type": "Relationship"},
            {"type": "Relationship", "object": "river"},
            {"type": "Relationship", "object": "urn:ngsi-ld:River:1", "unitCode": "MTR"},
            {"type": "Relationship", "object": "urn:ngsi-ld:River:1", "value": 1},
            {"type": "Property", "value": 1, "object": "urn:ngsi-ld:River:1"},
            {"type": "Property", "value": 1, "previousValue": 2},
            {"type": "Property", "value": 1, "entityIdSealed": "urn:ngsi-ld:Pump:1"},
            {"type": "Property", "value": 1, "@context": {}},
            {"type": "Property", "value": NULL},
            {"type": "Property", "value": {"a": {"b": NULL}}},
            {"type": "Property", "value": DEEP},
            {"type": "Property", "value": 1, "note": {"type": "Property", "value": NULL}},
            {"type": "Property", "value": 1, "observedAt": "2026-11-22T08:00:00+07:00"},
            {"type": "Property", "value": 1, "observedAt": {"type": "Property", "value": 1}},
            {"type": "JsonProperty", "json": 5},
            {"type": "JsonProperty", "json": {}, "unitCode": "MTR"},
            {"type": "ListProperty", "valueList": 1},
            {"type": "ListRelationship", "objectList": ["not a uri"]},
            {"type": "LanguageProperty", "languageMap": {"en": 5}},
            {"type": "LanguageProperty", "languageMap": {"en": ["a", 5]}},
            {"type": "LanguageProperty", "languageMap": {"": "x"}},
            {"type": "LanguageProperty", "languageMap": {"@none": NULL}},
            {"type": "LanguageProperty", "languageMap": {"en": "x"}, "valueType": "xsd:string"},
            {"type": "VocabProperty", "vocab": []},
            {"type": "GeoProperty", "value": "not a geometry"},
            {"type": "GeoProperty", "value": {"type": ["Point"], "coordinates": [1, 2]}},
            {"type": "GeoProperty", "value": {"type": "GeometryCollection", "geometries": [POINT]}},
            {"type": "GeoProperty", "value": {"type": "Polygon", "coordinates": [[[0, 0], [0, 1], [1, 1]]]}},
            {"type": "GeoProperty", "value": {"type": "Polygon", "coordinates": [{}]}},
            {"type": "GeoProperty", "value": {"type": "Point", "coordinates": [105.8, True]}},
            {"type": "GeoProperty", "value": {"type": "Point", "coordinates": [1.7e308, 21.0]}},
            {"type": "GeoProperty", "value": {"type": "Point", "coordinates": [[105.8, 21.0]]}},
            {"type": "GeoProperty", "value": {"type": "MultiPoint", "coordinates": [[[105.8, 21.0]]]}},
            {"type": "GeoProperty", "value": {"type": "LineString", "coordinates": [[1, [2]], [3, [4]]]}},
        ],
    )
    def test_refuse_what_they_cannot_have(self, wrong: Any) -> None:
        with pytest.raises(BadRequestData):
            instance(wrong)

    def test_keep_what_the_proof_of_an_entity_says(self) -> None:
        told = {
            "type": "Property",
            "entityIdSealed": "urn:x:1",
            "entityTypeSealed": "Pump",
            "value": {"a": 1},
        }
        assert Reader(NAMES).instance("ngsildproof", told) == told
        with pytest.raises(BadRequestData):
            Reader(NAMES).instance("ngsildproof", {**told, "value": "proof"})

    def test_have_attributes_of_their_own_even_with_odd_names(self) -> None:
        found = instance({"value": 1, "inferred": 2, "source": {"object": "urn:ngsi-ld:Sensor:1"}})
        assert set(found["attributes"]) == {f"{BASE}inferred", f"{BASE}source"}


class TestDatasets:
    """Clause 4.5.5."""

    def test_tell_instances_apart(self) -> None:
        told = [{"value": 1, "datasetId": "@none"}, {"value": 2, "datasetId": "urn:ngsi-ld:Dataset:a"}]
        found = entity(level=told)["attributes"][f"{BASE}level"]
        assert [one.get("datasetId") for one in found] == [None, "urn:ngsi-ld:Dataset:a"]

    @pytest.mark.parametrize("dataset", [{}, {"datasetId": "@none"}])
    def test_have_one_default_instance_at_most(self, dataset: dict[str, str]) -> None:
        with pytest.raises(BadRequestData):
            entity(level=[{"value": 1}, {"value": 2, **dataset}])


class TestEntity:
    def test_may_be_told_in_keywords_of_json_ld(self) -> None:
        found = Reader(NAMES).entity({"@id": "urn:x:1", "@type": "Pump"})
        assert (found["id"], found["type"]) == ("urn:x:1", [f"{BASE}Pump"])

    def test_has_names_of_any_script(self) -> None:
        found = entity(độ_cao_1=7)
        assert f"{BASE}độ_cao_1" in found["attributes"]

    @pytest.mark.parametrize(
        "wrong",
        [
            {"id": "thing"},
            {"id": NULL},
            {"id": f"urn:x:{'a' * 2000}"},
            {"type": "type"},
            {"type": []},
            {"type": [{}]},
            {"type": "9Pump"},
            {"my attr": 1},
            {"@odd": 1},
            {"datasetId": {"type": "Property", "value": 1}},
            {"observedAt": {"type": "Property", "value": "2026-01-01T00:00:00Z"}},
            {"location": {"type": "Property", "value": 7}},
            {"scope": "9bad"},
            {"scope": "/a//b"},
            {"scope": "a-b"},
            {"scope": NULL},
            {"scope": ["/ok", "9bad"]},
        ],
    )
    def test_is_refused_where_a_name_is_wrong(self, wrong: dict[str, Any]) -> None:
        with pytest.raises(BadRequestData):
            entity(**wrong)

    @pytest.mark.parametrize(
        "point", [0x202E, 0x200B, 0xFEFF, 0x2028, 0xA0, 0x3C, 0xFE0F, 0xE0100, 0xFDD0, 0xFFFE, 0x3164, 0x2800]
    )
    def test_has_an_id_whose_characters_can_be_seen(self, point: int) -> None:
        with pytest.raises(BadRequestData):
            entity(id=f"urn:ngsi-ld:Pump:A{chr(point)}B")

    def test_may_have_an_id_with_letters_of_any_script(self) -> None:
        assert entity(id="urn:ngsi-ld:Bơm:Hòa-Khánh")["id"] == "urn:ngsi-ld:Bơm:Hòa-Khánh"

    def test_has_scopes_that_begin_with_a_slash(self) -> None:
        assert entity(scope=["DaNang/HaiChau", "/DaNang"])["scope"] == ["/DaNang/HaiChau", "/DaNang"]

    def test_is_no_nest_of_attributes_without_end(self) -> None:
        told: dict[str, Any] = {"value": 1}
        for _ in range(40):
            told = {"value": 1, "sub": told}
        with pytest.raises(BadRequestData):
            entity(level=told)


class TestFragment:
    """Clauses 5.4 and 5.5.4."""

    @pytest.mark.parametrize(
        "null",
        [
            NULL,
            {"type": "Property", "value": NULL},
            {"type": "Relationship", "object": NULL},
            {"type": "GeoProperty", "value": NULL},
            {"type": "LanguageProperty", "languageMap": {"@none": NULL}},
            {"type": "ListProperty", "valueList": [NULL]},
            {"type": "ListRelationship", "objectList": [{"object": NULL}]},
        ],
    )
    def test_deletes_by_null_of_each_kind(self, null: Any) -> None:
        found = instance(null, Purpose.UPDATE)
        assert NULL in found.values()

    def test_deletes_within_values_where_it_is_merged_only(self) -> None:
        told = {"type": "Property", "value": {"a": NULL}}
        assert instance(told, Purpose.MERGE)["value"] == {"a": NULL}
        with pytest.raises(BadRequestData):
            instance(told, Purpose.PATCH)
        with pytest.raises(BadRequestData):
            instance({"type": "Property", "value": [NULL]}, Purpose.MERGE)

    def test_may_lack_what_it_says(self) -> None:
        assert instance({"unitCode": "MTR"}, Purpose.PATCH) == {"unitCode": "MTR"}
        assert instance({"type": "Property", "unitCode": NULL}, Purpose.MERGE) == {
            "type": "Property",
            "unitCode": NULL,
        }

    def test_cannot_delete_a_dataset_by_its_id(self) -> None:
        with pytest.raises(BadRequestData):
            instance({"datasetId": NULL}, Purpose.PATCH)

    def test_has_datasets_where_it_is_simplified(self) -> None:
        told = {"dataset": {"@none": 1, "urn:ngsi-ld:Dataset:a": {"languageMap": {"vi": "một"}}}}
        found = Reader(NAMES, Purpose.MERGE, simplified=True).instances("level", told)
        assert [(one["type"], one.get("datasetId")) for one in found] == [
            ("Property", None),
            ("LanguageProperty", "urn:ngsi-ld:Dataset:a"),
        ]
