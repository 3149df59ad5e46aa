"""Writers change what they may write, and neither more nor what they do not see."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from dothi.config.supervisor import postgres
from tests.support.broker import closed_broker
from tests.support.callers import bearing, known, right

ALL = bearing(right("read", "write"), client="all")
LEVEL = bearing(right("write", types=["Well"], attributes=["level"]), client="level")
WELLS = bearing(right("write", types=["Well"]), client="wells")
NORTH = bearing(right("write", scopes=["/north"]), client="north")
OBSERVED = {"observedAt": "2026-03-01T12:00:00Z"}


@pytest.fixture(scope="module")
def api(cluster: postgres.Cluster) -> Iterator[httpx.Client]:
    name = f"dothi_{uuid4().hex[:12]}"
    postgres.create_database(cluster, name)
    with closed_broker(cluster.dsn(postgres.SUPERUSER, name), known()) as client:
        yield client


def prop(value: Any, **more: Any) -> dict[str, Any]:
    return {"type": "Property", "value": value, **more}


def thing(**members: Any) -> dict[str, Any]:
    return {"id": f"urn:ngsi-ld:Thing:{uuid4()}", "type": "Well", **members}


def given(api: httpx.Client, **members: Any) -> str:
    one = thing(**members)
    assert api.post("entities", json=one, headers=ALL).status_code == 201
    return str(one["id"])


def found(api: httpx.Client, name: str) -> dict[str, Any]:
    answer = api.get(f"entities/{name}", headers=ALL, params={"format": "simplified"})
    told: dict[str, Any] = answer.json()
    return told


class TestCreate:
    @pytest.mark.parametrize(
        ("who", "members", "status"),
        [
            (LEVEL, {"level": prop(1)}, 201), (LEVEL, {"level": prop(1), "name": prop("x")}, 403),
            (LEVEL, {"type": "Pump", "level": prop(1)}, 403), (WELLS, {"name": prop("x")}, 201),
            (WELLS, {"type": ["Well", "Pump"]}, 403), (NORTH, {"scope": "/north"}, 201), (NORTH, {}, 403),
            (NORTH, {"scope": ["/north", "/south"]}, 403),
        ],
    )  # fmt: skip
    def test_takes_what_may_be_written(
        self, api: httpx.Client, who: dict[str, str], members: dict[str, Any], status: int
    ) -> None:
        one = thing(**members)
        assert api.post("entities", json=one, headers=who).status_code == status
        assert (found(api, one["id"]).get("id") == one["id"]) is (status == 201)

    def test_in_a_batch_refuses_each_for_itself(self, api: httpx.Client) -> None:
        good, bad = thing(level=prop(1)), thing(name=prop("x"))
        answer = api.post("entityOperations/create", json=[good, bad], headers=LEVEL)
        assert answer.status_code == 207
        assert answer.json()["success"] == [good["id"]]
        [error] = answer.json()["errors"]
        assert (error["entityId"], error["error"]["status"]) == (bad["id"], 403)

    def test_does_not_take_the_place_of_what_is_not_seen(self, api: httpx.Client) -> None:
        name = given(api, type="Pump", name=prop("x"))
        one = {"id": name, "type": "Well", "level": prop(1)}
        assert api.post("entities", json=one, headers=WELLS).status_code == 409
        answer = api.post("entityOperations/upsert", json=[one], headers=WELLS)
        assert answer.json()["errors"][0]["error"]["status"] == 409
        assert found(api, name) == {"id": name, "type": "Pump", "name": "x"}


class TestChange:
    def test_leaves_alone_what_may_not_be_written(self, api: httpx.Client) -> None:
        name = given(api, level=prop(1), name=prop("x"))
        path = f"entities/{name}"
        changed = api.put(path, json={"type": "Well", "level": prop(2)}, headers=LEVEL)
        assert changed.status_code == 204, changed.text
        assert found(api, name) == {"id": name, "type": "Well", "level": 2, "name": "x"}
        assert api.patch(f"{path}/attrs", json={"level": prop(3)}, headers=LEVEL).status_code == 204
        for method, where, told in (
            ("PATCH", f"{path}/attrs", {"name": prop("y")}),
            ("POST", f"{path}/attrs", {"other": prop("y")}),
            ("PATCH", path, {"name": prop("y")}),
            ("PUT", path, {"type": "Well", "name": prop("y")}),
            ("POST", f"{path}/attrs", {"type": ["Pump"]}),
            ("POST", f"{path}/attrs", {"scope": "/north"}),
        ):
            assert api.request(method, where, json=told, headers=LEVEL).status_code == 403, (method, told)
        assert api.delete(f"{path}/attrs/name", headers=LEVEL).status_code == 404
        assert api.put(f"{path}/attrs/name", json=prop("y"), headers=LEVEL).status_code == 404
        assert found(api, name) == {"id": name, "type": "Well", "level": 3, "name": "x"}

    def test_moves_nothing_out_of_reach_nor_into_it(self, api: httpx.Client) -> None:
        mine, other = given(api, scope="/north"), given(api, scope="/south")
        answer = api.post(f"entities/{mine}/attrs", json={"scope": "/south"}, headers=NORTH)
        assert answer.status_code == 403
        assert api.delete(f"entities/{mine}/attrs/scope", headers=NORTH).status_code == 403
        assert api.post(f"entities/{other}/attrs", json={"scope": "/north"}, headers=NORTH).status_code == 404
        assert api.patch(f"entities/{mine}/attrs", json={"level": prop(1)}, headers=NORTH).status_code == 204

    def test_deletes_an_entity_of_which_all_may_be_written(self, api: httpx.Client) -> None:
        name = given(api, level=prop(1))
        assert api.delete(f"entities/{name}", headers=LEVEL).status_code == 403
        assert api.delete(f"entities/{name}", headers=NORTH).status_code == 404
        assert api.delete(f"entities/{name}", headers=WELLS).status_code == 204


class TestPurge:
    def test_deletes_what_may_be_written_and_says_what_may_not(self, api: httpx.Client) -> None:
        mine, other = given(api, scope="/north"), given(api, scope="/south")
        who = bearing(right("read"), right("write", scopes=["/north"]), client="purger")
        asked = {"type": "Well", "id": f"{mine},{other}"}
        answer = api.delete("entities", params=asked, headers=who)
        assert answer.status_code == 207
        assert answer.json()["success"] == [mine]
        assert [error["entityId"] for error in answer.json()["errors"]] == [other]
        assert found(api, other)["id"] == other


class TestPast:
    def test_is_written_as_far_as_the_present_may_be(self, api: httpx.Client) -> None:
        one = thing(level=prop(1, **OBSERVED))
        path = f"temporal/entities/{one['id']}"
        assert api.post("temporal/entities", json=one, headers=LEVEL).status_code == 201
        name = {"name": [prop("x", **OBSERVED)]}
        assert api.post("temporal/entities", json=thing(**name), headers=LEVEL).status_code == 403
        assert api.post(f"{path}/attrs", json=name, headers=LEVEL).status_code == 403
        assert api.post(f"{path}/attrs", json=name, headers=WELLS).status_code == 204
        assert api.delete(f"{path}/attrs/name", headers=LEVEL).status_code == 403
        assert api.delete(path, headers=LEVEL).status_code == 403
        assert api.delete(path, headers=NORTH).status_code == 404
        assert api.post("temporal/entities", json={**one, "type": "Pump"}, headers=WELLS).status_code == 403
        assert api.delete(path, headers=WELLS).status_code == 204


class TestWhatIsAboutAll:
    def test_takes_a_right_to_all(self, api: httpx.Client) -> None:
        for method, path in (
            ("POST", "csourceRegistrations"),
            ("PATCH", "csourceRegistrations/urn:x:1"),
            ("DELETE", "csourceRegistrations/urn:x:1"),
            ("DELETE", "jsonldContexts/x"),
        ):
            assert api.request(method, path, json={}, headers=WELLS).status_code == 403, (method, path)
