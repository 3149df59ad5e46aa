"""Entities written at sources: who gets which part, and what is told of it (clauses 4.3.6.3 and 5.6)."""

from typing import Any

import httpx
import pytest

from tests.integration.context.asking import attribute, error_of
from tests.integration.context.federated import base, create, gauge, kind, level, registered
from tests.support.servers import free_port
from tests.support.sources import Source

NOWHERE = f"http://127.0.0.1:{free_port()}"
LOCAL = {"local": "true"}
WRITING = ["redirectionOps"]
MODES = ("inclusive", "redirect", "exclusive")
DEFAULTS = "https://uri.etsi.org/ngsi-ld/default-context/"


def exclusive(one: dict[str, Any], *names: str) -> dict[str, Any]:
    """Return members of an exclusive registration of attributes of an entity."""
    info = [{"entities": [{"id": one["id"], "type": one["type"]}], "propertyNames": list(names)}]
    return {"mode": "exclusive", "information": info, "operations": WRITING}


def of_mode(mode: str, one: dict[str, Any]) -> dict[str, Any]:
    """Return members of a registration of the level of an entity."""
    return {**exclusive(one, "level"), "mode": mode}


def refusal(answer: httpx.Response) -> tuple[int, str]:
    """Return status and type of an error."""
    return answer.status_code, error_of(answer)


def held(at: httpx.Client, one: dict[str, Any]) -> Any:
    """Return what a broker holds itself of an entity, in short; None where it has nothing."""
    answer = at.get(f"entities/{one['id']}", params={**LOCAL, "options": "keyValues"})
    return answer.json() if answer.status_code == 200 else None


