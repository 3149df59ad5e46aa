"""The ASGI application of the broker."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dothi.context.api import entities
from dothi.context.api.answers import problem
from dothi.context.errors import NgsiLdError
from dothi.context.store import pool
from dothi.context.store.changes import Changes

ROOT = "/ngsi-ld/v1"


def create_app(dsn: str) -> Starlette:
    """Return the broker on the database `dsn`, whose tables it makes."""

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        app.state.pool = await pool.connect(dsn)
        await pool.create_tables(app.state.pool)
        app.state.changes = Changes(app.state.pool)
        writer = asyncio.create_task(app.state.changes.run())
        yield
        writer.cancel()
        await app.state.pool.close()

    routes = [
        Route(f"{ROOT}/entities", entities.create, methods=["POST"]),
        Route(f"{ROOT}/entities/{{id}}", entities.retrieve, methods=["GET"]),
        Route(f"{ROOT}/entities/{{id}}", entities.delete, methods=["DELETE"]),
        Route(f"{ROOT}/entities/{{id}}/attrs", entities.update, methods=["PATCH"]),
    ]
    return Starlette(routes=routes, lifespan=lifespan, exception_handlers={NgsiLdError: _told})


async def _told(_request: Request, error: Exception) -> Response:
    assert isinstance(error, NgsiLdError)
    return problem(error)
