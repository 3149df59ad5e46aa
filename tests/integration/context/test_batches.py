"""Clauses 5.6.7 to 5.6.10 and 5.6.20: many entities at once."""

from typing import Any

import httpx
import pytest

from tests.integration.context.asking import ERRORS, JSON, JSON_LD, attribute, error_of, vehicle

NULL = "urn:ngsi-ld:null"
OPERATIONS = ("create", "upsert", "update", "merge", "delete")


def asked(api: httpx.Client, operation: str, *members: Any, **params: str) -> httpx.Response:
    return api.post(f"entityOperations/{operation}", json=list(members), params=params)


def found(api: httpx.Client, target: str) -> dict[str, Any]:
    told: dict[str, Any] = api.get(f"entities/{target}").json()
    return told


def failed(answer: httpx.Response) -> list[tuple[str, str]]:
    """Return the ids that failed, and with which errors."""
    assert answer.status_code == 207
    return [(one["entityId"], one["error"]["type"].removeprefix(ERRORS)) for one in answer.json()["errors"]]


class TestCreate:
    """Clause 5.6.7."""

    def test_answers_with_the_ids(self, api: httpx.Client) -> None:
        some = [vehicle(speed=attribute(1)), vehicle()]
        done = asked(api, "create", *some)
        assert (done.status_code, done.json()) == (201, [one["id"] for one in some])
        assert found(api, some[0]["id"]) == some[0]

    def test_says_which_were_there_already(self, api: httpx.Client) -> None:
        old, young = vehicle(), vehicle()
        asked(api, "create", old)
        done = asked(api, "create", old, young)
        assert failed(done) == [(old["id"], "AlreadyExists")]
        assert done.json()["success"] == [young["id"]]

    def test_takes_the_first_of_two_with_one_id(self, api: httpx.Client) -> None:
        """Clause 5.5.11.1."""
        one, other = vehicle(speed=attribute(1)), vehicle()
        done = asked(api, "create", one, other, {**one, "speed": attribute(2)})
        assert failed(done) == [(one["id"], "AlreadyExists")]
        assert done.json()["success"] == [one["id"], other["id"]]
        assert found(api, one["id"])["speed"] == attribute(1)

    def test_fails_by_member_where_one_is_wrong(self, api: httpx.Client) -> None:
        good, typeless = vehicle(), vehicle()
        del typeless["type"]
        done = asked(api, "create", good, typeless, "text", {"type": "Vehicle"})
        assert [error for _, error in failed(done)] == ["BadRequestData"] * 3
        assert done.json()["success"] == [good["id"]]

    def test_of_more_than_one_transaction_holds_is_told_as_one(self, api: httpx.Client) -> None:
        some = [vehicle() for _ in range(700)]
        assert asked(api, "create", *some).json() == [one["id"] for one in some]
        assert asked(api, "create", *some).status_code == 207
        assert found(api, some[0]["id"]).keys() == found(api, some[-1]["id"]).keys()


class TestContexts:
    """Clause 6.3.5: in JSON-LD each member has its own @context, in JSON none has one."""

    def test_are_those_of_the_members(self, api: httpx.Client) -> None:
        context = {"speed": "https://example.org/speed"}
        one, other = vehicle(speed=attribute(1)), vehicle(speed=attribute(2))
        told = [{**one, "@context": [context]}, {**other, "@context": []}]
        done = api.post("entityOperations/create", json=told, headers=JSON_LD)
        assert done.status_code == 201
        assert "https://example.org/speed" in found(api, one["id"])
        assert "speed" in found(api, other["id"])

    @pytest.mark.parametrize(("headers", "members"), [(JSON, {"@context": {}}), (JSON_LD, {})])
    def test_fail_by_member(self, api: httpx.Client, headers: dict[str, str], members: Any) -> None:
        done = api.post("entityOperations/create", json=[vehicle(**members)], headers=headers)
        assert [error for _, error in failed(done)] == ["BadRequestData"]

    def test_do_not_stand_in_a_link_as_well(self, api: httpx.Client) -> None:
        link = '<https://example.org/c>; rel="http://www.w3.org/ns/json-ld#context"'
        headers = {**JSON_LD, "Link": link}
        done = api.post("entityOperations/create", json=[vehicle(**{"@context": {}})], headers=headers)
        assert (done.status_code, error_of(done)) == (400, "BadRequestData")