class TestCreate:
    """Clause 5.6.1."""

    @pytest.mark.parametrize("mode", MODES)
    def test_gives_each_its_part(self, city: httpx.Client, ward: httpx.Client, mode: str) -> None:
        one = gauge(kind(), level=level(3), name=attribute("An"))
        short = {"id": one["id"], "type": one["type"]}
        with registered(city, base(ward), one["type"], **of_mode(mode, one)):
            answer = city.post("entities", json=one)
            told = city.get(f"entities/{one['id']}", params={"options": "keyValues"}).json()
        assert (answer.status_code, answer.content) == (201, b"")
        assert answer.headers["Location"] == f"/ngsi-ld/v1/entities/{one['id']}"
        assert held(ward, one) == {**short, "level": 3}
        assert held(city, one) == {**short, "name": "An"} | ({"level": 3} if mode == "inclusive" else {})
        assert told == {**short, "name": "An", "level": 3}

    def test_a_redirected_entity_is_not_held_here(self, city: httpx.Client, ward: httpx.Client) -> None:
        one = gauge(kind(), level=level(3), scope="/a")
        with registered(city, base(ward), one["type"], mode="redirect", operations=WRITING):
            assert city.post("entities", json=one).status_code == 201
            assert held(city, one) is None
            assert held(ward, one)["scope"] == "/a"
            assert refusal(city.post("entities", json=one)) == (409, "AlreadyExists")

    def test_an_auxiliary_source_is_never_written_to(self, city: httpx.Client, stub: Source) -> None:
        one = gauge(kind(), level=level(3))
        operations = ["redirectionOps", "retrieveEntity"]
        with registered(city, stub.url, one["type"], mode="auxiliary", operations=operations):
            assert city.post("entities", json=one).status_code == 201
        assert not stub.asked

    def test_keeps_to_itself_where_that_is_asked(self, city: httpx.Client, stub: Source) -> None:
        one = gauge(kind(), level=level(3))
        with registered(city, stub.url, one["type"], operations=WRITING):
            assert city.post("entities", json=one, params=LOCAL).status_code == 201
        assert not stub.asked

    def test_an_inclusive_source_that_only_reads_is_left_alone(
        self, city: httpx.Client, stub: Source
    ) -> None:
        one = gauge(kind(), level=level(3))
        with registered(city, stub.url, one["type"]):
            assert city.post("entities", json=one).status_code == 201
        assert not stub.asked

    @pytest.mark.parametrize("mode", ["redirect", "exclusive"])
    def test_what_a_source_alone_has_and_cannot_do_is_a_conflict(
        self, city: httpx.Client, stub: Source, mode: str
    ) -> None:
        one = gauge(kind(), level=level(3))
        members = {**of_mode(mode, one), "operations": ["retrieveOps"]}
        with registered(city, stub.url, one["type"], **members):
            assert refusal(city.post("entities", json=one)) == (409, "Conflict")
            assert held(city, one) is None
        assert not stub.asked

    def test_tells_what_went_wrong_where(self, city: httpx.Client, ward: httpx.Client) -> None:
        one = gauge(kind(), level=level(3))
        create(ward, one)
        with registered(city, base(ward), one["type"], operations=WRITING) as registration:
            answer = city.post("entities", json=one)
        assert answer.status_code == 207
        told = answer.json()
        assert told["success"] == [one["id"]]
        [error] = told["errors"]
        assert (error["entityId"], error["registrationId"]) == (one["id"], registration)
        assert error["error"]["type"].endswith("AlreadyExists")
        assert error["error"]["status"] == 409

    def test_a_dead_source_alone_is_a_timeout(self, city: httpx.Client) -> None:
        one = gauge(kind(), level=level(3))
        with registered(city, NOWHERE, one["type"], mode="redirect", operations=WRITING):
            assert refusal(city.post("entities", json=one)) == (504, "GatewayTimeout")

    def test_what_is_no_entity_goes_nowhere(self, city: httpx.Client, stub: Source) -> None:
        one = gauge(kind(), level={"type": "Property"})
        with registered(city, stub.url, one["type"], mode="redirect", operations=WRITING):
            assert city.post("entities", json=one).status_code == 400
        assert not stub.asked

    def test_hands_on_in_the_words_of_the_request(self, city: httpx.Client, stub: Source) -> None:
        one = gauge(kind(), level=level(3), name=attribute("An"))
        stub.answers(status=201)
        context = {"level": "https://example.org/level"}
        told = {**one, "@context": [context]}
        info = [
            {"entities": [{"id": one["id"], "type": one["type"]}], "propertyNames": [context["level"]]},
        ]
        with registered(
            city,
            stub.url,
            one["type"],
            mode="exclusive",
            information=info,
            operations=WRITING,
            tenant="north",
        ):
            answer = city.post("entities", json=told, headers={"Content-Type": "application/ld+json"})
        assert answer.status_code == 201
        assert stub.one.method == "POST"
        assert stub.one.path == "/ngsi-ld/v1/entities"
        assert stub.one.headers["ngsild-tenant"] == "north"
        assert stub.one.headers["content-type"] == "application/ld+json"
        assert "via" in stub.one.headers
        assert stub.one.body == {key: one for key, one in told.items() if key != "name"}

    def test_speaks_as_the_source_wants_it(
        self, city: httpx.Client, ward: httpx.Client, stub: Source
    ) -> None:
        one = gauge(kind(), level=level(3, depth=attribute(1)))
        added = city.post("jsonldContexts", json={"@context": {"pegel": f"{DEFAULTS}level"}})
        address = str(city.base_url.join(added.headers["Location"]))
        stub.answers(status=201)
        info = [{"key": "jsonldContext", "value": address}]
        with registered(
            city, stub.url, one["type"], mode="redirect", operations=WRITING, contextSourceInfo=info
        ):
            assert city.post("entities", json=one).status_code == 201
        assert address in stub.one.headers["link"]
        assert stub.one.body["pegel"] == one["level"]


