"""Clauses 5.7.5 to 5.7.10 over HTTP: which types and attributes there are."""

from uuid import uuid4

import httpx
import pytest

from tests.support.things import Things, refused

DEFAULT = "https://uri.etsi.org/ngsi-ld/default-context/"


@pytest.fixture(scope="module")
def things(api: httpx.Client) -> Things:
    several = Things(api)
    mark = several.type
    several.put("a", **{f"speed{mark}": {"type": "Property", "value": 1}})
    instance = {"type": "Relationship", "object": "urn:ngsi-ld:X:1"}
    several.put("b", **{f"speed{mark}": [instance, {**instance, "datasetId": "urn:ngsi-ld:Dataset:1"}]})
    several.put("c")
    return several


class TestTypes:
    def test_are_listed(self, things: Things) -> None:
        told = things.api.get("types/").json()
        assert told["type"] == "EntityTypeList"
        assert things.type in told["typeList"]

    def test_are_listed_with_their_attributes(self, things: Things) -> None:
        found = [one for one in things.api.get("types?details=true").json() if one["typeName"] == things.type]
        assert found == [
            {"id": DEFAULT + things.type, "type": "EntityType", "typeName": things.type,
             "attributeNames": [f"speed{things.type}"]}
        ]  # fmt: skip

    def test_are_told_one_by_one(self, things: Things) -> None:
        for name in (things.type, (DEFAULT + things.type).replace(":", "%3A").replace("/", "%2F")):
            told = things.api.get(f"types/{name}").json()
            assert (told["type"], told["typeName"], told["entityCount"]) == ("EntityTypeInfo", things.type, 3)
            assert [one["attributeTypes"] for one in told["attributeDetails"]] == [
                ["Property", "Relationship"]
            ]

    def test_are_those_of_a_tenant(self, things: Things) -> None:
        tenant = {"NGSILD-Tenant": f"t{uuid4().hex[:8]}"}
        one = {"id": "urn:ngsi-ld:Only:1", "type": "Only"}
        assert things.api.post("entities", json=one, headers=tenant).status_code == 201
        assert things.api.get("types", headers=tenant).json()["typeList"] == ["Only"]
        refused(things.api.get(f"types/{things.type}", headers=tenant), "ResourceNotFound", 404)

    def test_are_refused(self, things: Things) -> None:
        refused(things.api.get("types/NoSuchType"), "ResourceNotFound", 404)
        refused(things.api.get(f"types/{things.type}?details=true"), "InvalidRequest")


class TestAttributes:
    def test_are_listed(self, things: Things) -> None:
        told = things.api.get("attributes").json()
        assert told["type"] == "AttributeList"
        assert f"speed{things.type}" in told["attributeList"]
        assert not {"id", "type", "scope", "createdAt"} & set(told["attributeList"])

    def test_are_listed_with_their_types(self, things: Things) -> None:
        name = f"speed{things.type}"
        found = [
            one for one in things.api.get("attributes?details=true").json() if one["attributeName"] == name
        ]
        assert found == [
            {"id": DEFAULT + name, "type": "Attribute", "attributeName": name, "typeNames": [things.type]}
        ]

    def test_are_told_one_by_one(self, things: Things) -> None:
        told = things.api.get(f"attributes/speed{things.type}").json()
        assert told["attributeCount"] == 3
        assert told["attributeTypes"] == ["Property", "Relationship"]
        assert told["typeNames"] == [things.type]

    @pytest.mark.parametrize("name", ["noSuchAttribute", "id", "type", "scope", "createdAt"])
    def test_are_refused(self, things: Things, name: str) -> None:
        refused(things.api.get(f"attributes/{name}"), "ResourceNotFound", 404)
        refused(things.api.get("attributes?limit=5"), "InvalidRequest")
