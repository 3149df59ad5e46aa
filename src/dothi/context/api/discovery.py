"""The paths `types/` and `attributes/` (clauses 6.25 to 6.28)."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

from starlette.responses import Response

from dothi.context.api import federating
from dothi.context.api.ask import Ask
from dothi.context.api.operations import Operation
from dothi.context.errors import ResourceNotFound
from dothi.context.federation import narrowing
from dothi.context.federation.discovery import Discovery, Heard, one_of, texts
from dothi.context.jsonld.names import Names
from dothi.context.registrations.wanted import EntityWanted, Wanted
from dothi.context.store import discovery

DETAILS = frozenset({"details"})


async def types(ask: Ask) -> Response:
    """GET types/ (5.7.5, with details 5.7.6)."""
    names = await ask.names()
    if ask.flag("details"):
        details = await discovery.types_with_attributes(_seen(ask), ask.tenant)
        for heard in await _heard(ask, "retrieveEntityTypeDetails", "types", details=True):
            for told in heard.objects(heard.told):
                for iri in heard.types(told.get("typeName")):
                    more = heard.attributes(told.get("attributeNames"), iri)
                    details[iri] = sorted({*details.get(iri, ()), *more})
        return ask.answer([_entity_type(names, iri, details[iri]) for iri in sorted(details)])
    found = set(await discovery.types(_seen(ask), ask.tenant))
    for heard in await _heard(ask, "retrieveEntityTypes", "types"):
        found |= set(heard.types(heard.told.get("typeList")))
    return ask.answer(_list(names, "EntityTypeList", "typeList", sorted(found)))


async def one_type(ask: Ask) -> Response:
    """GET types/{type} (5.7.7)."""
    names = await ask.names()
    iri = names.expand(ask.path["type"])
    found = await discovery.one_type(_seen(ask), ask.tenant, iri)
    wanted = Wanted((EntityWanted(narrowing.of_types([iri])),), handing_on=True)
    for heard in await _heard(ask, "retrieveEntityTypeInfo", "types", iri, wanted):
        found = found or discovery.TypeFound(iri, 0, {})
        found = replace(found, entities=found.entities + _whole(heard.told.get("entityCount")))
        for told in heard.objects(heard.told.get("attributeDetails")):
            for each in heard.attributes(told.get("attributeName"), iri):
                kinds = {*found.attributes.get(each, ()), *texts(told.get("attributeTypes"))}
                found.attributes[each] = sorted(kinds)
    if found is None:
        raise ResourceNotFound("no entity has this type")
    return ask.answer(_type_info(names, found))


async def attributes(ask: Ask) -> Response:
    """GET attributes/ (5.7.8, with details 5.7.9)."""
    names = await ask.names()
    found = await discovery.attributes(_seen(ask), ask.tenant)
    if not ask.flag("details"):
        several = set(found)
        for heard in await _heard(ask, "retrieveAttrTypes", "attributes"):
            several |= set(heard.attributes(heard.told.get("attributeList")))
        return ask.answer(_list(names, "AttributeList", "attributeList", sorted(several)))
    for heard in await _heard(ask, "retrieveAttrTypeDetails", "attributes", details=True):
        for one in heard.objects(heard.told):
            for iri in heard.attributes(one.get("attributeName")):
                found[iri] = sorted({*found.get(iri, ()), *heard.types(one.get("typeNames"))})
    told = [
        {**_attribute(names, iri), "typeNames": [names.compact(each) for each in found[iri]]}
        for iri in sorted(found)
    ]
    return ask.answer(told)


async def one_attribute(ask: Ask) -> Response:
    """GET attributes/{attrId} (5.7.10)."""
    names = await ask.names()
    iri = names.expand(ask.path["attrId"])
    found = await discovery.one_attribute(_seen(ask), ask.tenant, iri)
    wanted = Wanted(attributes=frozenset([iri]), handing_on=True)
    for heard in await _heard(ask, "retrieveAttrTypeInfo", "attributes", iri, wanted):
        before = found or discovery.AttributeFound(iri, 0, [], [])
        found = discovery.AttributeFound(
            iri,
            before.instances + _whole(heard.told.get("attributeCount")),
            sorted({*before.kinds, *texts(heard.told.get("attributeTypes"))}),
            sorted({*before.types, *heard.types(heard.told.get("typeNames"))}),
        )
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


async def _heard(
    ask: Ask, operation: str, what: str, iri: str | None = None, wanted: Wanted | None = None, *,
    details: bool = False,
) -> list[Heard]:  # fmt: skip
    """
    Return what sources tell of all types or attributes, or of one.

    Who may not read everything hears of what is here only: no source says what of it he may read.
    """
    asking = await federating.trigger(ask)
    if asking is None or not ask.reads.everything:
        return []
    asked = replace(wanted or Wanted(handing_on=True), met=frozenset(asking.met))
    path = (lambda _names: what) if iri is None else one_of(what, iri)
    asks = Discovery(federating.consumption(ask), asking, await federating.words(ask))
    found = await asks.ask(operation, asked, path, details=details)
    ask.warn(found.warnings)
    return found.answers


def _whole(told: object) -> int:
    return told if isinstance(told, int) and not isinstance(told, bool) and told > 0 else 0


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
            {**_attribute(names, iri), "attributeTypes": kinds}
            for iri, kinds in sorted(found.attributes.items())
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
