"""Parts of one process, side by side: none of them ends without being missed."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from typing import Any, Final

AGAIN_S: Final = 5.0
log = logging.getLogger(__name__)

Part = Coroutine[Any, Any, None]


@contextlib.asynccontextmanager
async def side_by_side(*parts: Part) -> AsyncIterator[list["asyncio.Task[None]"]]:
    """Run parts while the block lasts; yields their tasks."""
    tasks = [asyncio.create_task(part) for part in parts]
    try:
        yield tasks
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def first_end(*tasks: "asyncio.Task[None]") -> None:
    """Wait until one of them ends, which none should; raises what ended it."""
    ended, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in ended:
        task.result()


async def anew(name: str, part: Callable[[], Awaitable[None]], again_s: float = AGAIN_S) -> None:
    """Run a part for ever: where it fails, which is said, it begins anew a while later."""
    while True:
        try:
            await part()
        except Exception:  # whatever it is: the others go on
            log.exception("%s failed; again in %g s", name, again_s)
        await asyncio.sleep(again_s)
