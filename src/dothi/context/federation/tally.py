"""What became of requests to sources (clause 5.2.9), counted here and written now and then."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import asyncpg

from dothi.context.store import registrations
from dothi.context.store.registrations import Kept, Sent

PERIOD_S: Final = 1.0
log = logging.getLogger(__name__)


@dataclass
class Tally:
    """Counts by registration; `run` writes what was counted since it last did."""

    pool: asyncpg.Pool
    clock: Callable[[], datetime]
    _counted: dict[tuple[str, str], Sent] = field(default_factory=dict)

    def note(self, kept: Kept, *, ok: bool) -> None:
        """Count one request."""
        key = (kept.tenant, kept.id)
        self._counted[key] = self._counted.get(key, Sent()).after(self.clock(), ok=ok)

    async def run(self) -> None:
        """Write, until cancelled."""
        while True:
            await asyncio.sleep(PERIOD_S)
            await self.write()

    async def write(self) -> None:
        """Write what was counted; without a database it is counted on."""
        counted, self._counted = self._counted, {}
        try:
            await registrations.count(self.pool, counted)
        except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            log.warning("what became of requests to sources is not written: %s", error)
            for key, one in counted.items():
                self._counted[key] = one.and_then(self._counted.get(key, Sent()))
