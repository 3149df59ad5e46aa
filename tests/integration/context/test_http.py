"""Clause 6.3: what holds for every request, whatever its operation."""

import json
import socket
from typing import Any
from uuid import uuid4

import httpx
import pytest

from dothi.context.api import bodies
from tests.integration.context.asking import attribute, vehicle

ERRORS = "https://uri.etsi.org/ngsi-ld/errors/"
JSON = {"Content-Type": "application/json"}


def well() -> dict[str, Any]:
    point = {"type": "Point", "coordinates": [105.85, 21.03]}
    return {
        "id": f"urn:ngsi-ld:Well:{uuid4()}",
        "type": "Well",
        "location": {"type": "GeoProperty", "value": point},
        "site": {"type": "GeoProperty", "value": {"type": "Point", "coordinates": [1, 2]}},
        "depth": {"type": "Property", "value": 40, "unitCode": "MTR"},
    }


@pytest.fixture(scope="module")
def kept(api: httpx.Client) -> dict[str, Any]:
    one = well()
    assert api.post("entities", json=one).status_code == 201
    return one


def error_of(answer: httpx.Response) -> tuple[int, str]:
    assert answer.headers["Content-Type"] == "application/json"
    told = answer.json()
    assert told["status"] == answer.status_code
    assert told["title"]
    assert told["detail"] not in ("", told["title"])
    return answer.status_code, told["type"].removeprefix(ERRORS)


class TestAccept:
    """Clause 6.3.4."""

    @pytest.mark.parametrize(
        ("accept", "given"),
        [
            (None, "application/json"),
            ("*/*", "application/json"),
            ("application/ld+json", "application/ld+json"),
            ("application/ld+json, application/json", "application/json"),
            ("application/geo+json, application/json", "application/json"),
            ("application/json;q=0.1, application/ld+json;q=0.9", "application/ld+json"),
            ("application/json;q=0, */*", "application/ld+json"),
            ("*/*;q=0.9, application/ld+json;q=0.8", "application/json"),
            ("application/ld+json;q=many", "application/ld+json"),
            ("text/html, application/*;q=0.5", "application/json"),
        ],
    )
    def test_chooses(self, api: httpx.Client, kept: dict[str, Any], accept: str | None, given: str) -> None:
        request = api.build_request("GET", f"entities/{kept['id']}")
        request.headers.pop("Accept")
        if accept:
            request.headers["Accept"] = accept
        assert api.send(request).headers["Content-Type"] == given

    def test_that_nothing_meets_is_told_what_there_is(self, api: httpx.Client) -> None:
        for path in ("entities/urn:x:none", "info/sourceIdentity"):
            refused = api.get(path, headers={"Accept": "application/xml"})
            assert refused.status_code == 406
            assert "application/ld+json" in refused.text

    def test_of_geojson_is_met_by_entities_only(self, api: httpx.Client) -> None:
        refused = api.get("info/sourceIdentity", headers={"Accept": "application/geo+json"})
        assert refused.status_code == 406


class TestContext:
    """Clause 6.3.6."""

    def test_is_linked_from_json(self, api: httpx.Client, kept: dict[str, Any]) -> None:
        found = api.get(f"entities/{kept['id']}")
        assert 'rel="http://www.w3.org/ns/json-ld#context"' in found.headers["Link"]
        assert "@context" not in found.json()

    def test_stands_in_json_ld(self, api: httpx.Client, kept: dict[str, Any]) -> None:
        found = api.get(f"entities/{kept['id']}", headers={"Accept": "application/ld+json"})
        assert "Link" not in found.headers
        assert found.json()["@context"].startswith("https://uri.etsi.org/ngsi-ld/v1/")

    def test_comes_with_the_version_that_the_answer_conforms_to(
        self, api: httpx.Client, kept: dict[str, Any]
    ) -> None:
        spellings = ("ngsi-ld=1.3", "ngsi-ld=1.3.1", 'NGSI-LD="1.3"; q=0.1', "respond-async, ngsi-ld = 1.3")
        for path in (f"entities/{kept['id']}", "types"):
            for wanted in spellings:
                found = api.get(path, headers={"Prefer": wanted})
                assert (found.status_code, found.headers["Preference-Applied"]) == (200, "ngsi-ld=1.3")
            assert "Preference-Applied" not in api.get(path, headers={"Prefer": "respond-async"}).headers

    def test_amends_entities_for_an_older_version(self, api: httpx.Client) -> None:
        """Clause 4.3.6.8 of v1.9.1."""
        one = vehicle(category={"type": "VocabProperty", "vocab": "electric"}, speed=attribute(5))
        assert api.post("entities", json=one).status_code == 201
        older, newer = {"Prefer": "ngsi-ld=1.5"}, {"Prefer": "ngsi-ld=1.9"}
        for path in (f"entities/{one['id']}", f"entities?type=Vehicle&id={one['id']}"):
            found = api.get(path, headers=older)
            told = found.json() if isinstance(found.json(), dict) else found.json()[0]
            assert (found.status_code, found.headers["Preference-Applied"]) == (203, "ngsi-ld=1.5")
            assert told == {**one, "category": attribute("electric")}
            assert api.get(path, headers=newer).status_code == 200

    def test_is_not_told_with_errors(self, api: httpx.Client) -> None:
        missing = api.get("entities/urn:x:none", headers={"Accept": "application/ld+json"})
        assert error_of(missing) == (404, "ResourceNotFound")
        assert "Link" not in missing.headers


