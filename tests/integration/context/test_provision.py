"""Clause 5.6: creating, updating and deleting entities."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import httpx

ERRORS = "https://uri.etsi.org/ngsi-ld/errors/"


def vehicle(**attributes: Any) -> dict[str, Any]:
    return {"id": f"urn:ngsi-ld:Vehicle:{uuid4()}", "type": "Vehicle", **attributes}


class TestCreate:
    def test_is_there_as_it_was_said(self, api: httpx.Client) -> None:
        one = vehicle(speed={"type": "Property", "value": 55, "observedAt": "2026-11-22T08:00:00Z"})
        made = api.post("entities", json=one)
        assert made.status_code == 201
        assert made.headers["Location"] == f"/ngsi-ld/v1/entities/{one['id']}"
        assert api.get(f"entities/{one['id']}").json() == one

    def test_is_refused_the_second_time(self, api: httpx.Client) -> None:
        one = vehicle()
        api.post("entities", json=one)
        again = api.post("entities", json=one)
        assert again.status_code == 409
        assert again.json()["type"] == f"{ERRORS}AlreadyExists"

    def test_happens_once_for_many_who_ask_at_once(self, api: httpx.Client) -> None:
        one = vehicle()
        with ThreadPoolExecutor(16) as people:
            asked = list(people.map(lambda _: api.post("entities", json=one).status_code, range(32)))
        assert sorted(asked) == [201] + [409] * 31


class TestUpdate:
    def test_changes_what_is_there_and_leaves_the_rest(self, api: httpx.Client) -> None:
        one = vehicle(speed={"type": "Property", "value": 1}, color={"type": "Property", "value": "red"})
        api.post("entities", json=one)
        done = api.patch(f"entities/{one['id']}/attrs", json={"speed": {"type": "Property", "value": 2}})
        assert done.status_code == 204
        found = api.get(f"entities/{one['id']}").json()
        assert (found["speed"]["value"], found["color"]["value"]) == (2, "red")


class TestDelete:
    def test_leaves_nothing(self, api: httpx.Client) -> None:
        one = vehicle()
        api.post("entities", json=one)
        assert api.delete(f"entities/{one['id']}").status_code == 204
        assert api.get(f"entities/{one['id']}").status_code == 404
        assert api.delete(f"entities/{one['id']}").status_code == 404
