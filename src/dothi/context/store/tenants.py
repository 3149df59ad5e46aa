"""Tenants (clauses 4.14 and 5.5.10): one is made by the first operation that creates something in it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

import asyncpg

from dothi.context.store.statements import sql


@dataclass
class Tenants:
    """Which tenants there are; none ever goes, so those that were seen are remembered."""

    pool: asyncpg.Pool
    clock: Callable[[], datetime]
    _seen: set[str] = field(default_factory=lambda: {""})

    async def known(self, name: str) -> bool:
        """Tell whether there is such a tenant; the default one, "", there always is."""
        if name not in self._seen and await self.pool.fetchval(sql("tenant"), name):
            self._seen.add(name)
        return name in self._seen

    async def make(self, name: str) -> None:
        """Make a tenant, unless there is one of this name."""
        if name not in self._seen:
            await self.pool.execute(sql("tenant_made"), name, self.clock())
            self._seen.add(name)
