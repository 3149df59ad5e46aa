"""The paths `temporal/` (clauses 6.18 to 6.24)."""

from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import quote, unquote

from starlette.responses import Response

from dothi.context.api import answers, entity_maps, handing, paging, remembering, temporal_asks
from dothi.context.api.ask import Ask
from dothi.context.api.handing import Act, Fragment, Here
from dothi.context.api.operations import ROOT, Need, Operation, Tenants
from dothi.context.api.provision import SAFE
from dothi.context.api.temporal_asks import TemporalAsk
from dothi.context.errors import BadRequestData, MethodNotAllowed, ResourceNotFound
from dothi.context.jsonld.names import Names
from dothi.context.model import temporal_page, terms
from dothi.context.model.evolution import SCOPE, Said
from dothi.context.model.read import Reader
from dothi.context.model.read_temporal import TemporalReader
from dothi.context.model.write_temporal import TemporalForm
from dothi.context.operations import recall
from dothi.context.operations.evolve import Target
from dothi.context.operations.recall import Recalled, Stretch
from dothi.context.query import projection, read
from dothi.context.query.entities import EntityQuery
from dothi.context.store import evolutions
from dothi.context.store.rows import as_text
from dothi.context.turns import MANY, aside

OURS: Final = (1, 8)
"""The version of the standard as which the past is told to whoever wants an older one."""
PAST: Final = "temporal/entities"
ONE: Final = "temporal/entities/{id}"


async def upsert(ask: Ask) -> Response:
    """POST temporal/entities/ (5.6.11)."""
    told = _object(await ask.body())
    entity_id = terms.uri(told.get("id"))
    reader = await _reader(ask)
    types, said = reader.reader.types(told.get("type")), await aside(ask.large, reader.said, told)
    target = Target(ask.state.pool, ask.tenant, entity_id, ask.writes)
    new = list[bool]()

    async def here(rest: Fragment) -> None:
        new.append(await target.upsert(types, _left(said, rest), reader.at))

    fragment = _fragment(said) | {"id": entity_id, "type": types}
    whole = await handing.done(Act(ask, ("upsertTemporal",), PAST, told, fragment, past=True), here)
    made = answers.empty(201, location=f"{ROOT}/{PAST}/{quote(entity_id, SAFE)}")
    return whole.batch_result() or (made if any(new) or whole.made else answers.empty())


async def add(ask: Ask) -> Response:
    """POST temporal/entities/{id}/attrs/ (5.6.12)."""
    target = _target(ask)
    told = _object(await ask.body())
    reader = await _reader(ask)
    types, said = reader.types(told), await aside(ask.large, reader.said, told)
    fragment = _fragment(said) | ({"type": types} if types else {})
    act = Act(ask, ("appendAttrsTemporal",), f"{ONE}/attrs/", told, fragment, past=True)
    whole = await handing.done(act, lambda rest: target.add(types, _left(said, rest)))
    return whole.update_result() or answers.empty()


async def modify(ask: Ask) -> Response:
    """PATCH temporal/entities/{id}/attrs/{attr}/{instance} (5.6.14)."""
    target = _target(ask)
    if not ask.path["attr"]:  # the path without it is that of an attribute, which is not patched
        raise MethodNotAllowed(["DELETE", "OPTIONS"])
    told = _object(await ask.body())
    reader = await _reader(ask)
    attribute = _attribute(ask, reader.names)
    inside = next((value for key, value in told.items() if reader.names.expand(key) == attribute), told)
    instances = reader.instances(ask.path["attr"], inside)
    if len(instances) != 1:
        raise BadRequestData("one instance is put in the place of one")
    act = _on_instance(ask, "updateAttrInstanceTemporal", attribute, told)
    return await _changed(act, lambda _: target.modify(attribute, _instance_id(ask), instances[0]))


async def delete(ask: Ask) -> Response:
    """DELETE temporal/entities/{id} (5.6.16)."""
    target = _target(ask)
    whole = await handing.done(Act(ask, ("deleteTemporal",), ONE, past=True), lambda _: target.delete())
    return whole.batch_result() or answers.empty()


