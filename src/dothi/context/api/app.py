"""The ASGI application of the broker."""

import contextlib
import functools
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Final

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from dothi.context.api import (
    batches,
    consumption,
    contexts,
    discovery,
    entity_maps,
    info,
    media,
    openapi,
    provision,
    purge,
    registrations,
    remote_notify,
    source_subscriptions,
    subscriptions,
    temporal,
)
from dothi.context.api.beginning import Beginning, Beside, Clock, begin
from dothi.context.api.callers import Callers, Doors
from dothi.context.api.door import Door
from dothi.context.api.operations import ROOT as ROOT
from dothi.context.api.operations import Table
from dothi.context.operations.limits import USUAL, Limits
from dothi.context.outbound import Outbound
from dothi.context.rights.book import Book
from dothi.context.rights.caller import ANYBODY, STRANGER

TABLE = Table(
    [
        *consumption.OPERATIONS,
        *discovery.OPERATIONS,
        *entity_maps.OPERATIONS,
        *provision.OPERATIONS,
        *purge.OPERATIONS,
        *batches.OPERATIONS,
        *contexts.OPERATIONS,
        *info.OPERATIONS,
        *subscriptions.OPERATIONS,
        *temporal.OPERATIONS,
        *registrations.OPERATIONS,
        *source_subscriptions.OPERATIONS,
    ]
)
ALIVE: Final = "/-/alive"
BESIDE: Final = frozenset({ALIVE, openapi.PATH, remote_notify.PATH})
"""What does not go through the door, for nobody is asked there who they are."""
Call = Callable[[], Outbound]


def create_app(
    dsn: str, clock: Clock, *,
    open_doors: bool = False, callers: Callers | None = None,
    alias: str = "dothi", hosts: frozenset[str] = frozenset(), beside: Sequence[Beside] = (),
    outbound: Call | None = None, address: str = "", limits: Limits = USUAL,
) -> Starlette:  # fmt: skip
    """
    Return the broker on the database `dsn`, whose tables it makes; `clock` tells the instant.

    With `open_doors` nobody is asked who they are, and every address is called: for conformance runs
    on loopback. Otherwise `callers` come in, and `hosts` are those that may be called. `alias` names
    this broker to others. `beside` runs as long as the application; its errors are its own to mend.
    `outbound` makes another way out than `hosts` allow. `address` (scheme and authority) is where sources
    reach this broker; without one, closed doors hand no subscription on. Open ones take that of the request.
    `limits` are those of each tenant.
    """
    book = Book()
    way_out = outbound or functools.partial(Outbound, open_doors, hosts)

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with contextlib.AsyncExitStack() as stack:
            beginning = Beginning(stack, dsn, clock, alias, book, None if open_doors else address, limits)
            await begin(app.state, beginning, way_out())
            beginning.work(*(run(app.state) for run in beside))
            yield

    door = Door(TABLE, ANYBODY if open_doors else STRANGER)
    closed = Doors(door, callers, book, clock)
    told = Route(remote_notify.PATH, remote_notify.told, methods=["POST"])
    beside_door = [Route(ALIVE, _alive), Route(openapi.PATH, _described), told]
    app = Broker(routes=[*beside_door, Mount(ROOT, door)], lifespan=lifespan)
    app.straight = door if open_doors else closed
    return app


class Broker(Starlette):
    """
    The broker as an ASGI application, whose requests go `straight` to the door.

    The layers that Starlette puts around a request (errors, exceptions, routes) took a tenth of the time of
    an update, and `Door` does what they do.
    """

    straight: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or hand on the start and the end of the process."""
        if scope["type"] != "http" or scope["path"] in BESIDE:
            await super().__call__(scope, receive, send)
        else:
            scope["app"] = self
            await self.straight(scope, receive, send)


async def _alive(request: Request) -> Response:
    return await info.alive(getattr(request.app.state, "pool", None))


async def _described(_request: Request) -> Response:
    return Response(_document(), media_type=media.JSON)


@functools.cache
def _document() -> bytes:
    return openapi.document(TABLE)
