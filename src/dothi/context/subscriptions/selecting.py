"""Which entities a subscription is about: EntitySelector, q, geoQ and scopeQ (5.2.12, 5.2.13, 5.2.33)."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, Final

from dothi.context.errors import BadRequestData
from dothi.context.jsonld.contexts import names as names_here
from dothi.context.jsonld.names import Names
from dothi.context.model import terms
from dothi.context.query import geo as geoqueries
from dothi.context.query import q as queries
from dothi.context.query import scopes, types
from dothi.context.query.entities import EntityQuery, EntitySelector
from dothi.context.query.patterns import pattern
from dothi.context.subscriptions import checks

Entity = Mapping[str, Any]
Lookup = Callable[[Collection[str]], Awaitable[Mapping[str, Entity]]]
"""Gives the entities of some ids that there are."""
MOST_LINKED: Final = 1_000


@dataclass(frozen=True)
class Meant:
    """The entities that a subscription means."""

    query: EntityQuery

    @cached_property
    def ids(self) -> Collection[str] | None:
        """Return the ids of which an entity must have one; None where it may have others."""
        selectors = self.query.selectors
        if not selectors or not all(one.ids for one in selectors):
            return None
        return frozenset(name for one in selectors for name in one.ids)

    @cached_property
    def types(self) -> Collection[str] | None:
        """Return types of which an entity must have one; None where it may have none of them."""
        selectors = self.query.selectors
        if not selectors or not all(one.types and one.types.groups for one in selectors):
            return None
        return frozenset(min(group) for one in selectors if one.types for group in one.types.groups)

    @property
    def unfiltered(self) -> "Meant":
        """Return the same without q, places and scopes."""
        return Meant(EntityQuery(self.query.selectors))

    async def has(self, entity: Entity, lookup: Lookup) -> bool:
        """Tell whether an entity in stored form is meant; others that q asks for are looked up."""
        known: dict[str, Entity | None] = {}
        while True:
            missing: set[str] = set()
            found = self.query.matches(entity, partial(_linked, known=known, missing=missing))
            if not missing or len(known) > MOST_LINKED:
                return found
            there = await lookup(missing)
            known |= {name: there.get(name) for name in missing}


def meant(stored: Mapping[str, Any], q_names: Names) -> Meant:
    """Return which entities a stored subscription means; `q_names` are those of its q."""
    core = names_here(None)
    told = stored.get("geoQ")
    return Meant(
        EntityQuery(
            tuple(_selector(one, core) for one in stored.get("entities", ())),
            q=_query(stored, q_names) if "q" in stored else None,
            scopes=scopes.parse(stored["scopeQ"]) if "scopeQ" in stored else None,
            geo=_geo(told) if told else None,
        )
    )


def entities(value: Any, names: Names, _context: object) -> list[dict[str, Any]]:
    """Return a list of EntitySelectors in stored form. Raises BadRequestData."""
    return [_read(one, names) for one in checks.several(_object)(value, "entities")]


def written_entities(stored: list[dict[str, Any]], names: Names) -> list[dict[str, Any]]:
    """Return stored EntitySelectors with short names."""
    return [{**one, "type": checks.compacted(one["type"], names, ("*",))} for one in stored]


def q(value: Any, names: Names, context: object) -> dict[str, Any]:
    """Return a query with the @context under which it is read. Raises BadRequestData, TooComplexQuery."""
    queries.parse(_unescaped(checks.text(value, "q")), names)
    return {"text": value, "context": context}


def scope(value: Any, _names: Names, _context: object) -> str:
    """Return a scope query. Raises BadRequestData."""
    scopes.parse(checks.text(value, "scopeQ"))
    return str(value)


def geo(value: Any, names: Names, _context: object) -> dict[str, Any]:
    """Return a GeoQuery (5.2.13) in stored form. Raises BadRequestData."""
    told = _object(value, "geoQ")
    stored = {key: told.get(key) for key in ("georel", "geometry", "coordinates")}
    if told.get("geoproperty") is not None:
        stored["geoproperty"] = names.expand(terms.name(told["geoproperty"]))
    _geo(stored)
    return stored


def written_geo(stored: dict[str, Any], names: Names) -> dict[str, Any]:
    """Return a stored GeoQuery with short names."""
    told = {"geoproperty": names.compact(stored["geoproperty"])} if "geoproperty" in stored else {}
    return {**stored, **told}


def _read(told: Mapping[str, Any], names: Names) -> dict[str, Any]:
    """Return one EntitySelector in stored form; its ids are always a list where there are several."""
    selection = checks.text(told.get("type"), "entities.type")
    types.parse(selection, names, "entities.type")
    stored: dict[str, Any] = {"type": checks.expanded(selection, names, ("*",))}
    if told.get("id") is not None:
        stored["id"] = _ids(told["id"])
    if told.get("idPattern") is not None:
        stored["idPattern"] = pattern(checks.text(told["idPattern"], "entities.idPattern"), "idPattern").text
    return stored


def _ids(told: Any) -> str | list[str]:
    if isinstance(told, list):
        found: list[str] = checks.several(terms.uri)(told, "entities.id")
        return found
    return terms.uri(told, "entities.id")


def _selector(stored: Mapping[str, Any], core: Names) -> EntitySelector:
    told = stored.get("id", [])
    expression = stored.get("idPattern")
    return EntitySelector(
        types.parse(stored["type"], core),
        tuple(told) if isinstance(told, list) else (told,),
        pattern(expression, "idPattern") if expression is not None else None,
    )


def _query(stored: Mapping[str, Any], names: Names) -> queries.Query:
    """Return the stored q; values of the attributes that `expandValues` names are names themselves."""
    told = filter(None, (one.strip() for one in stored.get("expandValues", "").split(",")))
    return queries.parse(_unescaped(stored["q"]["text"]), names, expanded=tuple(map(names.expand, told)))


def _unescaped(told: str) -> str:
    """Return a query whose quotation marks stand for themselves; ETSI writes them as in a URL."""
    return told if '"' in told else told.replace("%22", '"')


def _geo(stored: Mapping[str, Any]) -> geoqueries.GeoQuery:
    attribute = stored.get("geoproperty") or geoqueries.LOCATION
    return geoqueries.parse(stored["georel"], stored["geometry"], stored["coordinates"], attribute)


def _object(value: Any, what: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise BadRequestData(f"{what} is an object")
    return value


def _linked(name: str, *, known: Mapping[str, Entity | None], missing: set[str]) -> Entity | None:
    if name not in known:
        missing.add(name)
    return known.get(name)
