"""Purging (clause 5.6.21): deleting all entities that a query means, here and at sources."""

from typing import Any

import httpx
import pytest

from tests.integration.context.asking import error_of
from tests.integration.context.federated import base, create, gauge, kind, level, registered
from tests.support.sources import Source

LOCAL = {"local": "true"}


def left(at: httpx.Client, type_: str) -> list[str]:
    """Return the short names of the entities of a type that a broker holds itself."""
    told = at.get("entities", params={"type": type_, **LOCAL}).json()
    return [one["id"].rpartition(":")[2] for one in told]


class TestPurge:
    """Clause 5.6.21."""

    @pytest.mark.parametrize(
        ("params", "stay"),
        [({}, []), ({"q": "level>1"}, ["a"]), ({"idPattern": "a$"}, ["b"]), ({"q": "level>9"}, ["a", "b"])],
    )
    def test_deletes_what_is_meant(self, city: httpx.Client, params: dict[str, str], stay: list[str]) -> None:
        type_, other = kind(), gauge(kind())
        create(city, gauge(type_, "a", level=level(1)), gauge(type_, "b", level=level(2)), other)
        answer = city.delete("entities", params={"type": type_, **params})
        assert (answer.status_code, answer.content) == (204, b"")
        assert left(city, type_) == stay
        assert left(city, other["type"])

    @pytest.mark.parametrize(
        ("params", "stays"),
        [({"drop": "level"}, {"depth"}), ({"keep": "level"}, {"level"}), ({"drop": "level,depth"}, set())],
    )
    def test_deletes_attributes(self, city: httpx.Client, params: dict[str, str], stays: set[str]) -> None:
        one = gauge(kind(), "a", level=level(1), depth=level(2))
        create(city, one)
        assert city.delete("entities", params={"type": one["type"], **params}).status_code == 204
        assert set(city.get(f"entities/{one['id']}").json()) == {"id", "type", *stays}

    def test_keeps_of_entities_told_by_id(self, city: httpx.Client) -> None:
        """The text wants more than ids; ETSI's suite takes them with `keep`, for they bound what goes."""
        one, other = (gauge(kind(), name, level=level(1), depth=level(2)) for name in "ab")
        create(city, one, other)
        assert city.delete("entities", params={"id": one["id"], "keep": "level"}).status_code == 204
        assert set(city.get(f"entities/{one['id']}").json()) == {"id", "type", "level"}
        assert "depth" in city.get(f"entities/{other['id']}").json()

    def test_leaves_entities_that_are_thin_already(self, city: httpx.Client) -> None:
        one = gauge(kind(), "a", level=level(1))
        create(city, one)
        before = city.get(f"entities/{one['id']}", params={"options": "sysAttrs"}).json()
        assert city.delete("entities", params={"type": one["type"], "drop": "depth"}).status_code == 204
        assert city.get(f"entities/{one['id']}", params={"options": "sysAttrs"}).json() == before

    @pytest.mark.parametrize(
        "params",
        [
            {}, {"idPattern": "urn:.*"}, {"scopeQ": "/#"}, {"id": "urn:a:1"}, {"attrs": "createdAt"},
            {"keep": "level"}, {"idPattern": "urn:.*", "keep": "level"},
            {"type": "Gauge", "drop": "createdAt"}, {"type": "Gauge", "drop": "a", "keep": "b"},
            {"type": "Gauge", "keep": "owner{name}"}, {"type": "Gauge", "q": 'owner{name}=="x"'},
        ],
    )  # fmt: skip
    def test_wants_to_know_which(self, city: httpx.Client, params: dict[str, str]) -> None:
        answer = city.delete("entities", params=params)
        assert (answer.status_code, error_of(answer)) == (400, "BadRequestData")

    @pytest.mark.parametrize("params", [{"orderBy": "level"}, {"limit": "1"}])
    def test_knows_no_other_words(self, city: httpx.Client, params: dict[str, str]) -> None:
        assert city.delete("entities", params={"type": kind(), **params}).status_code == 400

    @pytest.mark.parametrize("mode", ["inclusive", "redirect"])
    def test_reaches_sources(self, city: httpx.Client, ward: httpx.Client, mode: str) -> None:
        type_ = kind()
        if mode == "inclusive":
            create(city, gauge(type_, "a"))
        create(ward, gauge(type_, "a"), gauge(type_, "b"))
        with registered(city, base(ward), type_, mode=mode, operations=["redirectionOps"]):
            answer = city.delete("entities", params={"type": type_})
        assert (answer.status_code, answer.content) == (204, b"")
        assert left(city, type_) == left(ward, type_) == []

    def test_hands_on_what_is_registered_only(self, city: httpx.Client, stub: Source) -> None:
        type_ = kind()
        stub.answers(status=204)
        with registered(city, stub.url, type_, operations=["purgeEntity"]):
            params = {"type": f"{type_},Other", "q": "level>1"}
            assert city.delete("entities", params=params).status_code == 204
        assert (stub.one.method, stub.one.path) == ("DELETE", "/ngsi-ld/v1/entities")
        assert stub.one.params == {"type": type_, "q": "level>1"}

    def test_hands_on_which_attributes(self, city: httpx.Client, stub: Source) -> None:
        type_ = kind()
        stub.answers(status=204)
        with registered(city, stub.url, type_, operations=["purgeEntity"]):
            params = {"type": type_, "attrs": "level", "drop": "level,depth"}
            assert city.delete("entities", params=params).status_code == 204
        assert stub.one.params == params

    def test_hands_on_nothing_that_would_mean_more_there(self, city: httpx.Client, stub: Source) -> None:
        type_, context = kind(), {"@context": {"pegel": "urn:example:pegel"}}
        address = str(city.base_url.join(city.post("jsonldContexts", json=context).headers["Location"]))
        info = [{"key": "jsonldContext", "value": address}]
        with registered(city, stub.url, type_, operations=["purgeEntity"], contextSourceInfo=info):
            answer = city.delete("entities", params={"type": type_, "q": "level>1"})
        assert (answer.status_code, stub.asked) == (409, [])

    @pytest.mark.parametrize(
        ("members", "params", "status"),
        [
            ({"mode": "redirect", "operations": ["retrieveOps"]}, {}, 409),
            ({"operations": ["retrieveOps"]}, {}, 204),
            ({"operations": ["purgeEntity"]}, LOCAL, 204),
        ],
    )
    def test_leaves_others_alone(
        self, city: httpx.Client, stub: Source, members: Any, params: dict[str, str], status: int
    ) -> None:
        type_ = kind()
        with registered(city, stub.url, type_, **members):
            assert city.delete("entities", params={"type": type_, **params}).status_code == status
        assert not stub.asked

    def test_tells_what_went_wrong_where(self, city: httpx.Client, stub: Source) -> None:
        one = gauge(kind(), "a")
        create(city, one)
        stub.answers(status=500)
        with registered(city, stub.url, one["type"], operations=["purgeEntity"]) as registration:
            answer = city.delete("entities", params={"type": one["type"]})
        assert answer.status_code == 207
        assert answer.json()["success"] == [one["id"]]
        [error] = answer.json()["errors"]
        assert (error["registrationId"], error["error"]["status"]) == (registration, 500)

    def test_a_request_that_was_here_before_is_refused(self, city: httpx.Client) -> None:
        answer = city.delete("entities", params={"type": kind()}, headers={"Via": "1.1 city"})
        assert answer.status_code == 508
