"""
The registrations of each tenant, in memory for a moment: every request asks for them.

A change by this process is known at once, one by another on the same database within REMEMBERED_S.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import asyncpg

from dothi.context.federation.sources import Source
from dothi.context.registrations.checks import instant_at
from dothi.context.store import registrations

REMEMBERED_S: Final = 1.0
MOST: Final = 1_000
"""Tenants in memory."""
Known = tuple[float, Sequence[Source]]
"""Sources, and until when they are believed."""


@dataclass
class Registry:
    """Knows the sources of each tenant."""

    pool: asyncpg.Pool
    clock: Callable[[], datetime]
    _known: dict[str, Known] = field(default_factory=dict)
    _reading: dict[str, asyncio.Task[Known]] = field(default_factory=dict)
    _changes: int = 0

    async def sources(self, tenant: str) -> Sequence[Source]:
        """Return the sources of a tenant whose registrations stand now, in their order."""
        known = self._known.get(tenant)
        if known is None or known[0] < time.monotonic():
            known = await self._read_once(tenant)
        if not known[1]:
            return ()
        at = self.clock()
        return [one for one in known[1] if not _is_over(one, at)]

    def forget(self, tenant: str) -> None:
        """Hear that the registrations of a tenant have changed."""
        self._changes += 1
        self._known.pop(tenant, None)
        self._reading.pop(tenant, None)

    async def _read_once(self, tenant: str) -> Known:
        """Read them, once for all who ask meanwhile: otherwise each request that is under way would."""
        reading = self._reading.get(tenant)
        if reading is None or reading.done():
            reading = self._reading[tenant] = asyncio.create_task(self._read(tenant))
        return await asyncio.shield(reading)

    async def _read(self, tenant: str) -> Known:
        changes, until = self._changes, time.monotonic() + REMEMBERED_S
        found = await registrations.everything(self.pool, tenant, self.clock())
        known = until, [Source(one) for one in found]
        if len(self._known) >= MOST:
            self._known.clear()
            self._reading.clear()
        if changes == self._changes:  # otherwise what was read may be old already
            self._known[tenant] = known
        return known


def _is_over(one: Source, at: datetime) -> bool:
    expires = one.stored.get("expiresAt")
    return expires is not None and instant_at(expires) <= at
