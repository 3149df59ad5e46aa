"""
What brings the readings of devices into the live context: a task of the node's broker.

Two rooms meet here that do not know of each other's process: telemetry says what is new, the broker's
`Changes` takes it. Alone, without `--feed`, a broker has no devices.
"""

import asyncio
import importlib
import importlib.util
import sys
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any, Final

from dothi.context.api.beginning import Beside

ROOM: Final = "dothi.telemetry.feed"
AGAIN_S: Final = 1.0


def feeding(dsn: str, clock: Callable[[], datetime]) -> Sequence[Beside]:
    """
    Return the task that feeds the context from the database `dsn`; none where the room is missing.

    The room offers `follow(dsn, changes, clock)`, which goes on until it is cancelled.
    """
    if importlib.util.find_spec(ROOM) is None:
        return []
    follow = importlib.import_module(ROOM).follow

    async def beside(state: Any) -> None:
        await steadily(lambda: follow(dsn, state.changes, clock))

    return [beside]


async def steadily(run: Callable[[], Awaitable[None]]) -> None:
    """Run it until cancelled; what it cannot mend itself is told, and it begins anew."""
    while True:
        try:
            await run()
        except Exception as error:  # noqa: BLE001 - whatever it is, the broker goes on
            print(f"feed: {type(error).__name__}: {error}", file=sys.stderr, flush=True)
        await asyncio.sleep(AGAIN_S)
