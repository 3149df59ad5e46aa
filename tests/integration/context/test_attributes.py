"""Clauses 5.6.2 to 5.6.5 and 5.6.19: attributes of an entity."""

from typing import Any

import httpx
import pytest

from tests.integration.context.asking import JSON, JSON_LD, attribute, error_of, vehicle

NULL = "urn:ngsi-ld:null"
A = "urn:ngsi-ld:Dataset:a"
BASE = "https://uri.etsi.org/ngsi-ld/default-context/"


def made(api: httpx.Client, **members: Any) -> str:
    one = vehicle(**members)
    assert api.post("entities", json=one).status_code == 201
    return str(one["id"])


def found(api: httpx.Client, target: str) -> dict[str, Any]:
    told: dict[str, Any] = api.get(f"entities/{target}").json()
    return told


class TestUpdate:
    """Clause 5.6.2."""

    def test_replaces_whole_attributes_and_adds_others(self, api: httpx.Client) -> None:
        target = made(api, speed=attribute(1, unitCode="KMH"), color=attribute("red"))
        done = api.patch(f"entities/{target}/attrs/", json={"speed": attribute(2), "seats": 40})
        assert (done.status_code, done.text) == (204, "")
        told = found(api, target)
        assert (told["speed"], told["color"], told["seats"]) == (
            attribute(2),
            attribute("red"),
            attribute(40),
        )

    def test_adds_a_dataset_beside_the_default_one(self, api: httpx.Client) -> None:
        target = made(api, speed=attribute(1))
        api.patch(f"entities/{target}/attrs", json={"speed": attribute(2, datasetId=A)})
        assert found(api, target)["speed"] == [attribute(1), attribute(2, datasetId=A)]

    def test_may_change_the_kind(self, api: httpx.Client) -> None:
        target = made(api, brand=attribute("x"))
        other = {"type": "Relationship", "object": "urn:ngsi-ld:Brand:1"}
        api.patch(f"entities/{target}/attrs", json={"brand": other})
        assert found(api, target)["brand"] == other

    def test_deletes_by_null_and_says_what_was_not_there(self, api: httpx.Client) -> None:
        target = made(api, speed=attribute(1))
        done = api.patch(f"entities/{target}/attrs", json={"speed": NULL, "color": NULL})
        assert done.status_code == 207
        assert done.json()["updated"] == [f"{BASE}speed"]
        assert [one["attributeName"] for one in done.json()["notUpdated"]] == [f"{BASE}color"]
        assert found(api, target) == {"id": target, "type": "Vehicle"}

    def test_adds_types(self, api: httpx.Client) -> None:
        target = made(api)
        assert api.patch(f"entities/{target}/attrs", json={"type": ["Bus", "Vehicle"]}).status_code == 204
        assert found(api, target)["type"] == ["Vehicle", "Bus"]

    def test_replaces_scopes_but_gives_none_where_there_are_none(self, api: httpx.Client) -> None:
        target, other = made(api, scope="/a"), made(api)
        assert api.patch(f"entities/{target}/attrs", json={"scope": "/b"}).status_code == 204
        assert found(api, target)["scope"] == "/b"
        assert api.patch(f"entities/{other}/attrs", json={"scope": "/b"}).status_code == 207
        assert "scope" not in found(api, other)


