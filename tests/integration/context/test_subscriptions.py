"""Clauses 5.8.1 to 5.8.5, 6.10 and 6.11: making, changing, giving, querying and deleting subscriptions."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.integration.context.asking import ends_soon
from tests.support.waiting import until

ERRORS = "https://uri.etsi.org/ngsi-ld/errors/"
ENDPOINT = {"uri": "http://127.0.0.1:9/notify"}


def subscription(**members: Any) -> dict[str, Any]:
    return {
        "id": f"urn:ngsi-ld:Subscription:{uuid4()}", "type": "Subscription", "entities": [{"type": "Lamp"}],
        "notification": {"endpoint": ENDPOINT}, **members,
    }  # fmt: skip


def made(api: httpx.Client, **members: Any) -> str:
    one = subscription(**members)
    answer = api.post("subscriptions", json=one)
    assert answer.status_code == 201, answer.text
    return str(one["id"])


class TestCreate:
    """Clause 5.8.1."""

    def test_is_there_as_it_was_said_with_defaults_and_status(self, api: httpx.Client) -> None:
        one = subscription(q="power>5", watchedAttributes=["power"], throttling=2.5)
        answer = api.post("subscriptions/", json=one)
        assert (answer.status_code, answer.text) == (201, "")
        assert answer.headers["Location"] == f"/ngsi-ld/v1/subscriptions/{one['id']}"
        assert api.get(f"subscriptions/{one['id']}").json() == {
            **one, "status": "active", "notificationTrigger": ["attributeCreated", "attributeUpdated"],
        }  # fmt: skip

    def test_makes_an_id_where_there_is_none(self, api: httpx.Client) -> None:
        one = {key: value for key, value in subscription().items() if key != "id"}
        location = api.post("subscriptions", json=one).headers["Location"]
        assert location.startswith("/ngsi-ld/v1/subscriptions/urn:")
        assert api.get(location.removeprefix("/ngsi-ld/v1/")).json()["type"] == "Subscription"

    def test_is_refused_the_second_time(self, api: httpx.Client) -> None:
        one = subscription()
        api.post("subscriptions", json=one)
        again = api.post("subscriptions", json=one)
        assert (again.status_code, again.json()["type"]) == (409, f"{ERRORS}AlreadyExists")

    def test_leaves_out_what_subscribers_may_not_say(self, api: httpx.Client) -> None:
        told = {"endpoint": ENDPOINT, "timesSent": 42, "status": "failed"}
        name = made(api, status="expired", createdAt="2020-01-01T00:00:00Z", secret=1, notification=told)
        found = api.get(f"subscriptions/{name}").json()
        assert found["status"] == "active"
        assert found["notification"] == {"endpoint": ENDPOINT}
        assert not {"createdAt", "secret"} & set(found)

    def test_is_paused_where_it_is_not_active(self, api: httpx.Client) -> None:
        assert api.get(f"subscriptions/{made(api, isActive=False)}").json()["status"] == "paused"

    @pytest.mark.parametrize(
        "wrong",
        [
            {"id": ""}, {"id": "invalid"}, {"type": "Lamp"},
            {"entities": []}, {"entities": [{"id": "urn:a"}]},
            {"entities": [{"type": "Lamp", "id": "no uri"}]},
            {"entities": [{"type": "Lamp", "idPattern": "(("}]},
            {"entities": [{"type": "Lamp;("}]}, {"entities": None}, {"watchedAttributes": []},
            {"notificationTrigger": []}, {"notificationTrigger": ["entityChanged"]},
            {"timeInterval": 0}, {"timeInterval": -1}, {"timeInterval": True}, {"throttling": -5},
            {"timeInterval": 5, "throttling": 5}, {"timeInterval": 5, "watchedAttributes": ["power"]},
            {"q": "(("}, {"csf": "(("}, {"q": 5}, {"scopeQ": "/a//"}, {"temporalQ": {"timerel": "after"}},
            {"geoQ": {"georel": "near", "geometry": "Point", "coordinates": [1, 2]}},
            {"geoQ": {"georel": "within", "geometry": "Point", "coordinates": "no"}},
            {"expiresAt": "2000-01-01T00:00:00Z"}, {"expiresAt": "tomorrow"}, {"isActive": "yes"},
            {"datasetId": []}, {"datasetId": ["no uri"]},
            {"jsonldContext": "unknown"}, {"notification": None},
            {"notification": {}}, {"notification": {"endpoint": {}}}, {"notification": "all"},
        ],
    )  # fmt: skip
    def test_refuses_what_is_not_a_subscription(self, api: httpx.Client, wrong: dict[str, Any]) -> None:
        answer = api.post("subscriptions", json=subscription(**wrong))
        assert (answer.status_code, answer.json()["type"]) == (400, f"{ERRORS}BadRequestData"), wrong

    @pytest.mark.parametrize(
        "wrong",
        [
            {"attributes": []}, {"pick": []}, {"omit": []}, {"pick": ["id"], "omit": ["id"]},
            {"pick": ["id"], "attributes": ["power"]}, {"omit": ["id"], "attributes": ["power"]},
            {"attributes": ["id"]}, {"format": "short"}, {"format": "keyValues", "showChanges": True},
            {"format": "simplified", "showChanges": True}, {"join": "deep"},
            {"joinLevel": 0}, {"sysAttrs": 1},
        ],
    )  # fmt: skip
    def test_refuses_notification_parameters_that_are_none(
        self, api: httpx.Client, wrong: dict[str, Any]
    ) -> None:
        answer = api.post("subscriptions", json=subscription(notification={"endpoint": ENDPOINT, **wrong}))
        assert (answer.status_code, answer.json()["type"]) == (400, f"{ERRORS}BadRequestData"), wrong

    @pytest.mark.parametrize(
        "wrong",
        [
            {"uri": "nowhere"}, {"uri": "ftp://example.org/"},
            {"uri": "http:///path"}, {"accept": "text/html"},
            {"timeout": 0}, {"cooldown": -1}, {"receiverInfo": [{"key": "K"}]},
            {"receiverInfo": [{"key": "K", "value": 42}]},
            {"notifierInfo": [{"key": "K", "value": {"a": 1}}]},
            {"receiverInfo": [{"key": 5, "value": "v"}]}, {"receiverInfo": {"key": "K", "value": "v"}},
            {"receiverInfo": [{"key": "X", "value": "a\r\nInjected: b"}]},
            {"receiverInfo": [{"key": "Host", "value": "other"}]},
            {"receiverInfo": [{"key": "X Y", "value": ""}]},
            {"uri": "mqtt://127.0.0.1"}, {"uri": "mqtt://127.0.0.1/a/#"},
            {"uri": "mqtt://127.0.0.1/a", "notifierInfo": [{"key": "MQTT-QoS", "value": "3"}]},
            {"uri": "mqtt://127.0.0.1/a", "notifierInfo": [{"key": "MQTT-Version", "value": "mqtt4"}]},
        ],
    )  # fmt: skip
    def test_refuses_endpoints_that_are_none(self, api: httpx.Client, wrong: dict[str, Any]) -> None:
        told = subscription(notification={"endpoint": {**ENDPOINT, **wrong}})
        answer = api.post("subscriptions", json=told)
        assert (answer.status_code, answer.json()["type"]) == (400, f"{ERRORS}BadRequestData"), wrong

    def test_needs_entities_or_watched_attributes_unless_local(self, api: httpx.Client) -> None:
        bare = {key: value for key, value in subscription().items() if key != "entities"}
        assert api.post("subscriptions", json=bare).status_code == 400
        assert api.post("subscriptions", json={**bare, "watchedAttributes": ["a"]}).status_code == 201
        other = f"urn:ngsi-ld:Subscription:{uuid4()}"
        assert api.post("subscriptions", json={**bare, "id": other, "localOnly": True}).status_code == 201

    def test_wants_the_context_of_notifications_to_be_there(self, api: httpx.Client) -> None:
        core = "https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context-v1.8.jsonld"
        assert api.post("subscriptions", json=subscription(jsonldContext=core)).status_code == 201
        gone = "http://127.0.0.1:9/context.jsonld"
        answer = api.post("subscriptions", json=subscription(jsonldContext=gone))
        assert answer.json()["type"] == f"{ERRORS}LdContextNotAvailable"


class TestRetrieve:
    """Clause 5.8.3."""

    def test_finds_names_in_the_words_of_who_asks(self, api: httpx.Client) -> None:
        told = subscription(
            watchedAttributes=["power"], entities=[{"type": "(Lamp;Thing),Other"}],
            notification={"endpoint": ENDPOINT, "pick": ["id", "power{name}"]},
            geoQ={"georel": "within", "geometry": "Point", "coordinates": [1, 2], "geoproperty": "power"},
        )  # fmt: skip
        context = {
            name: f"https://light.example/{name}" for name in ("power", "name", "Lamp", "Thing", "Other")
        }
        headers = {"Content-Type": "application/ld+json"}
        assert (
            api.post("subscriptions", json={**told, "@context": context}, headers=headers).status_code == 201
        )
        found = api.get(f"subscriptions/{told['id']}").json()
        iri = "https://light.example/power"
        assert found["watchedAttributes"] == [iri]
        assert found["entities"] == [
            {"type": "(https://light.example/Lamp;https://light.example/Thing),https://light.example/Other"}
        ]
        assert found["notification"]["pick"] == ["id", f"{iri}{{https://light.example/name}}"]
        assert found["geoQ"]["geoproperty"] == iri

    @pytest.mark.parametrize(("name", "status"), [("invalid", 400), ("urn:ngsi-ld:Subscription:none", 404)])
    def test_refuses_what_is_not_there(self, api: httpx.Client, name: str, status: int) -> None:
        for method in ("GET", "DELETE"):
            assert api.request(method, f"subscriptions/{name}").status_code == status
        assert api.patch(f"subscriptions/{name}", json={"isActive": True}).status_code == status

    def test_tells_when_it_was_made_to_who_wants_to_know(self, api: httpx.Client) -> None:
        found = api.get(f"subscriptions/{made(api)}", params={"options": "sysAttrs"}).json()
        assert found["createdAt"] == found["modifiedAt"]


class TestQuery:
    """Clause 5.8.4."""

    def test_gives_pages_with_their_links(self, api: httpx.Client) -> None:
        tenant = {"NGSILD-Tenant": f"t{uuid4().hex}"}
        told = [subscription() for _ in range(3)]
        for one in told:
            assert api.post("subscriptions", json=one, headers=tenant).status_code == 201
        asked = {"limit": "1", "offset": "1", "count": "true"}
        page = api.get("subscriptions/", params=asked, headers={**tenant, "Accept": "application/ld+json"})
        assert [one["id"] for one in page.json()] == [told[1]["id"]]
        assert page.headers["NGSILD-Results-Count"] == "3"
        links = page.headers["Link"]
        assert "</ngsi-ld/v1/subscriptions?" in links
        assert 'rel="prev"' in links
        assert 'rel="next"' in links
        assert len(api.get("subscriptions", headers=tenant).json()) == 3

    def test_sees_the_subscriptions_of_its_tenant_only(self, api: httpx.Client) -> None:
        name = made(api)
        tenant = {"NGSILD-Tenant": f"t{uuid4().hex}"}
        api.post("subscriptions", json=subscription(), headers=tenant)
        assert name not in [one["id"] for one in api.get("subscriptions", headers=tenant).json()]
        assert api.get(f"subscriptions/{name}", headers=tenant).status_code == 404


class TestUpdate:
    """Clause 5.8.2."""

    def test_replaces_the_members_that_are_told(self, api: httpx.Client) -> None:
        name = made(
            api, description="old", throttling=5, notification={"endpoint": ENDPOINT, "format": "concise"}
        )
        told = {
            "type": "Subscription", "description": "new", "throttling": "urn:ngsi-ld:null",
            "notification": {"endpoint": {**ENDPOINT, "accept": "application/ld+json"}},
        }  # fmt: skip
        answer = api.patch(f"subscriptions/{name}", json=told)
        assert (answer.status_code, answer.text) == (204, "")
        found = api.get(f"subscriptions/{name}").json()
        assert found["description"] == "new"
        assert "throttling" not in found
        assert found["notification"] == told["notification"]

    @pytest.mark.parametrize(
        "wrong",
        [
            {"notification": {"endpoint": None}}, {"notification": None}, {"type": None}, {"id": "urn:other"},
            {"entities": None}, {"expiresAt": "2000-01-01T00:00:00Z"}, {"timeInterval": -1}, {"type": "Lamp"},
            {"isActive": True, "expiresAt": "2000-01-01T00:00:00Z"}, {"q": "(("}, [], "text",
        ],
    )  # fmt: skip
    def test_refuses_what_would_leave_no_subscription(self, api: httpx.Client, wrong: Any) -> None:
        name = made(api)
        answer = api.patch(f"subscriptions/{name}", json=wrong)
        assert (answer.status_code, answer.json()["type"]) == (400, f"{ERRORS}BadRequestData")

    def test_pauses_and_resumes(self, api: httpx.Client) -> None:
        name = made(api)
        for active, status in ((False, "paused"), (True, "active")):
            api.patch(f"subscriptions/{name}", json={"isActive": active})
            assert api.get(f"subscriptions/{name}").json()["status"] == status

    def test_wakes_what_was_expired(self, api: httpx.Client) -> None:
        name = made(api, isActive=False)
        ends_soon(api, f"subscriptions/{name}")
        until(lambda: api.get(f"subscriptions/{name}").json()["status"] == "expired")
        later = datetime.now(UTC) + timedelta(hours=1)
        api.patch(f"subscriptions/{name}", json={"expiresAt": f"{later:%Y-%m-%dT%H:%M:%SZ}"})
        assert api.get(f"subscriptions/{name}").json()["status"] == "active"

    def test_without_an_id_is_no_operation(self, api: httpx.Client) -> None:
        assert api.patch("subscriptions/", json={}).status_code == 405
        assert api.delete("subscriptions/").status_code == 405


class TestDelete:
    """Clause 5.8.5."""

    def test_leaves_nothing(self, api: httpx.Client) -> None:
        name = made(api)
        assert api.delete(f"subscriptions/{name}").status_code == 204
        assert api.get(f"subscriptions/{name}").status_code == 404
        assert api.delete(f"subscriptions/{name}").status_code == 404
