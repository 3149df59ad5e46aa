"""The ASGI application of the broker."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Coroutine
from datetime import datetime
from typing import Any, Final

from starlette.applications import Starlette
from starlette.middleware import Middleware
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
    provision,
    registrations,
    source_subscriptions,
    subscriptions,
    temporal,
)
from dothi.context.api.callers import Callers, Doors
from dothi.context.api.door import Door
from dothi.context.api.operations import ROOT as ROOT
from dothi.context.api.operations import Table
from dothi.context.operations import subscribe
from dothi.context.operations.contexts import Contexts
from dothi.context.operations.follow_sources import SourceSubscriptions
from dothi.context.operations.register import Registrations
from dothi.context.outbound import Outbound
from dothi.context.store import history, keys, pool
from dothi.context.store.changes import Changes
from dothi.context.store.search import Search
from dothi.context.store.tenants import Tenants
from dothi.context.subscriptions.endpoints import Ways
from dothi.context.subscriptions.endpoints.http import Http
from dothi.context.subscriptions.endpoints.mqtt import Mqtt

TABLE = Table(
    [
        *consumption.OPERATIONS,
        *discovery.OPERATIONS,
        *entity_maps.OPERATIONS,
        *provision.OPERATIONS,
        *batches.OPERATIONS,
        *contexts.OPERATIONS,
        *info.OPERATIONS,
        *subscriptions.OPERATIONS,
        *temporal.OPERATIONS,
        *registrations.OPERATIONS,
        *source_subscriptions.OPERATIONS,
    ]
)
Clock = Callable[[], datetime]
ALIVE: Final = "/-/alive"


def create_app(
    dsn: str, clock: Clock, *,
    open_doors: bool = False, callers: Callers | None = None,
    alias: str = "dothi", hosts: frozenset[str] = frozenset()
) -> Starlette:  # fmt: skip
    """
    Return the broker on the database `dsn`, whose tables it makes; `clock` tells the instant.

    With `open_doors` nobody is asked who they are, and every address is called: for conformance runs
    on loopback. Otherwise `callers` come in, and `hosts` are those that may be called. `alias` names
    this broker to others.
    """

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with contextlib.AsyncExitStack() as stack:
            await _begin(app.state, stack)
            yield

    async def _begin(state: Any, stack: contextlib.AsyncExitStack) -> None:
        state.clock, state.alias, state.began_at = clock, alias, clock()
        state.pool = await pool.connect(dsn)
        stack.push_async_callback(state.pool.close)
        await pool.create_tables(state.pool)
        searching = await pool.connect(dsn, most=4, searching=True)
        stack.push_async_callback(searching.close)
        state.search = Search(searching, await keys.declared(searching))
        await history.keep_months(state.pool, clock())
        state.tenants = Tenants(state.pool, clock)
        state.outbound = Outbound(open_doors, hosts)
        stack.push_async_callback(state.outbound.close)
        state.contexts = Contexts(state.pool, state.outbound, clock)
        await state.contexts.begin()
        ways = Ways(Http(state.outbound), Mqtt(state.outbound))
        state.source_subscriptions = SourceSubscriptions(state.pool, clock, state.contexts, ways)
        stack.push_async_callback(state.source_subscriptions.end)
        state.registrations = Registrations(state.pool, clock, state.source_subscriptions.changed)
        stack.push_async_callback(state.contexts.end)
        state.subscriptions = subscribe.subscriptions(state.pool, clock, state.contexts, state.outbound)
        await state.subscriptions.begin()
        stack.push_async_callback(state.subscriptions.end)
        state.changes = Changes(state.pool, clock, state.subscriptions.notifier)
        _work(stack, state.contexts.run(), state.changes.run())

    door = Door(TABLE)
    doors = [] if open_doors else [Middleware(Doors, callers)]
    app = Broker(routes=[Route(ALIVE, _alive), Mount("", door)], middleware=doors, lifespan=lifespan)
    app.straight = door if open_doors else Doors(door, callers)
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
        if scope["type"] != "http" or scope["path"] == ALIVE:
            await super().__call__(scope, receive, send)
        else:
            scope["app"] = self
            await self.straight(scope, receive, send)


async def _alive(request: Request) -> Response:
    return await info.alive(getattr(request.app.state, "pool", None))


def _work(stack: contextlib.AsyncExitStack, *loops: Coroutine[Any, Any, None]) -> None:
    """Run `loops` beside the requests until `stack` ends, which waits until they have stopped."""
    tasks = [asyncio.create_task(one) for one in loops]

    async def stop() -> None:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    stack.push_async_callback(stop)
