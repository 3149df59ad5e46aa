"""
The order of entities (clause 4.23 of v1.9.1): `name;desc,address[city],location;dist-asc`.

Numbers come before texts, these before all else, and what an entity does not have comes last, whichever
the direction.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from dothi.context.errors import BadRequestData
from dothi.context.jsonld.names import Names
from dothi.context.query import geo
from dothi.context.query.distance import between
from dothi.context.query.paths import NAME, Path, path
from dothi.context.query.projection import OF_ENTITY
from dothi.context.query.scanner import Scanner

Entity = dict[str, Any]
STYLE = re.compile(r"dist-asc|dist-desc|asc|desc")
ROOT: Final = "und"
"""The one collation that is offered: base letters first, then accents, then case."""


@dataclass(frozen=True)
class Key:
    """A member of the entity itself, or a path; `reference` makes it the distance from there."""

    member: str | Path
    descending: bool = False
    reference: BaseGeometry | None = None

    def value(self, entity: Entity) -> Any:
        """Return what is compared; None where the entity does not have it."""
        if self.reference is not None:
            return self._distance(entity, self.reference)
        if isinstance(self.member, str):
            found = entity.get(self.member)
            return min(found, default=None) if isinstance(found, list) else found
        instances = list(self.member.instances(entity))
        return next((one for each in instances[:1] for one in self.member.targets(each)), None)

    def _distance(self, entity: Entity, reference: BaseGeometry) -> float | None:
        instances = [] if isinstance(self.member, str) else self.member.instances(entity)
        geometries = [one["value"] for one in instances if one["type"] == "GeoProperty"]
        return min((between(reference, geo.valid(shape(one))) for one in geometries), default=None)


@dataclass(frozen=True)
class Ordering:
    """Keys, the first of which weighs most; texts compare by code points unless they are `folded`."""

    keys: tuple[Key, ...]
    folded: bool = False

    @property
    def down(self) -> bool | None:
        """Tell whether ids go down; None where something else than the id comes first."""
        return self.keys[0].descending if self.keys[0].member == "id" else None

    @property
    def attributes(self) -> frozenset[str] | None:
        """Return the IRIs of the attributes that are compared; None where it takes more of the entity."""
        members = [one.member for one in self.keys]
        if any(isinstance(one, str) and one not in ("id", "type", "createdAt") for one in members):
            return None
        return frozenset(one.names[0] for one in members if not isinstance(one, str))

    def sort(self, entities: Iterable[Entity]) -> list[Entity]:
        """Return the entities in their order."""
        ordered = sorted(entities, key=lambda one: str(one["id"]))
        for key in reversed(self.keys):
            values = {one["id"]: key.value(one) for one in ordered}
            there = [one for one in ordered if values[one["id"]] is not None]
            there.sort(key=lambda one: self._weight(values[one["id"]]), reverse=key.descending)
            ordered = there + [one for one in ordered if values[one["id"]] is None]
        return ordered

    def _weight(self, value: Any) -> tuple[int, Any]:
        if isinstance(value, bool):
            return 2, value
        if isinstance(value, int | float):
            return 0, value
        if isinstance(value, str):
            return 1, _folded(value) if self.folded else value
        return 3, repr(value)


BY_ID: Final = Ordering((Key("id"),))
PARAMS: Final = {
    "orderBy": "orderBy", "orderFrom": "coordinates", "orderGeometry": "geometry", "collation": "collation",
}  # fmt: skip
"""The members of OrderingParams (5.2.43 of v1.9.1) by the parameters that tell them."""


def asked(told: Mapping[str, Any], names: Names) -> Ordering | None:
    """
    Return what the member `ordering` of a Query says, or else the parameters of a request; None for nothing.

    Raises BadRequestData, TooComplexQuery.
    """
    if "ordering" not in told:
        return parse({member: told[param] for param, member in PARAMS.items() if param in told}, names)
    found = told["ordering"]
    if not isinstance(found, Mapping) or not isinstance(found.get("coordinates", []), list):
        raise BadRequestData("ordering is an object, and its coordinates are an array")
    return parse(found, names)


def parse(told: Mapping[str, Any], names: Names) -> Ordering | None:
    """
    Return what `orderBy` (a list or a text), `coordinates`, `geometry` and `collation` say.

    Raises BadRequestData, TooComplexQuery.
    """
    wanted = told.get("orderBy")
    if wanted is None:
        return None
    text = ",".join(map(str, wanted)) if isinstance(wanted, list) else str(wanted)
    scanner = Scanner(text, "orderBy")
    keys = [_key(scanner, names, told)]
    while scanner.takes(","):
        keys.append(_key(scanner, names, told))
    scanner.end()
    if not isinstance(told.get("geometry", "Point"), str):
        raise BadRequestData("the geometry to order from is the name of a type")
    if told.get("collation") not in (None, ROOT):
        raise BadRequestData(f"the collation {told['collation']!r} is not offered, but {ROOT} is")
    return Ordering(tuple(keys), told.get("collation") == ROOT)


def _key(scanner: Scanner, names: Names, told: Mapping[str, Any]) -> Key:
    member = _member(scanner, names)
    style = None
    if scanner.takes(";"):
        style = scanner.match(STYLE)
        if style is None:
            raise scanner.wrong("asc, desc, dist-asc or dist-desc is missing")
    distant = style is not None and style.startswith("dist")
    return Key(member, style is not None and style.endswith("desc"), _reference(told) if distant else None)


def _member(scanner: Scanner, names: Names) -> str | Path:
    begun = scanner.at
    if scanner.match(NAME) in OF_ENTITY:
        return scanner.text[begun : scanner.at]
    scanner.at = begun
    return path(scanner, names)


def _reference(told: Mapping[str, Any]) -> BaseGeometry:
    if told.get("coordinates") is None:
        raise BadRequestData("an order by distance says from where")
    return geo.parse("equals", told.get("geometry", "Point"), told["coordinates"], geo.LOCATION).reference


def _folded(text: str) -> tuple[str, str, str]:
    apart = unicodedata.normalize("NFKD", text)
    base = "".join(one for one in apart if not unicodedata.combining(one))
    return base.casefold(), apart.casefold(), text.swapcase()
