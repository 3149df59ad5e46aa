"""Batches handed on to sources (clauses 5.6.7 to 5.6.10 and 5.6.20)."""

from typing import Any

import httpx
import pytest

from tests.integration.context.asking import attribute
from tests.integration.context.federated import base, create, gauge, kind, level, registered
from tests.support.servers import free_port
from tests.support.sources import Source

NOWHERE = f"http://127.0.0.1:{free_port()}"
LOCAL = {"local": "true"}
SINGLE = ["redirectionOps"]
BATCH = ["createBatch", "upsertBatch", "updateBatch", "deleteBatch", "mergeBatch"]
MODES = ("inclusive", "redirect")
WAYS = pytest.mark.parametrize("operations", [SINGLE, BATCH], ids=["singly", "batch"])
IN_MODES = pytest.mark.parametrize("mode", MODES)


def held(at: httpx.Client, one: dict[str, Any]) -> Any:
    """Return what a broker holds itself of an entity, in short; None where it has nothing."""
    answer = at.get(f"entities/{one['id']}", params={**LOCAL, "options": "keyValues"})
    return answer.json() if answer.status_code == 200 else None


def short(one: dict[str, Any], **members: Any) -> dict[str, Any]:
    """Return an entity as `held` gives it."""
    return {"id": one["id"], "type": one["type"], **members}


def post(at: httpx.Client, what: str, told: Any, **params: str) -> httpx.Response:
    """Ask for a batch."""
    return at.post(f"entityOperations/{what}", json=told, params=params)


class TestCreate:
    """Clause 5.6.7."""

    @WAYS
    @IN_MODES
    def test_each_goes_where_it_belongs(
        self, city: httpx.Client, ward: httpx.Client, operations: list[str], mode: str
    ) -> None:
        there, here = gauge(kind(), level=level(3)), gauge(kind(), level=level(4))
        with registered(city, base(ward), there["type"], mode=mode, operations=operations):
            answer = post(city, "create", [there, here])
        assert answer.status_code == 201
        assert answer.json() == [there["id"], here["id"]]
        assert held(ward, there) == short(there, level=3)
        assert held(ward, here) is None
        assert held(city, here) == short(here, level=4)
        assert held(city, there) == (short(there, level=3) if mode == "inclusive" else None)

    def test_one_request_tells_a_source_all_that_is_its_own(self, city: httpx.Client, stub: Source) -> None:
        type_ = kind()
        several = [gauge(type_, level=level(1), name=attribute("An")), gauge(type_, level=level(2))]
        stub.answers([one["id"] for one in several], status=201)
        info = [{"entities": [{"type": type_}], "propertyNames": ["level"]}]
        with registered(city, stub.url, type_, mode="redirect", information=info, operations=["createBatch"]):
            assert post(city, "create", [*several, gauge(kind())]).status_code == 201
        assert stub.one.path == "/ngsi-ld/v1/entityOperations/create"
        assert stub.one.body == [{key: one[key] for key in ("id", "type", "level")} for one in several]
        assert held(city, several[0]) == short(several[0], name="An")
        assert held(city, several[1]) is None

    @WAYS
    def test_tells_which_failed(self, city: httpx.Client, ward: httpx.Client, operations: list[str]) -> None:
        old, new = gauge(kind()), gauge(kind())
        create(ward, old)
        both = [{"type": one["type"]} for one in (old, new)]
        with registered(
            city, base(ward), old["type"], mode="redirect", operations=operations,
            information=[{"entities": both}],
        ) as registration:  # fmt: skip
            answer = post(city, "create", [old, new])
        assert answer.status_code == 207
        assert answer.json()["success"] == [new["id"]]
        [error] = answer.json()["errors"]
        assert (error["entityId"], error["registrationId"]) == (old["id"], registration)
        assert error["error"]["type"].endswith("AlreadyExists")

    def test_a_dead_source_costs_only_its_own(self, city: httpx.Client) -> None:
        there, here = gauge(kind()), gauge(kind())
        with registered(city, NOWHERE, there["type"], mode="redirect", operations=BATCH):
            answer = post(city, "create", [there, here])
        assert answer.status_code == 207
        assert answer.json()["success"] == [here["id"]]
        assert [one["error"]["status"] for one in answer.json()["errors"]] == [504]

    def test_what_a_source_alone_has_and_cannot_do_is_a_conflict(
        self, city: httpx.Client, stub: Source
    ) -> None:
        one = gauge(kind())
        with registered(city, stub.url, one["type"], mode="redirect", operations=["retrieveOps"]):
            answer = post(city, "create", [one])
        assert answer.status_code == 207
        assert [each["error"]["status"] for each in answer.json()["errors"]] == [409]
        assert not stub.asked

    def test_what_is_no_entity_goes_nowhere(self, city: httpx.Client, stub: Source) -> None:
        type_ = kind()
        good, bad = gauge(type_), gauge(type_, level={"type": "Property"})
        stub.answers([good["id"]], status=201)
        with registered(city, stub.url, type_, mode="redirect", operations=BATCH):
            answer = post(city, "create", [bad, good])
        assert answer.json()["success"] == [good["id"]]
        assert [one["id"] for one in stub.one.body] == [good["id"]]

    def test_keeps_to_itself_where_that_is_asked(self, city: httpx.Client, stub: Source) -> None:
        one = gauge(kind())
        with registered(city, stub.url, one["type"], operations=BATCH):
            assert post(city, "create", [one], local="true").status_code == 201
            assert post(city, "delete", [one["id"]], local="true").status_code == 204
        assert not stub.asked

    def test_each_speaks_under_its_own_context(self, city: httpx.Client, stub: Source) -> None:
        type_ = kind()
        contexts = [{"level": f"https://example.org/{place}"} for place in "ab"]
        several = [{**gauge(type_, level=level(1)), "@context": one} for one in contexts]
        stub.answers(status=204)
        with registered(city, stub.url, type_, operations=BATCH):
            answer = city.post(
                "entityOperations/upsert", json=[{**one, "type": f"https://uri.etsi.org/ngsi-ld/default-context/{type_}"}
                                                 for one in several],
                headers={"Content-Type": "application/ld+json"},
            )  # fmt: skip
        assert answer.status_code == 201
        assert [one["@context"] for asked in stub.asked for one in asked.body] in (contexts, contexts[::-1])


