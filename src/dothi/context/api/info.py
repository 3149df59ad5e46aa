"""The path `info/sourceIdentity` (clauses 5.15 and 6.33), and how a broker shows that it lives."""

from datetime import timedelta
from typing import Any

import asyncpg
from starlette.responses import JSONResponse, Response

from dothi.context.api.ask import Ask
from dothi.context.api.operations import Operation, Tenants
from dothi.context.store.rows import as_text


async def identity(ask: Ask) -> Response:
    """GET info/sourceIdentity (5.15.1): who this broker is to others; each tenant has a name of its own."""
    state = ask.state
    alias = alias_of(state.alias, ask.tenant)
    at = state.clock()
    told: dict[str, Any] = {
        "id": f"urn:ngsi-ld:ContextSourceIdentity:{alias}",
        "type": "ContextSourceIdentity",
        "contextSourceAlias": alias,
        "contextSourceUptime": duration(at - state.began_at),
        "contextSourceTimeAt": as_text(at),
    }
    return ask.answer(told)


def alias_of(broker: str, tenant: str) -> str:
    """Return the name of a tenant of a broker to other brokers (5.2.40): each is a source of its own."""
    return f"{broker}.{tenant}" if tenant else broker


def duration(past: timedelta) -> str:
    """Return a duration as ISO 8601 writes it: P2DT3H4M5S."""
    minutes, seconds = divmod(past.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    days = f"{past.days}D" if past.days > 0 else ""
    return f"P{days}T{hours}H{minutes}M{seconds}S"


async def alive(pool: asyncpg.Pool | None) -> Response:
    """Answer 200 when the database answers, too; otherwise 503."""
    if pool is None:
        return JSONResponse({"database": "is not connected"}, 503)
    try:
        await pool.fetchval("select 1", timeout=2)
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        return JSONResponse({"database": type(error).__name__}, 503)
    return JSONResponse({"database": "answers"})


OPERATIONS = (Operation("GET", "info/sourceIdentity", identity, "5.15.1", tenants=Tenants.ANY),)
