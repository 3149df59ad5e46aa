"""Subscriptions to registrations (clauses 5.11, 5.3.2, 6.12 and 6.13)."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.integration.context.asking import ends_soon, error_of
from tests.integration.context.test_registrations import PATH as SOURCES
from tests.integration.context.test_registrations import register, registration
from tests.support.broker import broker
from tests.support.receivers import Receiver, receiver
from tests.support.sources import Source
from tests.support.waiting import until

PATH = "csourceSubscriptions"


@pytest.fixture
def heard() -> Iterator[Receiver]:
    with receiver() as one:
        yield one


@pytest.fixture
def kind() -> str:
    return f"Kind{uuid4().hex}"


def subscription(kind: str, uri: str = "http://subscriber.example/", **more: Any) -> dict[str, Any]:
    return {
        "id": f"urn:ngsi-ld:Subscription:{uuid4()}", "type": "Subscription", "entities": [{"type": kind}],
        "notification": {"endpoint": {"uri": uri, "accept": "application/json"}}, **more,
    }  # fmt: skip


def listed(*parts: dict[str, Any]) -> list[dict[str, Any]]:
    """Return information as notifications tell it: types as lists."""
    return [
        {**part, "entities": [{**one, "type": [one["type"]]} for one in part["entities"]]} for part in parts
    ]


def subscribe(api: httpx.Client, told: dict[str, Any]) -> str:
    made = api.post(PATH, json=told)
    assert made.status_code == 201, made.text
    assert made.headers["Location"] == f"/ngsi-ld/v1/{PATH}/{told['id']}"
    return str(told["id"])


def told_so_far(api: httpx.Client, name: str) -> Any:
    """Return what a subscription says of its notifications; nothing before the first has ended."""
    return api.get(f"{PATH}/{name}").json()["notification"]


class TestSubscribing:
    """5.11.2 to 5.11.6"""

    def test_gives_what_was_told(self, api: httpx.Client, kind: str) -> None:
        time = {"timerel": "after", "timeAt": "2020-01-01T00:00:00Z"}
        told = subscription(kind, temporalQ=time, csf='reliability=="high"', watchedAttributes=["speed"])
        name = subscribe(api, told)
        found = api.get(f"{PATH}/{name}").json()
        assert {key: found[key] for key in told if key != "notification"} == {
            key: value for key, value in told.items() if key != "notification"
        }
        assert found["status"] == "active"
        assert name in [one["id"] for one in api.get(PATH, params={"limit": 1000}).json()]

    def test_refuses_what_says_nothing_of_registrations(self, api: httpx.Client, kind: str) -> None:
        answer = api.post(PATH, json=subscription(kind, q="speed>1"))
        assert error_of(answer) == "BadRequestData"
        name = subscribe(api, subscription(kind))
        assert error_of(api.patch(f"{PATH}/{name}", json={"q": "speed"})) == "BadRequestData"

    def test_is_changed_and_ended(self, api: httpx.Client, kind: str) -> None:
        name = subscribe(api, subscription(kind))
        assert api.patch(f"{PATH}/{name}", json={"isActive": False}).status_code == 204
        assert api.get(f"{PATH}/{name}").json()["status"] == "paused"
        assert api.delete(f"{PATH}/{name}").status_code == 204
        for answer in (api.get(f"{PATH}/{name}"), api.delete(f"{PATH}/{name}")):
            assert (answer.status_code, error_of(answer)) == (404, "ResourceNotFound")

    def test_refuses_an_id_twice(self, api: httpx.Client, kind: str) -> None:
        told = subscription(kind)
        subscribe(api, told)
        assert error_of(api.post(PATH, json=told)) == "AlreadyExists"

    @pytest.mark.parametrize(
        "wrong",
        [
            {"type": "Other"},
            {"id": "none"},
            {"notification": {}},
            {"temporalQ": {"timerel": "about"}},
            {"csf": ";"},
        ],
    )
    def test_refuses_what_is_no_subscription(
        self, api: httpx.Client, kind: str, wrong: dict[str, Any]
    ) -> None:
        answer = api.post(PATH, json=subscription(kind, **wrong))
        assert (answer.status_code, error_of(answer)) == (400, "BadRequestData")

    def test_refuses_what_is_no_request(self, api: httpx.Client, kind: str) -> None:
        name = subscribe(api, subscription(kind))
        assert error_of(api.post(PATH, json={})) == "InvalidRequest"
        assert error_of(api.patch(f"{PATH}/{name}", json={})) == "InvalidRequest"
        assert error_of(api.get(f"{PATH}/none")) == "BadRequestData"


class TestTelling:
    """5.11.7"""

    def test_begins_with_what_matches_already(self, api: httpx.Client, heard: Receiver, kind: str) -> None:
        source = register(api, registration(kind))
        name = subscribe(api, subscription(kind, heard.url))
        body = heard.one().body
        assert body["type"] == "ContextSourceNotification"
        assert (body["subscriptionId"], body["triggerReason"]) == (name, "newlyMatching")
        assert body["data"] == [{**source, "information": listed(*source["information"])}]

    def test_tells_what_becomes_of_a_registration(
        self, api: httpx.Client, heard: Receiver, kind: str
    ) -> None:
        subscribe(api, subscription(kind, heard.url))
        register(api, registration(f"{kind}Other"))
        source = register(api, registration(kind))
        path = f"{SOURCES}/{source['id']}"
        api.patch(path, json={"description": "Other"})
        api.patch(path, json={"information": [{"entities": [{"type": f"{kind}Other"}]}]})
        api.patch(path, json={"information": source["information"]})
        api.delete(path)
        told = [(one.body["triggerReason"], one.data[0]["id"]) for one in heard.wait(5)]
        reasons = ["newlyMatching", "updated", "noLongerMatching", "newlyMatching", "noLongerMatching"]
        assert told == [(reason, source["id"]) for reason in reasons]

    def test_tells_the_parts_that_are_wanted(self, api: httpx.Client, heard: Receiver, kind: str) -> None:
        subscribe(api, subscription(kind, heard.url))
        parts = [{"entities": [{"type": kind}]}, {"entities": [{"type": f"{kind}Other"}]}]
        register(api, {**registration(kind), "information": parts})
        assert heard.one().data[0]["information"] == listed(parts[0])

    def test_tells_in_turns_whether_anything_is_there_or_not(
        self, api: httpx.Client, heard: Receiver, kind: str
    ) -> None:
        subscribe(api, subscription(kind, heard.url, timeInterval=1))
        assert (heard.one().body["triggerReason"], heard.one().data) == ("newlyMatching", [])
        source = register(api, registration(kind))
        later = heard.wait(2)[1]
        assert later.body["triggerReason"] == "updated"
        assert [one["id"] for one in later.data] == [source["id"]]

    def test_is_told_in_turns_whatever_another_asks_for(
        self, api: httpx.Client, heard: Receiver, kind: str
    ) -> None:
        subscribe(api, subscription(kind, "http://subscriber.example/", timeInterval=1e300))
        subscribe(api, subscription(kind, heard.url, timeInterval=1))
        assert len(heard.wait(2)) >= 2

    def test_counts_what_it_told(self, api: httpx.Client, heard: Receiver, kind: str) -> None:
        name = subscribe(api, subscription(kind, heard.url))
        register(api, registration(kind))
        heard.one()
        until(lambda: "lastSuccess" in told_so_far(api, name))
        counted = told_so_far(api, name)
        assert (counted["timesSent"], counted.get("timesFailed"), counted["status"]) == (1, None, "ok")

    def test_tells_of_what_expires(self, api: httpx.Client, heard: Receiver, kind: str) -> None:
        subscribe(api, subscription(kind, heard.url))
        source = register(api, registration(kind))
        ends_soon(api, f"csourceRegistrations/{source['id']}")
        told = [(one.body["triggerReason"], one.data[0]["id"]) for one in heard.wait(3)]
        reasons = ["newlyMatching", "updated", "noLongerMatching"]
        assert told == [(reason, source["id"]) for reason in reasons]

    def test_tells_what_an_earlier_process_could_not(self, dsn: str, stub: Source, kind: str) -> None:
        stub.silent = True
        with broker(dsn) as first:
            subscribe(first, subscription(kind, stub.url))
            source = register(first, registration(kind))
            until(lambda: len(stub.asked) == 1)
        stub.silent = False
        with broker(dsn) as second:
            until(lambda: len(stub.asked) == 2)
            for asked in stub.asked:
                assert asked.body["triggerReason"] == "newlyMatching"
                assert [one["id"] for one in asked.body["data"]] == [source["id"]]
            name = stub.asked[0].body["subscriptionId"]
            until(lambda: told_so_far(second, name).get("timesSent") == 1)
            second.delete(f"{PATH}/{name}")

    def test_leaves_alone_who_is_paused(self, api: httpx.Client, heard: Receiver, kind: str) -> None:
        subscribe(api, subscription(kind, heard.url, isActive=False))
        marker = subscribe(api, subscription(kind, heard.url))
        register(api, registration(kind))
        assert heard.one().body["subscriptionId"] == marker