class TestAppend:
    """Clause 5.6.3."""

    def test_overwrites(self, api: httpx.Client) -> None:
        target = made(api, speed=attribute(1), scope="/a")
        done = api.post(f"entities/{target}/attrs/", json={"speed": attribute(2), "scope": "/b"})
        assert (done.status_code, done.text) == (204, "")
        assert (found(api, target)["speed"], found(api, target)["scope"]) == (attribute(2), "/b")

    def test_overwrites_nothing_where_it_is_not_to(self, api: httpx.Client) -> None:
        target = made(api, speed=attribute(1), scope="/a")
        told = {"speed": attribute(2), "color": attribute("red"), "scope": ["/a", "/b"]}
        done = api.post(f"entities/{target}/attrs/", json=told, params={"options": "noOverwrite"})
        assert done.status_code == 207
        assert done.json()["updated"] == [f"{BASE}color"]
        assert [one["attributeName"] for one in done.json()["notUpdated"]] == [f"{BASE}speed"]
        now = found(api, target)
        assert (now["speed"], now["color"], now["scope"]) == (attribute(1), attribute("red"), ["/a", "/b"])

    @pytest.mark.parametrize("method", ["POST", "PATCH"])
    def test_and_update_need_an_entity_of_the_type_that_is_told(self, api: httpx.Client, method: str) -> None:
        target = made(api, speed=attribute(1))
        path, told = f"entities/{target}/attrs/", {"speed": attribute(2)}
        assert api.request(method, path, json=told, params={"type": "Building"}).status_code == 404
        assert found(api, target)["speed"] == attribute(1)
        assert api.request(method, path, json=told, params={"type": "Vehicle"}).status_code == 204

    @pytest.mark.parametrize("method", ["POST", "PATCH"])
    @pytest.mark.parametrize(
        ("target", "body", "status", "error"),
        [
            ("", b'{"a": 1}', 400, "BadRequestData"),
            ("thing", b'{"a": 1}', 400, "BadRequestData"),
            ("urn:ngsi-ld:Vehicle:nobody", b'{"a": 1}', 404, "ResourceNotFound"),
            ("urn:ngsi-ld:Vehicle:nobody", b'{"a",: 1}', 400, "InvalidRequest"),
        ],
    )
    def test_and_update_say_what_is_wrong(
        self, api: httpx.Client, method: str, target: str, body: bytes, status: int, error: str
    ) -> None:
        answer = api.request(method, f"entities/{target}/attrs/", content=body, headers=JSON)
        assert (answer.status_code, error_of(answer)) == (status, error)


class TestPatch:
    """Clause 5.6.4."""

    def test_leaves_what_it_does_not_name(self, api: httpx.Client) -> None:
        target = made(api, speed=attribute(1, unitCode="KMH", source=attribute("gps")))
        done = api.patch(f"entities/{target}/attrs/speed", json={"value": 2, "source": attribute("radar")})
        assert (done.status_code, done.text) == (204, "")
        assert found(api, target)["speed"] == attribute(2, unitCode="KMH", source=attribute("radar"))

    def test_means_the_dataset_that_it_names(self, api: httpx.Client) -> None:
        target = made(api, speed=[attribute(1), attribute(2, datasetId=A)])
        api.patch(f"entities/{target}/attrs/speed", json={"value": 3, "datasetId": A})
        assert found(api, target)["speed"] == [attribute(1), attribute(3, datasetId=A)]

    def test_deletes_by_null(self, api: httpx.Client) -> None:
        target = made(api, speed=[attribute(1), attribute(2, datasetId=A)])
        api.patch(f"entities/{target}/attrs/speed", json={"type": "Property", "value": NULL})
        assert found(api, target)["speed"] == attribute(2, datasetId=A)

    @pytest.mark.parametrize(
        ("path", "told", "status"),
        [
            ("speed", {}, 400),
            ("speed", {"type": "Relationship", "object": "urn:x:1"}, 400),
            ("speed", {"value": {"a": NULL}}, 400),
            ("speed", {"datasetId": NULL}, 400),
            ("speed", {"value": 2, "datasetId": A}, 404),
            ("color", {"value": 2}, 404),
            ("scope", {"value": "/b"}, 400),
            ("@odd", {"value": 2}, 400),
        ],
    )
    def test_says_what_is_wrong(self, api: httpx.Client, path: str, told: Any, status: int) -> None:
        target = made(api, speed=attribute(1), scope="/a")
        assert api.patch(f"entities/{target}/attrs/{path}", json=told).status_code == status
        assert (found(api, target)["speed"], found(api, target)["scope"]) == (attribute(1), "/a")

    def test_wants_a_context_in_json_ld(self, api: httpx.Client) -> None:
        target = made(api, speed=attribute(1))
        answer = api.patch(f"entities/{target}/attrs/speed", content=b"{}", headers=JSON_LD)
        assert (answer.status_code, error_of(answer)) == (400, "BadRequestData")


