"""
Tables that a process makes at its start: made once by the same words, and then left in peace.

Even where a column is there, `alter table .. add column if not exists` takes the table from everybody: a
process that began anew under load waited for who read, kept others waiting, and died of deadlocks with them.
"""

from collections.abc import Sequence
from hashlib import sha256

import asyncpg


async def make(connection: asyncpg.Connection, schema: str, parts: Sequence[str]) -> None:
    """Make what is missing of `schema` by `parts`, one process at a time, unless these very words made it."""
    words = sha256("\n".join(parts).encode()).hexdigest()
    if await connection.fetchval(_MADE_BY, schema) == words:
        return
    async with connection.transaction():
        await connection.execute("select pg_advisory_xact_lock(hashtext($1))", schema)
        for part in parts:
            await connection.execute(part)
        await connection.execute(f"comment on schema {schema} is '{words}'")


_MADE_BY = "select obj_description(to_regnamespace($1), 'pg_namespace')"
