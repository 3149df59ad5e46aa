"""Whether an entity is one of its model: known type and terms, kinds, types of values, what is required."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from dothi.sectors.models import Attribute, models

MEMBERS: Final = {"Property": "value", "Relationship": "object", "GeoProperty": "value"}
TYPES: Final[Mapping[str, Callable[[Any], bool]]] = {
    "string": lambda value: isinstance(value, str) and value != "",
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "boolean": lambda value: isinstance(value, bool),
    "array": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, Mapping),
}


def complaints(entity: Mapping[str, Any], *, without: tuple[str, ...] = ()) -> list[str]:
    """
    Return what is wrong with an entity in normalized form, in short names; nothing where it fits its model.

    `without` are required terms that come later, such as what a device is yet to measure.
    """
    model = models().get(entity.get("type", ""))
    if model is None:
        return [f"there is no model {entity.get('type')!r}"]
    missing = [f"{term} is missing" for term in model.required if term not in entity and term not in without]
    return missing + [
        f"{term}: {wrong}"
        for term, told in entity.items()
        if term not in ("id", "type")
        for wrong in _wrong(model.attributes.get(term), told)
    ]


def _wrong(attribute: Attribute | None, told: Mapping[str, Any]) -> Iterator[str]:
    if attribute is None:
        yield "is no term of the model"
        return
    if told.get("type") != attribute.kind:
        yield f"is a {attribute.kind}"
        return
    value = told.get(MEMBERS[attribute.kind])
    if value is None or (attribute.type and not TYPES[attribute.type](value)):
        yield f"is not a value of type {attribute.type or attribute.kind}: {value!r}"
    if told.get("unitCode", attribute.unit_code) != attribute.unit_code:
        yield f"is told in {attribute.unit_code}"
