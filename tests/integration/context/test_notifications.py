"""Clauses 5.3.1, 5.8.6, 6.3.8 and 6.3.9: when subscribers are notified and what they are told."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.support.receivers import Receiver, Told, receiver
from tests.support.waiting import until

CORE = "https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context-v1.8.jsonld"
NULL = "urn:ngsi-ld:null"
Subscribe = Callable[..., str]


@pytest.fixture
def heard() -> Iterator[Receiver]:
    with receiver() as one:
        yield one


@pytest.fixture
def subscribe(api: httpx.Client, heard: Receiver) -> Iterator[Subscribe]:
    """Subscribe to one type of this test, and end it after; `notification` adds to where it goes."""
    made = []

    def make(kind: str, notification: dict[str, Any] | None = None, **members: Any) -> str:
        told = notification or {}
        endpoint = {"uri": heard.url, **told.pop("endpoint", {})}
        one = {
            "id": f"urn:ngsi-ld:Subscription:{uuid4()}", "type": "Subscription", "entities": [{"type": kind}],
            "notification": {"endpoint": endpoint, **told}, **members,
        }  # fmt: skip
        answer = api.post("subscriptions", json=one)
        assert answer.status_code == 201, answer.text
        made.append(one["id"])
        return str(one["id"])

    yield make
    for name in made:
        api.delete(f"subscriptions/{name}")


@pytest.fixture
def kind() -> str:
    return f"Lamp{uuid4().hex[:8]}"


def prop(value: Any, **more: Any) -> dict[str, Any]:
    return {"type": "Property", "value": value, **more}


def lamp(api: httpx.Client, kind: str, **attributes: Any) -> str:
    name = f"urn:ngsi-ld:{kind}:{uuid4()}"
    answer = api.post("entities", json={"id": name, "type": kind, **attributes})
    assert answer.status_code == 201, answer.text
    return name


def change(api: httpx.Client, name: str, **attributes: Any) -> None:
    assert api.patch(f"entities/{name}/attrs", json=attributes).status_code == 204


def marked(api: httpx.Client, kind: str, heard: Receiver) -> list[Told]:
    """Change something that is told of, and return all that was told up to that, but not that itself."""
    last = lamp(api, kind, marker=prop(1))
    until(lambda: any(entity["id"] == last for told in heard.told for entity in told.data))
    return [told for told in heard.told if all(entity["id"] != last for entity in told.data)]


class TestNotification:
    """Clause 5.3.1."""

    def test_says_what_changed_for_whom_and_when(
        self, api: httpx.Client, heard: Receiver, subscribe: Subscribe, kind: str
    ) -> None:
        name = lamp(api, kind, power=prop(1), color=prop("red"))
        subscription = subscribe(kind)
        change(api, name, power=prop(2))
        told = heard.one()
        assert told.body.pop("id").startswith("urn:ngsi-ld:Notification:")
        assert told.body.pop("notifiedAt").endswith("Z")
        assert told.body == {
            "type": "Notification", "subscriptionId": subscription,
            "data": [{"id": name, "type": kind, "power": prop(2), "color": prop("red")}],
        }  # fmt: skip
        assert told.headers["content-type"] == "application/json"
        link = f'<{CORE}>; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"'
        assert told.headers["link"] == link

    def test_of_json_ld_has_its_context_inside(
        self, api: httpx.Client, heard: Receiver, subscribe: Subscribe, kind: str
    ) -> None:
        subscribe(kind, {"endpoint": {"accept": "application/ld+json"}})
        lamp(api, kind, power=prop(1))
        told = heard.one()
        assert told.headers["content-type"] == "application/ld+json"
        assert "link" not in told.headers
        assert told.data[0]["@context"] == told.body["@context"] == CORE

    def test_of_geo_json_is_a_collection_of_features(
        self, api: httpx.Client, heard: Receiver, subscribe: Subscribe, kind: str
    ) -> None:
        subscribe(kind, {"endpoint": {"accept": "application/geo+json"}})
        point = {"type": "Point", "coordinates": [105.8, 21.0]}
        name = lamp(api, kind, location={"type": "GeoProperty", "value": point})
        told = heard.one()
        assert told.headers["content-type"] == "application/geo+json"
        assert told.data["type"] == "FeatureCollection"
        assert told.data["features"][0]["id"] == name
        assert told.data["features"][0]["geometry"] == point

    def test_speaks_under_the_context_of_the_subscription(
        self, api: httpx.Client, heard: Receiver, kind: str
    ) -> None:
        one = {
            "id": f"urn:ngsi-ld:Subscription:{uuid4()}", "type": "Subscription", "entities": [{"type": "L"}],
            "notification": {"endpoint": {"uri": heard.url}},
            "@context": {"L": f"https://uri.etsi.org/ngsi-ld/default-context/{kind}",
                         "p": "https://uri.etsi.org/ngsi-ld/default-context/power"},
        }  # fmt: skip
        made = api.post("subscriptions", json=one, headers={"Content-Type": "application/ld+json"})
        assert made.status_code == 201, made.text
        lamp(api, kind, power=prop(1))
        told = heard.one()
        assert (told.data[0]["type"], told.data[0]["p"]) == ("L", prop(1))
        address = told.headers["link"].partition(">")[0].removeprefix("<")
        assert httpx.get(address).json()["@context"] == one["@context"]
        api.delete(f"subscriptions/{one['id']}")

    def test_bears_the_headers_of_receiver_and_tenant(
        self, api: httpx.Client, heard: Receiver, kind: str
    ) -> None:
        tenant = {"NGSILD-Tenant": f"t{uuid4().hex}"}
        info = [{"key": "Authorization", "value": "Bearer abc"}]
        one = {
            "type": "Subscription", "entities": [{"type": kind}],
            "notification": {"endpoint": {"uri": heard.url, "receiverInfo": info}},
        }  # fmt: skip
        assert api.post("subscriptions", json=one, headers=tenant).status_code == 201
        told = {"id": f"urn:ngsi-ld:{kind}:1", "type": kind, "power": prop(1)}
        lamp(api, kind, power=prop(0))
        assert api.post("entities", json=told, headers=tenant).status_code == 201
        headers = heard.one().headers
        assert headers["authorization"] == "Bearer abc"
        assert headers["ngsild-tenant"] == tenant["NGSILD-Tenant"]
        assert [entity["id"] for one in heard.told for entity in one.data] == [told["id"]]

    def test_is_counted(self, api: httpx.Client, heard: Receiver, subscribe: Subscribe, kind: str) -> None:
        subscription = subscribe(kind)
        lamp(api, kind, power=prop(1))
        heard.one()
        found = api.get(f"subscriptions/{subscription}").json()["notification"]
        assert (found["timesSent"], found["status"]) == (1, "ok")
        assert found["lastSuccess"] >= found["lastNotification"]
        assert not {"lastFailure", "timesFailed"} & set(found), "nothing is told of failures that never were"


class TestTriggers:
    """Clauses 5.2.12 and 5.8.6."""

    def test_by_default_are_new_and_other_attributes(
        self, api: httpx.Client, heard: Receiver, subscribe: Subscribe, kind: str
    ) -> None:
        gone = lamp(api, kind, power=prop(1))
        subscribe(kind)
        assert api.delete(f"entities/{gone}").status_code == 204
        assert not marked(api, kind, heard)

    def test_leave_out_what_says_the_same_again(
        self, api: httpx.Client, heard: Receiver, subscribe: Subscribe, kind: str
    ) -> None:
        name = lamp(api, kind, power=prop(1))
        subscribe(kind)
        change(api, name, power=prop(1))
        assert not marked(api, kind, heard)

    def test_leave_out_attributes_that_are_not_watched(
        self, api: httpx.Client, heard: Receiver, subscribe: Subscribe, kind: str
    ) -> None:
        name = lamp(api, kind, power=prop(1), color=prop("red"))
        subscribe(kind, watchedAttributes=["power", "marker"])
        change(api, name, color=prop("blue"))
        assert not marked(api, kind, heard)
        change(api, name, power=prop(2))
        assert heard.wait(2)[1].data[0]["power"]["value"] == 2

    def test_of_an_entity_that_is_gone_tell_when(
        self, api: httpx.Client, heard: Receiver, subscribe: Subscribe, kind: str
    ) -> None:
        name = lamp(api, kind, power=prop(1))
        subscribe(kind, notificationTrigger=["entityDeleted"])
        subscribe(kind, {"sysAttrs": True}, notificationTrigger=["entityDeleted"])
        api.delete(f"entities/{name}")
        told = sorted((one.data[0] for one in heard.wait(2)), key=len)
        assert set(told[0]) == {"id", "type", "deletedAt"}
        assert set(told[1]) == {"id", "type", "deletedAt", "createdAt", "modifiedAt"}

    def test_of_an_entity_that_is_new_leave_out_later_changes(
        self, api: httpx.Client, heard: Receiver, subscribe: Subscribe, kind: str
    ) -> None:
        subscribe(kind, notificationTrigger=["entityCreated"])
        name = lamp(api, kind, power=prop(1))
        change(api, name, power=prop(2))
        assert [one.data[0]["power"]["value"] for one in marked(api, kind, heard)] == [1]


class TestDeletedAttribute:
    """Clause 5.8.6: what is gone is told as NGSI-LD Null."""

    def delete(self, api: httpx.Client, name: str, attribute: str, **params: str) -> None:
        assert api.delete(f"entities/{name}/attrs/{attribute}", params=params).status_code == 204

    @pytest.mark.parametrize(
        ("form", "null"),
        [("normalized", prop(NULL)), ("concise", NULL), ("simplified", NULL), ("keyValues", NULL)],
    )
    def test_is_null_in_each_form(
        self, api: httpx.Client, heard: Receiver, subscribe: Subscribe, kind: str, form: str, null: Any
    ) -> None:
        name = lamp(api, kind, power=prop(1), color=prop("red"))
        subscribe(
            kind, {"format": form}, notificationTrigger=["attributeDeleted"], watchedAttributes=["power"]
        )
        self.delete(api, name, "power")
        told = heard.one().data[0]
        assert told["power"] == null
        assert "color" in told

    @pytest.mark.parametrize(
        ("attribute", "null"),
        [
            ({"type": "Relationship", "object": "urn:a:b"}, {"type": "Relationship", "object": NULL}),
            (
                {"type": "LanguageProperty", "languageMap": {"vi": "đèn"}},
                {"type": "LanguageProperty", "languageMap": {"@none": NULL}},
            ),
            ({"type": "VocabProperty", "vocab": "on"}, {"type": "VocabProperty", "vocab": NULL}),
            ({"type": "JsonProperty", "json": {"a": 1}}, {"type": "JsonProperty", "json": NULL}),
            ({"type": "ListProperty", "valueList": [1]}, {"type": "ListProperty", "valueList": NULL}),
            (
                {"type": "ListRelationship", "objectList": ["urn:a:b"]},
                {"type": "ListRelationship", "objectList": NULL},
            ),
        ],
    )
    def test_is_null_of_its_kind(
        self, api: httpx.Client, heard: Receiver, subscribe: Subscribe, kind: str,
        attribute: dict[str, Any], null: dict[str, Any],
    ) -> None:  # fmt: skip
        name = lamp(api, kind, power=attribute)
        subscribe(kind, notificationTrigger=["attributeDeleted"])
        self.delete(api, name, "power")
        assert heard.one().data[0]["power"] == null

    def test_of_one_dataset_stands_beside_the_others(
        self, api: httpx.Client, heard: Receiver, subscribe: Subscribe, kind: str
    ) -> None:
        both = [prop(1), prop(2, datasetId="urn:other:1")]
        name = lamp(api, kind, power=both)
        subscribe(kind, notificationTrigger=["attributeDeleted"])
        self.delete(api, name, "power", datasetId="urn:other:1")
        assert heard.one().data[0]["power"] == [prop(1), prop(NULL, datasetId="urn:other:1")]

    def test_with_all_its_datasets_is_null_once(
        self, api: httpx.Client, heard: Receiver, subscribe: Subscribe, kind: str
    ) -> None:
        name = lamp(api, kind, power=[prop(1), prop(2, datasetId="urn:other:1")])
        subscribe(kind, notificationTrigger=["attributeDeleted"])
        self.delete(api, name, "power", deleteAll="true")
        assert heard.one().data[0]["power"] == prop(NULL)

    def test_goes_with_its_entity(
        self, api: httpx.Client, heard: Receiver, subscribe: Subscribe, kind: str
    ) -> None:
        name = lamp(api, kind, power=prop(1), color=prop("red"))
        subscribe(kind, notificationTrigger=["attributeDeleted"], watchedAttributes=["power"])
        api.delete(f"entities/{name}")
        told = heard.one().data[0]
        assert told["power"] == prop(NULL)
        assert set(told) == {"id", "type", "deletedAt", "power"}


class TestShowChanges:
    """Clause 5.8.6: what was there before."""

    @pytest.mark.parametrize(
        ("before", "after", "member", "was"),
        [
            (prop(1), prop(2), "previousValue", 1),
            (
                {"type": "Relationship", "object": "urn:a:1"}, {"type": "Relationship", "object": "urn:a:2"},
                "previousObject", "urn:a:1",
            ),
            (
                {"type": "LanguageProperty", "languageMap": {"vi": "đèn"}},
                {"type": "LanguageProperty", "languageMap": {"vi": "bóng đèn"}},
                "previousLanguageMap", {"vi": "đèn"},
            ),
            (
                {"type": "VocabProperty", "vocab": "on"}, {"type": "VocabProperty", "vocab": "off"},
                "previousVocab", "on",
            ),
            (
                {"type": "JsonProperty", "json": {"a": None}}, {"type": "JsonProperty", "json": {"a": 2}},
                "previousJson", {"a": None},
            ),
        ],
    )  # fmt: skip
    def test_tells_both(
        self, api: httpx.Client, heard: Receiver, subscribe: Subscribe, kind: str,
        before: Any, after: Any, member: str, was: Any,
    ) -> None:  # fmt: skip
        name = lamp(api, kind, power=before, color=prop("red"))
        subscribe(kind, {"showChanges": True})
        change(api, name, power=after)
        told = heard.one().data[0]
        assert told["power"] == {**after, member: was}
        assert told["color"] == prop("red")

    def test_tells_what_an_entity_said_that_is_gone(
        self, api: httpx.Client, heard: Receiver, subscribe: Subscribe, kind: str
    ) -> None:
        name = lamp(api, kind, power=prop(1))
        subscribe(kind, {"showChanges": True}, notificationTrigger=["entityDeleted"])
        api.delete(f"entities/{name}")
        assert heard.one().data[0]["power"] == prop(NULL, previousValue=1)

    def test_tells_which_texts_are_gone_with_their_entity(
        self, api: httpx.Client, heard: Receiver, subscribe: Subscribe, kind: str
    ) -> None:
        label = {"type": "LanguageProperty", "languageMap": {"vi": "đèn"}}
        name = lamp(api, kind, label=label)
        subscribe(kind, {"showChanges": True}, notificationTrigger=["entityDeleted"], lang="vi")
        api.delete(f"entities/{name}")
        told = heard.one().data[0]["label"]
        assert (told["type"], told["languageMap"]) == ("LanguageProperty", NULL)

    def test_has_nothing_to_tell_of_what_is_new(
        self, api: httpx.Client, heard: Receiver, subscribe: Subscribe, kind: str
    ) -> None:
        subscribe(kind, {"showChanges": True})
        lamp(api, kind, power=prop(1))
        assert heard.one().data[0]["power"] == prop(1)


class TestSelection:
    """Clauses 4.9, 4.10, 4.17, 4.19 and 5.2.33 in subscriptions."""

    @pytest.mark.parametrize(
        "conditions",
        [
            {"q": "power>5"},
            {"q": "at{room}==7"},
            {"geoQ": {"georel": "near;maxDistance==1000", "geometry": "Point", "coordinates": [105.8, 21.0]}},
            {"scopeQ": "/hanoi/#"},
        ],
    )
    def test_tells_only_of_entities_that_are_meant(
        self, api: httpx.Client, heard: Receiver, subscribe: Subscribe, kind: str, conditions: dict[str, Any]
    ) -> None:
        rooms = [lamp(api, f"Room{kind}", room=prop(number)) for number in (7, 8)]
        subscribe(kind, **conditions)
        names = []
        for place, room in zip(([106.8, 21.0], [105.8, 21.001]), reversed(rooms), strict=True):
            names.append(f"urn:ngsi-ld:{kind}:{uuid4()}")
            fits = place[0] < 106
            one = {
                "id": names[-1], "type": kind, "power": prop(9 if fits else 1),
                "scope": "/hanoi/hoankiem" if fits else "/hue",
                "at": {"type": "Relationship", "object": room},
                "location": {"type": "GeoProperty", "value": {"type": "Point", "coordinates": place}},
            }  # fmt: skip
            assert api.post("entities", json=one).status_code == 201
        heard.one()
        assert [entity["id"] for told in heard.told for entity in told.data] == names[1:]

    def test_by_a_text_between_quotation_marks_as_in_a_url(
        self, api: httpx.Client, heard: Receiver, subscribe: Subscribe, kind: str
    ) -> None:
        subscribe(kind, q="name==%22Hoan Kiem%22")
        lamp(api, kind, name=prop("Tay Ho"))
        lamp(api, kind, name=prop("Hoan Kiem"))
        assert heard.one().data[0]["name"]["value"] == "Hoan Kiem"

    @pytest.mark.parametrize("selector", [{"id": "{}"}, {"idPattern": "{}$"}])
    def test_by_id_and_pattern(
        self, api: httpx.Client, heard: Receiver, subscribe: Subscribe, kind: str, selector: dict[str, str]
    ) -> None:
        lamps = [lamp(api, kind, power=prop(1)) for _ in range(2)]
        told = {key: value.format(lamps[1]) for key, value in selector.items()}
        subscribe(kind, entities=[{"type": kind, **told}])
        for name in lamps:
            change(api, name, power=prop(2))
        assert heard.one().data[0]["id"] == lamps[1]

    def test_by_types_that_are_joined(
        self, api: httpx.Client, heard: Receiver, subscribe: Subscribe, kind: str
    ) -> None:
        subscribe(kind, entities=[{"type": f"(A{kind};B{kind}),C{kind}"}])
        for types in (f"A{kind}", [f"A{kind}", f"B{kind}"]):
            one = {"id": f"urn:ngsi-ld:X:{uuid4()}", "type": types, "power": prop(1)}
            assert api.post("entities", json=one).status_code == 201
        assert set(heard.one().data[0]["type"]) == {f"A{kind}", f"B{kind}"}

    def test_without_entities_by_what_is_watched(
        self, api: httpx.Client, heard: Receiver, subscribe: Subscribe, kind: str
    ) -> None:
        subscribe(kind, entities=None, watchedAttributes=[f"power{kind}"])
        name = lamp(api, kind, **{f"power{kind}": prop(1)})
        assert heard.one().data[0]["id"] == name


class TestWording:
    """Clauses 4.5.4, 4.5.5, 4.15, 4.21 and 5.2.14."""

    @pytest.mark.parametrize(
        ("asked", "members"),
        [
            ({"attributes": ["power"]}, {"id", "type", "power"}),
            ({"pick": ["id", "power"]}, {"id", "power"}),
            ({"omit": ["type", "power"]}, {"id", "color"}),
            ({"sysAttrs": True}, {"id", "type", "power", "color", "createdAt", "modifiedAt"}),
            (
                {"pick": ["id", "createdAt", "power|color"], "sysAttrs": True},
                {"id", "createdAt", "power", "color"},
            ),
        ],
    )
    def test_tells_the_members_that_are_wanted(
        self, api: httpx.Client, heard: Receiver, subscribe: Subscribe, kind: str, asked: Any, members: Any
    ) -> None:
        subscribe(kind, asked)
        lamp(api, kind, power=prop(1), color=prop("red"))
        assert set(heard.one().data[0]) == members

    def test_tells_the_datasets_that_are_wanted(
        self, api: httpx.Client, heard: Receiver, subscribe: Subscribe, kind: str
    ) -> None:
        subscribe(kind, datasetId=["urn:other:1"])
        lamp(api, kind, power=[prop(1), prop(2, datasetId="urn:other:1")], color=prop("red"))
        told = heard.one().data[0]
        assert told["power"] == prop(2, datasetId="urn:other:1")
        assert "color" not in told

    def test_tells_in_the_language_that_is_wanted(
        self, api: httpx.Client, heard: Receiver, subscribe: Subscribe, kind: str
    ) -> None:
        subscribe(kind, lang="vi")
        texts = {"en": "lamp", "vi": "đèn"}
        lamp(api, kind, label={"type": "LanguageProperty", "languageMap": texts})
        assert heard.one().data[0]["label"] == prop("đèn", lang="vi")

    def test_simplifies(self, api: httpx.Client, heard: Receiver, subscribe: Subscribe, kind: str) -> None:
        subscribe(kind, {"format": "keyValues"})
        lamp(api, kind, power=prop(1))
        assert heard.one().data[0]["power"] == 1

    @pytest.mark.parametrize("join", ["inline", "flat"])
    def test_follows_relationships(
        self, api: httpx.Client, heard: Receiver, subscribe: Subscribe, kind: str, join: str
    ) -> None:
        room = lamp(api, f"Room{kind}", floor=prop(3))
        subscribe(kind, {"join": join})
        lamp(api, kind, at={"type": "Relationship", "object": room})
        data = heard.one().data
        linked = data[1] if join == "flat" else data[0]["at"]["entity"]
        assert (linked["id"], linked["floor"]) == (room, prop(3))
