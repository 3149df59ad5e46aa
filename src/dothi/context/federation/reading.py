"""
Entities in the answers of sources: their normalized JSON in stored form, with the instants they tell.

What is no NGSI-LD is not taken (clause 6.3.17), nor is what the registration does not speak of (4.3.6.1).
"""

from collections.abc import Mapping
from typing import Any, Final

from dothi.context.errors import BadRequestData
from dothi.context.jsonld.names import Names
from dothi.context.model import terms
from dothi.context.model.kinds import DEFAULT, OWN, Instance
from dothi.context.model.read import Reader

Entity = dict[str, Any]
SYSTEM: Final = ("createdAt", "modifiedAt", "expiresAt")
SAID_BY_US: Final = frozenset({"@context", "expiresAt"})


def entity(told: object, names: Names) -> Entity:
    """Return one entity. Raises BadRequestData."""
    if not isinstance(told, Mapping):
        raise BadRequestData("an entity is an object")
    rest = without_expiry({key: value for key, value in told.items() if key not in SAID_BY_US})
    reader = Reader(names)
    found = {"scope": [], **reader.entity(rest)}
    _stamp_attributes(found["attributes"], rest, names)
    return {**found, **system(told)}


def without_expiry(told: Mapping[str, Any]) -> dict[str, Any]:
    """Return an entity without expiresAt of instances, which readers of requests take for an attribute."""
    return {
        key: [_bare(one) for one in value] if isinstance(value, list) else _bare(value)
        for key, value in told.items()
    }


def _bare(value: Any) -> Any:
    if isinstance(value, Mapping) and isinstance(value.get("expiresAt"), str) and "type" in value:
        return {key: one for key, one in value.items() if key != "expiresAt"}
    return value


def _stamp_attributes(stored: dict[str, list[Instance]], told: Mapping[str, Any], names: Names) -> None:
    """Add the instants of instances, and of attributes within them, as `told` has them."""
    for key, value in told.items():
        instances = stored.get(names.expand(key)) if key not in OWN else None
        if not instances:
            continue
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, Mapping):
                _stamp(instances, one, names)


def _stamp(instances: list[Instance], told: Mapping[str, Any], names: Names) -> None:
    dataset = None if told.get("datasetId") == DEFAULT else told.get("datasetId")
    for instance in instances:
        if instance.get("datasetId") == dataset:
            instance |= system(told)
            _stamp_attributes(instance.get("attributes", {}), told, names)


def system(told: Mapping[str, Any]) -> dict[str, str]:
    """Return the instants that `told` has as instants are written; others say nothing."""
    found = {key: told.get(key) for key in SYSTEM}
    return {key: at for key, at in found.items() if isinstance(at, str) and terms.INSTANT.fullmatch(at)}
