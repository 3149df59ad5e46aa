"""Long work of one request in small pieces, or aside, so that others are answered meanwhile."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Final, ParamSpec, TypeVar

PIECE: Final = 200
MANY: Final = 1_000
P = ParamSpec("P")
One = TypeVar("One")


async def unhurried(several: Sequence[One], piece: int = PIECE) -> AsyncIterator[One]:
    """Give each of `several`; after every `piece` others have their turn."""
    for place, one in enumerate(several, 1):
        yield one
        if place % piece == 0:
            await asyncio.sleep(0)


async def aside(many: bool, work: Callable[P, One], *told: P.args, **named: P.kwargs) -> One:
    """Return what `work` makes of something pure; where that is `many`, in a thread of its own."""
    return await asyncio.to_thread(work, *told, **named) if many else work(*told, **named)
