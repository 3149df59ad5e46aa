"""Types and attributes that sources know (clauses 5.7.5 to 5.7.10)."""

from typing import Any

import httpx
import pytest

from tests.integration.context.asking import attribute
from tests.integration.context.federated import base, create, gauge, kind, level, registered
from tests.support.sources import Source

KNOWING = [
    "retrieveEntityTypes", "retrieveEntityTypeDetails", "retrieveEntityTypeInfo",
    "retrieveAttrTypes", "retrieveAttrTypeDetails", "retrieveAttrTypeInfo",
]  # fmt: skip


def given(at: httpx.Client, path: str, **params: str) -> Any:
    """Return what a broker tells."""
    answer = at.get(path, params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


class TestTypes:
    """Clauses 5.7.5 to 5.7.7."""

    def test_are_those_of_all(self, city: httpx.Client, ward: httpx.Client) -> None:
        type_, other, hidden = kind(), kind(), kind()
        create(city, gauge(type_, name=attribute("An")), gauge(other))
        create(ward, gauge(type_, level=level(1)), gauge(hidden))
        with registered(city, base(ward), type_, operations=KNOWING):
            told = given(city, "types")["typeList"]
            assert {type_, other} <= set(told)
            assert hidden not in told
            assert told.count(type_) == 1
            details = {one["typeName"]: one for one in given(city, "types", details="true")}
            assert details[type_]["attributeNames"] == ["level", "name"]
            one = given(city, f"types/{type_}")
        assert one["entityCount"] == 2
        assert [each["attributeName"] for each in one["attributeDetails"]] == ["level", "name"]
        assert one["attributeDetails"][0]["attributeTypes"] == ["Property"]

    def test_may_be_at_a_source_only(self, city: httpx.Client, ward: httpx.Client) -> None:
        type_ = kind()
        create(ward, gauge(type_, level=level(1)))
        with registered(city, base(ward), type_, operations=KNOWING):
            assert given(city, f"types/{type_}")["entityCount"] == 1
            assert type_ in given(city, "types")["typeList"]
            assert type_ not in given(city, "types", local="true")["typeList"]
            assert city.get(f"types/{type_}", params={"local": "true"}).status_code == 404
        assert city.get(f"types/{type_}").status_code == 404

    @pytest.mark.parametrize(("told", "status", "code"), [(None, 500, "299"), ([1], 200, "111")])
    def test_warns_of_a_source_that_fails(
        self, city: httpx.Client, stub: Source, told: Any, status: int, code: str
    ) -> None:
        type_ = kind()
        create(city, gauge(type_))
        stub.answers(told, status=status)
        with registered(city, stub.url, type_, operations=KNOWING):
            answer = city.get("types")
        assert type_ in answer.json()["typeList"]
        assert answer.headers["NGSILD-Warning"].startswith(f"{code} city ")

    def test_a_source_that_does_not_tell_is_not_asked(self, city: httpx.Client, stub: Source) -> None:
        with registered(city, stub.url, kind(), operations=["retrieveOps"]):
            given(city, "types")
            given(city, "attributes", details="true")
        assert not stub.asked

    def test_a_request_that_was_here_before_is_refused(self, city: httpx.Client) -> None:
        assert city.get("types", headers={"Via": "1.1 city"}).status_code == 508


class TestAttributes:
    """Clauses 5.7.8 to 5.7.10."""

    def test_are_those_of_all(self, city: httpx.Client, ward: httpx.Client) -> None:
        type_, other, name = kind(), kind(), kind().lower()
        create(city, gauge(other, **{name: level(1)}))
        create(ward, gauge(type_, level=level(1), **{name: level(2)}))
        info = [{"entities": [{"type": type_}], "propertyNames": [name]}]
        with registered(city, base(ward), type_, information=info, operations=KNOWING):
            assert name in given(city, "attributes")["attributeList"]
            details = {one["attributeName"]: one for one in given(city, "attributes", details="true")}
            assert details[name]["typeNames"] == sorted([type_, other])
            one = given(city, f"attributes/{name}")
        assert (one["attributeCount"], one["attributeTypes"]) == (2, ["Property"])
        assert one["typeNames"] == sorted([type_, other])
