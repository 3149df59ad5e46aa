"""What a request looks for in registrations, by the parameters of table 6.8.3.2-1."""

from typing import Final

from dothi.context.api.ask import Ask
from dothi.context.errors import BadRequestData
from dothi.context.jsonld.names import Names
from dothi.context.model import terms
from dothi.context.query import geo, q, scopes, types
from dothi.context.query.patterns import pattern
from dothi.context.registrations import matching
from dothi.context.registrations.wanted import Wanted, period, selectors
from dothi.context.store.registrations import Kept

GEO: Final = ("georel", "geometry", "coordinates")
NARROWING: Final = ("type", "attrs", "id", "idPattern", "q", "georel", "csf", "scopeQ")
PARAMS: Final = frozenset(
    {*NARROWING, *GEO, "geoproperty", "timerel", "timeAt", "endTimeAt", "timeproperty", "lang",
     "geometryProperty"}
)  # fmt: skip


def wanted(ask: Ask, names: Names) -> Wanted:
    """Return what is wanted. Raises BadRequestData."""
    if not any(one in ask.params for one in NARROWING):
        raise BadRequestData(f"one of {', '.join(NARROWING)} is to be told")
    told = ask.params.get
    like, selection = told("idPattern"), told("type")
    entities = selectors(
        types.parse(selection, names) if selection is not None else None,
        [terms.uri(one) for one in ask.words("id") or ()],
        pattern(like, "idPattern") if like is not None else None,
    )
    attributes = frozenset(names.expand(terms.name(one)) for one in ask.words("attrs") or ())
    csf, scope = told("csf"), told("scopeQ")
    return Wanted(
        entities, attributes, _geo(ask, names), told("geoproperty", "location"), period(ask.params),
        scopes.parse(scope) if scope is not None else None,
        q.parse(csf, names, what="csf") if csf is not None else None,
    )  # fmt: skip


def meant(ask: Ask, names: Names, found: list[Kept]) -> list[Kept]:
    """
    Return which of what was found q means. Raises BadRequestData.

    A q that names a property of one of them is held against properties of sources, as csf is, and as
    conformance runs have it; any other is one of entities, and says nothing of sources.
    """
    if "q" not in ask.params:
        return found
    asked = q.parse(ask.params["q"], names)
    named = {name for one in asked.terms() for name in one.path.names[:1]}
    if not any(named & one.stored.get("properties", {}).keys() for one in found):
        return found
    return [one for one in found if asked.matches(matching.as_entity(one.stored))]


def _geo(ask: Ask, names: Names) -> geo.GeoQuery | None:
    told = ask.params.get
    if not any(one in ask.params for one in GEO):
        return None
    attribute = geo.attribute_of(told("geoproperty"), names)
    return geo.parse(told("georel"), told("geometry"), told("coordinates"), attribute)
