"""What subscribers are told lies within the rights of whoever made the subscription, when it is told."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from dothi.config.supervisor import postgres
from tests.support.broker import closed_broker
from tests.support.callers import bearing, known, right
from tests.support.receivers import Receiver, receiver

APART = {"georel": "disjoint", "geometry": "Point", "coordinates": [0, 0]}
WRITER = bearing(right("read", "write"), client="writer")


@pytest.fixture(scope="module")
def api(cluster: postgres.Cluster) -> Iterator[httpx.Client]:
    name = f"dothi_{uuid4().hex[:12]}"
    postgres.create_database(cluster, name)
    with closed_broker(cluster.dsn(postgres.SUPERUSER, name), known()) as client:
        yield client


@pytest.fixture
def heard() -> Iterator[Receiver]:
    with receiver() as one:
        yield one


@pytest.fixture
def kind() -> str:
    return f"Lamp{uuid4().hex[:8]}"


def prop(value: Any) -> dict[str, Any]:
    return {"type": "Property", "value": value}


def lamp(api: httpx.Client, kind: str, **members: Any) -> str:
    name = f"urn:ngsi-ld:{kind}:{uuid4()}"
    made = api.post("entities", json={"id": name, "type": kind, **members}, headers=WRITER)
    assert made.status_code == 201, made.text
    return name


def change(api: httpx.Client, name: str, **attributes: Any) -> None:
    assert api.patch(f"entities/{name}/attrs", json=attributes, headers=WRITER).status_code == 204


def subscribe(api: httpx.Client, heard: Receiver, kind: str, who: dict[str, str], **members: Any) -> str:
    notification = {"endpoint": {"uri": heard.url}, **members.pop("notification", {})}
    told = {"type": "Subscription", "entities": [{"type": kind}], "notification": notification, **members}
    made = api.post("subscriptions", json=told, headers=who)
    assert made.status_code == 201, made.text
    return made.headers["Location"].rpartition("/")[2]


def names(entity: dict[str, Any]) -> set[str]:
    return set(entity) - {"id", "type"}


class TestNotifications:
    def test_tell_and_are_triggered_by_what_may_be_read_only(
        self, api: httpx.Client, heard: Receiver, kind: str
    ) -> None:
        reader = bearing(right("read", types=[kind], attributes=["level", "name"]))
        subscribe(api, heard, kind, reader, notification={"showChanges": True, "sysAttrs": True})
        name = lamp(api, kind, level=prop(1), secret=prop(1))
        heard.wait(1)
        change(api, name, secret=prop(2))
        change(api, name, level=prop(2), secret=prop(3))
        first, second = heard.wait(2)
        assert [names(one.data[0]) - {"createdAt", "modifiedAt"} for one in (first, second)] == [
            {"level"}
        ] * 2
        assert second.data[0]["level"]["previousValue"] == 1
        assert api.delete(f"entities/{name}", headers=WRITER).status_code == 204

    @pytest.mark.parametrize(
        "members",
        [
            {"q": "secret>0"},
            {"watchedAttributes": ["secret"]},
            {"geoQ": {**APART, "geoproperty": "hidden"}},
            {"q": "partner{secret}>0"},
        ],
    )  # fmt: skip
    def test_are_not_about_what_may_not_be_read(
        self, api: httpx.Client, heard: Receiver, kind: str, members: dict[str, Any]
    ) -> None:
        narrow = bearing(right("read", types=[kind], attributes=["level", "partner"]))
        other = lamp(api, kind, secret=prop(1))
        subscribe(api, heard, kind, narrow, **members)
        subscribe(api, heard, kind, narrow, q="level==9")
        hidden = {"type": "GeoProperty", "value": {"type": "Point", "coordinates": [105, 21]}}
        partner = {"type": "Relationship", "object": other}
        lamp(api, kind, level=prop(1), secret=prop(1), hidden=hidden, partner=partner)
        last = lamp(api, kind, level=prop(9))
        assert heard.one().data[0]["id"] == last
        assert len(heard.told) == 1

    def test_in_turns_tell_of_entities_that_may_be_read(
        self, api: httpx.Client, heard: Receiver, kind: str
    ) -> None:
        shown = lamp(api, kind, scope="/a", level=prop(1), secret=prop(1))
        lamp(api, kind, scope="/b", level=prop(1))
        narrow = bearing(right("read", scopes=["/a"], attributes=["level"]))
        subscription = subscribe(api, heard, kind, narrow, timeInterval=1)
        [told] = heard.one().data
        assert (told["id"], names(told)) == (shown, {"scope", "level"})
        api.delete(f"subscriptions/{subscription}", headers=narrow)

    def test_follow_relationships_to_what_may_be_read(
        self, api: httpx.Client, heard: Receiver, kind: str
    ) -> None:
        partner = lamp(api, kind, name=prop("x"), secret=prop(1))
        hidden = lamp(api, f"{kind}Hidden", name=prop("y"))
        narrow = bearing(right("read", types=[kind], attributes=["links", "name"]))
        subscribe(api, heard, kind, narrow, notification={"join": "flat"}, q="links")
        links = {"type": "ListRelationship", "objectList": [{"object": partner}, {"object": hidden}]}
        name = lamp(api, kind, links=links)
        told = {one["id"]: names(one) for one in heard.one().data}
        assert told == {name: {"links"}, partner: {"name"}}


class TestSubscriptions:
    def test_belong_to_whoever_made_them(self, api: httpx.Client, heard: Receiver, kind: str) -> None:
        mine, theirs = (bearing(right("read", types=[kind]), client=one) for one in ("mine", "theirs"))
        name = subscribe(api, heard, kind, mine)
        assert api.get(f"subscriptions/{name}", headers=mine).status_code == 200
        assert [one["id"] for one in api.get("subscriptions", headers=mine).json()] == [name]
        counted = api.get("subscriptions", headers=theirs, params={"count": "true", "limit": "0"})
        assert (counted.json(), counted.headers["NGSILD-Results-Count"]) == ([], "0")
        path = f"subscriptions/{name}"
        assert api.get(path, headers=theirs).status_code == 404
        assert api.patch(path, json={"isActive": False}, headers=theirs).status_code == 404
        assert api.delete(path, headers=theirs).status_code == 404
        assert api.get(path, headers=WRITER).status_code == 200
        assert api.delete(path, headers=mine).status_code == 204

    def test_to_sources_are_for_whom_may_read_all(self, api: httpx.Client, kind: str) -> None:
        narrow = bearing(right("read", types=[kind]))
        for method in ("GET", "POST"):
            asked = api.request(method, "csourceSubscriptions", headers=narrow, json={})
            assert asked.status_code == 403, asked.text


class TestEntityMaps:
    def test_belong_to_whoever_made_them(self, api: httpx.Client, kind: str) -> None:
        lamp(api, kind)
        mine, theirs = (bearing(right("read", types=[kind]), client=one) for one in ("mine", "theirs"))
        made = api.get("entities", params={"type": kind, "entityMap": "true"}, headers=mine)
        path = made.headers["NGSILD-EntityMap"].removeprefix("/ngsi-ld/v1/")
        assert api.get(path, headers=mine).status_code == 200
        for method in ("GET", "DELETE"):
            assert api.request(method, path, headers=theirs).status_code == 404
        told = {"expiresAt": (datetime.now(UTC) + timedelta(hours=2)).isoformat()[:19] + "Z"}
        assert api.patch(path, json=told, headers=theirs).status_code == 404
        again = api.get("entities", params={"type": kind}, headers={**theirs, "NGSILD-EntityMap": path})
        assert again.status_code == 201, "another's map is none, so a new one is made"
        assert api.delete(path, headers=mine).status_code == 204
