"""The paths `entities/` (clauses 6.4 to 6.7)."""

from starlette.responses import Response

from dothi.context.api import answers
from dothi.context.api.ask import Ask
from dothi.context.api.operations import ROOT, Operation, Tenants
from dothi.context.errors import ResourceNotFound
from dothi.context.model.read import Reader
from dothi.context.model.terms import uri
from dothi.context.model.write import Writer
from dothi.context.operations import provision
from dothi.context.store import rows


async def create(ask: Ask) -> Response:
    """POST entities/ (5.6.1)."""
    told = await ask.body()
    entity = Reader(await ask.names()).entity(told)
    await ask.state.changes.apply(ask.tenant, entity["id"], provision.create(entity))
    return answers.empty(201, location=f"{ROOT}/entities/{entity['id']}")


async def retrieve(ask: Ask) -> Response:
    """GET entities/{id} (5.7.1)."""
    found = await rows.one(ask.state.pool, ask.tenant, uri(ask.path["id"]))
    if found is None:
        raise ResourceNotFound("there is no such entity")
    return ask.answer(Writer(await ask.names()).entity(found))


async def update(ask: Ask) -> Response:
    """PATCH entities/{id}/attrs (5.6.2)."""
    told = await ask.body()
    fragment = Reader(await ask.names()).fragment(told)
    changed = provision.update(fragment)
    await ask.state.changes.apply(ask.tenant, uri(ask.path["id"]), changed)
    return answers.empty()


async def delete(ask: Ask) -> Response:
    """DELETE entities/{id} (5.6.6)."""
    await ask.state.changes.apply(ask.tenant, uri(ask.path["id"]), provision.delete)
    return answers.empty()


OPERATIONS = (
    Operation("POST", "entities", create, "5.6.1", tenants=Tenants.MADE),
    Operation("GET", "entities/{id}", retrieve, "5.7.1", params={"options", "format"}),
    Operation("DELETE", "entities/{id}", delete, "5.6.6"),
    Operation("PATCH", "entities/{id}/attrs", update, "5.6.2"),
)
