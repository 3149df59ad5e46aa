"""What one request may cost: what nobody could wait for is refused before it is reckoned with."""

import contextlib
import json
import math
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import httpx
import pytest

from dothi.context.federation import budget
from dothi.context.operations.limits import Limits
from tests.integration.context.asking import attribute, error_of
from tests.integration.context.federated import gauge, kind, registered
from tests.integration.context.test_registrations import registration
from tests.integration.context.test_subscriptions import subscription
from tests.support.broker import broker
from tests.support.sources import Source, source
from tests.support.waiting import until

WAIT_S = 10.0
"""On any machine; what is refused here took from seconds to minutes, in which nobody else was served."""
NOBODY = {"type": "Query", "entities": [{"type": "Nobody"}]}


def post(api: httpx.Client, path: str, told: Any, kind: str = "application/json") -> httpx.Response:
    begun = time.monotonic()
    answer = api.post(path, content=json.dumps(told), headers={"Content-Type": kind})
    assert time.monotonic() - begun < WAIT_S
    return answer


def ring(points: int) -> list[list[float]]:
    told = [[105 + math.cos(2 * math.pi * n / points), 21 + math.sin(2 * math.pi * n / points)]
            for n in range(points)]  # fmt: skip
    return [*told, told[0]]


def wide(count: int) -> dict[str, Any]:
    return {"id": f"urn:x:{uuid4()}", "type": "W", **{f"a{n}": n for n in range(count)}}


class TestTooMuch:
    def test_is_an_entity_with_attributes_without_end(self, api: httpx.Client) -> None:
        assert post(api, "entities", wide(1_500)).status_code == 201
        assert post(api, "entities", wide(100_000)).status_code == 400

    def test_is_one_that_grows_without_end(self, api: httpx.Client) -> None:
        one = wide(1_500)
        assert post(api, "entities", one).status_code == 201
        more = {f"b{n}": n for n in range(1_500)}
        assert post(api, f"entities/{one['id']}/attrs", more).status_code == 400

    def test_is_an_attribute_with_datasets_without_end(self, api: httpx.Client) -> None:
        several = [{"type": "Property", "value": n, "datasetId": f"urn:d:{n}"} for n in range(50_000)]
        assert post(api, "entities", {"id": "urn:x:sets", "type": "W", "a": several}).status_code == 400

    def test_is_a_context_with_terms_without_end(self, api: httpx.Client) -> None:
        told = {**NOBODY, "@context": {f"t{n}": f"https://example.org/{n}" for n in range(100_000)}}
        assert post(api, "entityOperations/query", told, "application/ld+json").status_code == 403

    def test_is_a_polygon_with_corners_without_end(self, api: httpx.Client) -> None:
        geo = {"georel": "within", "geometry": "Polygon", "coordinates": [ring(200_000)]}
        assert post(api, "entityOperations/query", {**NOBODY, "geoQ": geo}).status_code == 403
        geo["coordinates"] = [ring(1_000)]
        assert post(api, "entityOperations/query", {**NOBODY, "geoQ": geo}).status_code == 200


class TestAddress:
    @pytest.mark.parametrize("more", ["\r\nX-Injected: 1", "€", " ", ">", "\x00"])
    def test_of_a_context_brings_nothing_into_the_headers_of_the_answer(
        self, api: httpx.Client, more: str
    ) -> None:
        core = "https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context"
        answer = post(
            api, "entityOperations/query", {**NOBODY, "@context": core + more}, "application/ld+json"
        )
        assert answer.status_code == 400
        assert "x-injected" not in answer.headers


class TestAnswers:
    """Of sources, which requests under way hold as objects, have so much room together."""

    def test_that_are_large_wait_for_no_room(
        self, api: httpx.Client, stub: Source, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(budget, "MOST_HELD", 400_000)
        slow, quick = kind(), kind()
        stub.answers([gauge(quick, text=attribute("x" * 300_000))])

        def asked(type_: str) -> str:
            return str(api.get("entities", params={"type": type_}).headers.get("NGSILD-Warning", ""))

        with contextlib.ExitStack() as stack, ThreadPoolExecutor() as beside:
            assert asked(quick) == ""
            stack.enter_context(registered(api, stub.url, quick))
            assert [asked(quick) for _ in range(3)] == [""] * 3  # what was told is given back
            with source() as modest, source() as dumb:
                modest.answers(
                    [gauge(slow, text=attribute("x" * 200_000))]
                )  # small: it finds room beside any
                dumb.silent = True
                stack.enter_context(registered(api, modest.url, slow))
                waits = {"management": {"timeout": 20_000}}
                stack.enter_context(registered(api, dumb.url, slow, **waits))
                held = beside.submit(asked, slow)
                until(lambda: "answered too much" in asked(quick))
            held.result()
            assert asked(quick) == ""


@pytest.fixture(scope="module")
def full(dsn: str) -> Iterator[httpx.Client]:
    """A broker that has room for little."""
    with broker(dsn, limits=Limits(subscriptions=2, registrations=1)) as client:
        yield client


class TestTenant:
    """Subscriptions and registrations are held in memory, so that a tenant has room for so many."""

    def test_has_room_for_so_many_subscriptions_of_both_kinds_and_others_for_theirs(
        self, full: httpx.Client
    ) -> None:
        mine, other = ({"NGSILD-Tenant": f"t{uuid4().hex[:8]}"} for _ in range(2))
        made = full.post("subscriptions", json=subscription(), headers=mine)
        assert made.status_code == 201
        assert full.post("csourceSubscriptions", json=subscription(), headers=mine).status_code == 201
        for path in ("subscriptions", "csourceSubscriptions"):
            refused = full.post(path, json=subscription(), headers=mine)
            assert (refused.status_code, error_of(refused)) == (403, "Forbidden")
            assert "may have 2" in refused.json()["detail"]
            assert full.post(path, json=subscription(), headers=other).status_code == 201
        assert full.delete(where(made), headers=mine).status_code == 204
        assert full.post("subscriptions", json=subscription(), headers=mine).status_code == 201

    def test_has_room_for_so_many_registrations(self, full: httpx.Client) -> None:
        mine = {"NGSILD-Tenant": f"t{uuid4().hex[:8]}"}
        made = full.post("csourceRegistrations", json=registration(), headers=mine)
        assert made.status_code == 201
        refused = full.post("csourceRegistrations", json=registration(), headers=mine)
        assert (refused.status_code, error_of(refused)) == (403, "Forbidden")
        assert full.patch(where(made), json={"registrationName": "a"}, headers=mine).status_code == 204
        assert full.delete(where(made), headers=mine).status_code == 204
        assert full.post("csourceRegistrations", json=registration(), headers=mine).status_code == 201


def where(made: httpx.Response) -> str:
    return made.headers["Location"].removeprefix("/ngsi-ld/v1/")
