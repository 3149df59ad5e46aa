"""The paths `subscriptions/` (clauses 6.10 and 6.11)."""

from starlette.responses import Response

from dothi.context.api import answers, federating, paging
from dothi.context.api.ask import Ask
from dothi.context.api.operations import ROOT, Need, Operation, Tenants
from dothi.context.errors import InvalidRequest
from dothi.context.model.terms import uri
from dothi.context.operations.subscribe import Speaker, written
from dothi.context.store import subscriptions as rows

SYSTEM = "sysAttrs"


async def create(ask: Ask) -> Response:
    """POST subscriptions/ (5.8.1)."""
    told = await ask.body()
    made = await ask.state.subscriptions.create(told, await _speaker(ask))
    return answers.empty(201, location=f"{ROOT}/subscriptions/{made}")


async def query(ask: Ask) -> Response:
    """GET subscriptions/ (5.8.4)."""
    page, names = paging.page(ask), await ask.names()
    theirs = _theirs(ask)
    found = await rows.page(ask.state.pool, ask.tenant, theirs, page.limit + 1, page.offset)
    told = [written(one, names, ask.state.clock(), system=_system(ask)) for one in found[: page.limit]]
    total = await rows.number(ask.state.pool, ask.tenant, theirs) if page.count else None
    return page.tell(ask, ask.answer(told), more=len(found) > page.limit, total=total)


async def retrieve(ask: Ask) -> Response:
    """GET subscriptions/{id} (5.8.3)."""
    found = await ask.state.subscriptions.one(ask.tenant, uri(ask.path["id"]), _theirs(ask))
    return ask.answer(written(found, await ask.names(), ask.state.clock(), system=_system(ask)))


async def update(ask: Ask) -> Response:
    """PATCH subscriptions/{id} (5.8.2)."""
    name = uri(ask.path["id"])
    told = await ask.body()
    await ask.state.subscriptions.update(name, told, await _speaker(ask))
    return answers.empty()


async def delete(ask: Ask) -> Response:
    """DELETE subscriptions/{id} (5.8.5)."""
    await ask.state.subscriptions.delete(ask.tenant, uri(ask.path["id"]), _theirs(ask))
    return answers.empty()


async def _speaker(ask: Ask) -> Speaker:
    url = ask.request.url
    met, names = federating.met(ask), await ask.names()
    return Speaker(
        ask.tenant, names, ask.context, url.scheme, url.netloc, ask.maker, _theirs(ask), met
    )  # fmt: skip


def _theirs(ask: Ask) -> str | None:
    """Return the client whose subscriptions the caller deals with; None for those of all."""
    return None if ask.reads.everything and ask.writes.everything else ask.caller.name


def _system(ask: Ask) -> bool:
    if ask.options - {SYSTEM}:
        raise InvalidRequest(f"options has the word {SYSTEM} only")
    return SYSTEM in ask.options


OPERATIONS = (
    Operation("POST", "subscriptions", create, "5.8.1", tenants=Tenants.MADE, need=Need.KNOWN),
    Operation("GET", "subscriptions", query, "5.8.4", params={*paging.PARAMS, "options"}, need=Need.KNOWN),
    Operation("GET", "subscriptions/{id}", retrieve, "5.8.3", params={"options"}, need=Need.KNOWN),
    Operation("PATCH", "subscriptions/{id}", update, "5.8.2", need=Need.KNOWN),
    Operation("DELETE", "subscriptions/{id}", delete, "5.8.5", need=Need.KNOWN),
)
