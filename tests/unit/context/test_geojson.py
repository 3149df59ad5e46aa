"""Clause 4.5.16: entities as features."""

from typing import Any

from dothi.context.model.geojson import LOCATION, Place, feature

HERE = {"type": "Point", "coordinates": [1, 2]}
THERE = {"type": "Point", "coordinates": [3, 4]}


def stored(*instances: dict[str, Any]) -> dict[str, Any]:
    return {"id": "urn:x:y", "type": ["T"], "attributes": {LOCATION: list(instances)}}


class TestFeature:
    def test_has_the_instance_without_a_dataset(self) -> None:
        several = stored(
            {"type": "GeoProperty", "value": THERE, "datasetId": "urn:d:1"},
            {"type": "GeoProperty", "value": HERE},
        )
        assert feature(several, {}, Place())["geometry"] == HERE
        assert feature(several, {}, Place(dataset="urn:d:1"))["geometry"] == THERE
        assert feature(several, {}, Place(dataset="urn:d:2"))["geometry"] is None

    def test_has_no_geometry_where_the_attribute_is_none(self) -> None:
        assert feature(stored({"type": "Property", "value": HERE}), {}, Place())["geometry"] is None
        assert feature(stored(), {}, Place("urn:other"))["geometry"] is None

    def test_keeps_everything_but_the_id_as_properties(self) -> None:
        told = feature(stored(), {"id": "urn:x:y", "type": "T", "a": 1}, Place())
        assert told == {
            "id": "urn:x:y", "type": "Feature", "geometry": None, "properties": {"type": "T", "a": 1}
        }  # fmt: skip
