"""What a thread has let go is given back to the system, also where something it keeps lies above it."""

import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from dothi.telemetry.keyframes.memory import give_back
from tests.support.hostile import resident_mib

OF_THE_ARENA = 96_000
"""Bytes of one piece: less than what the C library asks the system for by itself."""
PIECES = 600


def left_behind() -> object:
    """Take some 55 MiB and let go all but the last piece."""
    pieces = [np.ones(OF_THE_ARENA // 8) for _ in range(PIECES)]
    return pieces[-1]


def test_what_a_thread_let_go_is_given_back() -> None:
    with ThreadPoolExecutor(1) as aside:
        kept = aside.submit(left_behind).result()
        before = resident_mib(os.getpid())
        give_back()
        assert before - resident_mib(os.getpid()) > 30
    assert kept is not None
