"""The paths `types/` and `attributes/` (clauses 6.25 to 6.28)."""

from typing import Any
from uuid import uuid4

from starlette.responses import Response

from dothi.context.api.ask import Ask
from dothi.context.api.operations import Operation
from dothi.context.errors import ResourceNotFound
from dothi.context.jsonld.names import Names
from dothi.context.store import discovery

DETAILS = frozenset({"details"})


async def types(ask: Ask) -> Response:
    """GET types/ (5.7.5, with details 5.7.6)."""
    names = await ask.names()
    if ask.flag("details"):
        details = await discovery.types_with_attributes(_seen(ask), ask.tenant)
        return ask.answer([_entity_type(names, iri, found) for iri, found in details.items()])
    found = await discovery.types(_seen(ask), ask.tenant)
    return ask.answer(_list(names, "EntityTypeList", "typeList", found))


async def one_type(ask: Ask) -> Response:
    """GET types/{type} (5.7.7)."""
    names = await ask.names()
    found = await discovery.one_type(_seen(ask), ask.tenant, names.expand(ask.path["type"]))
    if found is None:
        raise ResourceNotFound("no entity has this type")
    return ask.answer(_type_info(names, found))


async def attributes(ask: Ask) -> Response:
    """GET attributes/ (5.7.8, with details 5.7.9)."""
    names = await ask.names()
    found = await discovery.attributes(_seen(ask), ask.tenant)
    if not ask.flag("details"):
        return ask.answer(_list(names, "AttributeList", "attributeList", list(found)))
    told = [
        {**_attribute(names, iri), "typeNames": [names.compact(each) for each in types]}
        for iri, types in found.items()
    ]
    return ask.answer(told)


async def one_attribute(ask: Ask) -> Response:
    """GET attributes/{attrId} (5.7.10)."""
    names = await ask.names()
    found = await discovery.one_attribute(_seen(ask), ask.tenant, names.expand(ask.path["attrId"]))
    if found is None:
        raise ResourceNotFound("no entity has this attribute")
    return ask.answer(
        {
            **_attribute(names, found.iri),
            "attributeCount": found.instances,
            "attributeTypes": found.kinds,
            "typeNames": [names.compact(each) for each in found.types],
        }
    )


def _seen(ask: Ask) -> discovery.Seen:
    return discovery.Seen(ask.state.pool, ask.reads)


def _list(names: Names, kind: str, member: str, iris: list[str]) -> dict[str, Any]:
    """Return an EntityTypeList (5.2.24) or an AttributeList (5.2.27)."""
    return {
        "id": f"urn:ngsi-ld:{kind}:{uuid4()}", "type": kind, member: [names.compact(iri) for iri in iris],
    }  # fmt: skip


def _entity_type(names: Names, iri: str, attributes: list[str]) -> dict[str, Any]:
    """Return an EntityType (5.2.25)."""
    return {
        "id": iri,
        "type": "EntityType",
        "typeName": names.compact(iri),
        "attributeNames": [names.compact(each) for each in attributes],
    }


def _type_info(names: Names, found: discovery.TypeFound) -> dict[str, Any]:
    """Return an EntityTypeInfo (5.2.26)."""
    return {
        "id": found.iri,
        "type": "EntityTypeInfo",
        "typeName": names.compact(found.iri),
        "entityCount": found.entities,
        "attributeDetails": [
            {**_attribute(names, iri), "attributeTypes": kinds} for iri, kinds in found.attributes.items()
        ],
    }


def _attribute(names: Names, iri: str) -> dict[str, Any]:
    """Return what every Attribute (5.2.28) has."""
    return {"id": iri, "type": "Attribute", "attributeName": names.compact(iri)}


OPERATIONS = (
    Operation("GET", "types", types, "5.7.5", params=DETAILS),
    Operation("GET", "types/{type}", one_type, "5.7.7"),
    Operation("GET", "attributes", attributes, "5.7.8", params=DETAILS),
    Operation("GET", "attributes/{attrId}", one_attribute, "5.7.10"),
)
