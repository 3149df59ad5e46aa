"""Subscriptions at sources (5.8.1.4 and 5.8.6): made, changed and ended there, and told on from there."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest

from dothi.config.supervisor import postgres
from tests.integration.context.asking import error_of
from tests.integration.context.federated import base, create, gauge, kind, level, registered, registration
from tests.support.broker import ADDRESS, broker, closed_broker
from tests.support.callers import bearing, known, right
from tests.support.receivers import Receiver, receiver
from tests.support.sources import Asked, Source, source
from tests.support.waiting import until

PATH = "/ngsi-ld/v1/subscriptions"
ALL = bearing(right("read", "write"), client="all")
INBOX = "/ngsi-ld/ex/remote-notify"


@pytest.fixture
def heard() -> Iterator[Receiver]:
    with receiver() as one:
        yield one


@pytest.fixture(scope="module")
def closed(cluster: postgres.Cluster) -> Iterator[httpx.Client]:
    name = f"dothi_{uuid4().hex[:12]}"
    postgres.create_database(cluster, name)
    with closed_broker(cluster.dsn(postgres.SUPERUSER, name), known()) as client:
        yield client


def subscribe(at: httpx.Client, uri: str, type_: str, /, **members: Any) -> str:
    """Subscribe to all entities of a type."""
    notification = {"endpoint": {"uri": uri}, **members.pop("notification", {})}
    headers = members.pop("who", {})
    told = {"type": "Subscription", "entities": [{"type": type_}], "notification": notification, **members}
    made = at.post("subscriptions", json=told, headers=headers)
    assert made.status_code == 201, made.text
    return made.headers["Location"].rpartition("/")[2]


def plain(type_: str) -> dict[str, Any]:
    """Return a subscription to all entities of a type."""
    notification = {"endpoint": {"uri": "http://a.example/"}}
    return {"type": "Subscription", "entities": [{"type": type_}], "notification": notification}


def calls(stub: Source, method: str) -> list[Asked]:
    """Return the requests about subscriptions that a source was asked."""
    return [one for one in stub.asked if one.method == method and one.path.startswith(PATH)]


def copy(stub: Source) -> dict[str, Any]:
    """Return the subscription that a source was told of."""
    [made] = until(lambda: calls(stub, "POST"))
    body: dict[str, Any] = made.body
    return body


def put_off(dsn: str, subscription: str) -> bool:
    """Have a copy that was not taken, and is not under way, tried again in an hour; tell if there is one."""
    with psycopg.connect(dsn) as connection:
        found = connection.execute(
            "update context.subscription_copy set next_at = now() + interval '1 hour'"
            " where subscription = %s and tries > 0 and next_at < now() + interval '30 s'",
            [subscription],
        )
        return found.rowcount > 0


def notify(at: httpx.Client, name: str, *entities: dict[str, Any]) -> httpx.Response:
    """Tell a broker of entities, as a source does."""
    told = {
        "id": f"urn:ngsi-ld:Notification:{uuid4()}", "type": "Notification", "subscriptionId": name,
        "notifiedAt": "2026-11-22T00:00:00Z", "data": list(entities),
    }  # fmt: skip
    return httpx.post(f"{base(at)}{INBOX}", json=told)


class TestCopies:
    """What a source is told, and when."""

    def test_are_made_changed_and_ended_with_the_subscription(self, city: httpx.Client, stub: Source) -> None:
        type_ = kind()
        stub.answers(status=201)
        with registered(city, stub.url, type_):
            name = subscribe(city, "http://subscriber.example/", type_, watchedAttributes=["level"])
            made = copy(stub)
            assert made["notification"]["endpoint"]["uri"] == f"{base(city)}{INBOX}"
            assert made["id"] != name
            assert (made["entities"], made["watchedAttributes"]) == ([{"type": type_}], ["level"])
            assert "subscriber.example" not in str(stub.asked)
            stub.answers(status=204)
            assert city.patch(f"subscriptions/{name}", json={"isActive": False}).status_code == 204
            [changed] = until(lambda: calls(stub, "PATCH"))
            assert (changed.path, changed.body["isActive"]) == (f"{PATH}/{made['id']}", False)
            stub.answers(status=204)
            assert city.delete(f"subscriptions/{name}").status_code == 204
            assert until(lambda: calls(stub, "DELETE"))[0].path == f"{PATH}/{made['id']}"

    def test_are_ended_also_where_nobody_heard_that_they_were_taken(
        self, city: httpx.Client, stub: Source
    ) -> None:
        type_ = kind()
        stub.silent = True
        with registered(city, stub.url, type_):
            name = subscribe(city, "http://subscriber.example/", type_)
            made = copy(stub)
            assert city.delete(f"subscriptions/{name}").status_code == 204
            stub.answers(status=204)
            ended = until(lambda: calls(stub, "DELETE"))
            assert ended[0].path == f"{PATH}/{made['id']}"

    def test_are_ended_where_a_source_was_and_made_anew_where_it_is(
        self, city: httpx.Client, stub: Source
    ) -> None:
        type_ = kind()
        stub.answers(status=201)
        with registered(city, f"{stub.url}/old", type_):
            subscribe(city, "http://subscriber.example/", type_)
            [first] = until(lambda: [one for one in stub.asked if one.method == "POST"])
            [name] = [one["id"] for one in city.get("csourceRegistrations", params={"type": type_}).json()]
            stub.answers(status=201)
            assert city.patch(f"csourceRegistrations/{name}", json={"endpoint": stub.url}).status_code == 204
            made = copy(stub)
            [ended] = until(lambda: [one for one in stub.asked if one.method == "DELETE"])
            assert (ended.path, made["id"] == first.body["id"]) == (
                f"/old{PATH}/{first.body['id']}", False,
            )  # fmt: skip

    def test_come_and_go_with_the_registration(self, city: httpx.Client, stub: Source) -> None:
        type_ = kind()
        name = subscribe(city, "http://subscriber.example/", type_)
        stub.answers(status=201)
        with registered(city, stub.url, type_):
            made = copy(stub)
            stub.answers(status=204)
        assert until(lambda: calls(stub, "DELETE"))[0].path == f"{PATH}/{made['id']}"
        assert city.delete(f"subscriptions/{name}").status_code == 204

    def test_say_no_more_than_the_registration_covers(self, city: httpx.Client, stub: Source) -> None:
        type_, other = kind(), kind()
        stub.answers(status=201)
        covered = [{"entities": [{"type": type_}], "propertyNames": ["level", "width"]}]
        with registered(city, stub.url, type_, information=covered):
            entities = [{"type": type_}, {"type": other}]
            asked = {"attributes": ["level", "name"]}
            subscribe(city, "http://a.example/", type_, entities=entities, notification=asked, q="level>1")
            made = copy(stub)
        assert made["entities"] == [{"type": type_}]
        assert sorted(made["watchedAttributes"]) == ["level", "width"]
        assert (made["notification"]["attributes"], made["q"]) == (["level"], "level>1")

    def test_leave_filters_to_this_broker_where_entities_are_split(
        self, city: httpx.Client, stub: Source
    ) -> None:
        type_ = kind()
        stub.answers(status=201)
        with registered(city, stub.url, type_):
            asked = {"attributes": ["level"]}
            subscribe(
                city,
                "http://a.example/",
                type_,
                q="name",
                splitEntities=True,
                notification=asked,
                scopeQ="/a",
            )
            made = copy(stub)
        assert made["splitEntities"] is True
        assert not {"q", "scopeQ"} & set(made)
        assert "attributes" not in made["notification"]

    def test_are_tried_again_until_the_source_takes_them(self, city: httpx.Client, stub: Source) -> None:
        type_ = kind()
        stub.answers(status=503)
        with registered(city, stub.url, type_):
            name = subscribe(city, "http://subscriber.example/", type_)
            until(lambda: calls(stub, "POST"))
            stub.answers(status=201)
            copy(stub)
            assert city.delete(f"subscriptions/{name}").status_code == 204

    def test_are_told_as_soon_as_the_source_is_back(self, api: httpx.Client, dsn: str, stub: Source) -> None:
        type_ = kind()
        stub.answers(status=503)
        with registered(api, stub.url, type_):
            name = subscribe(api, "http://subscriber.example/", type_)
            until(lambda: calls(stub, "POST"))
            until(lambda: put_off(dsn, name))
            stub.answers([])
            assert api.get("entities", params={"type": type_}).json() == []
            copy(stub)

    def test_are_not_made_where_others_are_not_asked(self, city: httpx.Client, stub: Source) -> None:
        type_ = kind()
        stub.answers(status=201)
        reading = {"operations": ["retrieveOps"]}
        with registered(city, stub.url, type_), registered(city, stub.url, f"{type_}2", **reading):
            subscribe(city, "http://a.example/", type_, localOnly=True)
            subscribe(city, "http://a.example/", f"{type_}2")
            subscribe(city, "http://a.example/", kind())
            made = city.post("subscriptions", json=plain(type_), params={"local": "true"})
            assert made.status_code == 201
            assert stub.asked == []
            subscribe(city, "http://b.example/", type_)
            copy(stub)

    def test_end_a_loop(self, city: httpx.Client, stub: Source) -> None:
        type_ = kind()
        told = plain(type_)
        answer = city.post("subscriptions", json=told, headers={"Via": "1.1 ward, 1.1 city"})
        assert (answer.status_code, error_of(answer)) == (508, "LoopDetected")
        stub.answers(status=201)
        with registered(city, stub.url, type_, contextSourceAlias="ward"):
            assert city.post("subscriptions", json=told, headers={"Via": "1.1 ward"}).status_code == 201
            assert stub.asked == []
        stub.answers(status=508)
        with registered(city, stub.url, type_):
            assert city.post("subscriptions", json=told).status_code == 201
            until(lambda: len(calls(stub, "POST")) == 2)  # that from the ward is there, too
            with source() as later, registered(city, later.url, kind()) as other:
                later.answers(status=503)
                [info] = city.get(f"csourceRegistrations/{other}").json()["information"]
                assert city.post("subscriptions", json=plain(info["entities"][0]["type"])).status_code == 201
                until(lambda: len(calls(later, "POST")) > 1)
            assert len(calls(stub, "POST")) == 2, "what failed later is tried again, and these are not"

    def test_stand_behind_a_subscription_to_registrations(self, city: httpx.Client, stub: Source) -> None:
        type_ = kind()
        stub.answers(status=201)
        with registered(city, stub.url, type_):
            name = subscribe(city, "http://subscriber.example/", type_)
            found = city.get("csourceSubscriptions", params={"limit": 1000}).json()
            [own] = [one for one in found if one["entities"] == [{"type": type_}]]
            assert city.get(f"csourceSubscriptions/{own['id']}").json() == own
            assert city.delete(f"csourceSubscriptions/{own['id']}").status_code == 404
            stub.answers(status=204)
            assert city.delete(f"subscriptions/{name}").status_code == 204
            assert city.get(f"csourceSubscriptions/{own['id']}").status_code == 404


class TestNotifications:
    """What comes from a source, and who is told of it."""

    def test_of_another_broker_are_told_on(
        self, city: httpx.Client, ward: httpx.Client, heard: Receiver
    ) -> None:
        one = gauge(kind(), level=level(3), name=level(1))
        with registered(city, base(ward), one["type"]):
            name = subscribe(city, heard.url, one["type"], notification={"attributes": ["level"]})
            create(ward, one)
            told = heard.one()
            assert told.body["subscriptionId"] == name
            assert told.data == [{key: one[key] for key in ("id", "type", "level")}]
            ward.patch(f"entities/{one['id']}/attrs", json={"level": level(4)})
            assert heard.wait(2)[1].data[0]["level"]["value"] == 4

    def test_tell_what_is_gone_and_what_was_before(
        self, city: httpx.Client, ward: httpx.Client, heard: Receiver
    ) -> None:
        one = gauge(kind(), level=level(3), name=level(1))
        create(ward, one)
        with registered(city, base(ward), one["type"]):
            triggers = ["attributeUpdated", "attributeDeleted", "entityDeleted"]
            subscribe(
                city, heard.url, one["type"], notificationTrigger=triggers, notification={"showChanges": True}
            )
            ward.patch(f"entities/{one['id']}/attrs", json={"level": level(4)})
            [changed] = heard.wait(1)[0].data
            assert (changed["level"]["value"], changed["level"]["previousValue"]) == (4, 3)
            ward.delete(f"entities/{one['id']}/attrs/level")
            [left] = heard.wait(2)[1].data
            assert (left["level"]["value"], left["level"]["previousValue"]) == ("urn:ngsi-ld:null", 4)
            ward.delete(f"entities/{one['id']}")
            [gone] = heard.wait(3)[2].data
            assert "deletedAt" in gone

    def test_in_turns_are_told_on(self, city: httpx.Client, ward: httpx.Client, heard: Receiver) -> None:
        one = gauge(kind(), level=level(3))
        create(ward, one)
        with registered(city, base(ward), one["type"]):
            subscribe(city, heard.url, one["type"], timeInterval=1)
            assert heard.one().data == [one]

    def test_of_split_entities_are_told_whole_where_they_pass(
        self, city: httpx.Client, ward: httpx.Client, stub: Source, heard: Receiver
    ) -> None:
        one = gauge(kind(), level=level(3))
        create(city, {**one, "level": level(1, datasetId="urn:x:here")})
        create(ward, gauge(one["type"], name=level(2)) | {"id": one["id"]})
        stub.answers(status=201)
        with registered(city, stub.url, one["type"]), registered(city, base(ward), one["type"]):
            name = subscribe(city, heard.url, one["type"], q="level>2;name==2", splitEntities=True)
            made = copy(stub)
            assert notify(city, made["id"], {**one, "level": level(2)}).status_code == 200
            assert notify(city, made["id"], one).status_code == 200
            told = heard.one()
            assert told.body["subscriptionId"] == name
            [whole] = told.data
            assert (sorted(each["value"] for each in whole["level"]), whole["name"]["value"]) == ([1, 3], 2)

    def test_are_told_on_although_the_process_ends_meanwhile(self, dsn: str, stub: Source) -> None:
        one = gauge(kind(), level=level(1))
        stub.answers(status=201)
        with source() as subscriber:
            subscriber.silent = True
            with broker(dsn) as first:
                first.post("csourceRegistrations", json=registration(stub.url, one["type"]))
                subscribe(first, subscriber.url, one["type"])
                assert notify(first, copy(stub)["id"], one).status_code == 200
                until(lambda: len(subscriber.asked) == 1)
            subscriber.silent = False
            with broker(dsn):
                until(lambda: len(subscriber.asked) == 2)
            assert [asked.body["data"] for asked in subscriber.asked] == [[one], [one]]

    def test_of_changes_here_are_joined_with_what_sources_have(
        self, city: httpx.Client, ward: httpx.Client, heard: Receiver
    ) -> None:
        one = gauge(kind(), level=level(1))
        create(city, one)
        create(ward, gauge(one["type"], name=level(2)) | {"id": one["id"]})
        with registered(city, base(ward), one["type"], operations=["retrieveOps"]):
            subscribe(city, heard.url, one["type"], q="level>2;name==2", splitEntities=True)
            for value in (3, 2, 5):
                city.patch(f"entities/{one['id']}/attrs", json={"level": level(value)})
            told = [(each.data[0]["level"]["value"], each.data[0]["name"]["value"]) for each in heard.wait(2)]
        assert told == [(3, 2), (5, 2)]

    def test_of_what_is_new_here_ask_no_source_that_tells_itself(
        self, city: httpx.Client, stub: Source, heard: Receiver
    ) -> None:
        one = gauge(kind(), level=level(1))
        stub.answers(status=201)
        with registered(city, stub.url, one["type"]):
            subscribe(city, heard.url, one["type"], splitEntities=True)
            copy(stub)
            create(city, one)
            assert heard.one().data == [one]
            assert [asked.method for asked in stub.asked] == ["POST"]

    def test_of_changes_here_come_although_no_source_answers(
        self, city: httpx.Client, stub: Source, heard: Receiver
    ) -> None:
        one = gauge(kind(), level=level(1))
        create(city, one)
        stub.answers(b"nothing of the kind")
        with registered(city, stub.url, one["type"], operations=["retrieveOps"]):
            subscribe(city, heard.url, one["type"], q="level>2", splitEntities=True)
            city.patch(f"entities/{one['id']}/attrs", json={"level": level(3)})
            assert heard.one().data[0]["level"]["value"] == 3

    def test_lie_within_the_registration_and_the_subscription(
        self, city: httpx.Client, stub: Source, heard: Receiver
    ) -> None:
        type_, other = kind(), kind()
        stub.answers(status=201)
        covered = [{"entities": [{"type": type_}], "propertyNames": ["level"]}]
        with registered(city, stub.url, type_, information=covered):
            subscribe(city, heard.url, type_)
            made = copy(stub)
            one = gauge(type_, level=level(1), name=level(2))
            assert notify(city, made["id"], gauge(other, level=level(9))).status_code == 200
            assert notify(city, made["id"], one).status_code == 200
            assert heard.one().data == [{key: one[key] for key in ("id", "type", "level")}]

    @pytest.mark.parametrize(
        "told",
        [
            {"subscriptionId": "urn:ngsi-ld:Subscription:distsub:none", "data": []},
            {"subscriptionId": 1, "data": []},
            {"data": []},
            [],
        ],
    )
    def test_of_nobody_are_refused(self, city: httpx.Client, told: Any) -> None:
        assert httpx.post(f"{base(city)}{INBOX}", json=told).status_code in (400, 404)
        assert httpx.get(f"{base(city)}{INBOX}").status_code == 405

    @pytest.mark.parametrize("data", [1, {"id": 1}, [1], [{"id": "urn:x:1"}], [{"type": "T"}]])
    def test_that_are_no_entities_are_refused(self, city: httpx.Client, stub: Source, data: Any) -> None:
        type_ = kind()
        stub.answers(status=201)
        with registered(city, stub.url, type_):
            subscribe(city, "http://a.example/", type_)
            made = copy(stub)
            answer = httpx.post(f"{base(city)}{INBOX}", json={"subscriptionId": made["id"], "data": data})
            assert error_of(answer) == "BadRequestData"


class TestRights:
    """A notification of a source tells no more than a query of its subscriber would."""

    def subscribed(
        self, closed: httpx.Client, stub: Source, heard: Receiver, type_: str, **members: Any
    ) -> dict[str, Any]:
        """Subscribe as a reader of levels, and return what the source was told."""
        stub.answers(status=201)
        source = {
            "type": "ContextSourceRegistration", "endpoint": stub.url,
            "information": [{"entities": [{"type": type_}]}],
        }  # fmt: skip
        assert closed.post("csourceRegistrations", json=source, headers=ALL).status_code == 201
        reader = bearing(right("read", types=[type_], attributes=["level"]))
        subscribe(closed, heard.url, type_, who=reader, **members)
        return copy(stub)

    def test_narrow_what_is_told_on(self, closed: httpx.Client, stub: Source, heard: Receiver) -> None:
        type_ = kind()
        made = self.subscribed(closed, stub, heard, type_)
        one = gauge(type_, level=level(1), secret=level(2))
        assert notify(closed, made["id"], one).status_code == 200
        assert heard.one().data == [{key: one[key] for key in ("id", "type", "level")}]
        assert "secret" not in str(heard.one().body)

    @pytest.mark.parametrize("split", [{}, {"splitEntities": True}])
    def test_do_not_let_filters_look_further(
        self, closed: httpx.Client, stub: Source, heard: Receiver, split: dict[str, Any]
    ) -> None:
        type_ = kind()
        made = self.subscribed(closed, stub, heard, type_, q="secret>1|level==7", **split)
        assert "q" not in made
        stub.answers([])
        assert notify(closed, made["id"], gauge(type_, level=level(1), secret=level(2))).status_code == 200
        seven = gauge(type_, level=level(7), secret=level(0))
        assert notify(closed, made["id"], seven).status_code == 200
        assert heard.one().data == [{key: seven[key] for key in ("id", "type", "level")}]

    def test_let_the_source_watch_no_more(self, closed: httpx.Client, stub: Source, heard: Receiver) -> None:
        made = self.subscribed(closed, stub, heard, kind())
        assert made["watchedAttributes"] == ["level"]

    def test_hand_on_nothing_that_watches_what_is_out_of_reach(
        self, closed: httpx.Client, stub: Source, heard: Receiver
    ) -> None:
        type_ = kind()
        self.subscribed(closed, stub, heard, type_)
        reader = bearing(right("read", types=[type_], attributes=["level"]))
        for watched in ("secret", "level"):
            subscribe(closed, heard.url, type_, who=reader, watchedAttributes=[watched])
        made = until(lambda: calls(stub, "POST")[1:])
        assert [one.body["watchedAttributes"] for one in made] == [["level"]]

    def test_take_no_address_from_whoever_subscribes(
        self, closed: httpx.Client, stub: Source, heard: Receiver
    ) -> None:
        closed.headers["Host"] = "evil.example"
        try:
            made = self.subscribed(closed, stub, heard, kind())
        finally:
            del closed.headers["Host"]
        assert made["notification"]["endpoint"]["uri"] == f"{ADDRESS}{INBOX}"
        assert "evil" not in str(stub.asked)

    def test_hide_entities_of_other_types(self, closed: httpx.Client, stub: Source, heard: Receiver) -> None:
        type_ = kind()
        made = self.subscribed(closed, stub, heard, type_)
        other = gauge("Other", level=level(1))
        assert notify(closed, made["id"], other, gauge(type_, level=level(2))).status_code == 200
        assert [one["type"] for one in heard.one().data] == [type_]
        assert "urn:ngsi-ld:Other" not in str([one.body for one in heard.told])

    def test_let_the_source_in_by_the_id_alone(
        self, closed: httpx.Client, stub: Source, heard: Receiver
    ) -> None:
        self.subscribed(closed, stub, heard, kind())
        assert notify(closed, "urn:ngsi-ld:Subscription:distsub:guessed").status_code == 404
        found = closed.get("csourceSubscriptions", headers=ALL)
        assert "distsub" not in found.text
        assert "distsub" not in closed.get("subscriptions", headers=ALL).text
