"""The paths `entities/` (clauses 6.4 and 6.5): retrieving."""

from starlette.responses import Response

from dothi.context.api import media, representations
from dothi.context.api.ask import Ask
from dothi.context.api.operations import Operation
from dothi.context.errors import ResourceNotFound
from dothi.context.model.terms import uri
from dothi.context.model.write import Writer
from dothi.context.store import rows


async def retrieve(ask: Ask) -> Response:
    """GET entities/{id} (5.7.1)."""
    found = await rows.one(ask.state.pool, ask.tenant, uri(ask.path["id"]))
    if found is None:
        raise ResourceNotFound("there is no such entity")
    writer = Writer(await ask.names(), ask.form, ask.system, ask.params.get("lang"))
    return await representations.one(ask, writer, found)


RETRIEVING = frozenset({"options", "format", "lang", "geometryProperty", "datasetId"})

OPERATIONS = (Operation("GET", "entities/{id}", retrieve, "5.7.1", params=RETRIEVING, offers=media.WITH_GEO),)
