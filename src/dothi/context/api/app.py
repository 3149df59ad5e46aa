"""The ASGI application of the broker."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from datetime import datetime

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount

from dothi.context.api import batches, entities, provision
from dothi.context.api.closed import ClosedDoors
from dothi.context.api.door import Door
from dothi.context.api.operations import ROOT as ROOT
from dothi.context.api.operations import Table
from dothi.context.store import pool
from dothi.context.store.changes import Changes
from dothi.context.store.tenants import Tenants

TABLE = Table((*entities.OPERATIONS, *provision.OPERATIONS, *batches.OPERATIONS))


def create_app(dsn: str, clock: Callable[[], datetime], *, open_doors: bool = False) -> Starlette:
    """
    Return the broker on the database `dsn`, whose tables it makes; `clock` tells the instant.

    With `open_doors` nobody is asked who they are: for conformance runs on loopback.
    """

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        app.state.pool = await pool.connect(dsn)
        await pool.create_tables(app.state.pool)
        app.state.tenants = Tenants(app.state.pool, clock)
        app.state.changes = Changes(app.state.pool, clock)
        writer = asyncio.create_task(app.state.changes.run())
        yield
        writer.cancel()
        await app.state.pool.close()

    closed = [] if open_doors else [Middleware(ClosedDoors)]
    return Starlette(routes=[Mount("", Door(TABLE))], middleware=closed, lifespan=lifespan)
