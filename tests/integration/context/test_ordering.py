"""Clause 4.23 of v1.9.1 over HTTP: entities in the order that is asked for."""

import httpx
import pytest

from tests.support.things import Things, refused


@pytest.fixture(scope="module")
def things(api: httpx.Client) -> Things:
    several = Things(api)
    for name, longitude, size in (("b", 9, "á"), ("a", 8.01, "b"), ("c", 10, "A")):
        several.put(
            name,
            location={"type": "Point", "coordinates": [longitude, 40]},
            size={"type": "Property", "value": size, "unit": ord(name)},
            address={"type": "Property", "value": {"city": name}},
        )
    several.put("d", size={"type": "Property", "value": 5})
    return several


class TestOrder:
    @pytest.mark.parametrize(
        ("order", "names"),
        [
            ({"orderBy": "id;desc"}, "dcba"),
            ({"orderBy": "createdAt"}, "bacd"),
            ({"orderBy": "size.createdAt;asc"}, "bacd"),
            ({"orderBy": "size"}, "dcab"),
            ({"orderBy": "size", "collation": "und"}, "dcba"),
            ({"orderBy": "size.unit;desc"}, "cbad"),
            ({"orderBy": "address[city];desc"}, "cbad"),
            ({"orderBy": "type,address[city]"}, "abcd"),
            ({"orderBy": "location;dist-asc", "orderFrom": "[8,40]"}, "abcd"),
            ({"orderBy": "location;dist-desc", "orderFrom": "[8,40]"}, "cbad"),
        ],
    )
    def test_is_kept(self, things: Things, order: dict[str, str], names: str) -> None:
        assert things.found(**order) == list(names)
        assert things.found(**order, limit=2, offset=1) == list(names)[1:3]

    @pytest.mark.parametrize(
        "order",
        [
            {"orderBy": "location;dist-asc"},
            {"orderBy": "size;up"},
            {"orderBy": ""},
            {"orderBy": "size", "collation": "!!nope"},
            {"orderBy": "location;dist-asc", "orderFrom": "[8"},
        ],
    )
    def test_is_refused(self, things: Things, order: dict[str, str]) -> None:
        refused(things.ask(**order), "BadRequestData")

    def test_is_kept_by_post(self, things: Things, api: httpx.Client) -> None:
        far: dict[str, object] = {
            "orderBy": ["location;dist-desc"],
            "coordinates": [8, 40],
            "geometry": "Point",
        }
        told = {"type": "Query", "entities": [{"type": things.type}], "ordering": far}
        found = api.post("entityOperations/query", json=told).json()
        assert [one["id"] for one in found] == [things.id(name) for name in "cbad"]
        wrongs: list[dict[str, object]] = [
            {"coordinates": "8,40"},
            {"geometry": 5},
            {"collation": "de-u-co-phonebk"},
        ]
        for wrong in wrongs:
            asked = {**told, "ordering": far | wrong}
            refused(api.post("entityOperations/query", json=asked), "BadRequestData")