class TestUpsert:
    """Clause 5.6.8."""

    def test_creates_and_replaces(self, api: httpx.Client) -> None:
        old, young = vehicle(speed=attribute(1)), vehicle()
        asked(api, "create", old)
        done = asked(api, "upsert", {**vehicle(color=attribute("red")), "id": old["id"]}, young)
        assert (done.status_code, done.json()) == (201, [young["id"]])
        assert found(api, old["id"]) == vehicle(color=attribute("red")) | {"id": old["id"]}

    def test_updates_where_it_is_to(self, api: httpx.Client) -> None:
        old = vehicle(speed=attribute(1))
        asked(api, "create", old)
        done = asked(api, "upsert", {**vehicle(color=attribute("red")), "id": old["id"]}, options="update")
        assert (done.status_code, done.text) == (204, "")
        assert found(api, old["id"]) == {**old, "color": attribute("red")}

    def test_applies_two_of_one_id_in_their_order(self, api: httpx.Client) -> None:
        """Clauses 4.6.6 and 5.5.11.2."""
        one = vehicle(speed=attribute(1), old=attribute(True))
        young = {"id": one["id"], "type": "Vehicle", "speed": attribute(2)}
        done = asked(api, "upsert", one, young)
        assert (done.status_code, done.json()) == (201, [one["id"]])
        assert found(api, one["id"]) == young

    def test_says_which_are_wrong(self, api: httpx.Client) -> None:
        good, typeless = vehicle(), vehicle()
        del typeless["type"]
        done = asked(api, "upsert", good, typeless, options="replace")
        assert failed(done) == [(typeless["id"], "BadRequestData")]
        assert done.json()["success"] == [good["id"]]


class TestUpdate:
    """Clause 5.6.9."""

    def test_changes_what_is_there(self, api: httpx.Client) -> None:
        one, nobody = vehicle(speed=attribute(1)), vehicle(speed=attribute(9))
        asked(api, "create", one)
        told = {"id": one["id"], "type": ["Vehicle", "Bus"], "speed": attribute(2), "seats": attribute(40)}
        assert asked(api, "update", told).status_code == 204
        assert found(api, one["id"]) == told
        done = asked(api, "update", told, nobody)
        assert failed(done) == [(nobody["id"], "ResourceNotFound")]
        assert done.json()["success"] == [one["id"]]

    def test_overwrites_nothing_where_it_is_not_to(self, api: httpx.Client) -> None:
        one = vehicle(speed=attribute(1))
        asked(api, "create", one)
        told = {**one, "speed": attribute(2), "color": attribute("red")}
        done = asked(api, "update", told, options="noOverwrite")
        assert [target for target, _ in failed(done)] == [one["id"]]
        assert found(api, one["id"]) == {**told, "speed": attribute(1)}
        young = {"id": one["id"], "type": "Vehicle", "seats": attribute(40)}
        assert asked(api, "update", young, options="noOverwrite").status_code == 204


class TestMerge:
    """Clause 5.6.20."""

    def test_goes_into_attributes(self, api: httpx.Client) -> None:
        one, nobody = vehicle(speed=attribute(1, unitCode="KMH"), color=attribute("red")), vehicle(speed=1)
        asked(api, "create", one)
        told = {"id": one["id"], "type": "Vehicle", "speed": attribute(2), "color": NULL}
        done = asked(api, "merge", told)
        assert (done.status_code, done.text) == (204, "")
        assert found(api, one["id"]) == {**vehicle(speed=attribute(2, unitCode="KMH")), "id": one["id"]}
        assert failed(asked(api, "merge", told, nobody)) == [(nobody["id"], "ResourceNotFound")]

    def test_fails_by_member_where_one_is_wrong(self, api: httpx.Client) -> None:
        one = vehicle(speed={"type": "Property", "value": None})
        assert failed(asked(api, "merge", one)) == [(one["id"], "BadRequestData")]


class TestDelete:
    """Clause 5.6.10."""

    def test_leaves_nothing(self, api: httpx.Client) -> None:
        some = [vehicle(), vehicle()]
        asked(api, "create", *some)
        done = asked(api, "delete", *(one["id"] for one in some))
        assert (done.status_code, done.text) == (204, "")
        assert api.get(f"entities/{some[0]['id']}").status_code == 404

    def test_says_which_were_not_there(self, api: httpx.Client) -> None:
        """Clause 5.5.11.4: of two with one id the second is not there any more."""
        one = vehicle()
        asked(api, "create", one)
        done = asked(api, "delete", one["id"], one["id"], "thing")
        assert failed(done) == [(one["id"], "ResourceNotFound"), ("thing", "BadRequestData")]
        assert done.json()["success"] == [one["id"]]


class TestEvery:
    @pytest.mark.parametrize("operation", OPERATIONS)
    @pytest.mark.parametrize(
        ("body", "error"),
        [
            (b"[]", "BadRequestData"),
            (b"[null]", "BadRequestData"),
            (b'{"id": "urn:x:1"}', "BadRequestData"),
            (b"[{]", "InvalidRequest"),
        ],
    )
    def test_is_refused_as_a_whole_where_it_is_no_batch(
        self, api: httpx.Client, operation: str, body: bytes, error: str
    ) -> None:
        answer = api.post(f"entityOperations/{operation}", content=body, headers=JSON)
        assert (answer.status_code, error_of(answer)) == (400, error)

    def test_with_null_leaves_its_other_members_alone(self, api: httpx.Client) -> None:
        one = vehicle()
        assert asked(api, "create", one, None).status_code == 400
        assert api.get(f"entities/{one['id']}").status_code == 404
