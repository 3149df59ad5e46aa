"""The paths `entities/` (clauses 6.4 to 6.7)."""

from starlette.requests import Request
from starlette.responses import Response

from dothi.context.actions import provision
from dothi.context.api import answers, media
from dothi.context.api.ask import Ask
from dothi.context.errors import ResourceNotFound
from dothi.context.model.read import Reader
from dothi.context.model.terms import uri
from dothi.context.model.write import Writer
from dothi.context.store import rows


async def create(request: Request) -> Response:
    """POST entities/ (5.6.1)."""
    ask = Ask(request)
    told = await ask.body()
    entity = Reader(await ask.names()).entity(told)
    await request.app.state.changes.apply(ask.tenant, entity["id"], provision.create(entity))
    return Response(status_code=201, headers={"Location": f"/ngsi-ld/v1/entities/{entity['id']}"})


async def retrieve(request: Request) -> Response:
    """GET entities/{id} (5.7.1)."""
    ask = Ask(request, {"options", "format"})
    wanted = media.wanted(request.headers.get("Accept"), media.PLAIN)
    found = await rows.one(request.app.state.pool, ask.tenant, uri(request.path_params["id"]))
    if found is None:
        raise ResourceNotFound("there is no such entity")
    return answers.body(Writer(await ask.names()).entity(found), ask.context, wanted)


async def update(request: Request) -> Response:
    """PATCH entities/{id}/attrs (5.6.2)."""
    ask = Ask(request)
    told = await ask.body()
    fragment = Reader(await ask.names()).fragment(told)
    changed = provision.update(fragment)
    await request.app.state.changes.apply(ask.tenant, uri(request.path_params["id"]), changed)
    return Response(status_code=204)


async def delete(request: Request) -> Response:
    """DELETE entities/{id} (5.6.6)."""
    ask = Ask(request)
    await request.app.state.changes.apply(ask.tenant, uri(request.path_params["id"]), provision.delete)
    return Response(status_code=204)