class TestGeoJson:
    """Clauses 4.5.16, 6.3.6 and 6.3.15."""

    GEO = {"Accept": "application/geo+json"}

    def test_is_a_feature(self, api: httpx.Client, kept: dict[str, Any]) -> None:
        found = api.get(f"entities/{kept['id']}", headers=self.GEO)
        assert found.headers["Content-Type"] == "application/geo+json"
        told = found.json()
        assert (told["id"], told["type"], told["geometry"]) == (
            kept["id"], "Feature", kept["location"]["value"],
        )  # fmt: skip
        assert told["properties"] == {key: value for key, value in kept.items() if key != "id"}
        assert "@context" in told

    def test_leaves_the_context_out_where_plain_json_is_preferred(
        self, api: httpx.Client, kept: dict[str, Any]
    ) -> None:
        found = api.get(f"entities/{kept['id']}", headers={**self.GEO, "Prefer": "body=json"})
        assert "@context" not in found.json()
        assert "json-ld#context" in found.headers["Link"]

    def test_takes_the_geometry_that_is_asked_for(self, api: httpx.Client, kept: dict[str, Any]) -> None:
        for name, geometry in (("site", kept["site"]["value"]), ("depth", None), ("none", None)):
            found = api.get(f"entities/{kept['id']}?geometryProperty={name}", headers=self.GEO)
            assert found.json()["geometry"] == geometry


