"""Updating attributes, in whole and in part (clause 5.5.8)."""

from typing import Any

import pytest

from dothi.context.errors import BadRequestData
from dothi.context.jsonld.contexts import names
from dothi.context.model.kinds import NULL
from dothi.context.model.read import Purpose, Reader
from dothi.context.model.update import created, patched, put

NAMES = names(None)
A, B = "urn:ngsi-ld:Dataset:a", "urn:ngsi-ld:Dataset:b"
LEVEL = "https://uri.etsi.org/ngsi-ld/default-context/level"


def stored(told: Any) -> dict[str, list[dict[str, Any]]]:
    return created(Reader(NAMES).fragment({"level": told})["attributes"], "then")


def fragment(told: Any) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]]
    found = Reader(NAMES, Purpose.UPDATE).fragment({"level": told})["attributes"]
    return found


class TestPut:
    """Clauses 5.6.2 and 5.6.3."""

    def test_replaces_the_whole_attribute_and_keeps_its_age(self) -> None:
        before = stored({"value": 1, "unitCode": "MTR", "source": "gauge"})
        [after] = put(before, fragment(2), "now").attributes[LEVEL]
        assert after == {"type": "Property", "value": 2, "createdAt": "then", "modifiedAt": "now"}

    def test_adds_an_instance_of_another_dataset(self) -> None:
        found = put(stored(1), fragment({"value": 2, "datasetId": A}), "now")
        assert [one["value"] for one in found.attributes[LEVEL]] == [1, 2]
        assert found.updated == [LEVEL]

    def test_leaves_what_is_there_where_it_may_not_overwrite(self) -> None:
        found = put(stored(1), fragment(2), "now", overwrite=False)
        assert found.attributes[LEVEL][0]["value"] == 1
        assert list(found.not_updated) == [LEVEL]

    def test_deletes_one_dataset_by_null(self) -> None:
        before = stored([{"value": 1}, {"value": 2, "datasetId": A}])
        found = put(before, fragment({"value": NULL, "datasetId": A}), "now")
        assert [one["value"] for one in found.attributes[LEVEL]] == [1]
        assert put(found.attributes, fragment(NULL), "now").attributes == {}

    def test_does_not_take_the_deletion_of_what_is_not_there(self) -> None:
        found = put(stored(1), fragment({"value": NULL, "datasetId": B}), "now")
        assert (list(found.not_updated), found.updated) == ([LEVEL], [])

    def test_leaves_what_it_does_not_name_the_same_object(self) -> None:
        before = stored([{"value": 1}, {"value": 2, "datasetId": A}])
        after = put(before, fragment(3), "now").attributes
        assert after[LEVEL][1] is before[LEVEL][1]


class TestPatched:
    """Clause 5.6.4."""

    def patched(self, before: Any, told: Any) -> dict[str, Any]:
        [one] = stored(before)[LEVEL]
        return patched(one, Reader(NAMES, Purpose.PATCH).instance("level", told), "now")

    def test_leaves_what_is_not_named(self) -> None:
        found = self.patched({"value": 1, "unitCode": "MTR", "source": "gauge"}, {"value": 2})
        assert (found["value"], found["unitCode"], len(found["attributes"])) == (2, "MTR", 1)
        assert (found["createdAt"], found["modifiedAt"]) == ("then", "now")

    def test_replaces_a_language_map_as_a_whole(self) -> None:
        found = self.patched(
            {"languageMap": {"vi": "sông", "en": "river"}}, {"languageMap": {"fr": "fleuve"}}
        )
        assert found["languageMap"] == {"fr": "fleuve"}

    def test_deletes_a_member_by_null(self) -> None:
        found = self.patched(
            {"value": 1, "unitCode": "MTR", "source": "gauge"}, {"unitCode": NULL, "source": NULL}
        )
        assert not {"unitCode", "attributes"} & set(found)

    @pytest.mark.parametrize(
        "other",
        [{"type": "Relationship", "object": "urn:x:1"}, {"object": "urn:x:1"}, {"type": "GeoProperty"}],
    )
    def test_cannot_change_the_kind(self, other: dict[str, Any]) -> None:
        with pytest.raises(BadRequestData):
            self.patched(1, other)

    def test_of_a_place_is_a_place(self) -> None:
        place = {"type": "Point", "coordinates": [108.2, 16.06]}
        moved = {"type": "Point", "coordinates": [108.3, 16.06]}
        assert self.patched(place, {"value": moved})["value"] == moved
        with pytest.raises(BadRequestData):
            self.patched(place, {"value": 5})

    def test_takes_a_geometry_for_a_property_where_one_is_stored(self) -> None:
        place = {"type": "Point", "coordinates": [108.2, 16.06]}
        found = self.patched(1, {"value": place})
        assert (found["type"], found["value"]) == ("Property", place)
