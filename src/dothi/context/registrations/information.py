"""What a context source has: RegistrationInfo and EntityInfo (clauses 5.2.8 and 5.2.10)."""

from collections.abc import Mapping
from typing import Any, Final

from dothi.context.errors import BadRequestData
from dothi.context.jsonld.names import Names
from dothi.context.model import terms
from dothi.context.query.patterns import pattern
from dothi.context.registrations import checks

Told = Mapping[str, Any]
NAMES: Final = ("propertyNames", "relationshipNames")


def read(value: Any, names: Names) -> list[dict[str, Any]]:
    """Return a list of RegistrationInfo in stored form. Raises BadRequestData."""
    return [_read(one, names) for one in checks.several(checks.object_)(value, "information")]


def written(stored: list[dict[str, Any]], names: Names) -> list[dict[str, Any]]:
    """Return stored RegistrationInfo with short names."""
    return [_written(one, names) for one in stored]


def attributes(info: Told) -> frozenset[str]:
    """Return the IRIs of the attributes that it tells; none means all."""
    return frozenset(iri for key in NAMES for iri in info.get(key, ()))


def types(entity: Told) -> frozenset[str]:
    """Return the types of a stored EntityInfo."""
    told = entity["type"]
    return frozenset([told] if isinstance(told, str) else told)


def _read(told: Told, names: Names) -> dict[str, Any]:
    stored: dict[str, Any] = {}
    if told.get("entities") is not None:
        found = checks.several(checks.object_)(told["entities"], "information.entities")
        stored["entities"] = [_entity(one, names) for one in found]
    for key in NAMES:
        if told.get(key) is not None:
            found = checks.several(terms.text)(told[key], f"information.{key}")
            stored[key] = [names.expand(terms.name(one)) for one in found]
    if not stored:
        raise BadRequestData(f"information tells entities, {' or '.join(NAMES)}")
    return stored


def _entity(told: Told, names: Names) -> dict[str, Any]:
    """Return an EntityInfo in stored form; an idPattern that stands beside an id says nothing (5.2.8)."""
    named = checks.one_or_several(lambda value, _what: names.expand(terms.name(value)))
    stored: dict[str, Any] = {"type": named(told.get("type"), "information.entities.type")}
    if told.get("id") is not None:
        stored["id"] = terms.uri(told["id"], "information.entities.id")
    if told.get("idPattern") is not None:
        text = terms.text(told["idPattern"], "information.entities.idPattern")
        stored["idPattern"] = pattern(text, "idPattern").text
    return stored


def _written(stored: Told, names: Names) -> dict[str, Any]:
    told = dict(stored)
    if "entities" in stored:
        told["entities"] = [{**one, "type": _short(one["type"], names)} for one in stored["entities"]]
    return told | {key: [names.compact(one) for one in stored[key]] for key in NAMES if key in stored}


def _short(told: str | list[str], names: Names) -> str | list[str]:
    return names.compact(told) if isinstance(told, str) else [names.compact(one) for one in told]
