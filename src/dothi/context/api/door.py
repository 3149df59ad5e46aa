"""
What goes before every operation (clause 6.3): path, method, body, media types, tenant, and errors.

`Door` is an ASGI application over one table of operations.
"""

import logging
from dataclasses import dataclass

from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from dothi.context.api import answers, bodies, media
from dothi.context.api.ask import WARNINGS, Ask
from dothi.context.api.callers import CALLER
from dothi.context.api.operations import Need, Operation, Table, Tenants
from dothi.context.api.request import TENANT, TENANT_NAME, Request
from dothi.context.errors import (
    BadRequestData,
    Forbidden,
    InternalError,
    MethodNotAllowed,
    NgsiLdError,
    NonexistentTenant,
    ResourceNotFound,
    Unauthorized,
)
from dothi.context.rights.caller import STRANGER, Caller

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Door:
    """Lets requests through to the operations of `table`; `otherwise` asks whoever has no name yet."""

    table: Table
    otherwise: Caller = STRANGER

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope, receive)
        answer = await self._answered(request)
        told = request.headers.get(TENANT, "")
        if told and TENANT_NAME.fullmatch(told):
            answer.headers[TENANT] = told  # clause 6.3.14, with errors as well
        if warnings := scope.get(WARNINGS):
            answer.headers["NGSILD-Warning"] = ", ".join(dict.fromkeys(warnings))
        await answer(scope, receive, send)

    async def _answered(self, request: Request) -> Response:
        try:
            return await self._done(request)
        except NgsiLdError as error:
            return answers.problem(error)
        except ClientDisconnect:
            return Response(status_code=400)  # nobody reads it: who asked went away before all was said
        except Exception:
            log.exception("%s %s", request.method, request.scope["path"])
            return answers.problem(InternalError("the broker could not do this; its log says why"))

    async def _done(self, request: Request) -> Response:
        raw_path: bytes = request.scope["raw_path"]
        if b"%00" in raw_path or b"%00" in request.scope["query_string"]:
            raise BadRequestData("the character U+0000 cannot be kept")
        found = self.table.find(raw_path.decode("ascii", "replace"))
        if found is None:
            raise ResourceNotFound("there is nothing at this path")
        resource, path = found
        if request.method == "OPTIONS":
            return Response(status_code=204, headers={"Allow": ", ".join(resource.methods)})
        operation = resource.operations.get("GET" if request.method == "HEAD" else request.method)
        if operation is None:
            raise MethodNotAllowed(resource.methods)
        _precondition(request, operation)
        caller = request.scope.get(CALLER, self.otherwise)
        ask = Ask(request, operation.params, operation.offers, path, caller)
        if not caller.open:
            _admit(ask, operation.needs)
        with ask.budget:
            return await self._acted(ask, operation)

    async def _acted(self, ask: Ask, operation: Operation) -> Response:
        _ = ask.wanted
        tenants = ask.state.tenants
        if operation.tenants is Tenants.KNOWN and not await tenants.known(ask.tenant):
            raise NonexistentTenant(f"there is no tenant {ask.tenant}")
        answer = await operation.act(ask)
        if operation.tenants is Tenants.MADE and answer.status_code < 300:
            await tenants.make(ask.tenant)
        return answer


def _admit(ask: Ask, need: Need) -> None:
    """Refuse a caller who has nothing of what an operation needs. Raises Unauthorized, Forbidden."""
    if need in (Need.READ, Need.KNOWN, Need.READ_ALL):
        reach, whole = ask.reads, need is Need.READ_ALL
    else:
        reach, whole = ask.writes, need is Need.WRITE_ALL
    if not ask.caller.known and need is not Need.READ:
        raise Unauthorized("who asks has to say who they are")
    if not reach.grants or (whole and not reach.everything):
        raise Forbidden(f"this is for whom {need}")


def _precondition(request: Request, operation: Operation) -> None:
    """Check what a request with a body says of it, before anything else is looked at (clause 6.3.4)."""
    if operation.brings:
        bodies.check(request)
        media.brought(request.headers.get("Content-Type"), patch=operation.method == "PATCH")
