"""Entities as older versions of the standard know them (clause 4.3.6.8 of v1.9.1)."""

from typing import Any

import pytest

from dothi.context.model.versions import Version, amended
from dothi.context.model.write import Writer
from tests.support.stored import NAMES, stored

OBSERVED = {"observedAt": "2026-11-22T08:00:00Z"}


def told(entity: dict[str, Any], version: Version) -> dict[str, Any]:
    """Return the JSON of an entity for a version, without its id."""
    written = Writer(NAMES).entity(amended(entity, version, NAMES))
    return {key: value for key, value in written.items() if key != "id"}


class TestAmended:
    def test_leaves_what_fits_as_it_is(self) -> None:
        one = stored(
            level={"type": "Property", "value": 1}, near={"type": "Relationship", "object": "urn:a:1"}
        )
        assert amended(one, (1, 0), NAMES) is one
        new = stored(names={"type": "LanguageProperty", "languageMap": {"en": "x"}})
        assert amended(new, (1, 4), NAMES) is new

    @pytest.mark.parametrize(
        ("attribute", "version", "wanted"),
        [
            ({"type": "VocabProperty", "vocab": "electric"}, (1, 7), {"value": "electric"}),
            ({"type": "VocabProperty", "vocab": ["a", "b"]}, (1, 7), {"value": ["a", "b"]}),
            ({"type": "JsonProperty", "json": {"a": 1}}, (1, 7), {"value": {"a": 1}}),
            ({"type": "ListProperty", "valueList": [1, 2]}, (1, 7), {"value": [1, 2]}),
            ({"type": "LanguageProperty", "languageMap": {"en": "x"}}, (1, 3), {"value": {"en": "x"}}),
            ({"type": "Property", "value": 1, "unitCode": "CEL", **OBSERVED}, (1, 2), {"value": 1}),
        ],
    )  # fmt: skip
    def test_tells_newer_attributes_as_properties(
        self, attribute: dict[str, Any], version: Version, wanted: dict[str, Any]
    ) -> None:
        assert told(stored(one=attribute), version)["one"] == {"type": "Property", **wanted}

    def test_tells_lists_of_relationships_as_one(self) -> None:
        listed = {"type": "ListRelationship", "objectList": [{"object": "urn:a:1"}, {"object": "urn:a:2"}]}
        found = told(stored(near=listed), (1, 7))["near"]
        assert found == {"type": "Relationship", "object": ["urn:a:1", "urn:a:2"]}

    def test_goes_into_attributes_of_attributes(self) -> None:
        inner = {"type": "Property", "value": 1, "kind": {"type": "VocabProperty", "vocab": "a"}}
        found = told(stored(level=inner), (1, 7))["level"]
        assert found["kind"] == {"type": "Property", "value": "a"}

    def test_tells_one_type_and_one_instance_where_there_was_but_one(self) -> None:
        several = [{"type": "Property", "value": 1, "datasetId": "urn:d:1"}, {"type": "Property", "value": 2}]
        one = {**stored(level=several), "scope": ["/a"]}
        one["type"] = [*one["type"], NAMES.expand("Other")]
        assert told(one, (1, 0)) == {"type": "Thing", "level": {"type": "Property", "value": 2}}
        assert told(one, (1, 3))["type"] == ["Thing", "Other"]
        assert "scope" not in told(one, (1, 3))
