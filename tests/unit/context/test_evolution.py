"""Clauses 4.5.6 to 4.5.8: what changes of an entity leave in its past."""

from typing import Any

import pytest

from dothi.context.model import evolution
from dothi.context.model.evolution import SCOPE
from dothi.context.model.kinds import NULL

AT = "2026-11-22T12:00:00.000000Z"
SPEED = "https://example.org/speed"


def number(value: float, **more: Any) -> dict[str, Any]:
    return {"type": "Property", "value": value, "createdAt": AT, "modifiedAt": AT, **more}


def entity(*instances: dict[str, Any], scope: list[str] | None = None) -> dict[str, Any]:
    return {"scope": scope or [], "attributes": {SPEED: list(instances)} if instances else {}}


class TestLeftBy:
    def test_leaves_what_is_new_and_what_says_something_else(self) -> None:
        was, became = (
            entity(number(1), number(5, datasetId="urn:a")),
            entity(number(2), number(5, datasetId="urn:a")),
        )
        assert evolution.left_by(None, was, AT) == [(SPEED, one) for one in was["attributes"][SPEED]]
        assert evolution.left_by(was, became, AT) == [(SPEED, number(2))]

    def test_leaves_a_null_where_something_is_deleted(self) -> None:
        [(iri, left)] = evolution.left_by(entity(number(1, datasetId="urn:a")), entity(), AT)
        assert (iri, left["value"], left["datasetId"], left["deletedAt"]) == (SPEED, NULL, "urn:a", AT)

    def test_leaves_scopes_observed_when_they_were_set(self) -> None:
        [(iri, left)] = evolution.left_by(entity(), entity(scope=["/a"]), AT)
        assert (iri, left["value"], left["observedAt"]) == (SCOPE, "/a", AT)
        [(iri, gone)] = evolution.left_by(entity(scope=["/a"]), entity(), AT)
        assert (iri, gone["value"], gone["deletedAt"]) == (SCOPE, [], AT)


class TestDeletion:
    @pytest.mark.parametrize(
        ("kind", "member", "null"),
        [
            ("Property", "value", NULL),
            ("Relationship", "object", NULL),
            ("LanguageProperty", "languageMap", {"@none": NULL}),
            ("JsonProperty", "json", NULL),
            ("ListProperty", "valueList", [NULL]),
        ],
    )
    def test_says_null_in_the_member_of_its_kind(self, kind: str, member: str, null: object) -> None:
        assert evolution.deletion({"type": kind, member: "x", "createdAt": AT}, AT)[member] == null


class TestWritten:
    def test_leaves_a_plain_number_to_its_column(self) -> None:
        told = number(30, observedAt=AT, datasetId="urn:a")
        assert (evolution.written(told), evolution.measure(told)) == (None, 30.0)

    @pytest.mark.parametrize("value", [True, 2**60, "30", [1, 2], {"a": 1}])
    def test_keeps_what_a_column_does_not_hold(self, value: Any) -> None:
        assert evolution.written(number(value)) == {"type": "Property", "value": value}

    def test_keeps_units(self) -> None:
        assert evolution.written(number(3, unitCode="KMH")) == {
            "type": "Property",
            "value": 3,
            "unitCode": "KMH",
        }

    @pytest.mark.parametrize(
        ("value", "measure"), [(True, 1.0), (False, 0.0), ([1, 2], 2.0), ("x", None), ({}, None)]
    )
    def test_measures_truth_and_lengths(self, value: Any, measure: float | None) -> None:
        assert evolution.measure(number(value)) == measure
