"""Provision of one entity or attribute (clauses 5.6.1 to 5.6.6, 5.6.17 to 5.6.19; paths 6.4 to 6.7)."""

from collections.abc import Callable
from typing import Any, Final
from urllib.parse import quote

from starlette.responses import Response

from dothi.context.api import answers, handing
from dothi.context.api.ask import Ask
from dothi.context.api.handing import Act
from dothi.context.api.operations import ROOT, Operation, Tenants
from dothi.context.errors import BadRequestData, InvalidRequest, ResourceNotFound
from dothi.context.jsonld.names import Names
from dothi.context.model import evolution, terms
from dothi.context.model.kinds import DEFAULT, OWN, is_kind
from dothi.context.model.merge import Merging
from dothi.context.model.read import Purpose, Reader
from dothi.context.model.write import Form
from dothi.context.operations import provision
from dothi.context.operations.evolve import Target
from dothi.context.operations.provision import Meant
from dothi.context.query import types
from dothi.context.store import rows
from dothi.context.store.waiting import Change

SAFE: Final = "/:@!$&'()*+,;=-._~"
"""Characters that stand for themselves in the path of a Location header."""
TYPE: Final = frozenset({"type"})
SCOPE: Final = "scope"
ENTITY: Final = "entities/{id}"
ATTRIBUTES: Final = "entities/{id}/attrs/"
"""As the standard writes it (6.6), and some sources want it."""
ATTRIBUTE: Final = "entities/{id}/attrs/{attr}"
Make = Callable[[handing.Fragment], Change]
"""Returns the change that what is left for this broker comes to."""


async def create(ask: Ask) -> Response:
    """POST entities/ (5.6.1)."""
    told = await ask.body(empty=InvalidRequest)
    entity = Reader(await ask.names()).entity(told)
    act = Act(ask, ("createEntity",), "entities", told, entity)
    whole = await handing.done(act, _applying(ask, entity["id"], provision.create))
    return whole.batch_result() or answers.empty(201, location=f"{ROOT}/entities/{quote(entity['id'], SAFE)}")


async def nameless(_ask: Ask) -> Response:
    """Refuse what names no entity (5.6.17, 5.6.18)."""
    raise BadRequestData("the path names no entity")


async def delete(ask: Ask) -> Response:
    """DELETE entities/{id} (5.6.6)."""
    meant, entity_id = await _meant(ask), ask.entity_id
    act = Act(ask, ("deleteEntity",), ENTITY)
    whole = await handing.done(act, _applying(ask, entity_id, lambda _: provision.delete(meant)))
    return whole.batch_result() or answers.empty()


async def replace(ask: Ask) -> Response:
    """PUT entities/{id} (5.6.18)."""
    target = ask.entity_id
    told = await ask.body()
    fragment = Reader(await ask.names()).fragment(told)
    if told.get("id", told.get("@id", target)) != target:
        raise BadRequestData("the entity has another id than the path")
    meant = await _meant(ask)
    act = Act(ask, ("replaceEntity",), ENTITY, told, fragment)
    return await _applied(act, lambda rest: provision.replace(rest, meant))


async def merge(ask: Ask) -> Response:
    """PATCH entities/{id} (5.6.17)."""
    _ = ask.entity_id
    told = await ask.body()
    names = await ask.names()
    how = _merging(ask, names)
    fragment = Reader(names, Purpose.MERGE, how.simplified).fragment(told)
    meant = await _meant(ask)
    act = Act(ask, ("mergeEntity",), ENTITY, told, fragment)
    return await _applied(act, lambda rest: provision.merge(rest, how, meant))


async def append(ask: Ask) -> Response:
    """POST entities/{id}/attrs (5.6.3)."""
    _ = ask.entity_id
    told = await ask.body()
    fragment = Reader(await ask.names()).fragment(told)
    overwrite = "noOverwrite" not in ask.options
    meant = await _meant(ask)
    act = Act(ask, ("appendAttrs",), ATTRIBUTES, told, fragment)
    return await _applied(act, lambda rest: provision.put(rest, meant, overwrite=overwrite))


async def update(ask: Ask) -> Response:
    """PATCH entities/{id}/attrs (5.6.2)."""
    _ = ask.entity_id
    told = await ask.body()
    fragment = Reader(await ask.names(), Purpose.UPDATE).fragment(told)
    meant = await _meant(ask)
    act = Act(ask, ("updateEntity", "updateAttrs"), ATTRIBUTES, told, fragment)
    return await _applied(act, lambda rest: provision.put(rest, meant, append=False))


async def patch(ask: Ask) -> Response:
    """PATCH entities/{id}/attrs/{attr} (5.6.4)."""
    _ = ask.entity_id
    told = await ask.body()
    reader = Reader(await ask.names(), Purpose.PATCH)
    iri = _attribute(ask, reader)
    if not isinstance(told, dict) or not told:
        raise BadRequestData("a fragment of an attribute is an object that says something")
    part = _bare(told, iri, reader)
    change = provision.patch(iri, reader.instance(ask.path["attr"], part), await _meant(ask))
    return await _applied(Act(ask, ("updateAttrs",), ATTRIBUTE, told, attribute=iri), lambda _: change)


