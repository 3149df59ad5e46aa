"""Clauses 5.6.11 to 5.6.16: providing the temporal evolution of entities."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.support.evolutions import asked, given, minute, said, sensor, values

ERRORS = "https://uri.etsi.org/ngsi-ld/errors/"
NULL = "urn:ngsi-ld:null"


def nobody() -> str:
    return f"urn:ngsi-ld:Sensor:{uuid4()}"


class TestUpsert:
    def test_is_there_as_it_was_said(self, api: httpx.Client) -> None:
        one = sensor(level=[said(1, 0), said(2.5, 1, unitCode="MTR")], name=[said("ford", 0)])
        made = api.post("temporal/entities/", json=one)
        assert (made.status_code, made.content) == (201, b"")
        assert made.headers["Location"] == f"/ngsi-ld/v1/temporal/entities/{one['id']}"
        found = asked(api, one)
        for each in [*found["level"], *found["name"]]:
            assert each.pop("instanceId").startswith("urn:ngsi-ld:Instance:")
        assert found == one

    def test_adds_instances_and_types_to_what_is_there(self, api: httpx.Client) -> None:
        one = given(api, level=[said(1, 0)])
        more = {**one, "type": ["Sensor", "Gauge"], "level": [said(NULL, 1)]}
        assert api.post("temporal/entities", json=more).status_code == 204
        found = asked(api, one)
        assert found["type"] == ["Sensor", "Gauge"]
        assert values(found, "level") == [1, NULL]

    def test_tells_anew_what_was_observed_at_the_same_instant(self, api: httpx.Client) -> None:
        other = said(5, 0, datasetId="urn:d:1")
        one = given(api, level=[said(1, 0), said(2, 1), other], flow=[said(9, 0)])
        told = {**one, "level": [said(7, 0), said(3, 2)], "flow": [said(9, 0)]}
        assert api.post("temporal/entities", json=told).status_code == 204
        found = asked(api, one)
        assert sorted(values(found, "level")) == [2, 3, 5, 7]
        assert values(found, "flow") == [9]

    def test_does_not_touch_the_current_entity(self, api: httpx.Client) -> None:
        one = given(api, level=[said(1, 0)])
        assert api.get(f"entities/{one['id']}").status_code == 404

    def test_takes_every_kind_of_attribute(self, api: httpx.Client) -> None:
        at = {"observedAt": minute(0)}
        one = given(
            api,
            where=[{"type": "GeoProperty", "value": {"type": "Point", "coordinates": [105.8, 21.0]}, **at}],
            owner=[{"type": "Relationship", "object": "urn:ngsi-ld:Ward:1", **at}],
            label=[{"type": "LanguageProperty", "languageMap": {"vi": "cầu", "en": "bridge"}, **at}],
            sort=[{"type": "VocabProperty", "vocab": "gauge", **at}],
            raw=[{"type": "JsonProperty", "json": {"a": [1]}, **at}],
            depths=[{"type": "ListProperty", "valueList": [1, 2], **at}],
            parts=[{"type": "ListRelationship", "objectList": [{"object": "urn:a:1"}], **at}],
        )
        found = asked(api, one)
        for key, [told] in ((key, value) for key, value in one.items() if isinstance(value, list)):
            [shown] = found[key]
            assert {**shown, "instanceId": None} == {**told, "instanceId": None}

    @pytest.mark.parametrize(
        "wrong",
        [
            {"id": "sensor"},
            {"type": []},
            {"level": NULL},
            {"level": [{"type": "Property", "value": 1, "observedAt": "2026-03-01T12:00:00+07:00"}]},
            {"level": [{"type": "Sensor", "value": 1}]},
            {"scope": [{"type": "Property"}]},
        ],
    )
    def test_refuses_what_is_no_evolution(self, api: httpx.Client, wrong: dict[str, Any]) -> None:
        one = {**sensor(), **wrong}
        refused = api.post("temporal/entities", json=one)
        assert (refused.status_code, refused.json()["type"]) == (400, f"{ERRORS}BadRequestData")

    def test_takes_ids_of_any_script(self, api: httpx.Client) -> None:
        one = {**sensor(level=[said(1, 0)]), "id": f"urn:ngsi-ld:Cầu:{uuid4()}"}
        made = api.post("temporal/entities", json=one)
        assert made.status_code == 201
        assert api.get(made.headers["Location"].removeprefix("/ngsi-ld/v1/")).json()["id"] == one["id"]

    def test_refuses_a_list(self, api: httpx.Client) -> None:
        assert api.post("temporal/entities", json=[sensor()]).status_code == 400


class TestAdd:
    def test_adds_instances(self, api: httpx.Client) -> None:
        one = given(api, level=[said(1, 0)])
        added = api.post(
            f"temporal/entities/{one['id']}/attrs", json={"level": said(2, 1), "flow": [said(3, 1)]}
        )
        assert (added.status_code, added.content) == (204, b"")
        found = asked(api, one)
        assert (values(found, "level"), values(found, "flow")) == ([1, 2], [3])

    def test_refuses_an_entity_that_is_not_there(self, api: httpx.Client) -> None:
        assert api.post(f"temporal/entities/{nobody()}/attrs", json={"level": said(2, 1)}).status_code == 404

    @pytest.mark.parametrize("entity_id", ["", "nonsense"])
    def test_refuses_what_is_no_id(self, api: httpx.Client, entity_id: str) -> None:
        refused = api.post(f"temporal/entities/{entity_id}/attrs", json={"level": said(2, 1)})
        assert (refused.status_code, refused.json()["type"]) == (400, f"{ERRORS}BadRequestData")


class TestDeleteAttribute:
    one = {"level": [said(1, 0), said(2, 1), said(3, 2, datasetId="urn:d:1")], "flow": [said(9, 0)]}

    @pytest.mark.parametrize(
        ("params", "left"),
        [({}, [3]), ({"datasetId": "urn:d:1"}, [1, 2]), ({"datasetId": "@none"}, [3])],
    )
    def test_deletes_one_dataset(self, api: httpx.Client, params: dict[str, str], left: list[int]) -> None:
        one = given(api, **self.one)
        gone = api.delete(f"temporal/entities/{one['id']}/attrs/level", params=params)
        assert (gone.status_code, gone.content) == (204, b"")
        assert values(asked(api, one), "level") == left

    def test_deletes_all_if_told(self, api: httpx.Client) -> None:
        one = given(api, **self.one)
        path = f"temporal/entities/{one['id']}/attrs/level"
        assert api.delete(path, params={"deleteAll": "true"}).status_code == 204
        assert set(asked(api, one)) == {"id", "type", "flow"}
        assert api.delete(path, params={"deleteAll": "true"}).status_code == 404

    @pytest.mark.parametrize("name", ["wrong(name", "%2e%2e", "%252e%252e", "%2e"])
    def test_refuses_what_is_no_name(self, api: httpx.Client, name: str) -> None:
        one = given(api, **self.one)
        refused = api.delete(f"temporal/entities/{one['id']}/attrs/{name}")
        assert (refused.status_code, refused.json()["type"]) == (400, f"{ERRORS}BadRequestData")
        assert values(asked(api, one), "flow") == [9]

    def test_tells_what_is_not_there(self, api: httpx.Client) -> None:
        one = given(api, **self.one)
        assert api.delete(f"temporal/entities/{one['id']}/attrs/weight").status_code == 404
        assert api.delete(f"temporal/entities/{nobody()}/attrs/level").status_code == 404


class TestModifyInstance:
    def test_puts_another_in_its_place(self, api: httpx.Client) -> None:
        one = given(api, level=[said(1, 0), said(2, 1)])
        first = asked(api, one, options="sysAttrs")["level"][0]
        path = f"temporal/entities/{one['id']}/attrs/level/{first['instanceId']}"
        assert api.patch(path, json=said(7, 0)).status_code == 204
        changed = asked(api, one, options="sysAttrs")["level"][0]
        assert (changed["value"], changed["instanceId"]) == (7, first["instanceId"])
        assert changed["createdAt"] == first["createdAt"]
        assert changed["modifiedAt"] > first["modifiedAt"]

    def test_takes_it_under_the_name_of_its_attribute(self, api: httpx.Client) -> None:
        one = given(api, level=[said(1, 0)])
        path = f"temporal/entities/{one['id']}/attrs/level/{asked(api, one)['level'][0]['instanceId']}"
        assert api.patch(path, json={"level": [said(8, 5)]}).status_code == 204
        assert asked(api, one)["level"][0]["observedAt"] == minute(5)

    def test_refuses_paths_that_lead_nowhere(self, api: httpx.Client) -> None:
        one = given(api, level=[said(1, 0)])
        there = asked(api, one)["level"][0]["instanceId"]
        statuses = {
            f"nonsense/attrs/level/{there}": 400,
            f"/attrs/level/{there}": 400,
            f"{one['id']}/attrs/level/nonsense": 400,
            f"{one['id']}/attrs/level/": 405,
            f"{one['id']}/attrs/wrong(name/{there}": 400,
            f"{one['id']}/attrs//{there}": 405,
            f"{nobody()}/attrs/level/{there}": 404,
            f"{one['id']}/attrs/flow/{there}": 404,
            f"{one['id']}/attrs/level/urn:ngsi-ld:0123456789": 404,
            f"{one['id']}/attrs/level/urn:ngsi-ld:Instance:{'9' * 30}": 404,
        }
        answered = {
            path: api.patch(f"temporal/entities/{path}", json=said(7, 0)).status_code for path in statuses
        }
        assert answered == statuses


class TestDeleteInstance:
    def test_deletes_one(self, api: httpx.Client) -> None:
        one = given(api, level=[said(1, 0), said(2, 1)])
        first, second = (each["instanceId"] for each in asked(api, one)["level"])
        path = f"temporal/entities/{one['id']}/attrs/level"
        assert api.delete(f"{path}/{first}").status_code == 204
        assert values(asked(api, one), "level") == [2]
        assert api.delete(f"{path}/{first}").status_code == 404
        assert api.delete(f"{path}/{second}").status_code == 204
        assert set(asked(api, one)) == {"id", "type"}

    def test_refuses_an_attribute_without_a_name(self, api: httpx.Client) -> None:
        one = given(api, level=[said(1, 0)])
        there = asked(api, one)["level"][0]["instanceId"]
        assert api.delete(f"temporal/entities/{one['id']}/attrs//{there}").status_code == 400


class TestDelete:
    def test_leaves_nothing(self, api: httpx.Client) -> None:
        one = given(api, level=[said(1, 0)])
        path = f"temporal/entities/{one['id']}"
        assert api.delete(path).status_code == 204
        assert api.get(path).status_code == 404
        assert api.delete(path).json()["type"] == f"{ERRORS}ResourceNotFound"

    @pytest.mark.parametrize(("entity_id", "status"), [("", 405), ("nonsense", 400)])
    def test_refuses_what_is_no_id(self, api: httpx.Client, entity_id: str, status: int) -> None:
        assert api.delete(f"temporal/entities/{entity_id}").status_code == status


class TestFollowing:
    """Clause 4.5.6: the past of a current entity is kept as it changes."""

    def test_keeps_what_an_attribute_said_before(self, api: httpx.Client) -> None:
        one = {"id": nobody(), "type": "Sensor", "scope": "/hanoi", "level": said(1, 0)}
        api.post("entities", json=one)
        api.patch(f"entities/{one['id']}/attrs", json={"level": said(2, 1)})
        found = asked(api, one, options="sysAttrs")
        assert values(found, "level") == [1, 2]
        [scope] = found["scope"]
        assert (scope["type"], scope["value"], scope["observedAt"]) == (
            "Property",
            "/hanoi",
            scope["modifiedAt"],
        )

    def test_goes_with_the_entity(self, api: httpx.Client) -> None:
        one = {"id": nobody(), "type": "Sensor", "level": said(1, 0)}
        api.post("entities", json=one)
        api.delete(f"entities/{one['id']}")
        assert api.get(f"temporal/entities/{one['id']}").status_code == 404

    def test_keeps_deletions_of_attributes_and_scopes(self, api: httpx.Client) -> None:
        one = {"id": nobody(), "type": "Sensor", "scope": "/hanoi", "level": said(1, 0)}
        api.post("entities", json=one)
        for name in ("level", "scope"):
            assert api.delete(f"entities/{one['id']}/attrs/{name}").status_code == 204
        found = asked(api, one, timeproperty="deletedAt")
        assert [found["level"][0]["value"], found["scope"][0]["value"]] == [NULL, []]


class TestEnd:
    """Clause 4.5.7, of entities of which only the past is known: a deletion is part of it."""

    def test_is_kept_with_its_time(self, api: httpx.Client) -> None:
        texts = {"type": "LanguageProperty", "languageMap": {"vi": "a"}, "observedAt": minute(0)}
        one = given(api, level=[said(1, 0), said(2, 1)], label=[texts], scope=["/a", "/b"])
        for name in ("level", "label", "scope"):
            assert api.delete(f"entities/{one['id']}/attrs/{name}").status_code == 204
        found = asked(api, one, timeproperty="deletedAt")
        assert {key: len(found[key]) for key in ("level", "label", "scope")} == {
            "level": 1,
            "label": 1,
            "scope": 1,
        }
        assert found["label"][0]["languageMap"] == {"@none": NULL}
        assert all(found[key][0]["deletedAt"] for key in ("level", "label", "scope"))
        simple = asked(api, one, timeproperty="deletedAt", options="temporalValues")
        assert simple["scope"]["values"][0][0] == []
        assert simple["level"]["values"][0] == [NULL, found["level"][0]["deletedAt"]]

    def test_comes_once(self, api: httpx.Client) -> None:
        one = given(api, level=[said(1, 0)])
        path = f"entities/{one['id']}/attrs/level"
        assert [api.delete(path).status_code for _ in range(2)] == [204, 404]
        assert api.delete(f"entities/{one['id']}/attrs/flow").status_code == 404
        assert api.delete(f"entities/{nobody()}/attrs/level").status_code == 404