async def delete_attribute(ask: Ask) -> Response:
    """DELETE temporal/entities/{id}/attrs/{attr} (5.6.13)."""
    target = _target(ask)
    attribute = _attribute(ask, await ask.names())
    dataset = ask.params.get("datasetId")
    chosen = "" if dataset in (None, "@none") else terms.uri(dataset, "datasetId")
    every = None if ask.flag("deleteAll") else chosen
    act = Act(ask, ("deleteAttrsTemporal",), f"{ONE}/attrs/{{attr}}", attribute=attribute, past=True)
    whole = await handing.done(act, lambda _: target.delete_attribute(attribute, every))
    return whole.update_result() or answers.empty()


async def delete_instance(ask: Ask) -> Response:
    """DELETE temporal/entities/{id}/attrs/{attr}/{instance} (5.6.15)."""
    target = _target(ask)
    attribute = _attribute(ask, await ask.names())
    act = _on_instance(ask, "deleteAttrInstanceTemporal", attribute)
    return await _changed(act, lambda _: target.delete_instance(attribute, _instance_id(ask)))


async def retrieve(ask: Ask) -> Response:
    """GET temporal/entities/{id} (5.7.3)."""
    entity_id = ask.entity_id
    form, told, names = temporal_asks.form_of(ask), temporal_asks.of_address(ask), await ask.names()
    one = temporal_asks.asked(ask, told, names, EntityQuery(), form)
    heard = await remembering.retrieved(ask, told, one, entity_id)
    async with remembering.recorded(ask, heard) as pool:
        found = await recall.retrieve(pool, one.wanted, entity_id)
    if found is None:
        raise ResourceNotFound(f"there is no temporal evolution of {entity_id}")
    entities = await _told(one, found)
    if not entities or ("attrs" in ask.params and not found.evolutions[0]["attributes"]):
        raise ResourceNotFound(f"nothing of this is known of {entity_id}")
    held = await entity_maps.held(ask, lambda: _only(entity_id))
    answer = _answer(ask, one, found, entities[0])
    return held.tell(answer) if held else answer


async def query(ask: Ask) -> Response:
    """GET temporal/entities/ (5.7.4)."""
    form, told, names = temporal_asks.form_of(ask), temporal_asks.of_address(ask), await ask.names()
    entities = temporal_asks.selected(told, names)
    return await _queried(ask, told, temporal_asks.asked(ask, told, names, entities, form))


async def query_by_body(ask: Ask) -> Response:
    """POST temporal/entityOperations/query (5.7.4)."""
    told, names = temporal_asks.of_body(await ask.body()), await ask.names()
    otherwise = TemporalForm.AGGREGATED if told["aggrParams"] else TemporalForm.NORMALIZED
    form = temporal_asks.form_of(ask, otherwise)
    entities = read.entity_query(told, names)
    return await _queried(ask, told, temporal_asks.asked(ask, told, names, entities, form))


async def _queried(ask: Ask, told: temporal_asks.Told, one: TemporalAsk) -> Response:
    temporal_asks.check_query(ask, one.wanted)
    page, heard = paging.page(ask), await remembering.queried(ask, told, one)
    async with remembering.recorded(ask, heard) as pool:
        held = await entity_maps.held(ask, lambda: recall.ids(pool, one.wanted))
        wanted = one.wanted if held is None else one.wanted.among(held.map.entities)
        stretch = Stretch(page.limit, page.offset, one.order)
        found = await recall.query(pool, wanted, stretch, counted=page.count)
    answer = _answer(ask, one, found, await _told(one, found))
    if held is not None and held.made and answer.status_code == 200:
        answer.status_code = 201
    page.tell(ask, answer, more=found.more, total=found.total)
    return held.tell(answer) if held else answer


async def _only(entity_id: str) -> list[str]:
    return [entity_id]


async def _told(one: TemporalAsk, found: Recalled) -> list[dict[str, Any]]:
    """Return the entities that have any member left, as they are told."""
    instances = sum(map(len, found.page.series.values())) if found.page else 0
    return await aside(instances > MANY, _written, one, found)


def _written(one: TemporalAsk, found: Recalled) -> list[dict[str, Any]]:
    picked = [one.projection.of(_without_system(each, one)) for each in found.evolutions]
    return [
        one.writer.entity(each, found.hidden.get(stored["id"], {}))
        for each, stored in zip(picked, found.evolutions, strict=True)
        if not projection.is_empty(each)
    ]


