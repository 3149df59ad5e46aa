"""What one request may cost: what nobody could wait for is refused before it is reckoned with."""

import json
import math
import time
from typing import Any
from uuid import uuid4

import httpx
import pytest

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
