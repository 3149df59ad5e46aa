"""The ASGI application of the broker."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from starlette.applications import Starlette
from starlette.routing import Mount

from dothi.context.api import entities
from dothi.context.api.door import Door
from dothi.context.api.operations import ROOT as ROOT
from dothi.context.api.operations import Table
from dothi.context.store import pool
from dothi.context.store.changes import Changes
from dothi.context.store.tenants import Tenants

TABLE = Table(entities.OPERATIONS)


def create_app(dsn: str) -> Starlette:
    """Return the broker on the database `dsn`, whose tables it makes."""

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        app.state.pool = await pool.connect(dsn)
        await pool.create_tables(app.state.pool)
        app.state.tenants = Tenants(app.state.pool)
        app.state.changes = Changes(app.state.pool)
        writer = asyncio.create_task(app.state.changes.run())
        yield
        writer.cancel()
        await app.state.pool.close()

    return Starlette(routes=[Mount("", Door(TABLE))], lifespan=lifespan)