class TestUpsert:
    """Clause 5.6.8."""

    @WAYS
    @IN_MODES
    def test_creates_or_replaces(
        self, city: httpx.Client, ward: httpx.Client, operations: list[str], mode: str
    ) -> None:
        type_ = kind()
        old, new = gauge(type_, level=level(1), name=attribute("An")), gauge(type_, level=level(2))
        create(ward, old)
        if mode == "inclusive":
            create(city, old)
        told = [{**short(old), "level": level(9)}, new]
        with registered(city, base(ward), type_, mode=mode, operations=operations):
            answer = post(city, "upsert", told)
            assert (answer.status_code, answer.json()) == (201, [new["id"]])
            again = post(city, "upsert", told)
        assert (again.status_code, again.content) == (204, b"")
        assert held(ward, old) == short(old, level=9)
        assert held(ward, new) == short(new, level=2)
        assert held(city, old) == (short(old, level=9) if mode == "inclusive" else None)

    @WAYS
    def test_updates_where_that_is_asked(
        self, city: httpx.Client, ward: httpx.Client, operations: list[str]
    ) -> None:
        old = gauge(kind(), level=level(1), name=attribute("An"))
        create(ward, old)
        with registered(city, base(ward), old["type"], mode="redirect", operations=operations):
            answer = post(city, "upsert", [{**short(old), "level": level(9)}], options="update")
        assert answer.status_code == 204
        assert held(ward, old) == short(old, level=9, name="An")


class TestChange:
    """Clauses 5.6.9 and 5.6.20."""

    @WAYS
    @IN_MODES
    @pytest.mark.parametrize("what", ["update", "merge"])
    def test_changes_all_parts(
        self, city: httpx.Client, ward: httpx.Client, what: str, operations: list[str], mode: str
    ) -> None:
        one = gauge(kind(), level=level(1), name=attribute("An"))
        create(ward, one)
        if mode == "inclusive":
            create(city, one)
        with registered(city, base(ward), one["type"], mode=mode, operations=operations):
            answer = post(city, what, [{**short(one), "level": level(9)}])
        assert (answer.status_code, answer.content) == (204, b"")
        assert held(ward, one) == short(one, level=9, name="An")
        assert held(city, one) == (short(one, level=9, name="An") if mode == "inclusive" else None)

    @WAYS
    def test_overwrites_nothing_where_that_is_asked(
        self, city: httpx.Client, ward: httpx.Client, operations: list[str]
    ) -> None:
        one = gauge(kind(), level=level(1))
        create(ward, one)
        told = {**short(one), "level": level(9), "name": attribute("An")}
        with registered(city, base(ward), one["type"], mode="redirect", operations=operations):
            answer = post(city, "update", [told], options="noOverwrite")
        assert answer.status_code == 207
        assert held(ward, one) == short(one, level=1, name="An")

    def test_a_part_that_is_not_here_is_told_of(self, city: httpx.Client, ward: httpx.Client) -> None:
        one = gauge(kind(), level=level(1))
        create(ward, one)
        with registered(city, base(ward), one["type"], operations=BATCH):
            answer = post(city, "update", [{**short(one), "level": level(9)}])
        assert answer.status_code == 207
        assert answer.json()["success"] == [one["id"]]
        [error] = answer.json()["errors"]
        assert (error["entityId"], error["error"]["status"]) == (one["id"], 404)
        assert "registrationId" not in error


class TestDelete:
    """Clause 5.6.10."""

    @WAYS
    @IN_MODES
    def test_deletes_all_parts(
        self, city: httpx.Client, ward: httpx.Client, operations: list[str], mode: str
    ) -> None:
        there, here = gauge(kind()), gauge(kind())
        create(ward, there)
        create(city, here)
        if mode == "inclusive":
            create(city, there)
        info = [{"entities": [{"type": there["type"], "id": there["id"]}]}]
        with registered(city, base(ward), there["type"], mode=mode, operations=operations, information=info):
            answer = post(city, "delete", [there["id"], here["id"]])
        assert (answer.status_code, answer.content) == (204, b"")
        assert held(ward, there) is held(city, there) is held(city, here) is None


class TestLoops:
    """Clause 6.3.18."""

    @pytest.mark.parametrize("what", ["create", "upsert", "update", "merge"])
    def test_what_was_here_before_is_refused(self, city: httpx.Client, what: str) -> None:
        answer = city.post(f"entityOperations/{what}", json=[gauge(kind())], headers={"Via": "1.1 city"})
        assert answer.status_code == 508
