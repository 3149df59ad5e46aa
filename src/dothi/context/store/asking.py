"""
Reading by statements that are made for one question: conditions, order and windows that its requester told.

Each is planned for its very parameters. A plan for any parameters, to which PostgreSQL turns after five
times, took ten times as long, because it cannot know how few rows a page needs.
"""

from collections.abc import Mapping
from typing import Any

import asyncpg

from dothi.context.errors import TooComplexQuery

SETTINGS = """
set local plan_cache_mode = force_custom_plan;
set local work_mem = '32MB';
set local statement_timeout = '20s'
"""


async def fetch(pool: asyncpg.Pool, statement: str, *parameters: object) -> list[Mapping[str, Any]]:
    """Return the rows of a statement. Raises TooComplexQuery where it takes too long."""
    try:
        async with pool.acquire() as connection, connection.transaction(readonly=True):
            await connection.execute(SETTINGS)
            found: list[Mapping[str, Any]] = await connection.fetch(statement, *parameters)
            return found
    except asyncpg.QueryCanceledError as error:
        raise TooComplexQuery("this takes too long; ask for less time or fewer entities") from error
