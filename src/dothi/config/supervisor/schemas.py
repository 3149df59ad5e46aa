"""
The tables of the processes without Django, made before anybody reads them.

Each schema belongs to the role of its process, which makes its tables; `config/sql/schemas.sql` says who
else may read them. Their processes make what is missing at their own start too, and run alone as well.
"""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from typing import Any, Final

OWNERS: Final[Mapping[str, str]] = {"context": "dothi_context", "telemetry": "dothi_telemetry"}


def make_tables(schema: str, dsn: str) -> None:
    """Make what is missing of the tables of `schema`, as its owner, who logs in by `dsn`."""
    asyncio.run(_MAKERS[schema](dsn))


async def _context(dsn: str) -> None:
    from dothi.context.store import pool

    opened = await pool.connect(dsn, most=1)
    try:
        await pool.create_tables(opened)
    finally:
        await opened.close()


async def _telemetry(dsn: str) -> None:
    from dothi.telemetry.store.writer import create_tables

    await create_tables(dsn)


_MAKERS: Final[Mapping[str, Callable[[str], Coroutine[Any, Any, None]]]] = {
    "context": _context,
    "telemetry": _telemetry,
}