async def replace_attribute(ask: Ask) -> Response:
    """PUT entities/{id}/attrs/{attr} (5.6.19)."""
    _ = ask.entity_id
    told = await ask.body()
    reader = Reader(await ask.names())
    iri = _attribute(ask, reader)
    instances = reader.instances(ask.path["attr"], _bare(told, iri, reader))
    change = provision.replace_attribute(iri, instances, await _meant(ask))
    return await _applied(Act(ask, ("replaceAttrs",), ATTRIBUTE, told, attribute=iri), lambda _: change)


async def delete_attribute(ask: Ask) -> Response:
    """DELETE entities/{id}/attrs/{attr} (5.6.5)."""
    meant = await _meant(ask)
    if ask.path["attr"] == SCOPE:
        await _delete(ask, provision.delete_scopes(meant), evolution.SCOPE, "")
        return answers.empty()
    iri = Reader(await ask.names()).attribute(ask.path["attr"])
    dataset = ask.params.get("datasetId", DEFAULT)
    instance = None if dataset == DEFAULT else terms.uri(dataset, "datasetId")
    every = ask.flag("deleteAll")
    change = provision.delete_attribute(iri, instance, meant, every=every)
    act = Act(ask, ("deleteAttrs",), ATTRIBUTE, attribute=iri)
    whole = await handing.done(act, lambda _: _delete(ask, change, iri, None if every else instance or ""))
    return whole.update_result() or answers.empty()


async def _delete(ask: Ask, change: Change, iri: str, dataset: str | None) -> None:
    """Delete an attribute; where only the past of the entity is known, it ends there (4.5.7)."""
    entity_id = ask.entity_id
    try:
        await ask.changes.apply(ask.tenant, entity_id, change)
    except ResourceNotFound:
        if await rows.one(ask.state.pool, ask.tenant, entity_id) is not None:
            raise
        ends = rows.as_text(ask.state.clock())
        await Target(ask.state.pool, ask.tenant, entity_id, ask.writes).end(iri, dataset, ends)


async def _applied(act: Act, change: Make) -> Response:
    """Change the entity that the path names, and answer what came of it."""
    whole = await handing.done(act, _applying(act.ask, act.entity_id, change))
    return whole.update_result() or answers.empty()


def _applying(ask: Ask, entity_id: str, change: Make) -> handing.Here:
    return lambda rest: ask.changes.apply(ask.tenant, entity_id, change(rest))


async def _meant(ask: Ask) -> Meant:
    """Return which types the entity may have (clause 4.17)."""
    told = ask.params.get("type")
    if told is None:
        return provision.any_type
    return types.parse(told, await ask.names()).matches


def _attribute(ask: Ask, reader: Reader) -> str:
    """Return the IRI of the attribute that the path names. Raises BadRequestData."""
    if ask.path["attr"] == SCOPE:
        raise BadRequestData("the scope is no attribute that could be put in the place of another")
    return reader.attribute(ask.path["attr"])


def _bare(told: Any, iri: str, reader: Reader) -> Any:
    """Return an attribute as it is told; it may come as that of an entity, under its name (5.6.4, 5.6.19)."""
    if not isinstance(told, dict) or len(told) != 1:
        return told
    [(name, one)] = told.items()
    several = one if isinstance(one, list) else [one]
    whole = bool(several) and all(isinstance(each, dict) and is_kind(each.get("type")) for each in several)
    return one if whole and name not in OWN and reader.names.expand(name) == iri else told


def _merging(ask: Ask, names: Names) -> Merging:
    observed, lang = ask.params.get("observedAt"), ask.params.get("lang")
    if observed is not None:
        observed = terms.instant(observed, "observedAt")
    if lang is not None and not terms.LANGUAGE.fullmatch(lang):
        raise BadRequestData(f"lang is no tag of a language: {lang!r}")
    return Merging(names, ask.form is Form.SIMPLIFIED, observed, lang)


OPERATIONS = (
    Operation("POST", "entities", create, "5.6.1", tenants=Tenants.MADE),
    Operation("PUT", "entities", nameless, "5.6.18"),
    Operation("PATCH", "entities", nameless, "5.6.17"),
    Operation("DELETE", "entities/{id}", delete, "5.6.6", TYPE),
    Operation("PUT", "entities/{id}", replace, "5.6.18", TYPE),
    Operation(
        "PATCH", "entities/{id}", merge, "5.6.17", TYPE | {"format", "options", "lang", "observedAt"}
    ),
    Operation("POST", "entities/{id}/attrs", append, "5.6.3", TYPE | {"options"}),
    Operation("PATCH", "entities/{id}/attrs", update, "5.6.2", TYPE),
    Operation("PATCH", "entities/{id}/attrs/{attr}", patch, "5.6.4", TYPE),
    Operation("PUT", "entities/{id}/attrs/{attr}", replace_attribute, "5.6.19", TYPE),
    Operation(
        "DELETE", "entities/{id}/attrs/{attr}", delete_attribute, "5.6.5",
        TYPE | {"datasetId", "deleteAll"},
    ),
)  # fmt: skip
