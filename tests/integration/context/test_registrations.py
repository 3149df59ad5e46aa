"""Context source registration and discovery (clauses 5.9, 5.10, 6.8 and 6.9)."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.integration.context.asking import JSON_LD, attribute, ends_soon, error_of, vehicle
from tests.support.waiting import until

PATH = "csourceRegistrations"


def registration(kind: str | None = None, **more: Any) -> dict[str, Any]:
    """Return a registration of entities of a type that nobody else has."""
    entity = {"type": kind or f"Thing{uuid4().hex}"}
    return {
        "id": f"urn:ngsi-ld:ContextSourceRegistration:{uuid4()}",
        "type": "ContextSourceRegistration",
        "information": [{"entities": [entity]}],
        "endpoint": "http://source.example/broker",
        **more,
    }


def register(api: httpx.Client, told: dict[str, Any], **headers: str) -> dict[str, Any]:
    made = api.post(PATH, json=told, headers=headers)
    assert made.status_code == 201, made.text
    return told


def kind_of(told: dict[str, Any]) -> str:
    return str(told["information"][0]["entities"][0]["type"])


def found(api: httpx.Client, **params: Any) -> list[str]:
    answer = api.get(PATH, params=params)
    assert answer.status_code == 200, answer.text
    return [one["id"] for one in answer.json()]


class TestRegister:
    """5.9.2"""

    def test_says_where_it_is(self, api: httpx.Client) -> None:
        told = registration()
        made = api.post(f"{PATH}/", json=told)
        assert made.status_code == 201
        assert made.headers["Location"] == f"/ngsi-ld/v1/{PATH}/{told['id']}"
        assert not made.content
        assert api.get(f"{PATH}/{told['id']}").json() == told

    def test_makes_an_id_where_none_is_told(self, api: httpx.Client) -> None:
        told = registration()
        del told["id"]
        made = api.post(PATH, json=told)
        name = made.headers["Location"].rpartition("/")[2]
        assert api.get(f"{PATH}/{name}").json()["information"] == told["information"]

    def test_refuses_an_id_twice(self, api: httpx.Client) -> None:
        told = register(api, registration())
        again = api.post(PATH, json=told)
        assert (again.status_code, error_of(again)) == (409, "AlreadyExists")

    @pytest.mark.parametrize("body", [b"", b"{", b"{}"])
    def test_refuses_what_is_no_request(self, api: httpx.Client, body: bytes) -> None:
        answer = api.post(PATH, content=body, headers={"Content-Type": "application/json"})
        assert (answer.status_code, error_of(answer)) == (400, "InvalidRequest")

    @pytest.mark.parametrize("wrong", [{"information": []}, {"id": "none"}, {"type": "Bus"}, {"mode": "all"}])
    def test_refuses_what_is_no_registration(self, api: httpx.Client, wrong: dict[str, Any]) -> None:
        answer = api.post(PATH, json=registration(**wrong))
        assert (answer.status_code, error_of(answer)) == (400, "BadRequestData")

    def test_keeps_names_by_their_context(self, api: httpx.Client) -> None:
        context = {"Bus": "https://example.org/Bus"}
        told = registration("Bus")
        api.post(PATH, json={**told, "@context": context}, headers=JSON_LD)
        assert found(api, type="https://example.org/Bus") == [told["id"]]
        assert kind_of(api.get(f"{PATH}/{told['id']}").json()) == "https://example.org/Bus"


class TestExclusive:
    """4.3.6.3"""

    def claim(self, entity: dict[str, Any], *attributes: str, mode: str = "exclusive") -> dict[str, Any]:
        named = {"id": entity["id"], "type": entity["type"]}
        return registration(information=[{"entities": [named], "propertyNames": list(attributes)}], mode=mode)

    def test_shares_with_no_other(self, api: httpx.Client) -> None:
        entity = vehicle()
        register(api, self.claim(entity, "speed"))
        again = api.post(PATH, json=self.claim(entity, "speed", "color"))
        assert (again.status_code, error_of(again)) == (409, "Conflict")
        assert api.post(PATH, json=self.claim(entity, "speed", mode="redirect")).status_code == 409
        register(api, self.claim(entity, "color"))
        register(api, self.claim(entity, "speed", mode="inclusive"))

    def test_takes_nothing_that_is_here(self, api: httpx.Client) -> None:
        entity = vehicle(speed=attribute(3))
        api.post("entities", json=entity)
        answer = api.post(PATH, json=self.claim(entity, "speed"))
        assert (answer.status_code, error_of(answer)) == (409, "Conflict")
        assert api.get(f"{PATH}/{entity['id']}").status_code == 404
        register(api, self.claim(entity, "color"))

    @pytest.mark.parametrize("mode", ["exclusive", "redirect"])
    def test_may_take_over_what_is_here_by_doing_all_changes(self, api: httpx.Client, mode: str) -> None:
        entity = vehicle(speed=attribute(3))
        api.post("entities", json=entity)
        claim = self.claim(entity, "speed", mode=mode)
        assert api.post(PATH, json={**claim, "operations": ["retrieveOps", "updateOps"]}).status_code == 409
        register(api, {**claim, "operations": ["redirectionOps"]})

    def test_may_name_a_pattern_of_ids_where_changes_go_to_the_source(self, api: httpx.Client) -> None:
        entity = vehicle(speed=attribute(3))
        api.post("entities", json=entity)
        like = {"type": entity["type"], "idPattern": f"{entity['id'][:-2]}.*"}
        info = [{"entities": [like], "propertyNames": ["speed"]}]
        told = registration(information=info, mode="exclusive")
        assert error_of(api.post(PATH, json=told)) == "BadRequestData"
        register(api, {**told, "operations": ["updateOps"]})
        answer = api.post(PATH, json=self.claim(entity, "speed", mode="redirect"))
        assert (answer.status_code, error_of(answer)) == (409, "Conflict")

    def test_is_refused_by_an_update_too(self, api: httpx.Client) -> None:
        entity = vehicle()
        register(api, self.claim(entity, "speed"))
        other = register(api, self.claim(entity, "speed", mode="inclusive"))
        answer = api.patch(f"{PATH}/{other['id']}", json={"mode": "exclusive"})
        assert (answer.status_code, error_of(answer)) == (409, "Conflict")
        assert api.get(f"{PATH}/{other['id']}").json()["mode"] == "inclusive"


class TestUpdate:
    """5.9.3"""

    def test_changes_what_is_told(self, api: httpx.Client) -> None:
        told = register(api, registration(description="Old"))
        later = (datetime.now(UTC) + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
        answer = api.patch(f"{PATH}/{told['id']}", json={"expiresAt": later, "description": None})
        assert (answer.status_code, answer.content) == (204, b"")
        del told["description"]
        assert api.get(f"{PATH}/{told['id']}").json() == {**told, "expiresAt": later}

    def test_refuses_what_is_no_update(self, api: httpx.Client) -> None:
        told = register(api, registration())
        path = f"{PATH}/{told['id']}"
        assert error_of(api.patch(path, json={})) == "InvalidRequest"
        assert error_of(api.patch(path, json={"expiresAt": "2001-01-01T00:00:00Z"})) == "BadRequestData"
        assert error_of(api.patch(f"{PATH}/none", json={"description": "x"})) == "BadRequestData"
        assert error_of(api.patch(f"{PATH}/urn:a:none", json={"description": "x"})) == "ResourceNotFound"


class TestDelete:
    """5.9.4"""

    def test_lets_nothing_be_found(self, api: httpx.Client) -> None:
        told = register(api, registration())
        assert api.delete(f"{PATH}/{told['id']}").status_code == 204
        assert found(api, type=kind_of(told)) == []
        assert error_of(api.get(f"{PATH}/{told['id']}")) == "ResourceNotFound"
        assert error_of(api.delete(f"{PATH}/{told['id']}")) == "ResourceNotFound"
        assert error_of(api.delete(f"{PATH}/none")) == "BadRequestData"


class TestExpiry:
    """5.2.9, expiresAt"""

    def test_ends_a_registration(self, api: httpx.Client) -> None:
        told = register(api, registration())
        ends_soon(api, f"{PATH}/{told['id']}")
        until(lambda: api.get(f"{PATH}/{told['id']}").status_code == 404)
        register(api, registration(id=told["id"]))


class TestRetrieve:
    """5.10.1"""

    def test_tells_instants_where_they_are_wanted(self, api: httpx.Client) -> None:
        told = register(api, registration())
        plain = api.get(f"{PATH}/{told['id']}").json()
        whole = api.get(f"{PATH}/{told['id']}", params={"options": "sysAttrs"}).json()
        assert plain == told
        assert set(whole) - set(plain) == {"createdAt", "modifiedAt"}

    def test_is_of_one_tenant(self, api: httpx.Client) -> None:
        told = register(api, registration(), **{"NGSILD-Tenant": f"t{uuid4().hex}"})
        assert api.get(f"{PATH}/{told['id']}").status_code == 404

    def test_refuses_other_methods_and_words(self, api: httpx.Client) -> None:
        assert api.put(f"{PATH}/urn:a:b", json={}).status_code == 405
        assert error_of(api.get(f"{PATH}/urn:a:b", params={"wrong": "x"})) == "InvalidRequest"


class TestQuery:
    """5.10.2 and 5.12"""

    def test_finds_by_type_id_pattern_and_attribute(self, api: httpx.Client) -> None:
        kind = f"Kind{uuid4().hex}"
        entity = {"id": f"urn:ngsi-ld:{kind}:1", "type": kind}
        one = register(api, registration(information=[{"entities": [entity], "propertyNames": ["speed"]}]))
        other = register(api, registration(kind))
        both = [one["id"], other["id"]]
        assert found(api, type=kind) == both
        assert found(api, type=kind, id=entity["id"]) == both
        assert found(api, type=kind, id="urn:a:other") == [other["id"]]
        assert found(api, type=kind, idPattern="no") == [other["id"]]
        assert found(api, type=kind, attrs="speed") == both
        assert found(api, type=kind, attrs="color") == [other["id"]]
        assert found(api, type=f"{kind}None") == []

    def test_finds_by_place_time_and_own_properties(self, api: httpx.Client) -> None:
        kind = f"Kind{uuid4().hex}"
        place = {"type": "Point", "coordinates": [105.8, 21.0]}
        here = register(api, registration(kind, location=place, reliability="high"))
        past = register(
            api, registration(kind, observationInterval={"startAt": "2020-01-01T00:00:00Z"}, location=place)
        )
        near = {"georel": "near;maxDistance==10", "geometry": "Point", "coordinates": "[105.8,21.0]"}
        assert found(api, type=kind, **near) == [here["id"]]
        assert found(api, type=kind, **{**near, "coordinates": "[100.0,21.0]"}) == []
        assert found(api, type=kind, csf='reliability=="high"') == [here["id"]]
        assert found(api, type=kind, q='reliability=="high"') == [here["id"]]
        assert found(api, type=kind, q="speed>5") == [here["id"]]
        assert found(api, type=kind, timerel="after", timeAt="2021-01-01T00:00:00Z") == [past["id"]]
        assert found(api, type=kind, timerel="before", timeAt="2019-01-01T00:00:00Z") == []

    def test_gives_pages_and_counts(self, api: httpx.Client) -> None:
        kind = f"Kind{uuid4().hex}"
        made = [register(api, registration(kind))["id"] for _ in range(3)]
        first = api.get(PATH, params={"type": kind, "limit": 2, "count": "true"})
        assert [one["id"] for one in first.json()] == made[:2]
        assert first.headers["NGSILD-Results-Count"] == "3"
        assert found(api, type=kind, limit=2, offset=2) == made[2:]

    def test_links_to_pages_and_to_nothing_else(self, api: httpx.Client) -> None:
        kind = f"Kind{uuid4().hex}"
        for _ in range(3):
            register(api, registration(kind))
        answer = api.get(PATH, params={"type": kind, "limit": 1, "offset": 1})
        path, rest = f"</ngsi-ld/v1/{PATH}?type={kind}&limit=1&offset=", 'type="application/ld+json"'
        assert answer.headers["Content-Type"] == "application/json"
        assert answer.headers.get_list("Link") == [
            f'{path}0>;rel="prev";{rest}', f'{path}2>;rel="next";{rest}',
        ]  # fmt: skip
        assert "json-ld#context" in api.get(PATH, params={"type": kind}).headers["Link"]

    @pytest.mark.parametrize(
        "wrong",
        [
            {},
            {"type": "Bus", "timeAt": "2020-01-01T00:00:00Z"},
            {"type": "Bus", "timerel": "about", "timeAt": "2020-01-01T00:00:00Z"},
            {"type": "Bus", "timerel": "between", "timeAt": "2020-01-01T00:00:00Z"},
            {"type": "Bus", "georel": "within"},
            {"type": "Bus", "idPattern": "("},
            {"type": "Bus", "limit": "-1"},
            {"id": "none"},
        ],
    )
    def test_refuses(self, api: httpx.Client, wrong: dict[str, str]) -> None:
        answer = api.get(PATH, params=wrong)
        assert (answer.status_code, error_of(answer)) == (400, "BadRequestData")
