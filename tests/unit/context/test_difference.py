"""What a change is: clauses 5.2.12 (triggers) and 5.8.6 (when an attribute is considered to change)."""

from typing import Any

import pytest

from dothi.context.subscriptions.difference import Difference

SPEED = "https://example.org/speed"
COLOR = "https://example.org/color"


def entity(**attributes: list[dict[str, Any]]) -> dict[str, Any]:
    named = {"speed": SPEED, "color": COLOR}
    return {
        "id": "urn:ngsi-ld:Car:1", "type": ["Car"],
        "attributes": {named[key]: value for key, value in attributes.items()},
    }  # fmt: skip


def prop(value: Any, **more: Any) -> dict[str, Any]:
    return {"type": "Property", "value": value, "modifiedAt": str(id(object())), **more}


class TestDifference:
    def test_is_not_in_when_we_wrote_it(self) -> None:
        same = Difference(entity(speed=[prop(1)]), entity(speed=[prop(1)]))
        assert not same.attributes

    def test_is_in_any_member_however_deep(self) -> None:
        before = prop(1, attributes={COLOR: [prop("red")]})
        after = prop(1, attributes={COLOR: [prop("blue")]})
        assert Difference(entity(speed=[before]), entity(speed=[after])).updated == {(SPEED, None)}

    def test_tells_true_from_one(self) -> None:
        assert Difference(entity(speed=[prop(1)]), entity(speed=[prop(True)])).updated

    def test_tells_instances_apart_by_dataset(self) -> None:
        a, b = prop(1), prop(2, datasetId="urn:b")
        found = Difference(entity(speed=[a, b]), entity(speed=[a, prop(3, datasetId="urn:c")]))
        assert found.created == {(SPEED, "urn:c")}
        assert found.deleted == {(SPEED, "urn:b")}


class TestPulls:
    @pytest.mark.parametrize(
        ("trigger", "before", "after", "pulled"),
        [
            ("entityCreated", None, entity(speed=[prop(1)]), True),
            ("entityCreated", entity(), entity(speed=[prop(1)]), False),
            ("entityDeleted", entity(speed=[prop(1)]), None, True),
            ("entityDeleted", entity(speed=[prop(1)]), entity(), False),
            ("attributeCreated", None, entity(speed=[prop(1)]), True),
            ("attributeCreated", entity(speed=[prop(1)]), entity(speed=[prop(2)]), False),
            ("attributeUpdated", entity(speed=[prop(1)]), entity(speed=[prop(2)]), True),
            ("attributeUpdated", entity(), entity(speed=[prop(2)]), False),
            ("attributeDeleted", entity(speed=[prop(1)]), entity(), True),
            ("attributeDeleted", entity(speed=[prop(1)]), None, True),
            ("entityUpdated", entity(speed=[prop(1)]), entity(), True),
            ("entityUpdated", entity(speed=[prop(1)]), entity(speed=[prop(1)]), False),
        ],
    )
    def test_what_the_trigger_names(
        self, trigger: str, before: dict[str, Any] | None, after: dict[str, Any] | None, pulled: bool
    ) -> None:
        assert Difference(before, after).pulls({trigger}, None) is pulled

    def test_only_what_is_watched(self) -> None:
        found = Difference(entity(speed=[prop(1)]), entity(speed=[prop(2)]))
        assert found.pulls({"attributeUpdated"}, {SPEED})
        assert not found.pulls({"attributeUpdated"}, {COLOR})
