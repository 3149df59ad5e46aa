"""What rights come to: for an entity in memory, and for registrations."""

from datetime import UTC, datetime
from typing import Any

import pytest

from dothi.context.query import scopes
from dothi.context.registrations.seen import seen
from dothi.context.rights.reach import EVERYTHING, NOTHING, Grant, Reach
from dothi.context.rights.right import Act, reach, right
from tests.support.stored import AT, NAMES, stored

LATER = "2026-11-22T09:00:00.000000Z"


def grant(**narrowed: list[str]) -> Grant:
    found = right({"tenant": "", "operations": ["read"], **narrowed})
    assert found is not None
    return found.grant


def entity() -> dict[str, Any]:
    one = stored(level={"type": "Property", "value": 1}, secret={"type": "Property", "value": 2})
    for iri, instances in one["attributes"].items():
        instances[0] |= {"createdAt": AT, "modifiedAt": LATER if iri.endswith("secret") else AT}
    return {**one, "scope": ["/a/b"], "modifiedAt": LATER}


class TestReach:
    def test_gives_an_entity_as_it_is_to_whom_may_read_all(self) -> None:
        one = entity()
        assert EVERYTHING.of(one) is one
        assert Reach((grant(types=["Thing"]), grant(attributes=["level"]))).of(one) is one

    @pytest.mark.parametrize("narrowed", [{"types": ["Other"]}, {"scopes": ["/a"]}, {"scopes": ["/b/#"]}])
    def test_gives_nothing_of_what_is_out_of_it(self, narrowed: dict[str, list[str]]) -> None:
        assert Reach((grant(**narrowed),)).of(entity()) is None
        assert NOTHING.of(entity()) is None

    def test_leaves_attributes_out_and_tells_not_when_they_changed(self) -> None:
        found = Reach((grant(scopes=["/a/+"], attributes=["level"]),)).of(entity())
        assert found is not None
        assert list(found["attributes"]) == [NAMES.expand("level")]
        assert found["modifiedAt"] == AT

    def test_is_what_all_rights_together_open(self) -> None:
        both = Reach((grant(attributes=["level"]), grant(types=["Thing"], attributes=["secret"])))
        found = both.of(entity())
        assert found is not None
        assert len(found["attributes"]) == 2

    def test_is_everything_where_one_right_is(self) -> None:

        told = [
            {"tenant": "", "operations": ["read"]},
            {"tenant": "", "operations": ["read"], "types": ["T"]},
        ]
        rights = [found for found in map(right, told) if found is not None]
        assert reach(rights, Act.READ, "", datetime.now(UTC)) is EVERYTHING
        assert reach(rights, Act.WRITE, "", datetime.now(UTC)) is NOTHING


def registration(**members: Any) -> dict[str, Any]:
    info = {
        "entities": [{"type": NAMES.expand("Well")}, {"type": NAMES.expand("Pump"), "id": "urn:p:1"}],
        "propertyNames": [NAMES.expand("level"), NAMES.expand("secret")],
    }
    return {"id": "urn:r:1", "information": [info], **members}


class TestRegistration:
    def test_is_told_as_far_as_it_may_be_read(self) -> None:
        found = seen(registration(), Reach((grant(types=["Well"], attributes=["level"]),)))
        assert found is not None
        [info] = found["information"]
        assert info == {
            "entities": [{"type": NAMES.expand("Well")}],
            "propertyNames": [NAMES.expand("level")],
        }

    @pytest.mark.parametrize(
        "narrowed",
        [
            {"types": ["Gate"]},
            {"attributes": ["name"]},
            {"scopes": ["/a"]},
            {"types": ["Well"], "attributes": ["x"]},
        ],
    )
    def test_is_none_where_nothing_of_it_may_be_read(self, narrowed: dict[str, list[str]]) -> None:
        assert seen(registration(), Reach((grant(**narrowed),))) is None
        assert seen(registration(), EVERYTHING) is not None

    def test_of_a_scope_is_told_to_whom_it_is_open(self) -> None:
        assert seen(registration(scope="/a"), Reach((grant(scopes=["/a"]),))) is not None


class TestScopes:
    def test_of_rights_are_understood_as_scope_queries_are(self) -> None:
        [[pattern]] = scopes.parse("/a/#").groups
        assert grant(scopes=["/a/#"]).scopes == (pattern,)