class TestReplaceAttribute:
    """Clause 5.6.19."""

    def test_leaves_the_age_alone(self, api: httpx.Client) -> None:
        target = made(api, speed=[attribute(1, unitCode="KMH"), attribute(2, datasetId=A)])
        done = api.put(f"entities/{target}/attrs/speed", json=attribute(3))
        assert (done.status_code, done.text) == (204, "")
        assert found(api, target)["speed"] == [attribute(3), attribute(2, datasetId=A)]

    @pytest.mark.parametrize(
        ("path", "status"), [("color", 404), ("scope", 400), ("@odd", 400), ("datasetId", 400)]
    )
    def test_needs_an_attribute(self, api: httpx.Client, path: str, status: int) -> None:
        target = made(api, speed=attribute(1), scope="/a")
        assert api.put(f"entities/{target}/attrs/{path}", json=attribute(3)).status_code == status

    @pytest.mark.parametrize("method", ["PUT", "PATCH"])
    def test_and_patch_take_it_under_its_name(self, api: httpx.Client, method: str) -> None:
        target = made(api, speed=attribute(1))
        done = api.request(method, f"entities/{target}/attrs/speed", json={"speed": attribute(2)})
        assert done.status_code == 204
        assert found(api, target)["speed"] == attribute(2)


class TestDeleteAttribute:
    """Clause 5.6.5."""

    @pytest.mark.parametrize(
        ("params", "left"),
        [
            ({}, [attribute(2, datasetId=A)]),
            ({"datasetId": A}, [attribute(1)]),
            ({"datasetId": "@none"}, [attribute(2, datasetId=A)]),
            ({"deleteAll": "true"}, []),
        ],
    )
    def test_means_the_dataset_that_is_told(
        self, api: httpx.Client, params: dict[str, str], left: list[Any]
    ) -> None:
        target = made(api, speed=[attribute(1), attribute(2, datasetId=A)])
        done = api.delete(f"entities/{target}/attrs/speed", params=params)
        assert (done.status_code, done.text) == (204, "")
        assert found(api, target).get("speed") == (left[0] if left else None)

    def test_deletes_scopes(self, api: httpx.Client) -> None:
        target = made(api, scope="/a")
        assert api.delete(f"entities/{target}/attrs/scope").status_code == 204
        assert "scope" not in found(api, target)
        assert api.delete(f"entities/{target}/attrs/scope").status_code == 404

    @pytest.mark.parametrize(
        ("path", "params", "status"),
        [
            ("entities//attrs/speed", {}, 400),
            ("entities/thing/attrs/speed", {}, 400),
            ("entities/urn:x:nobody/attrs/speed", {}, 404),
            ("entities/{}/attrs/color", {}, 404),
            ("entities/{}/attrs/speed", {"datasetId": A}, 404),
            ("entities/{}/attrs/speed", {"datasetId": "a"}, 400),
            ("entities/{}/attrs/speed", {"deleteAll": "maybe"}, 400),
            ("entities/{}/attrs/speed", {"type": "Building"}, 404),
            ("entities/{}/attrs/", {}, 405),
        ],
    )
    def test_says_what_is_wrong(
        self, api: httpx.Client, path: str, params: dict[str, str], status: int
    ) -> None:
        target = made(api, speed=attribute(1))
        assert api.delete(path.format(target), params=params).status_code == status
        assert found(api, target)["speed"] == attribute(1)
