"""A transaction of readings leaves nothing behind: under load it would last until the collector comes by."""

import asyncio
import gc
from datetime import timedelta

from tests.integration.telemetry.test_queue import NOW, reading, stored

BATCHES, OF_ONE = 40, 200
FEW = 10
"""Objects in cycles that each transaction may leave; a buffer of readings among them would be too many."""


def test_no_transaction_leaves_its_readings_to_the_collector_of_cycles(dsn: str) -> None:
    batches = [
        [reading(float(place), NOW - timedelta(seconds=number * OF_ONE + place)) for place in range(OF_ONE)]
        for number in range(BATCHES)
    ]
    gc.collect()
    gc.disable()
    gc.set_debug(gc.DEBUG_SAVEALL)
    try:
        asyncio.run(stored(dsn, *batches))
        left = gc.collect()
        kinds = [type(one).__name__ for one in gc.garbage]
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
        gc.enable()
    assert "BytesIO" not in kinds
    assert left < BATCHES * FEW, left
