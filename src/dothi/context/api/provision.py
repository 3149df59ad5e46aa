"""Provision of one entity or attribute (clauses 5.6.1 to 5.6.6, 5.6.17 to 5.6.19; paths 6.4 to 6.7)."""

from typing import Final
from urllib.parse import quote

from starlette.responses import Response

from dothi.context.api import answers
from dothi.context.api.ask import Ask
from dothi.context.api.operations import ROOT, Operation, Tenants
from dothi.context.errors import BadRequestData, InvalidRequest, ResourceNotFound
from dothi.context.jsonld.names import Names
from dothi.context.model import evolution, terms
from dothi.context.model.kinds import DEFAULT
from dothi.context.model.merge import Merging
from dothi.context.model.read import Purpose, Reader
from dothi.context.model.update import Outcome
from dothi.context.model.write import Form
from dothi.context.operations import provision
from dothi.context.operations.evolve import Target
from dothi.context.operations.provision import Meant
from dothi.context.query import types
from dothi.context.store import rows
from dothi.context.store.changes import Change

SAFE: Final = "/:@!$&'()*+,;=-._~"
"""Characters that stand for themselves in the path of a Location header."""
TYPE: Final = frozenset({"type"})
SCOPE: Final = "scope"


async def create(ask: Ask) -> Response:
    """POST entities/ (5.6.1)."""
    told = await ask.body(empty=InvalidRequest)
    entity = Reader(await ask.names()).entity(told)
    await ask.changes.apply(ask.tenant, entity["id"], provision.create(entity))
    return answers.empty(201, location=f"{ROOT}/entities/{quote(entity['id'], SAFE)}")


async def nameless(_ask: Ask) -> Response:
    """Refuse what names no entity (5.6.6, 5.6.17, 5.6.18)."""
    raise BadRequestData("the path names no entity")


async def delete(ask: Ask) -> Response:
    """DELETE entities/{id} (5.6.6)."""
    return await _applied(ask, provision.delete(await _meant(ask)))


async def replace(ask: Ask) -> Response:
    """PUT entities/{id} (5.6.18)."""
    target = terms.uri(ask.path["id"])
    told = await ask.body()
    fragment = Reader(await ask.names()).fragment(told)
    if told.get("id", told.get("@id", target)) != target:
        raise BadRequestData("the entity has another id than the path")
    return await _applied(ask, provision.replace(fragment, await _meant(ask)))


async def merge(ask: Ask) -> Response:
    """PATCH entities/{id} (5.6.17)."""
    terms.uri(ask.path["id"])
    told = await ask.body()
    names = await ask.names()
    how = _merging(ask, names)
    fragment = Reader(names, Purpose.MERGE, how.simplified).fragment(told)
    return await _applied(ask, provision.merge(fragment, how, await _meant(ask)))


async def append(ask: Ask) -> Response:
    """POST entities/{id}/attrs (5.6.3)."""
    terms.uri(ask.path["id"])
    told = await ask.body()
    fragment = Reader(await ask.names()).fragment(told)
    overwrite = "noOverwrite" not in ask.options
    return await _applied(ask, provision.put(fragment, await _meant(ask), overwrite=overwrite))


async def update(ask: Ask) -> Response:
    """PATCH entities/{id}/attrs (5.6.2)."""
    terms.uri(ask.path["id"])
    told = await ask.body()
    fragment = Reader(await ask.names(), Purpose.UPDATE).fragment(told)
    return await _applied(ask, provision.put(fragment, await _meant(ask), append=False))


async def patch(ask: Ask) -> Response:
    """PATCH entities/{id}/attrs/{attr} (5.6.4)."""
    terms.uri(ask.path["id"])
    told = await ask.body()
    reader = Reader(await ask.names(), Purpose.PATCH)
    iri = _attribute(ask, reader)
    if not isinstance(told, dict) or not told:
        raise BadRequestData("a fragment of an attribute is an object that says something")
    change = provision.patch(iri, reader.instance(ask.path["attr"], told), await _meant(ask))
    return await _applied(ask, change)


async def replace_attribute(ask: Ask) -> Response:
    """PUT entities/{id}/attrs/{attr} (5.6.19)."""
    terms.uri(ask.path["id"])
    told = await ask.body()
    reader = Reader(await ask.names())
    iri = _attribute(ask, reader)
    instances = reader.instances(ask.path["attr"], told)
    return await _applied(ask, provision.replace_attribute(iri, instances, await _meant(ask)))


async def delete_attribute(ask: Ask) -> Response:
    """DELETE entities/{id}/attrs/{attr} (5.6.5)."""
    meant = await _meant(ask)
    if ask.path["attr"] == SCOPE:
        return await _deleted(ask, provision.delete_scopes(meant), evolution.SCOPE, "")
    iri = Reader(await ask.names()).attribute(ask.path["attr"])
    dataset = ask.params.get("datasetId", DEFAULT)
    instance = None if dataset == DEFAULT else terms.uri(dataset, "datasetId")
    every = ask.flag("deleteAll")
    change = provision.delete_attribute(iri, instance, meant, every=every)
    return await _deleted(ask, change, iri, None if every else instance or "")


async def _deleted(ask: Ask, change: Change, iri: str, dataset: str | None) -> Response:
    """Delete an attribute; where only the past of the entity is known, it ends there (4.5.7)."""
    entity_id = terms.uri(ask.path["id"])
    try:
        return await _applied(ask, change)
    except ResourceNotFound:
        if await rows.one(ask.state.pool, ask.tenant, entity_id) is not None:
            raise
    await Target(ask.state.pool, ask.tenant, entity_id, ask.writes).end(
        iri, dataset, rows.as_text(ask.state.clock())
    )
    return answers.empty()


async def _applied(ask: Ask, change: Change) -> Response:
    """Apply a change to the entity that the path names, and answer what came of it (5.2.18)."""
    result = await ask.changes.apply(ask.tenant, terms.uri(ask.path["id"]), change)
    if isinstance(result, Outcome) and result.not_updated:
        return answers.plain(_update_result(result), status=207)
    return answers.empty()


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


def _merging(ask: Ask, names: Names) -> Merging:
    observed, lang = ask.params.get("observedAt"), ask.params.get("lang")
    if observed is not None:
        observed = terms.instant(observed, "observedAt")
    if lang is not None and not terms.LANGUAGE.fullmatch(lang):
        raise BadRequestData(f"lang is no tag of a language: {lang!r}")
    return Merging(names, ask.form is Form.SIMPLIFIED, observed, lang)


def _update_result(outcome: Outcome) -> dict[str, object]:
    """Return the UpdateResult; its attributes are IRIs, which every @context understands."""
    refused = [{"attributeName": iri, "reason": reason} for iri, reason in outcome.not_updated.items()]
    return {"updated": outcome.updated, "notUpdated": refused}


OPERATIONS = (
    Operation("POST", "entities", create, "5.6.1", tenants=Tenants.MADE),
    Operation("PUT", "entities", nameless, "5.6.18"),
    Operation("PATCH", "entities", nameless, "5.6.17"),
    Operation("DELETE", "entities", nameless, "5.6.6"),
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