class TestDelete:
    """Clause 5.6.6."""

    @pytest.mark.parametrize("mode", MODES)
    def test_deletes_all_parts(self, city: httpx.Client, ward: httpx.Client, mode: str) -> None:
        one = gauge(kind(), level=level(3))
        create(ward, one)
        if mode == "inclusive":
            create(city, one)
        with registered(city, base(ward), one["type"], **of_mode(mode, one)):
            assert city.delete(f"entities/{one['id']}").status_code == 204
        assert held(ward, one) is None
        assert held(city, one) is None

    def test_tells_that_a_part_was_not_there(self, city: httpx.Client, ward: httpx.Client) -> None:
        one = gauge(kind(), level=level(3))
        create(ward, one)
        with registered(city, base(ward), one["type"], operations=WRITING):
            answer = city.delete(f"entities/{one['id']}")
        assert answer.status_code == 207
        [error] = answer.json()["errors"]
        assert error["entityId"] == one["id"]
        assert error["error"]["status"] == 404
        assert "registrationId" not in error

    def test_asks_those_of_the_type_only(self, city: httpx.Client, stub: Source) -> None:
        one = gauge(kind(), level=level(3))
        create(city, one)
        with registered(city, stub.url, kind(), operations=WRITING):
            assert city.delete(f"entities/{one['id']}").status_code == 204
        assert not stub.asked

    def test_hands_the_type_on(self, city: httpx.Client, stub: Source) -> None:
        one = gauge(kind())
        stub.answers(status=204)
        with registered(city, stub.url, one["type"], mode="redirect", operations=WRITING):
            assert city.delete(f"entities/{one['id']}", params={"type": one["type"]}).status_code == 204
            assert city.delete(f"entities/{one['id']}", params={"type": kind()}).status_code == 404
        assert stub.one.params == {"type": one["type"]}


