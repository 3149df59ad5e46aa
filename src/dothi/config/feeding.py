"""
What runs beside the broker of a node: names of the city, readings of devices, figures made of them.

Rooms meet here that do not know of each other's process: telemetry says what is new, the broker's `Changes`
takes it, sectors say what things are called and which figures are made. Alone, without `--feed`, a broker has
none of it.
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any, Final

from dothi.context.api.beginning import Beside
from dothi.context.jsonld.contexts import names
from dothi.sectors.deriving.deriving import Deriving
from dothi.sectors.models import CONTEXT_ID, context, dated, entity_id
from dothi.telemetry.feed import follow

AGAIN_S: Final = 1.0


def feeding(dsn: str, clock: Callable[[], datetime], node: str) -> Sequence[Beside]:
    """Return the task that feeds the context of a node from the database `dsn`."""

    async def beside(state: Any) -> None:
        deriving = Deriving(state.changes)

        async def feed() -> None:
            await state.contexts.provide(CONTEXT_ID, dict(context()))
            await follow(
                dsn, state.changes, clock, expand=names(dict(context())).expand,
                device_id=lambda device: entity_id("Device", node, device), on_fed=deriving.heard,
                dated=dated(),
            )  # fmt: skip

        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(steadily(feed))
            tasks.create_task(deriving.run())

    return [beside]


async def steadily(run: Callable[[], Awaitable[None]]) -> None:
    """Run it until cancelled; what it cannot mend itself is told, and it begins anew."""
    while True:
        try:
            await run()
        except Exception as error:  # noqa: BLE001 - whatever it is, the broker goes on
            print(f"feed: {type(error).__name__}: {error}", file=sys.stderr, flush=True)
        await asyncio.sleep(AGAIN_S)
