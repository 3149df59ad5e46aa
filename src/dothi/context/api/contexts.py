"""The paths `jsonldContexts/` (clauses 6.29 and 6.30): adding, listing, serving, deleting @contexts."""

from datetime import datetime
from typing import Any, Final

from starlette.responses import Response

from dothi.context.api import answers
from dothi.context.api.ask import Ask
from dothi.context.api.operations import Need, Operation, Tenants
from dothi.context.errors import BadRequestData, OperationNotSupported
from dothi.context.jsonld.contexts import is_core
from dothi.context.operations.contexts import PATH
from dothi.context.store.contexts import Kept, Kind
from dothi.context.store.rows import as_text

KINDS: Final = frozenset(Kind)


async def add(ask: Ask) -> Response:
    """POST jsonldContexts (5.13.2)."""
    local = await ask.state.contexts.add(await ask.json(), tenant=ask.tenant, host=ask.host)
    return answers.empty(201, location=f"{PATH}{local}")


async def everything(ask: Ask) -> Response:
    """GET jsonldContexts (5.13.3)."""
    details = ask.flag("details")
    kept = await ask.state.contexts.everything(ask.tenant, _kind(ask.params.get("kind")))
    told = [_details(ask, one) if details else _address(ask, one) for one in kept]
    return answers.bare(told, ask.wanted)


async def serve(ask: Ask) -> Response:
    """GET jsonldContexts/{contextId} (5.13.4)."""
    details = ask.flag("details")
    key = ask.path["contextId"]
    kept = await ask.state.contexts.one(key, tenant=ask.tenant)
    if details:
        return answers.bare(_details(ask, kept) | ({"URL": key} if is_core(key) else {}), ask.wanted)
    if kept.kind is Kind.CACHED:
        raise OperationNotSupported(f"{key} is only cached here: it is served by its own host")
    return answers.bare({"@context": kept.body}, ask.wanted)


async def delete(ask: Ask) -> Response:
    """DELETE jsonldContexts/{contextId} (5.13.5)."""
    contexts = ask.state.contexts
    if ask.flag("reload"):
        await contexts.reload(ask.path["contextId"], tenant=ask.tenant)
    else:
        await contexts.delete(ask.path["contextId"], tenant=ask.tenant)
    return answers.empty()


def _kind(told: str | None) -> Kind | None:
    if told is not None and told not in KINDS:
        raise BadRequestData(f"kind is one of {', '.join(Kind)}")
    return Kind(told) if told else None


def _address(ask: Ask, kept: Kept) -> str:
    return kept.url or ask.address(f"{PATH}{kept.id}")


def _details(ask: Ask, kept: Kept) -> dict[str, Any]:
    """Return what is told of a @context beside its content (5.13.3.5)."""
    told = {
        "URL": _address(ask, kept), "localId": kept.id, "kind": kept.kind,
        "createdAt": as_text(kept.created_at), "numberOfHits": kept.hits,
    }  # fmt: skip
    return told | _instant("expiresAt", kept.expires_at) | _instant("lastUsage", kept.last_usage)


def _instant(name: str, at: datetime | None) -> dict[str, str]:
    return {name: as_text(at)} if at else {}


OPERATIONS = (
    Operation("POST", "jsonldContexts", add, "5.13.2", tenants=Tenants.ANY),
    Operation("GET", "jsonldContexts", everything, "5.13.3", params={"details", "kind"}, tenants=Tenants.ANY),
    Operation("GET", "jsonldContexts/{contextId}", serve, "5.13.4", params={"details"}, tenants=Tenants.ANY),
    Operation(
        "DELETE",
        "jsonldContexts/{contextId}",
        delete,
        "5.13.5",
        params={"reload"},
        tenants=Tenants.ANY,
        need=Need.WRITE_ALL,
    ),
)
