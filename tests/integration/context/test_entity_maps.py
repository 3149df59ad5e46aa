"""Clauses 5.14 and 5.5.9.3 over HTTP: a query that is held to the entities that it meant at first."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from dothi.context.store import entity_maps as kept
from tests.support.things import Things, refused

MAP = "NGSILD-EntityMap"


@pytest.fixture
def things(api: httpx.Client) -> Things:
    several = Things(api)
    for name in "abcde":
        several.put(name, speed={"type": "Property", "value": ord(name)})
    return several


def location(things: Things, **params: str) -> str:
    answer = things.ask(entityMap="true", **params)
    assert answer.status_code == 201
    return answer.headers[MAP]


def told(things: Things, at: str) -> httpx.Response:
    return things.api.get(f"entityMaps/{at.rpartition('/')[2]}")


class TestEntityMap:
    def test_has_what_the_query_meant(self, things: Things) -> None:
        at = location(things, q="speed>98", limit="1")
        found = told(things, at).json()
        assert found["type"] == "EntityMap"
        assert found["entityMap"] == {things.id(name): ["@none"] for name in "cde"}

    def test_is_made_without_the_entities(self, things: Things) -> None:
        answer = things.api.get("entityMaps", params={"type": things.type, "q": "speed>100"})
        assert answer.status_code == 201
        assert answer.json()["entityMap"] == {things.id("e"): ["@none"]}
        assert told(things, answer.headers[MAP]).json() == answer.json()
        refused(things.api.get("entityMaps", params={"id": things.id("a")}), "BadRequestData")

    def test_holds_later_pages_to_it(self, things: Things) -> None:
        at = location(things)
        things.put("aa")
        things.api.delete(f"entities/{things.id('b')}")
        params: dict[str, str | int] = {"type": things.type, "limit": 3, "count": "true"}
        page = things.api.get("entities", params=params, headers={MAP: at})
        assert (page.status_code, page.headers[MAP]) == (200, at)
        assert [one["id"] for one in page.json()] == [things.id(name) for name in "acd"]
        assert page.headers["NGSILD-Results-Count"] == "4"
        assert "offset=3" in page.links["next"]["url"]
        assert things.id("b") not in told(things, at).json()["entityMap"]

    def test_is_made_anew_where_it_is_gone(self, things: Things) -> None:
        headers = {MAP: "urn:ngsi-ld:EntityMap:gone"}
        answer = things.api.get("entities", params={"type": things.type}, headers=headers)
        assert answer.status_code == 201
        assert "gone" not in answer.headers[MAP]

    def test_is_made_for_one_entity(self, things: Things) -> None:
        path, params = f"entities/{things.id('a')}", {"entityMap": "true"}
        answer = things.api.get(path, params=params)
        assert answer.status_code == 200
        assert told(things, answer.headers[MAP]).json()["entityMap"] == {things.id("a"): ["@none"]}
        again = things.api.get(path, headers={MAP: answer.headers[MAP]})
        assert again.headers[MAP] == answer.headers[MAP]

    def test_ends(self, things: Things) -> None:
        path = "entityMaps/" + location(things).rpartition("/")[2]
        far = {"expiresAt": "2099-01-01T00:00:00Z", "entityMap": {"urn:x:y": ["@none"]}}
        assert things.api.patch(path, json=far).status_code == 204
        found = things.api.get(path).json()
        assert found["expiresAt"] == far["expiresAt"]
        assert "urn:x:y" not in found["entityMap"]
        refused(things.api.patch(path, json={"expiresAt": "tomorrow"}), "BadRequestData")
        assert things.api.patch(path, json={"expiresAt": "2000-01-01T00:00:00Z"}).status_code == 204
        refused(things.api.get(path), "ResourceNotFound", 404)

    def test_ends_after_a_day_where_too_many_live_longer(
        self, things: Things, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(kept, "MOST_LONG", 1)
        last, first = ["entityMaps/" + location(things).rpartition("/")[2] for _ in range(2)]
        for path in (first, last, first):
            assert things.api.patch(path, json={"expiresAt": "2099-01-01T00:00:00Z"}).status_code == 204
        assert things.api.get(first).json()["expiresAt"] == "2099-01-01T00:00:00Z"
        assert things.api.get(last).json()["expiresAt"] < "2099"

    def test_is_deleted_by_its_tenant_alone(self, things: Things) -> None:
        path = "entityMaps/" + location(things).rpartition("/")[2]
        other = {"NGSILD-Tenant": "another"}
        assert things.api.get(path, headers=other).status_code == 404
        assert things.api.delete(path, headers=other).status_code == 404
        assert things.api.delete(path).status_code == 204
        refused(things.api.delete(path), "ResourceNotFound", 404)
        refused(things.api.get("entityMaps/not%20a%20uri"), "BadRequestData")

    @pytest.mark.parametrize("lifetime", ["PT5M", "P1DT2H", "P1Y", "P3650D"])
    def test_lives_as_long_as_suggested_but_not_longer_than_a_day(
        self, things: Things, lifetime: str
    ) -> None:
        kept = told(things, location(things, entityMapLifetime=lifetime)).json()
        until = datetime.fromisoformat(kept["expiresAt"])
        wanted = timedelta(minutes=5) if lifetime == "PT5M" else timedelta(days=1)
        assert abs(until - datetime.now(UTC) - wanted) < timedelta(minutes=1)

    @pytest.mark.parametrize("lifetime", ["1hour", "P", "PT", ""])
    def test_is_refused_where_its_lifetime_is_none(self, things: Things, lifetime: str) -> None:
        refused(things.ask(entityMap="true", entityMapLifetime=lifetime), "BadRequestData")