class TestBody:
    """Clauses 6.3.2 and 6.3.4."""

    @pytest.mark.parametrize("method", ["POST", "PATCH"])
    def test_says_how_long_it_is(self, api: httpx.Client, method: str) -> None:
        path = "entities" if method == "POST" else "entities/urn:x:y/attrs"
        for tenant in ({}, {"NGSILD-Tenant": "unheard"}):
            refused = api.request(method, path, content=iter([b"{}"]), headers={**JSON, **tenant})
            assert (refused.status_code, refused.content) == (411, b"")

    def test_is_json(self, api: httpx.Client) -> None:
        for kind in ("application/xml", "text/plain", "application/merge-patch+json"):
            refused = api.post("entities", content=b"{}", headers={"Content-Type": kind})
            assert (refused.status_code, refused.content) == (415, b"")
        refused = api.post("entities", content=b"{}", headers={**JSON, "Content-Encoding": "gzip"})
        assert refused.status_code == 415

    def test_says_what_it_is(self, api: httpx.Client) -> None:
        assert error_of(api.post("entities", content=b"{}")) == (400, "InvalidRequest")

    @pytest.mark.parametrize("body", [b"", b"{", b'{"a": }', b"\xff", b'{"a": NaN}'])
    def test_parses(self, api: httpx.Client, body: bytes) -> None:
        assert error_of(api.post("entities", content=body, headers=JSON)) == (400, "InvalidRequest")

    def test_may_be_a_merge_patch_of_a_patch(self, api: httpx.Client, kept: dict[str, Any]) -> None:
        done = api.patch(
            f"entities/{kept['id']}/attrs", content=json.dumps({"depth": kept["depth"]}),
            headers={"Content-Type": "application/merge-patch+json"},
        )  # fmt: skip
        assert (done.status_code, done.content) == (204, b"")
        assert "Content-Length" not in done.headers

    def test_is_not_too_large_and_not_waited_for(self, api: httpx.Client) -> None:
        with socket.create_connection((api.base_url.host, api.base_url.port or 80), 10) as wire:
            wire.sendall(
                b"POST /ngsi-ld/v1/entities HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                b"Content-Length: 10000000000\r\n\r\n{"
            )
            assert wire.recv(100).startswith(b"HTTP/1.1 413 ")

    def test_is_not_waited_for_without_end(self, api: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(bodies, "WAIT_S", 0.05)
        with socket.create_connection((api.base_url.host, api.base_url.port or 80), 10) as wire:
            wire.sendall(
                b"POST /ngsi-ld/v1/entities HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                b"Content-Length: 100\r\n\r\n{"
            )
            assert wire.recv(100).startswith(b"HTTP/1.1 408 ")

    def test_is_not_nested_without_end(self, api: httpx.Client) -> None:
        for levels in (80, 500, 5_000):
            body = b'{"id":"urn:x:y","type":"T","a":' + b'{"a":' * levels + b"1" + b"}" * levels + b"}"
            assert api.post("entities", content=body, headers=JSON).status_code == 400

    def test_has_no_character_that_cannot_be_kept(self, api: httpx.Client) -> None:
        assert error_of(api.post("entities", json=well() | {"name": "a\0b"})) == (400, "BadRequestData")
        whole = well() | {"name": {"type": "Property", "value": "a\\u0000b"}}
        assert api.post("entities", json=whole).status_code == 201


class TestPath:
    """Clause 6.3.2."""

    def test_says_the_same_with_a_slash_at_its_end(self, api: httpx.Client) -> None:
        one = well()
        assert api.post("entities/", json=one).status_code == 201
        assert api.get(f"entities/{one['id']}/").status_code == 200
        assert api.patch(f"entities/{one['id']}/attrs/", json={"depth": 1}).status_code == 204
        assert api.delete(f"entities/{one['id']}/").status_code == 204

    def test_may_hold_a_slash_within_an_identifier(self, api: httpx.Client) -> None:
        one = well() | {"id": f"http://wells.example/{uuid4()}/a"}
        assert api.post("entities", json=one).status_code == 201
        path = one["id"].replace("/", "%2F")
        assert api.get(f"entities/{path}").json()["id"] == one["id"]

    def test_may_end_in_a_location(self, api: httpx.Client) -> None:
        one = well()
        location = api.post("entities", json=one).headers["Location"]
        root = str(api.base_url).rstrip("/")
        assert httpx.get(f"{root}/entities/{location}").json() == one
        assert httpx.get(f"{root}/entities/{location}/nothing").status_code == 404

    def test_that_leads_nowhere_is_not_found(self, api: httpx.Client) -> None:
        for path in ("nothing", "entities/urn:x:y/attrs/a/b/c", "../elsewhere"):
            assert error_of(api.get(path)) == (404, "ResourceNotFound")

    def test_has_no_character_that_cannot_be_kept(self, api: httpx.Client) -> None:
        for path in ("entities/urn:x:%00", "entities/urn:x:y?lang=%00"):
            assert error_of(api.get(path)) == (400, "BadRequestData")


class TestMethod:
    """Clause 6.3.2."""

    def test_that_a_path_does_not_have_is_told_which_it_has(self, api: httpx.Client) -> None:
        refused = api.put("info/sourceIdentity", json={})
        assert error_of(refused) == (405, "MethodNotAllowed")
        assert refused.headers["Allow"] == "GET, HEAD, OPTIONS"

    def test_options_are_told(self, api: httpx.Client) -> None:
        told = api.options("jsonldContexts")
        assert (told.status_code, told.headers["Allow"]) == (204, "GET, HEAD, OPTIONS, POST")

    def test_head_is_get_without_its_body(self, api: httpx.Client, kept: dict[str, Any]) -> None:
        told = api.head(f"entities/{kept['id']}")
        assert (told.status_code, told.content, "Link" in told.headers) == (200, b"", True)


class TestParameters:
    """Clauses 6.3.7, 6.3.11 and 6.3.20."""

    def test_that_nobody_knows_are_refused(self, api: httpx.Client) -> None:
        for method, path in (
            ("GET", "entities/urn:x:y"),
            ("GET", "jsonldContexts"),
            ("DELETE", "entities/urn:x:y"),
        ):
            refused = api.request(method, f"{path}?unheard=of")
            assert error_of(refused) == (400, "InvalidRequest")
        assert error_of(api.post("entities?unheard=of", json=well())) == (400, "InvalidRequest")

    @pytest.mark.parametrize(
        "query", ["format=simplified", "options=keyValues", "options=simplified,sysAttrs"]
    )
    def test_choose_the_representation(self, api: httpx.Client, kept: dict[str, Any], query: str) -> None:
        assert api.get(f"entities/{kept['id']}?{query}").json()["depth"] == 40

    def test_bring_instants_of_ours(self, api: httpx.Client, kept: dict[str, Any]) -> None:
        assert "createdAt" in api.get(f"entities/{kept['id']}?options=sysAttrs").json()
        assert "createdAt" not in api.get(f"entities/{kept['id']}").json()

    def test_have_values_that_are_known(self, api: httpx.Client, kept: dict[str, Any]) -> None:
        assert error_of(api.get(f"entities/{kept['id']}?format=verse")) == (400, "InvalidRequest")


class TestTenant:
    """Clauses 4.14, 5.5.10 and 6.3.14."""

    def test_is_made_by_the_first_that_is_created_in_it(self, api: httpx.Client) -> None:
        one, tenant = well(), {"NGSILD-Tenant": f"t{uuid4().hex[:8]}"}
        before = api.get(f"entities/{one['id']}", headers=tenant)
        assert error_of(before) == (404, "NonexistentTenant")
        assert (
            api.delete(f"entities/{one['id']}", headers=tenant).json()["type"].endswith("NonexistentTenant")
        )
        made = api.post("entities", json=one, headers=tenant)
        found = api.get(f"entities/{one['id']}", headers=tenant)
        assert (made.status_code, found.status_code) == (201, 200)
        for answer in (before, made, found):
            assert answer.headers["NGSILD-Tenant"] == tenant["NGSILD-Tenant"]

    def test_is_not_made_by_what_is_refused(self, api: httpx.Client) -> None:
        tenant = {"NGSILD-Tenant": f"t{uuid4().hex[:8]}"}
        assert api.post("entities", json={"id": "x"}, headers=tenant).status_code == 400
        assert error_of(api.get("entities/urn:x:y", headers=tenant)) == (404, "NonexistentTenant")

    def test_sees_only_its_own(self, api: httpx.Client) -> None:
        one = well()
        mine, other = ({"NGSILD-Tenant": f"t{uuid4().hex[:8]}"} for _ in range(2))
        api.post("entities", json=one, headers=mine)
        api.post("entities", json=well(), headers=other)
        for headers in (other, {}):
            assert error_of(api.get(f"entities/{one['id']}", headers=headers)) == (404, "ResourceNotFound")
            assert api.delete(f"entities/{one['id']}", headers=headers).status_code == 404
        assert api.post("entities", json=one).status_code == 201
        assert "NGSILD-Tenant" not in api.get(f"entities/{one['id']}").headers

    @pytest.mark.parametrize("name", ["a b", "a/b", "a'; drop table x; --", "x" * 300, "\xe9"])
    def test_has_no_strange_name(self, api: httpx.Client, name: str) -> None:
        refused = api.get("entities/urn:x:y", headers=[(b"NGSILD-Tenant", name.encode("latin-1"))])
        assert error_of(refused) == (400, "BadRequestData")


class TestSourceIdentity:
    """Clauses 5.2.40, 5.15.1 and 6.33."""

    def test_tells_who_answers_and_since_when(self, api: httpx.Client) -> None:
        told = api.get("info/sourceIdentity").json()
        assert told["type"] == "ContextSourceIdentity"
        assert told["id"].startswith("urn:")
        assert told["contextSourceAlias"]
        assert told["contextSourceUptime"].startswith("PT0H")
        assert told["contextSourceTimeAt"].endswith("Z")

    def test_names_each_tenant_otherwise(self, api: httpx.Client) -> None:
        named = [{}, {"NGSILD-Tenant": "north"}, {"NGSILD-Tenant": "south"}, {"NGSILD-Tenant": "north"}]
        alias = [api.get("info/sourceIdentity", headers=one).json()["contextSourceAlias"] for one in named]
        assert len(set(alias)) == 3
        assert alias[1] == alias[3]


class TestHealth:
    def test_answers_with_its_database(self, api: httpx.Client) -> None:
        assert httpx.get(api.base_url.join("/-/alive")).json() == {"database": "answers"}
