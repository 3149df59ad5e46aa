"""
Reading the members of a query as JSON has them: Query (5.2.23), EntitySelector (5.2.33), GeoQuery (5.2.13).

Queries by GET, which have the same in parameters, are told in this form, too.
"""

from collections.abc import Mapping
from typing import Any, Final

from dothi.context.errors import BadRequestData
from dothi.context.jsonld.names import Names
from dothi.context.model import terms
from dothi.context.query import geo, patterns, q, scopes, types
from dothi.context.query.entities import EntityQuery, EntitySelector
from dothi.context.query.geo import GeoQuery

Json = Mapping[str, Any]
CORE_MEMBERS: Final = frozenset({"id", "type", "scope", "@context"})
SYSTEM: Final = frozenset({"createdAt", "modifiedAt", "deletedAt", "observedAt", "expiresAt"})
MOST: Final = 1_000
"""Selectors, ids or names in one query."""


def entity_query(told: Json, names: Names) -> EntityQuery:
    """
    Return which entities are meant by `entities`, `attrs`, `q` with `expandValues`, `scopeQ` and `geoQ`.

    Raises BadRequestData, TooComplexQuery.
    """
    expanded = tuple(names.expand(one) for one in words(told, "expandValues") or ())
    words(told, "jsonKeys")  # values of JsonProperty are never expanded
    asked, scoped = text(told, "q"), text(told, "scopeQ")
    filtered = text(told, "csf")
    if filtered is not None:
        q.parse(filtered, names, what="csf")
    return EntityQuery(
        selectors=selectors(told, names),
        attributes=attributes(told, names),
        q=None if asked is None else q.parse(asked, names, expanded=expanded),
        scopes=None if scoped is None else scopes.parse(scoped),
        geo=geo_query(told.get("geoQ"), names),
    )


def selectors(told: Json, names: Names) -> tuple[EntitySelector, ...]:
    """Return the member `entities`. Raises BadRequestData."""
    several = told.get("entities")
    if several is None:
        return ()
    if not isinstance(several, list) or not several or len(several) > MOST:
        raise BadRequestData("entities is a list of one selector or several")
    return tuple(selector(one, names) for one in several)


def selector(told: object, names: Names) -> EntitySelector:
    """Return one selector, which has a type. Raises BadRequestData."""
    if not isinstance(told, Mapping) or not isinstance(told.get("type"), str):
        raise BadRequestData("a selector of entities has a type")
    return EntitySelector(types.parse(told["type"], names), ids(told), id_pattern(told))


def ids(told: Json) -> tuple[str, ...]:
    """Return the member `id`, one URI or several. Raises BadRequestData."""
    several = told.get("id", [])
    return tuple(terms.uri(one) for one in (several if isinstance(several, list) else [several]))


def id_pattern(told: Json) -> patterns.Pattern | None:
    """Return the member `idPattern`. Raises BadRequestData, TooComplexQuery."""
    found = text(told, "idPattern")
    return None if found is None else patterns.pattern(found, "idPattern")


def attributes(told: Json, names: Names) -> tuple[str, ...]:
    """Return the IRIs of the member `attrs`, without those of instants of ours. Raises BadRequestData."""
    found = words(told, "attrs") or []
    if CORE_MEMBERS & set(found):
        raise BadRequestData("attrs has names of attributes only")
    return tuple(names.expand(terms.name(one)) for one in found if one not in SYSTEM)


def geo_query(told: object, names: Names) -> GeoQuery | None:
    """Return the geo-query that an object says; None where there is none. Raises BadRequestData."""
    if told is None:
        return None
    if not isinstance(told, Mapping):
        raise BadRequestData("geoQ is an object")
    attribute = geo.attribute_of(text(told, "geoproperty"), names)
    return geo.parse(told.get("georel"), told.get("geometry"), told.get("coordinates"), attribute)


def words(told: Json, member: str) -> list[str] | None:
    """Return a list of texts, or the parts of a text between commas; None where the member is not told."""
    found = told.get(member)
    if found is None:
        return None
    several = [one.strip() for one in found.split(",")] if isinstance(found, str) else found
    if not isinstance(several, list) or not several or len(several) > MOST:
        raise BadRequestData(f"{member} is a list of names")
    if not all(isinstance(one, str) and one for one in several):
        raise BadRequestData(f"{member} has an empty member")
    return several


def text(told: Json, member: str) -> str | None:
    """Return a text; None where the member is not told. Raises BadRequestData."""
    found = told.get(member)
    if found is not None and not isinstance(found, str):
        raise BadRequestData(f"{member} is a text")
    return found
