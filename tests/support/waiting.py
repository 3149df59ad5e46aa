"""Waiting for what must come, on any machine: what comes ends the waiting, so that patience costs nothing."""

import time
from collections.abc import Callable
from typing import TypeVar

PATIENCE_S = 120.0
HELD_UP = "select exists (select from pg_locks where not granted)"
"""Tells whether anybody waits for a lock, in any database of the cluster."""
T = TypeVar("T")


def until(
    found: Callable[[], T],
    otherwise: Callable[[], object] = lambda: "it did not come",
    patience_s: float = PATIENCE_S,
) -> T:
    """Wait until something is found, and return it; `otherwise` tells what there is instead."""
    deadline = time.monotonic() + patience_s
    while not (one := found()):
        assert time.monotonic() < deadline, otherwise()
        time.sleep(0.02)
    return one