class TestAttributes:
    """Clauses 5.6.2 to 5.6.5 and 5.6.17 to 5.6.19."""

    CASES = (
        ("PATCH", "", {"level": level(9), "name": attribute("Bo")}),
        ("POST", "/attrs", {"level": level(9), "name": attribute("Bo")}),
        ("PATCH", "/attrs", {"level": level(9), "name": attribute("Bo")}),
        ("PATCH", "/attrs/level", {"value": 9}),
        ("PUT", "/attrs/level", level(9)),
        ("DELETE", "/attrs/level", None),
    )

    @pytest.mark.parametrize("mode", MODES)
    @pytest.mark.parametrize(("method", "path", "told"), CASES)
    def test_each_gets_its_part(
        self, city: httpx.Client, ward: httpx.Client, mode: str, method: str, path: str, told: Any
    ) -> None:
        one = gauge(kind(), level=level(3), name=attribute("An"))
        if mode == "inclusive":
            create(city, one)
        with registered(city, base(ward), one["type"], **of_mode(mode, one)):
            if mode != "inclusive":
                create(city, {key: each for key, each in one.items() if key != "level"})
            create(ward, one)
            answer = city.request(method, f"entities/{one['id']}{path}", json=told)
        assert (answer.status_code, answer.content) == (204, b"")
        became = {} if told is None else {"level": 9}
        there, here = held(ward, one), held(city, one)
        name = "Bo" if told is not None and "name" in told else "An"
        assert there == {"id": one["id"], "type": one["type"], "name": "An", **became}
        assert here == {"id": one["id"], "type": one["type"], "name": name} | (
            became if mode == "inclusive" else {}
        )

    def test_are_those_of_the_entity_of_the_path(self, city: httpx.Client, stub: Source) -> None:
        one = gauge(kind())
        stub.answers(status=204)
        with registered(city, stub.url, one["type"], mode="redirect", operations=WRITING):
            told = {"id": "urn:a:other", "type": one["type"], "level": level(9)}
            assert city.patch(f"entities/{one['id']}/attrs", json=told).status_code == 204
        assert stub.one.path == f"/ngsi-ld/v1/entities/{one['id']}/attrs/"
        assert stub.one.body == {**told, "id": one["id"]}

    @pytest.mark.parametrize("mode", MODES)
    def test_an_entity_is_replaced_in_its_parts(
        self, city: httpx.Client, ward: httpx.Client, mode: str
    ) -> None:
        one = gauge(kind(), name=attribute("An"))
        create(city, one)
        create(ward, {**one, "level": level(3)})
        told = gauge(one["type"], level=level(9), place=attribute("Cau"))
        with registered(city, base(ward), one["type"], **of_mode(mode, one)):
            answer = city.put(f"entities/{one['id']}", json={**told, "id": one["id"]})
        assert answer.status_code == 204
        short = {"id": one["id"], "type": one["type"]}
        assert held(ward, one) == {**short, "level": 9}
        assert held(city, one) == {**short, "place": "Cau"} | ({"level": 9} if mode == "inclusive" else {})

    def test_tells_of_each_attribute_what_came_of_it(self, city: httpx.Client, ward: httpx.Client) -> None:
        one = gauge(kind(), name=attribute("An"))
        create(city, one)
        told = {"level": level(9), "name": attribute("Bo")}
        with registered(city, base(ward), one["type"], **exclusive(one, "level")) as registration:
            answer = city.post(f"entities/{one['id']}/attrs", json=told)
        assert answer.status_code == 207
        assert answer.json()["updated"] == [f"{DEFAULTS}name"]
        [refused] = answer.json()["notUpdated"]
        assert refused["attributeName"] == f"{DEFAULTS}level"
        assert refused["registrationId"] == registration
        assert refused["reason"]
        assert set(answer.json()) == {"updated", "notUpdated"}

    def test_an_inclusive_source_may_have_what_is_not_here(
        self, city: httpx.Client, ward: httpx.Client
    ) -> None:
        one = gauge(kind(), level=level(3))
        create(ward, one)
        with registered(city, base(ward), one["type"], operations=WRITING):
            answer = city.patch(f"entities/{one['id']}/attrs", json={"level": level(9)})
        assert answer.status_code == 207
        assert answer.json()["updated"] == [f"{DEFAULTS}level"]
        assert held(ward, one)["level"] == 9

    def test_the_error_of_the_only_source_is_the_answer(self, city: httpx.Client, ward: httpx.Client) -> None:
        one = gauge(kind())
        with registered(city, base(ward), one["type"], **of_mode("redirect", one)):
            answer = city.patch(f"entities/{one['id']}/attrs/level", json={"value": 9})
        assert refusal(answer) == (404, "ResourceNotFound")

    def test_hands_parameters_on(self, city: httpx.Client, stub: Source) -> None:
        one = gauge(kind())
        stub.answers(status=204)
        with registered(city, stub.url, one["type"], **of_mode("redirect", one)):
            params = {"options": "noOverwrite", "type": one["type"]}
            assert (
                city.post(f"entities/{one['id']}/attrs", json={"level": level(9)}, params=params).status_code
                == 204
            )
            assert stub.one.params == params
            stub.answers(status=204)
            params = {"datasetId": "urn:x:1"}
            assert city.delete(f"entities/{one['id']}/attrs/level", params=params).status_code == 204
            assert stub.one.params == params

    def test_a_source_that_does_part_of_it_is_told_of(self, city: httpx.Client, stub: Source) -> None:
        one = gauge(kind())
        refused = {"attributeName": "level", "reason": "it is locked"}
        stub.answers({"updated": [], "notUpdated": [refused]}, status=207)
        with registered(city, stub.url, one["type"], **of_mode("redirect", one)) as registration:
            answer = city.patch(f"entities/{one['id']}/attrs", json={"level": level(9)})
        assert answer.status_code == 207
        assert answer.json() == {
            "updated": [],
            "notUpdated": [{**refused, "attributeName": f"{DEFAULTS}level", "registrationId": registration}],
        }

    def test_a_source_that_does_not_tell_which_part_it_did_is_told_of(
        self, city: httpx.Client, stub: Source
    ) -> None:
        one = gauge(kind(), level=level(1))
        stub.answers(status=207)
        with registered(city, stub.url, one["type"], operations=["appendAttrs"], mode="redirect"):
            answer = city.post(f"entities/{one['id']}/attrs", json={"level": level(2)})
        assert answer.status_code == 207
        assert answer.json()["updated"] == []
        assert len(answer.json()["notUpdated"]) == 1


class TestLoops:
    """Clause 6.3.18."""

    @pytest.mark.parametrize(
        ("method", "path", "told"),
        [
            ("PATCH", "/attrs", {"level": level(9)}),
            ("DELETE", "", None),
            ("PATCH", "/attrs/level", {"value": 1}),
        ],
    )
    def test_what_leads_back_is_refused(self, city: httpx.Client, method: str, path: str, told: Any) -> None:
        one = gauge(kind())
        with registered(city, base(city), one["type"], **of_mode("redirect", one)):
            answer = city.request(method, f"entities/{one['id']}{path}", json=told)
        assert refusal(answer) == (508, "LoopDetected")
