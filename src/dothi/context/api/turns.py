"""Long work of one request in small pieces, so that others are answered meanwhile."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Final, TypeVar

PIECE: Final = 200
One = TypeVar("One")


async def unhurried(several: Sequence[One]) -> AsyncIterator[One]:
    """Give each of `several`; after every `PIECE` others have their turn."""
    for place, one in enumerate(several, 1):
        yield one
        if place % PIECE == 0:
            await asyncio.sleep(0)
