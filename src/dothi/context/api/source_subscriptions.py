"""The paths `csourceSubscriptions/` (clauses 6.12 and 6.13)."""

from typing import Any

from starlette.responses import Response

from dothi.context.api import answers, paging
from dothi.context.api.ask import Ask
from dothi.context.api.operations import ROOT, Need, Operation, Tenants
from dothi.context.errors import InvalidRequest
from dothi.context.model.terms import uri
from dothi.context.operations.subscribe import Speaker, written
from dothi.context.store.subscriptions import Kept

PATH = "csourceSubscriptions"
ONE = f"{PATH}/{{subscriptionId}}"
SYSTEM = "sysAttrs"


async def create(ask: Ask) -> Response:
    """POST csourceSubscriptions (5.11.2)."""
    told = await ask.body(empty=InvalidRequest)
    made = await ask.state.source_subscriptions.create(told, await _speaker(ask))
    return answers.empty(201, location=f"{ROOT}/{PATH}/{made}")


async def query(ask: Ask) -> Response:
    """GET csourceSubscriptions (5.11.5)."""
    page = paging.page(ask, paging.PageOfSources)
    found = await _everything(ask)
    ends = page.offset + page.limit
    told = [await _written(ask, one) for one in found[page.offset : ends]]
    total = len(found) if page.count else None
    return page.tell(ask, ask.answer(told), more=ends < len(found), total=total)


async def retrieve(ask: Ask) -> Response:
    """GET csourceSubscriptions/{subscriptionId} (5.11.4)."""
    name = _id(ask)
    internal = await ask.state.copies.internal_one(ask.tenant, name)
    found = internal or await ask.state.source_subscriptions.one(ask.tenant, name)
    return ask.answer(await _written(ask, found))


async def update(ask: Ask) -> Response:
    """PATCH csourceSubscriptions/{subscriptionId} (5.11.3)."""
    name = _id(ask)
    told = await ask.body(empty=InvalidRequest)
    await ask.state.source_subscriptions.update(name, told, await _speaker(ask))
    return answers.empty()


async def delete(ask: Ask) -> Response:
    """DELETE csourceSubscriptions/{subscriptionId} (5.11.6)."""
    await ask.state.source_subscriptions.delete(ask.tenant, _id(ask))
    return answers.empty()


async def _everything(ask: Ask) -> list[Kept]:
    """Return the subscriptions to registrations, and behind them those that this broker keeps for itself."""
    told = await ask.state.source_subscriptions.everything(ask.tenant)
    return [*told, *await ask.state.copies.internal(ask.tenant)]


async def _written(ask: Ask, kept: Kept) -> dict[str, Any]:
    if ask.options - {SYSTEM}:
        raise InvalidRequest(f"options has the word {SYSTEM} only")
    told = written(kept, await ask.names(), ask.state.clock(), system=SYSTEM in ask.options)
    told.pop("notificationTrigger", None)
    return told | ({"temporalQ": kept.stored["temporalQ"]} if "temporalQ" in kept.stored else {})


async def _speaker(ask: Ask) -> Speaker:
    url = ask.request.url
    return Speaker(ask.tenant, await ask.names(), ask.context, url.scheme, url.netloc, ask.maker)


def _id(ask: Ask) -> str:
    return uri(ask.path["subscriptionId"])


OPERATIONS = (
    Operation("POST", PATH, create, "5.11.2", tenants=Tenants.MADE, need=Need.READ_ALL),
    Operation("GET", PATH, query, "5.11.5", params={*paging.PARAMS, "options"}, need=Need.READ_ALL),
    Operation("GET", ONE, retrieve, "5.11.4", params={"options"}, need=Need.READ_ALL),
    Operation("PATCH", ONE, update, "5.11.3", need=Need.READ_ALL),
    Operation("DELETE", ONE, delete, "5.11.6", need=Need.READ_ALL),
)
