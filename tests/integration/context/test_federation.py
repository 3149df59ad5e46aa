"""Entities at sources: asked for, and joined (clauses 4.3.6, 4.5.5, 5.7.1, 6.3.17, 6.3.18)."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.integration.context.asking import attribute, error_of
from tests.integration.context.federated import (
    READING,
    base,
    create,
    gauge,
    ids,
    kind,
    level,
    registered,
)  # fmt: skip
from tests.support.servers import free_port
from tests.support.sources import Source
from tests.support.waiting import until

NOWHERE = f"http://127.0.0.1:{free_port()}"


class TestRetrieve:
    """Clause 5.7.1."""

    def test_gives_what_is_at_the_source_only(self, city: httpx.Client, ward: httpx.Client) -> None:
        one = gauge(kind(), level=level(3))
        create(ward, one)
        with registered(city, base(ward), one["type"]):
            answer = city.get(f"entities/{one['id']}")
            assert answer.json() == one
            assert "NGSILD-Warning" not in answer.headers
            assert city.get(f"entities/{one['id']}", params={"local": "true"}).status_code == 404

    def test_joins_the_parts_of_an_entity(self, city: httpx.Client, ward: httpx.Client) -> None:
        one = gauge(kind(), level=level(3))
        create(ward, one)
        create(
            city,
            {
                **one,
                "type": [one["type"], "Sign"],
                "level": level(4, datasetId="urn:x:2"),
                "name": attribute("An"),
            },
        )
        with registered(city, base(ward), one["type"]):
            told = city.get(f"entities/{one['id']}").json()
        assert set(told["type"]) == {one["type"], "Sign"}
        assert sorted(each["value"] for each in told["level"]) == [3, 4]
        assert told["name"]["value"] == "An"

    @pytest.mark.parametrize(("here", "there", "wins"), [("01", "02", 99), ("03", "02", 10)])
    def test_takes_what_was_observed_last(
        self, city: httpx.Client, ward: httpx.Client, here: str, there: str, wins: int
    ) -> None:
        one = gauge(kind(), level=level(10, observedAt=f"2026-{here}-01T00:00:00Z"))
        create(city, one)
        create(ward, {**one, "level": level(99, observedAt=f"2026-{there}-01T00:00:00Z")})
        with registered(city, base(ward), one["type"]):
            assert city.get(f"entities/{one['id']}").json()["level"]["value"] == wins

    def test_an_auxiliary_source_only_fills_gaps(self, city: httpx.Client, ward: httpx.Client) -> None:
        one = gauge(kind(), level=level(10, observedAt="2026-01-01T00:00:00Z"))
        create(city, one)
        create(ward, {**one, "level": level(99, observedAt="2026-02-01T00:00:00Z"), "name": attribute("An")})
        with registered(city, base(ward), one["type"], mode="auxiliary"):
            told = city.get(f"entities/{one['id']}").json()
        assert (told["level"]["value"], told["name"]["value"]) == (10, "An")

    def test_an_exclusive_source_has_its_attributes(self, city: httpx.Client, ward: httpx.Client) -> None:
        one = gauge(kind(), name=attribute("An"))
        create(city, one)
        create(ward, {**one, "name": attribute("other"), "level": level(3)})
        info = [{"entities": [{"type": one["type"], "id": one["id"]}], "propertyNames": ["level"]}]
        with registered(city, base(ward), one["type"], mode="exclusive", information=info):
            told = city.get(f"entities/{one['id']}").json()
        assert (told["level"]["value"], told["name"]["value"]) == (3, "An")

    def test_tells_the_instants_of_the_source(self, city: httpx.Client, ward: httpx.Client) -> None:
        one = gauge(kind(), level=level(3))
        create(ward, one)
        params = {"options": "sysAttrs"}
        with registered(city, base(ward), one["type"]):
            there = ward.get(f"entities/{one['id']}", params=params).json()
            assert city.get(f"entities/{one['id']}", params=params).json() == there

    @pytest.mark.parametrize("operation", READING)
    def test_uses_the_operation_that_the_source_does(
        self, city: httpx.Client, ward: httpx.Client, operation: str
    ) -> None:
        one = gauge(kind(), level=level(3))
        create(ward, one)
        with registered(city, base(ward), one["type"], operations=[operation]):
            assert city.get(f"entities/{one['id']}").json() == one

    def test_asks_for_what_is_registered_only(self, city: httpx.Client, stub: Source) -> None:
        one = gauge(kind(), level=level(3), name=attribute("leak"))
        info = [{"entities": [{"type": one["type"]}], "propertyNames": ["level"]}]
        stub.answers(one)
        with registered(city, stub.url, one["type"], information=info):
            told = city.get(f"entities/{one['id']}").json()
        assert "name" not in told
        assert stub.one.params["attrs"] == "level"
        assert stub.one.path == f"/ngsi-ld/v1/entities/{one['id']}"

    def test_a_source_that_only_writes_is_not_asked(self, city: httpx.Client, stub: Source) -> None:
        one = gauge(kind())
        with registered(city, stub.url, one["type"], operations=["updateOps"]):
            answer = city.get(f"entities/{one['id']}")
        assert answer.status_code == 404
        assert not stub.asked

    def test_what_nobody_has_is_not_found_and_no_warning(
        self, city: httpx.Client, ward: httpx.Client
    ) -> None:
        one = gauge(kind())
        with registered(city, base(ward), one["type"]):
            answer = city.get(f"entities/{one['id']}")
        assert error_of(answer) == "ResourceNotFound"
        assert "NGSILD-Warning" not in answer.headers


class TestHeaders:
    """Clauses 4.3.6.5, 4.3.6.6, 6.3.14, 6.3.18, 6.3.19."""

    def test_conveys_what_the_registration_tells(self, city: httpx.Client, stub: Source) -> None:
        info = [
            {"key": "Authorization", "value": "Bearer theirs"},
            {"key": "user", "value": "urn:ngsi-ld:request"},
            {"key": "absent", "value": "urn:ngsi-ld:request"}, {"key": "NGSILD-Tenant", "value": "evil"},
            {"key": "Via", "value": "1.1 evil"}, {"key": "accept", "value": "application/ld+json"},
        ]  # fmt: skip
        one = gauge(kind(), level=level(1))
        stub.answers(one)
        with registered(city, stub.url, one["type"], contextSourceInfo=info):
            answer = city.get(f"entities/{one['id']}", headers={"user": "abcd"})
        assert answer.json() == one
        told = stub.one.headers
        assert (told["authorization"], told["user"]) == ("Bearer theirs", "abcd")
        assert (told["via"], told["accept"]) == ("1.1 city", "application/ld+json")
        assert {"absent", "ngsild-tenant"}.isdisjoint(told)

    def test_does_not_give_away_how_a_caller_is_known(self, city: httpx.Client, stub: Source) -> None:
        info = [{"key": "Authorization", "value": "urn:ngsi-ld:request"}]
        one = gauge(kind())
        stub.answers(None, 404)
        with registered(city, stub.url, one["type"], contextSourceInfo=info):
            city.get(f"entities/{one['id']}", headers={"Authorization": "Bearer ours"})
        assert "authorization" not in stub.one.headers

    def test_speaks_the_tenant_of_the_registration(self, city: httpx.Client, ward: httpx.Client) -> None:
        one, tenant = gauge(kind(), level=level(3)), f"t{uuid4().hex[:8]}"
        create(ward, one, tenant=tenant)
        with registered(city, base(ward), one["type"], tenant=tenant):
            assert city.get(f"entities/{one['id']}").json() == one
        with registered(city, base(ward), one["type"]):
            assert city.get(f"entities/{one['id']}").status_code == 404

    def test_a_registration_serves_its_tenant_only(self, city: httpx.Client, stub: Source) -> None:
        one, tenant = gauge(kind(), level=level(3)), f"t{uuid4().hex[:8]}"
        create(city, gauge(kind()), tenant=tenant)
        stub.answers(one)
        with registered(city, stub.url, one["type"]):
            answer = city.get(f"entities/{one['id']}", headers={"NGSILD-Tenant": tenant})
        assert answer.status_code == 404
        assert not stub.asked

    def test_keeps_a_source_to_what_it_holds_itself(self, city: httpx.Client, stub: Source) -> None:
        one = gauge(kind())
        stub.answers(one)
        for told in ({"localOnly": True}, {"management": {"localOnly": True}}):
            stub.answers(one)
            with registered(city, stub.url, one["type"], **told):
                assert city.get(f"entities/{one['id']}").status_code == 200
            assert stub.one.params["local"] == "true"


class TestLoops:
    """Clauses 4.3.6.4 and 6.3.18."""

    def test_a_request_that_was_here_before_is_refused(self, city: httpx.Client) -> None:
        for method in ("GET", "DELETE"):
            answer = city.request(method, "entities/urn:x:1", headers={"Via": "1.1 other, 1.1 city"})
            assert answer.status_code == 508
            assert error_of(answer) == "LoopDetected"

    def test_two_that_register_each_other_give_all_once(self, city: httpx.Client, ward: httpx.Client) -> None:
        type_ = kind()
        create(city, gauge(type_, "a", level=level(1)))
        create(ward, gauge(type_, "b", level=level(2)))
        with registered(city, base(ward), type_), registered(ward, base(city), type_):
            answer = city.get("entities", params={"type": type_})
        assert ids(answer) == [f"urn:ngsi-ld:{type_}:a", f"urn:ngsi-ld:{type_}:b"]
        assert answer.headers["NGSILD-Warning"].startswith("199 ward ")

    def test_a_source_that_was_met_is_not_asked_again(self, city: httpx.Client, stub: Source) -> None:
        one = gauge(kind())
        with registered(city, stub.url, one["type"], contextSourceAlias="stub"):
            answer = city.get(f"entities/{one['id']}", headers={"Via": "1.1 stub"})
        assert answer.status_code == 404
        assert not stub.asked

    def test_goes_from_broker_to_broker(
        self, city: httpx.Client, ward: httpx.Client, quarter: httpx.Client, stub: Source
    ) -> None:
        type_ = kind()
        create(quarter, gauge(type_, "q"))
        stub.answers([])
        with registered(city, base(ward), type_), registered(ward, base(quarter), type_):
            assert ids(city.get("entities", params={"type": type_})) == [f"urn:ngsi-ld:{type_}:q"]
            with registered(ward, stub.url, type_):
                city.get("entities", params={"type": type_})
        assert stub.one.headers["via"] == "1.1 city, 1.1 ward"

    def test_reaches_a_source_by_two_ways_and_gives_it_once(
        self, city: httpx.Client, ward: httpx.Client, quarter: httpx.Client
    ) -> None:
        type_ = kind()
        create(quarter, gauge(type_, "q", level=level(1)))
        with (
            registered(city, base(ward), type_), registered(city, base(quarter), type_),
            registered(ward, base(quarter), type_),
        ):  # fmt: skip
            answer = city.get("entities", params={"type": type_, "count": "true"})
        assert ids(answer) == [f"urn:ngsi-ld:{type_}:q"]
        assert answer.headers["NGSILD-Results-Count"] == "1"


class TestTrouble:
    """Clause 6.3.17."""

    @pytest.mark.parametrize(
        ("status", "told", "code"),
        [(403, None, "299"), (500, {"secret": 1}, "299"), (200, b"no json", "111"), (200, None, "111"),
         (200, [{"id": 5}], "111")],
    )  # fmt: skip
    def test_a_source_that_fails_is_warned_of(
        self, city: httpx.Client, stub: Source, status: int, told: object, code: str
    ) -> None:
        one = gauge(kind(), level=level(1))
        create(city, one)
        stub.answers(told, status)
        with registered(city, stub.url, one["type"]):
            for answer in (
                city.get(f"entities/{one['id']}"), city.get("entities", params={"type": one["type"]}),
            ):  # fmt: skip
                assert answer.status_code == 200
                assert "secret" not in answer.text
                assert answer.headers["NGSILD-Warning"].startswith(f'{code} city "')

    def test_too_much_is_an_invalid_answer(self, city: httpx.Client, stub: Source) -> None:
        type_ = kind()
        stub.answers([gauge(type_, name=attribute("x" * 17 * 1024 * 1024))])
        with registered(city, stub.url, type_):
            answer = city.get("entities", params={"type": type_})
        assert answer.json() == []
        assert answer.headers["NGSILD-Warning"].startswith("111 ")

    def test_more_than_a_page_is_left(self, city: httpx.Client, stub: Source) -> None:
        type_ = kind()
        stub.answers([gauge(type_, str(number)) for number in range(1_001)])
        with registered(city, stub.url, type_):
            answer = city.get("entities", params={"type": type_, "limit": 1, "count": "true"})
        assert answer.headers["NGSILD-Results-Count"] == "1000"
        assert answer.headers["NGSILD-Warning"].startswith("199 ")
        assert len(stub.asked) == 1

    def test_all_pages_together_have_an_end(self, city: httpx.Client, stub: Source) -> None:
        type_ = kind()
        long = attribute("x" * 16_000)
        stub.answers([gauge(type_, str(number), name=long) for number in range(1_000)])
        with registered(city, stub.url, type_, management={"timeout": 20_000}):
            answer = city.get("entities", params={"type": type_, "limit": 1}, timeout=60)
        assert answer.headers["NGSILD-Warning"].startswith("111 ")
        assert len(stub.asked) == 3

    @pytest.mark.parametrize("deep", [b"[" * 900 + b"]" * 900, b'{"a":' * 900 + b"1" + b"}" * 900])
    def test_what_nests_without_end_is_no_ngsi_ld(
        self, city: httpx.Client, stub: Source, deep: bytes
    ) -> None:
        one = gauge(kind())
        create(city, one)
        stub.answers(b'[{"id":"urn:a:b","type":"%s","a":%s}]' % (one["type"].encode(), deep))
        with registered(city, stub.url, one["type"]):
            answer = city.get("entities", params={"type": one["type"]})
        assert ids(answer) == [one["id"]]
        assert answer.headers["NGSILD-Warning"].startswith("111 ")

    def test_a_dead_source_is_warned_of_and_others_answer(
        self, city: httpx.Client, ward: httpx.Client
    ) -> None:
        type_ = kind()
        create(ward, gauge(type_, "w"))
        with registered(city, NOWHERE, type_) as dead, registered(city, base(ward), type_):
            answer = city.get("entities", params={"type": type_})
            assert ids(answer) == [f"urn:ngsi-ld:{type_}:w"]
            assert answer.headers["NGSILD-Warning"].count('"') == 2
            assert dead in answer.headers["NGSILD-Warning"]
            missing = city.get(f"entities/urn:ngsi-ld:{type_}:none")
        assert missing.status_code == 404
        assert missing.headers["NGSILD-Warning"].startswith("199 ")

    def test_a_silent_source_costs_its_timeout(self, city: httpx.Client, stub: Source) -> None:
        one = gauge(kind())
        create(city, one)
        stub.silent = True
        with registered(city, stub.url, one["type"], management={"timeout": 200}):
            answer = city.get(f"entities/{one['id']}")
        assert answer.json() == one
        assert answer.elapsed.total_seconds() < 2.5  # well before the timeout of those who tell none
        assert answer.headers["NGSILD-Warning"].startswith("199 ")

    def test_a_source_that_failed_rests(self, city: httpx.Client, stub: Source) -> None:
        one = gauge(kind())
        create(city, one)
        stub.answers({}, 500)
        with registered(city, stub.url, one["type"], management={"cooldown": 600_000}):
            assert city.get(f"entities/{one['id']}").headers["NGSILD-Warning"].startswith("299 ")
            assert city.get(f"entities/{one['id']}").headers["NGSILD-Warning"].startswith("199 ")
        assert len(stub.asked) == 1

    def test_is_counted(self, city: httpx.Client, stub: Source) -> None:
        type_ = kind()
        stub.answers([])
        with registered(city, stub.url, type_) as name:
            city.get("entities", params={"type": type_})
            told = _counted(city, name)
        assert (told["timesSent"], told["timesFailed"], told["status"]) == (1, 0, "ok")


def _counted(at: httpx.Client, name: str) -> dict[str, Any]:
    """Wait until a registration tells what became of requests, and return it."""
    told: dict[str, Any] = {}

    def counted() -> bool:
        told.update(at.get(f"csourceRegistrations/{name}").json())
        return "timesSent" in told

    until(counted)
    return told