def _without_system(evolution: dict[str, Any], one: TemporalAsk) -> dict[str, Any]:
    if one.writer.writer.system:
        return evolution
    return {key: value for key, value in evolution.items() if key not in ("createdAt", "modifiedAt")}


def _answer(ask: Ask, one: TemporalAsk, found: Recalled, told: Any) -> Response:
    """Return the answer, which is partial where more instances are kept than a page takes (6.3.10)."""
    if found.page is None or not found.page.cut:
        answer = ask.answer(told)
    else:
        window = one.wanted.kept.window
        start, end, size = temporal_page.content_range(found.page, window.since, window.until, window.last)
        shown = f"date-time {evolutions.told(start)}-{evolutions.told(end)}/{size}"
        answer = ask.answer(told, status=206, headers={"Content-Range": shown})
    if ask.version is not None and ask.version < OURS:
        del answer.headers["Preference-Applied"]
    return answer


def _target(ask: Ask) -> Target:
    return Target(ask.state.pool, ask.tenant, ask.entity_id, ask.writes)


def _on_instance(ask: Ask, operation: str, attribute: str, told: Any = None) -> Act:
    """Return an act on one instance."""
    path = f"{ONE}/attrs/{{attr}}/{quote(_instance_id(ask), SAFE)}"
    return Act(ask, (operation,), path, told, attribute=attribute, past=True)


async def _changed(act: Act, here: Here) -> Response:
    """
    Change one instance here, or else at sources.

    Its id says something to the place only that gave it, and two may have given the same.
    """
    try:
        await here({"attributes": {}})
    except ResourceNotFound:
        whole = await handing.done(act, here)
        return whole.found().update_result() or answers.empty()
    return answers.empty()


def _fragment(said: Sequence[Said]) -> Fragment:
    """Return which attributes are told, as handing on wants it; scopes are kept here."""
    return {"attributes": {iri: [] for iri, _ in said if iri != SCOPE}}


def _left(said: Sequence[Said], rest: Fragment) -> list[Said]:
    """Return what is left for this broker."""
    return [(iri, one) for iri, one in said if iri == SCOPE or iri in rest["attributes"]]


async def _reader(ask: Ask) -> TemporalReader:
    return TemporalReader(await ask.names(), as_text(ask.state.clock()))


def _attribute(ask: Ask, names: Names) -> str:
    """Return the IRI of the attribute of the path; dots alone would lead to another path."""
    name = ask.path["attr"]
    if not unquote(name).strip("."):
        raise BadRequestData(f"not a valid name: {name!r}")
    return Reader(names).attribute(name)


def _instance_id(ask: Ask) -> str:
    return terms.uri(ask.path["instance"], "instanceId")


def _object(told: Any) -> dict[str, Any]:
    if not isinstance(told, dict):
        raise BadRequestData("the body is an object")
    return told


OPERATIONS = (
    Operation("POST", "temporal/entities", upsert, "5.6.11", tenants=Tenants.MADE),
    Operation("GET", "temporal/entities", query, "5.7.4", params=temporal_asks.QUERYING),
    Operation("GET", "temporal/entities/{id}", retrieve, "5.7.3", params=temporal_asks.RETRIEVING),
    Operation("DELETE", "temporal/entities/{id}", delete, "5.6.16"),
    Operation("POST", "temporal/entities/{id}/attrs", add, "5.6.12"),
    Operation(
        "DELETE",
        "temporal/entities/{id}/attrs/{attr}",
        delete_attribute,
        "5.6.13",
        params={"datasetId", "deleteAll"},
    ),
    Operation("PATCH", "temporal/entities/{id}/attrs/{attr}/{instance}", modify, "5.6.14"),
    Operation("DELETE", "temporal/entities/{id}/attrs/{attr}/{instance}", delete_instance, "5.6.15"),
    Operation(
        "POST",
        "temporal/entityOperations/query",
        query_by_body,
        "5.7.4",
        params=temporal_asks.POSTING,
        need=Need.READ,
    ),
)
