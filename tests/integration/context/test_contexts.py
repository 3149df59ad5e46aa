"""Clauses 5.5.6, 5.13, 6.3.5, 6.29 and 6.30: @contexts of requests, and the @context server."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import httpx
import psycopg
import pytest

from tests.support.hosts import Host, host

ERRORS = "https://uri.etsi.org/ngsi-ld/errors/"
CORE = "https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context-v1.6.jsonld"
LD = {"Content-Type": "application/ld+json"}
TERMS = {"@context": {"depth": "https://water.example/depth", "Pump": "https://water.example/Pump"}}


@pytest.fixture
def elsewhere() -> Iterator[Host]:
    with host() as served:
        yield served


def pump(context: object = None) -> dict[str, Any]:
    told = {"id": f"urn:ngsi-ld:Pump:{uuid4()}", "type": "Pump", "depth": {"type": "Property", "value": 3}}
    return told if context is None else {**told, "@context": context}


def link(address: str) -> dict[str, str]:
    return {"Link": f'<{address}>; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"'}


def create(api: httpx.Client, one: dict[str, Any], **headers: str) -> httpx.Response:
    return api.post("entities", json=one, headers={**LD, **headers})


def error_of(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].removeprefix(ERRORS)


class TestRemoteContext:
    """Clauses 5.5.6 and 5.13.1."""

    def test_gives_the_names_of_a_request(self, api: httpx.Client, elsewhere: Host) -> None:
        one = pump(elsewhere.put("/water.jsonld", TERMS))
        assert create(api, one).status_code == 201
        found = api.get(f"entities/{one['id']}").json()
        assert found["https://water.example/depth"]["value"] == 3
        found = api.get(f"entities/{one['id']}", headers=link(elsewhere.address("/water.jsonld"))).json()
        assert (found["type"], found["depth"]["value"]) == ("Pump", 3)

    def test_is_fetched_once(self, api: httpx.Client, elsewhere: Host) -> None:
        address = elsewhere.put("/once.jsonld", TERMS)
        for _ in range(3):
            create(api, pump([address, {"own": "https://own.example/x"}]))
        assert elsewhere.asked == ["/once.jsonld"]

    def test_is_fetched_once_for_many_who_need_it_at_once(self, api: httpx.Client, elsewhere: Host) -> None:
        address = elsewhere.put("/many.jsonld", TERMS)
        with ThreadPoolExecutor(16) as people:
            asked = list(people.map(lambda _: create(api, pump(address)).status_code, range(32)))
        assert asked == [201] * 32
        assert elsewhere.asked == ["/many.jsonld"]

    def test_that_is_too_old_serves_while_its_host_is_away(
        self, api: httpx.Client, elsewhere: Host, dsn: str
    ) -> None:
        address = elsewhere.put("/away.jsonld", TERMS)
        create(api, pump(address))
        elsewhere.put("/away.jsonld", b"", 500)
        with psycopg.connect(dsn, autocommit=True) as connection:
            connection.execute(
                "update context.jsonld_context set expires_at = created_at where url = %s", [address]
            )
        api.delete(add(api))  # what is in memory is forgotten
        one = pump(address)
        assert create(api, one).status_code == 201
        assert elsewhere.asked == ["/away.jsonld"] * 2
        assert "https://water.example/depth" in api.get(f"entities/{one['id']}").json()

    def test_may_refer_to_others_from_where_it_lies(self, api: httpx.Client, elsewhere: Host) -> None:
        elsewhere.put("/deep/inner.jsonld", TERMS)
        one = pump([[elsewhere.put("/deep/outer.jsonld", {"@context": ["inner.jsonld", CORE]})]])
        assert create(api, one).status_code == 201
        assert "https://water.example/depth" in api.get(f"entities/{one['id']}").json()

    def test_is_found_where_it_has_moved_to(self, api: httpx.Client, elsewhere: Host) -> None:
        elsewhere.put("/new.jsonld", TERMS)
        address = elsewhere.put("/old.jsonld", b"", 301, Location="/new.jsonld")
        assert create(api, pump(address)).status_code == 201

    def test_that_does_not_answer_is_not_available(self, api: httpx.Client, elsewhere: Host) -> None:
        assert error_of(create(api, pump(elsewhere.address("/none")))) == (504, "LdContextNotAvailable")
        assert error_of(create(api, pump("http://127.0.0.1:9/x"))) == (504, "LdContextNotAvailable")
        assert error_of(create(api, pump("http://no.such.host.invalid/x"))) == (504, "LdContextNotAvailable")

    @pytest.mark.parametrize("body", [{"no": "context"}, b"{ not json", {"@context": 5}, [1]])
    def test_that_is_none_is_bad_data(self, api: httpx.Client, elsewhere: Host, body: object) -> None:
        one = pump(elsewhere.put("/bad.jsonld", body))
        assert error_of(create(api, one)) == (400, "BadRequestData")
        assert api.get(f"entities/{one['id']}").status_code == 404

    def test_that_leads_in_a_circle_is_bad_data(self, api: httpx.Client, elsewhere: Host) -> None:
        address = elsewhere.put("/a.jsonld", {"@context": ["b.jsonld"]})
        elsewhere.put("/b.jsonld", {"@context": ["a.jsonld"]})
        assert error_of(create(api, pump(address))) == (400, "BadRequestData")

    def test_that_leads_too_far_is_bad_data(self, api: httpx.Client, elsewhere: Host) -> None:
        for number in range(9):
            elsewhere.put(f"/{number}.jsonld", {"@context": [f"{number + 1}.jsonld"]})
        assert error_of(create(api, pump(elsewhere.address("/0.jsonld")))) == (400, "BadRequestData")

    def test_that_is_huge_is_not_taken(self, api: httpx.Client, elsewhere: Host) -> None:
        address = elsewhere.put("/huge.jsonld", b'{"@context": {"a": "' + b"x" * 5_000_000 + b'"}}')
        assert error_of(create(api, pump(address))) == (504, "LdContextNotAvailable")

    def test_that_moves_without_end_is_not_taken(self, api: httpx.Client, elsewhere: Host) -> None:
        address = elsewhere.put("/loop.jsonld", b"", 302, Location="/loop.jsonld")
        assert error_of(create(api, pump(address))) == (504, "LdContextNotAvailable")


class TestContextOfARequest:
    """Clause 6.3.5."""

    def test_stands_in_the_body_of_json_ld_only(self, api: httpx.Client) -> None:
        assert error_of(create(api, pump())) == (400, "BadRequestData")
        assert error_of(create(api, pump(CORE), **link(CORE))) == (400, "BadRequestData")

    def test_stands_in_the_link_of_json_only(self, api: httpx.Client) -> None:
        assert error_of(api.post("entities", json=pump(CORE))) == (400, "BadRequestData")

    def test_of_a_query_may_stand_in_the_link_of_json_ld_too(self, api: httpx.Client) -> None:
        told = {"type": "Query", "entities": [{"type": f"Pump{uuid4().hex}"}]}
        headers = {"Content-Type": "application/ld+json"}
        assert api.post("entityOperations/query", json=told, headers=headers | link(CORE)).json() == []
        assert api.post("entityOperations/query", json=told, headers=headers).status_code == 400
        both = {**told, "@context": CORE}
        assert api.post("entityOperations/query", json=both, headers=headers | link(CORE)).status_code == 400

    @pytest.mark.parametrize(
        "context", [5, True, [CORE, 5], "relative.jsonld", {"a": {"@id": 5}}, "http://["]
    )
    def test_that_is_none_is_bad_data(self, api: httpx.Client, context: object) -> None:
        assert error_of(create(api, pump(context))) == (400, "BadRequestData")

    def test_brings_nothing_from_elsewhere_in_disguise(self, api: httpx.Client, elsewhere: Host) -> None:
        address = elsewhere.put("/hidden.jsonld", TERMS)
        for context in ({"@import": address}, {"a": {"@id": "https://a.example/", "@context": address}}):
            assert error_of(create(api, pump({"@version": 1.1, **context}))) == (400, "BadRequestData")
        assert not elsewhere.asked

    def test_of_the_core_is_shipped_in_every_version(self, api: httpx.Client) -> None:
        for version in ("", "-v1.3", "-v1.6", "-v1.8", "-v1.9"):
            address = f"https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context{version}.jsonld"
            assert create(api, pump(address)).status_code == 201


def add(api: httpx.Client, told: object = TERMS, **headers: str) -> str:
    made = api.post("jsonldContexts", json=told, headers=headers)
    assert (made.status_code, made.content) == (201, b"")
    return made.headers["Location"].removeprefix("/ngsi-ld/v1/")


class TestAddContext:
    """Clause 5.13.2."""

    def test_is_served_as_it_was_given(self, api: httpx.Client) -> None:
        served = api.get(add(api, {**TERMS, "beside": "is left out"}))
        assert (served.status_code, served.headers["Content-Type"]) == (200, "application/json")
        assert served.json() == TERMS

    def test_gives_the_names_of_requests(self, api: httpx.Client) -> None:
        address = str(api.base_url.join(f"/ngsi-ld/v1/{add(api)}"))
        one = pump(address)
        assert create(api, one).status_code == 201
        assert "https://water.example/depth" in api.get(f"entities/{one['id']}").json()

    def test_caches_what_it_refers_to(self, api: httpx.Client, elsewhere: Host) -> None:
        address = elsewhere.put("/far.jsonld", TERMS)
        assert api.get(add(api, {"@context": [address]}), params={"details": True}).json()["kind"] == "Hosted"
        cached = api.get(f"jsonldContexts/{quote(address, safe='')}", params={"details": "true"})
        assert (cached.json()["kind"], cached.json()["URL"]) == ("Cached", address)

    def test_waits_for_nothing_that_cannot_be_had(self, api: httpx.Client, elsewhere: Host) -> None:
        add(api, {"@context": [elsewhere.address("/none")]})

    @pytest.mark.parametrize("told", [{"a": "b"}, [], "x", None])
    def test_wants_an_object_with_a_context(self, api: httpx.Client, told: object) -> None:
        assert error_of(api.post("jsonldContexts", json=told)) == (400, "InvalidRequest")

    def test_wants_json(self, api: httpx.Client) -> None:
        told = api.post(
            "jsonldContexts", content=b'{"a": "b" "c"}', headers={"Content-Type": "application/json"}
        )
        assert error_of(told) == (400, "InvalidRequest")

    @pytest.mark.parametrize("context", [5, False, None, [CORE, 5]])
    def test_wants_a_context_of_json_ld(self, api: httpx.Client, context: object) -> None:
        told = api.post("jsonldContexts", json={"@context": context})
        assert error_of(told) == (400, "BadRequestData")
        assert "Location" not in told.headers


class TestListContexts:
    """Clause 5.13.3."""

    def test_tells_addresses(self, api: httpx.Client) -> None:
        path = add(api)
        assert str(api.base_url.join(f"/ngsi-ld/v1/{path}")) in api.get("jsonldContexts").json()
        assert any(one.endswith(path) for one in api.get("jsonldContexts?kind=Hosted&details=false").json())
        assert not any(one.endswith(path) for one in api.get("jsonldContexts?kind=Cached").json())

    def test_tells_details(self, api: httpx.Client, elsewhere: Host) -> None:
        address = elsewhere.put("/listed.jsonld", TERMS, Cache_Control="max-age=600")
        create(api, pump(address))
        told = {one["URL"]: one for one in api.get("jsonldContexts?details=true&kind=Cached").json()}
        assert set(told[address]) >= {"URL", "localId", "kind", "createdAt", "expiresAt", "numberOfHits"}
        assert told[address]["createdAt"].endswith("Z")

    @pytest.mark.parametrize("query", ["kind=other", "details=other", "kind=Hosted&details=2", "kind="])
    def test_knows_its_parameters_values(self, api: httpx.Client, query: str) -> None:
        assert error_of(api.get(f"jsonldContexts?{query}")) == (400, "BadRequestData")


class TestServeContext:
    """Clause 5.13.4."""

    def test_does_not_know_every_identifier(self, api: httpx.Client) -> None:
        for query in ("", "?details=true"):
            assert error_of(api.get(f"jsonldContexts/unknown{query}")) == (404, "ResourceNotFound")

    def test_leaves_cached_ones_to_their_host(self, api: httpx.Client, elsewhere: Host) -> None:
        address = elsewhere.put("/kept.jsonld", TERMS)
        create(api, pump(address))
        served = api.get(f"jsonldContexts/{quote(address, safe='')}")
        assert error_of(served) == (422, "OperationNotSupported")

    def test_tells_how_often_it_was_found(self, api: httpx.Client, elsewhere: Host) -> None:
        address = elsewhere.put("/counted.jsonld", TERMS)
        path = f"jsonldContexts/{quote(address, safe='')}?details=true"
        create(api, pump(address))
        assert api.get(path).json()["numberOfHits"] == 1
        create(api, pump(address))
        told = api.get(path).json()
        assert (told["numberOfHits"], "lastUsage" in told) == (3, True)

    def test_counts_being_served_as_well(self, api: httpx.Client) -> None:
        path = f"{add(api)}?details=true"
        assert [api.get(path).json()["numberOfHits"] for _ in range(3)] == [0, 1, 2]

    def test_tells_of_the_core_context(self, api: httpx.Client) -> None:
        told = api.get(f"jsonldContexts/{quote(CORE, safe='')}?details=true").json()
        assert (told["kind"], told["URL"]) == ("Cached", CORE)

    def test_shows_to_a_tenant_only_its_own(self, api: httpx.Client) -> None:
        mine, other = ({"NGSILD-Tenant": f"t{uuid4().hex[:8]}"} for _ in range(2))
        path = add(api, **mine)
        for headers in (other, {}):
            assert api.get(path, headers=headers).status_code == 404
            assert api.get(f"{path}?details=true", headers=headers).status_code == 404
            assert path not in api.get("jsonldContexts", headers=headers).text
            assert api.delete(path, headers=headers).status_code == 404
        assert api.get(path, headers=mine).json() == TERMS


class TestDeleteContext:
    """Clause 5.13.5."""

    def test_leaves_nothing(self, api: httpx.Client) -> None:
        path = add(api)
        gone = api.delete(path)
        assert (gone.status_code, gone.content) == (204, b"")
        assert api.get(path).status_code == 404
        assert error_of(api.delete(path)) == (404, "ResourceNotFound")

    def test_reloads_a_cached_one(self, api: httpx.Client, elsewhere: Host) -> None:
        address = elsewhere.put("/changing.jsonld", TERMS)
        path = f"jsonldContexts/{quote(address, safe='')}"
        create(api, pump(address))
        elsewhere.put("/changing.jsonld", {"@context": {"depth": "https://other.example/depth"}})
        assert api.delete(f"{path}?reload=true").status_code == 204
        one = pump(address)
        create(api, one)
        assert "https://other.example/depth" in api.get(f"entities/{one['id']}").json()

    @pytest.mark.parametrize("now", [(b"", 500), (b"no json", 200), ({"@context": 5}, 200)])
    def test_keeps_what_cannot_be_reloaded(
        self, api: httpx.Client, elsewhere: Host, now: tuple[Any, int]
    ) -> None:
        address = elsewhere.put("/failing.jsonld", TERMS)
        path = f"jsonldContexts/{quote(address, safe='')}"
        create(api, pump(address))
        elsewhere.put("/failing.jsonld", *now)
        assert error_of(api.delete(f"{path}?reload=true")) == (504, "LdContextNotAvailable")
        assert api.get(f"{path}?details=true").json()["kind"] == "Cached"
        assert api.delete(path).status_code == 204
        assert api.get(f"{path}?details=true").status_code == 404

    @pytest.mark.parametrize("reload", ["true", "xxx"])
    def test_reloads_nothing_else(self, api: httpx.Client, reload: str) -> None:
        for path in ("jsonldContexts/unknown", add(api)):
            assert error_of(api.delete(f"{path}?reload={reload}")) == (400, "BadRequestData")

    def test_leaves_the_core_context(self, api: httpx.Client) -> None:
        path = f"jsonldContexts/{quote(CORE, safe='')}"
        assert error_of(api.delete(path)) == (400, "BadRequestData")
        assert error_of(api.delete(f"{path}?reload=false")) == (400, "BadRequestData")
        assert api.delete(f"{path}?reload=true").status_code == 204
        assert api.get(f"{path}?details=true").status_code == 200


class TestContextOfASubscription:
    """Clause 5.13.1: a @context of several parts is kept, so that notifications can name it."""

    def test_is_served_and_gives_the_names_of_requests(self, api: httpx.Client) -> None:
        told = {
            "id": f"urn:ngsi-ld:Subscription:{uuid4()}", "type": "Subscription",
            "entities": [{"type": "Pump"}],
            "notification": {"endpoint": {"uri": "http://127.0.0.1:9/told"}},
            "@context": [TERMS["@context"], CORE],
        }  # fmt: skip
        assert api.post("subscriptions", json=told, headers=LD).status_code == 201
        address = api.get(f"subscriptions/{told['id']}").json()["jsonldContext"]
        path = f"jsonldContexts/{address.rpartition('/')[2]}"
        assert api.get(path).json() == {"@context": told["@context"]}
        assert api.get(f"{path}?details=true").json()["kind"] == "ImplicitlyCreated"
        one = pump(address)
        assert create(api, one).status_code == 201
        assert "https://water.example/depth" in api.get(f"entities/{one['id']}").json()
        assert error_of(api.delete(f"{path}?reload=true")) == (400, "BadRequestData")
        assert api.delete(path).status_code == 204
