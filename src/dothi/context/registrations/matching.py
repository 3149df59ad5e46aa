"""
Whether a registration has something of what is wanted (clause 5.12): a pure function.

    matching.information(stored, wanted)   the parts of the registration's information that fit
    matching.matches(stored, wanted)       whether there are any, and place, time and properties fit too
"""

from collections.abc import Mapping
from typing import Any, Final

from dothi.context.query.patterns import pattern
from dothi.context.registrations import information as told
from dothi.context.registrations.wanted import INTERVALS, EntityWanted, Wanted

Stored = Mapping[str, Any]
NGSI_LD: Final = "https://uri.etsi.org/ngsi-ld/"
PLAIN: Final = (
    "registrationName", "description", "endpoint", "mode", "tenant", "refreshRate", "contextSourceAlias",
    "expiresAt",
)  # fmt: skip
"""Members that a filter of context sources may ask as if they were Properties."""


def matches(stored: Stored, wanted: Wanted) -> bool:
    """Tell whether a stored registration has something of what is wanted."""
    return (
        _in_time(stored, wanted)
        and _in_place(stored, wanted)
        and _in_scope(stored, wanted)
        and _in_datasets(stored, wanted)
        and stored.get("contextSourceAlias") not in wanted.met
        and (wanted.csf is None or wanted.csf.matches(as_entity(stored)))
        and bool(information(stored, wanted))
    )


def information(stored: Stored, wanted: Wanted) -> list[Stored]:
    """Return the RegistrationInfo of a stored registration that fit entities and attributes."""
    return [
        one for one in stored["information"] if _has_attributes(one, wanted) and _has_entities(one, wanted)
    ]


def as_entity(stored: Stored) -> dict[str, Any]:
    """Return what a registration says of itself as the attributes of an entity, in stored form."""
    plain = {f"{NGSI_LD}{key}": stored[key] for key in PLAIN if key in stored}
    own = {iri: _value(value) for iri, value in stored.get("properties", {}).items()}
    attributes = {iri: [{"type": "Property", "value": value}] for iri, value in {**plain, **own}.items()}
    return {"id": stored["id"], "type": [f"{NGSI_LD}ContextSourceRegistration"], "attributes": attributes}


def has_entity(entity: Stored, wanted: EntityWanted) -> bool:
    """Tell whether a stored EntityInfo may have an entity that is wanted."""
    if wanted.types is not None and not wanted.types.matches(told.types(entity)):
        return False
    return _has_id(entity, wanted) and _has_like(entity, wanted)


def _has_id(entity: Stored, wanted: EntityWanted) -> bool:
    if not wanted.ids:
        return True
    if "id" in entity:
        return entity["id"] in wanted.ids
    if "idPattern" in entity:
        like = pattern(entity["idPattern"], "idPattern")
        return any(like.found_in(one) for one in wanted.ids)
    return True


def _has_like(entity: Stored, wanted: EntityWanted) -> bool:
    """Two patterns are never compared: what one cannot exclude may be there."""
    return wanted.like is None or "id" not in entity or wanted.like.found_in(entity["id"])


def _has_entities(info: Stored, wanted: Wanted) -> bool:
    if not wanted.entities or "entities" not in info:
        return True
    return any(has_entity(entity, one) for entity in info["entities"] for one in wanted.entities)


def _has_attributes(info: Stored, wanted: Wanted) -> bool:
    named = told.attributes(info)
    return not wanted.attributes or not named or bool(named & wanted.attributes)


def _in_time(stored: Stored, wanted: Wanted) -> bool:
    if wanted.period is not None:
        interval = stored.get(wanted.period.interval)
        return wanted.handing_on if interval is None else wanted.period.overlaps(interval)
    return not wanted.timeless or not any(one in stored for one in INTERVALS.values())


def _in_place(stored: Stored, wanted: Wanted) -> bool:
    """Where a source has something is compared with the place itself, or tells what may be found there."""
    if wanted.geo is None:
        return True
    if wanted.place not in stored:
        return wanted.handing_on
    place = stored[wanted.place]
    return wanted.geo.reaches(place) if wanted.handing_on else wanted.geo.any_holds([place])


def _in_scope(stored: Stored, wanted: Wanted) -> bool:
    scope = stored.get("scope")
    if wanted.scopes is None or scope is None:
        return True
    return wanted.scopes.matches([scope] if isinstance(scope, str) else scope)


def _in_datasets(stored: Stored, wanted: Wanted) -> bool:
    told = stored.get("datasetId")
    if not wanted.datasets or told is None:
        return True
    return not wanted.datasets.isdisjoint([told] if isinstance(told, str) else told)


def _value(own: Any) -> Any:
    """Return what a property of a registration says, which may be simplified or normalized."""
    return own["value"] if isinstance(own, Mapping) and "value" in own else own
