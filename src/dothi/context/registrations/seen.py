"""
What of a registration somebody is told: the entities and attributes that he may read, and no more.

A right that is bound to scopes shows registrations whose own scope it opens.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from dothi.context.registrations import information as told
from dothi.context.rights.reach import Grant, Reach

Stored = Mapping[str, Any]


def seen(stored: Stored, reach: Reach) -> Stored | None:
    """Return a stored registration as far as its information is within reach, None where none of it is."""
    if reach.everything:
        return stored
    scope = stored.get("scope", [])
    scopes = [scope] if isinstance(scope, str) else scope
    grants = [one for one in reach.grants if one.scopes is None or any(map(one.has_scope, scopes))]
    found = (_seen(one, grants) for one in stored["information"])
    information = [one for one in found if one is not None]
    return {**stored, "information": information} if information else None


def _seen(info: Stored, grants: Sequence[Grant]) -> Stored | None:
    """Return one RegistrationInfo within grants, None where nothing of it is."""
    entities = [one for one in info.get("entities", ()) if any(_opens(each, one) for each in grants)]
    if "entities" in info and not entities:
        return None
    opened = [one for one in grants if "entities" not in info or any(_opens(one, each) for each in entities)]
    shown = {**info, "entities": entities} if entities else dict(info)
    for member in told.NAMES:
        if member in info:
            shown[member] = [iri for iri in info[member] if any(_tells(one, iri) for one in opened)]
    named = bool(told.attributes(info))
    if named and not told.attributes(shown):
        return None
    return {key: value for key, value in shown.items() if value != []} if opened else None


def _opens(grant: Grant, entity: Stored) -> bool:
    return grant.types is None or not grant.types.isdisjoint(told.types(entity))


def _tells(grant: Grant, iri: str) -> bool:
    return grant.attributes is None or iri in grant.attributes
