"""
What a temporal query asks, told in the address or as a Query in the body (clauses 5.2.23, 6.18.3.2, 6.24).

Both ways end in one mapping with the members of the data type Query, which is then read.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from dothi.context.api import entity_maps, paging
from dothi.context.api.ask import Ask
from dothi.context.errors import BadRequestData, InvalidRequest
from dothi.context.jsonld.names import Names
from dothi.context.model import terms
from dothi.context.model.kinds import DEFAULT
from dothi.context.model.write import Writer
from dothi.context.model.write_temporal import TemporalForm, TemporalWriter
from dothi.context.operations.recall import Wanted
from dothi.context.query import ordering, patterns, projection, q, read, temporal, types
from dothi.context.query.entities import EntityQuery, EntitySelector
from dothi.context.query.ordering import BY_ID, Ordering
from dothi.context.query.projection import OF_ENTITY, Members, Projection
from dothi.context.query.scopes import ScopeQuery
from dothi.context.store.kept import Kept

GEO: Final = frozenset({"georel", "geometry", "coordinates", "geoproperty"})
FORMS: Final = frozenset(TemporalForm)
OPTIONS: Final = FORMS | {"sysAttrs"}
FORMING: Final = frozenset({"options", "format"})
RETRIEVING: Final = (
    temporal.WINDOW
    | temporal.AGGREGATION
    | FORMING
    | entity_maps.PARAMS
    | {"attrs", "pick", "omit", "datasetId", "lang"}
)
"""Parameters of the retrieval of one evolution."""
SELECTING: Final = ("type", "id", "idPattern")
PAGING: Final = paging.PARAMS | {*ordering.PARAMS, "splitEntities"}
QUERYING: Final = RETRIEVING | GEO | PAGING | {*SELECTING, "q", "csf", "scopeQ", "expandValues", "jsonKeys"}
"""Parameters of a query."""
POSTING: Final = PAGING | FORMING | entity_maps.PARAMS
"""Parameters of a query whose body tells the rest."""

Told = Mapping[str, Any]


@dataclass(frozen=True)
class TemporalAsk:
    """What is wanted, which members of it are told, in which form, and in which order."""

    wanted: Wanted
    projection: Projection
    writer: TemporalWriter
    order: Ordering = BY_ID


def of_address(ask: Ask) -> Told:
    """Return what the parameters of the address tell, as a Query."""
    params = dict(ask.params)
    geo = {key: params[key] for key in GEO if key in params}
    return {
        **params,
        "temporalQ": {key: params[key] for key in temporal.WINDOW if key in params},
        "aggrParams": {key: params[key] for key in temporal.AGGREGATION if key in params},
        "geoQ": geo if geo.keys() - {"geoproperty"} else None,
    }


def of_body(told: Any) -> Told:
    """Return what a body tells, a Query. Raises BadRequestData."""
    if not isinstance(told, dict) or told.get("type") != "Query":
        raise BadRequestData("the body is an object of type Query")
    window = _mapping(told, "temporalQ")
    within = {key: value for key, value in window.items() if key in temporal.AGGREGATION}
    return {**told, "aggrParams": {**within, **_mapping(told, "aggrParams")}}


def selected(told: Told, names: Names) -> EntityQuery:
    """Return which entities parameters of an address mean. Raises BadRequestData, TooComplexQuery."""
    whole = read.entity_query(told, names)
    if not any(member in told for member in SELECTING):
        return whole
    kind, ids, pattern = read.text(told, "type"), read.words(told, "id"), read.text(told, "idPattern")
    one = EntitySelector(
        None if kind is None else types.parse(kind, names),
        tuple(terms.uri(each) for each in ids or ()),
        None if pattern is None else patterns.pattern(pattern, "idPattern"),
    )
    return replace(whole, selectors=(one,))


def asked(ask: Ask, told: Told, names: Names, entities: EntityQuery, form: TemporalForm) -> TemporalAsk:
    """Return what a Query asks of `entities`. Raises BadRequestData, InvalidRequest, TooComplexQuery."""
    window = temporal.window(_mapping(told, "temporalQ"))
    members = _projection(told, names)
    if members.depth or (entities.q is not None and q.depth(entities.q)):
        raise BadRequestData("temporal queries do not follow relationships")
    aggregated = form is TemporalForm.AGGREGATED
    wanted = Wanted(
        ask.tenant,
        replace(_kept(told, window, members, entities.scopes), reach=ask.reads),
        entities,
        temporal.aggregation(_mapping(told, "aggrParams")) if aggregated else None,
    )
    writer = Writer(names, system="sysAttrs" in ask.options, lang=read.text(told, "lang"))
    order = ordering.asked({**ask.params, **told}, names) or BY_ID
    return TemporalAsk(wanted, members, TemporalWriter(writer, form, window.by.value), order)


def form_of(ask: Ask, otherwise: TemporalForm = TemporalForm.NORMALIZED) -> TemporalForm:
    """Return the representation that `format`, or else `options`, wants (6.3.12). Raises InvalidRequest."""
    told = ask.params.get("format")
    if (told is not None and told not in FORMS) or ask.options - OPTIONS:
        raise InvalidRequest(f"format is one of {', '.join(FORMS)}; options has these and sysAttrs")
    forms = [told] if told else sorted(ask.options & FORMS)
    if len(forms) > 1:
        raise InvalidRequest("options has more than one representation")
    return TemporalForm(forms[0]) if forms else otherwise


def check_query(ask: Ask, wanted: Wanted) -> None:
    """Raises BadRequestData where a query tells no time, or too little else (clause 5.7.4.4)."""
    if not wanted.kept.window.told:
        raise BadRequestData("a temporal query is missing: timerel and timeAt, or temporalQ")
    if wanted.entities.is_wide and not ask.flag("local"):
        raise BadRequestData("a query says type, attrs, q or a geo-query at least")


def _projection(told: Told, names: Names) -> Projection:
    picked, omitted = (_members(told, member, names) for member in ("pick", "omit"))
    if told.get("attrs") is None:
        return projection.projection(picked, omitted)
    if picked or omitted:
        raise BadRequestData("attrs does not go with pick or omit")
    return Projection(Members(frozenset({*OF_ENTITY, *read.attributes(told, names)})))


def _members(told: Told, member: str, names: Names) -> Members | None:
    words = read.words(told, member) if isinstance(told.get(member), list) else None
    text = ",".join(words) if words else read.text(told, member)
    return None if text is None else projection.parse(text, names, member)


def _kept(told: Told, window: temporal.Window, members: Projection, scopes: ScopeQuery | None) -> Kept:
    words = read.words(told, "datasetId")
    datasets = words and ["" if one == DEFAULT else terms.uri(one, "datasetId") for one in words]
    if members.pick is None:
        return Kept(window, None, datasets, scopes)
    picked = members.pick.names
    return Kept(window, sorted(picked - set(OF_ENTITY)), datasets, scopes, scope="scope" in picked)


def _mapping(told: Told, key: str) -> Mapping[str, Any]:
    found = told.get(key, {})
    if not isinstance(found, Mapping):
        raise BadRequestData(f"{key} is an object")
    return found
