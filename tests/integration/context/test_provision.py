"""Clauses 5.6.1, 5.6.6, 5.6.17 and 5.6.18: creating, deleting, merging and replacing entities."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.integration.context.asking import JSON, JSON_LD, attribute, error_of, vehicle

NULL = "urn:ngsi-ld:null"


class TestCreate:
    """Clause 5.6.1, path 6.4.3.1."""

    def test_is_there_as_it_was_said(self, api: httpx.Client) -> None:
        one = vehicle(speed={"type": "Property", "value": 55, "observedAt": "2026-11-22T08:00:00Z"})
        made = api.post("entities", json=one)
        assert (made.status_code, made.text) == (201, "")
        assert made.headers["Location"] == f"/ngsi-ld/v1/entities/{one['id']}"
        assert api.get(f"entities/{one['id']}").json() == one

    def test_is_refused_the_second_time(self, api: httpx.Client) -> None:
        one = vehicle()
        api.post("entities", json=one)
        again = api.post("entities", json=one)
        assert (again.status_code, error_of(again)) == (409, "AlreadyExists")

    def test_happens_once_for_many_who_ask_at_once(self, api: httpx.Client) -> None:
        one = vehicle()
        with ThreadPoolExecutor(16) as people:
            asked = list(people.map(lambda _: api.post("entities", json=one).status_code, range(32)))
        assert sorted(asked) == [201] + [409] * 31

    def test_keeps_letters_and_signs_of_any_script(self, api: httpx.Client) -> None:
        one = vehicle(brand={"type": "Property", "value": "<b>Xe buýt</b> \"số\" = ; ( ) '1' €"})
        api.post("entities", json=one)
        assert api.get(f"entities/{one['id']}").json() == one

    def test_tells_the_place_of_an_id_of_any_script(self, api: httpx.Client) -> None:
        one = vehicle(id=f"urn:ngsi-ld:Vehicle:Xe-buýt:{uuid4()}")
        made = api.post("entities", json=one)
        assert made.status_code == 201
        assert api.get(f"entities/{made.headers['Location'].rpartition('/')[2]}").json() == one

    def test_gives_normalized_what_was_told_concisely(self, api: httpx.Client) -> None:
        one = vehicle(
            speed=55,
            parked={"object": "urn:ngsi-ld:Parking:1"},
            place={"type": "Point", "coordinates": [1, 2]},
        )
        api.post("entities", json=one)
        found = api.get(f"entities/{one['id']}").json()
        assert [found[key]["type"] for key in ("speed", "parked", "place")] == [
            "Property", "Relationship", "GeoProperty",
        ]  # fmt: skip

    def test_comes_back_in_json_ld_under_the_context_that_asks(self, api: httpx.Client) -> None:
        """Clause 4.4: the core @context applies in any case, and is named where no other is."""
        one = vehicle()
        api.post("entities", json=one)
        found = api.get(f"entities/{one['id']}", headers={"Accept": "application/ld+json"}).json()
        assert found.pop("@context").startswith("https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context")
        assert found == one

    @pytest.mark.parametrize(
        ("body", "headers", "error"),
        [
            (b'{"id":', JSON, "InvalidRequest"),
            (b"", JSON, "InvalidRequest"),
            (b"{}", JSON_LD, "InvalidRequest"),
            (b"[]", JSON, "BadRequestData"),
            (b'{"id": "urn:x:1", "type": "type"}', JSON, "BadRequestData"),
            (b'{"id": "urn:x:1", "type": "T"}', JSON_LD, "BadRequestData"),
            (b'{"id": "urn:x:1", "type": "T", "@context": {}}', JSON, "BadRequestData"),
            (b'{"id": "x1", "type": "T"}', JSON, "BadRequestData"),
            (b'{"id": "urn:x:1", "type": "T", "a": null}', JSON, "BadRequestData"),
            (b'{"id": "urn:x:1", "type": "T", "a": "urn:ngsi-ld:null"}', JSON, "BadRequestData"),
        ],
    )
    def test_is_refused_where_the_body_is_wrong(
        self, api: httpx.Client, body: bytes, headers: dict[str, str], error: str
    ) -> None:
        answer = api.post("entities", content=body, headers=headers)
        assert (answer.status_code, error_of(answer)) == (400, error)

    def test_knows_no_parameters(self, api: httpx.Client) -> None:
        answer = api.post("entities", json=vehicle(), params={"odd": "1"})
        assert (answer.status_code, error_of(answer)) == (400, "InvalidRequest")


class TestDelete:
    """Clause 5.6.6."""

    def test_leaves_nothing(self, api: httpx.Client) -> None:
        one = vehicle()
        api.post("entities", json=one)
        done = api.delete(f"entities/{one['id']}")
        assert (done.status_code, done.text) == (204, "")
        assert api.get(f"entities/{one['id']}").status_code == 404
        again = api.delete(f"entities/{one['id']}")
        assert (again.status_code, error_of(again)) == (404, "ResourceNotFound")

    def test_wants_the_id_to_be_a_uri(self, api: httpx.Client) -> None:
        answer = api.delete("entities/thing")
        assert (answer.status_code, error_of(answer)) == (400, "BadRequestData")

    @pytest.mark.parametrize(("params", "error"), [({}, "BadRequestData"), ({"odd": "1"}, "InvalidRequest")])
    def test_needs_an_id(self, api: httpx.Client, params: dict[str, str], error: str) -> None:
        answer = api.delete("entities", params=params)
        assert (answer.status_code, error_of(answer)) == (400, error)

    def test_happens_only_to_an_entity_of_the_type_that_is_told(self, api: httpx.Client) -> None:
        one = vehicle()
        api.post("entities", json=one)
        assert api.delete(f"entities/{one['id']}", params={"type": "Building"}).status_code == 404
        assert api.get(f"entities/{one['id']}").status_code == 200
        assert api.delete(f"entities/{one['id']}", params={"type": "Building|Vehicle"}).status_code == 204


class TestReplace:
    """Clause 5.6.18."""

    def test_leaves_the_age_and_nothing_else(self, api: httpx.Client) -> None:
        one = vehicle(speed=attribute(1), scope="/DaNang")
        api.post("entities", json=one)
        young = {**vehicle(color=attribute("red"), scope=["/Hue", "/DaNang"]), "id": one["id"]}
        assert api.put(f"entities/{one['id']}", json=young).status_code == 204
        assert api.get(f"entities/{one['id']}").json() == young

    @pytest.mark.parametrize(
        ("target", "status"), [("thing", 400), ("", 400), ("urn:ngsi-ld:Vehicle:nobody", 404)]
    )
    def test_needs_an_entity(self, api: httpx.Client, target: str, status: int) -> None:
        assert api.put(f"entities/{target}", json={"type": "Vehicle"}).status_code == status

    def test_does_not_change_the_id(self, api: httpx.Client) -> None:
        one = vehicle()
        api.post("entities", json=one)
        assert api.put(f"entities/{one['id']}", json=vehicle()).status_code == 400


class TestMerge:
    """Clause 5.6.17."""

    def merged(self, api: httpx.Client, before: dict[str, Any], told: Any, **params: str) -> dict[str, Any]:
        api.post("entities", json=before)
        done = api.patch(f"entities/{before['id']}", json=told, params=params)
        assert (done.status_code, done.text) == (204, "")
        found: dict[str, Any] = api.get(f"entities/{before['id']}").json()
        return found

    def test_goes_into_attributes_and_values(self, api: httpx.Client) -> None:
        one = vehicle(
            speed={**attribute(1), "unitCode": "KMH"}, address=attribute({"street": "a", "land": "VN"})
        )
        found = self.merged(
            api, one, {"speed": attribute(2), "address": {"value": {"street": "b", "land": NULL}}}
        )
        assert found["speed"] == {**attribute(2), "unitCode": "KMH"}
        assert found["address"]["value"] == {"street": "b"}

    def test_deletes_adds_types_and_replaces_scopes(self, api: httpx.Client) -> None:
        one = vehicle(speed=attribute(1), scope="/a")
        found = self.merged(api, one, {"speed": NULL, "type": "Bus", "scope": ["/b", "/c"]})
        assert found == {**vehicle(), "id": one["id"], "type": ["Vehicle", "Bus"], "scope": ["/b", "/c"]}

    def test_deletes_the_scope_by_null(self, api: httpx.Client) -> None:
        assert "scope" not in self.merged(api, vehicle(scope="/a"), {"scope": NULL})

    def test_takes_simplified_attributes_a_language_and_an_instant(self, api: httpx.Client) -> None:
        one = vehicle(
            name={"type": "LanguageProperty", "languageMap": {"vi": "xe"}},
            parked={"type": "Relationship", "object": "urn:ngsi-ld:Parking:1"},
            speed={**attribute(1), "observedAt": "2026-11-22T08:00:00Z"},
        )
        told = {"name": "bus", "parked": "urn:ngsi-ld:Parking:2", "speed": 2}
        found = self.merged(api, one, told, format="simplified", lang="en", observedAt="2026-11-22T09:00:00Z")
        assert found["name"]["languageMap"] == {"vi": "xe", "en": "bus"}
        assert found["parked"]["object"] == "urn:ngsi-ld:Parking:2"
        assert (found["speed"]["value"], found["speed"]["observedAt"]) == (2, "2026-11-22T09:00:00Z")

    @pytest.mark.parametrize("params", [{"observedAt": "now"}, {"lang": "!"}, {"format": "odd"}])
    def test_refuses_parameters_that_say_nothing(self, api: httpx.Client, params: dict[str, str]) -> None:
        one = vehicle()
        api.post("entities", json=one)
        assert api.patch(f"entities/{one['id']}", json={"speed": 1}, params=params).status_code == 400

    @pytest.mark.parametrize(
        ("target", "status"), [("thing", 400), ("", 400), ("urn:ngsi-ld:Vehicle:nobody", 404)]
    )
    def test_needs_an_entity(self, api: httpx.Client, target: str, status: int) -> None:
        assert api.patch(f"entities/{target}", json={"speed": 1}).status_code == status

    def test_takes_the_media_type_of_merge_patches(self, api: httpx.Client) -> None:
        one = vehicle()
        api.post("entities", json=one)
        kind = {"Content-Type": "application/merge-patch+json"}
        assert api.patch(f"entities/{one['id']}", content=b'{"speed": 1}', headers=kind).status_code == 204
