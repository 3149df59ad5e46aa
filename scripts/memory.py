"""
A folder for what tests write and throw away, in memory where there is enough of it.

The tests make hundreds of databases of a thousand small files each. On a disk that costs a third of their
time, and none of it must outlive them.
"""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

MEMORY = Path("/dev/shm")
PREFIX = "dothi-tests-"
NEEDED = 8 << 30
"""Bytes: four times what the tests were seen to fill."""


@contextlib.contextmanager
def folder() -> Iterator[Path]:
    """Yield a folder that is gone afterwards: in memory, unless there is too little or TMPDIR is told."""
    place = None if "TMPDIR" in os.environ or _available() < NEEDED else MEMORY
    if place:
        _sweep()
    with tempfile.TemporaryDirectory(
        dir=place, prefix=f"{PREFIX}{os.getpid()}-", ignore_cleanup_errors=True
    ) as made:
        Path(made).chmod(0o755)  # servers that root starts run as another user
        yield Path(made)


def _available() -> int:
    """Return how many bytes may be written to memory now."""
    if not MEMORY.is_dir() or not os.access(MEMORY, os.W_OK):
        return 0
    told = dict(line.split(":", 1) for line in Path("/proc/meminfo").read_text().splitlines())
    return min(int(told["MemAvailable"].split()[0]) << 10, shutil.disk_usage(MEMORY).free)


def _sweep() -> None:
    """Remove what tests left there that were killed."""
    for left in MEMORY.glob(f"{PREFIX}*"):
        if not Path("/proc", left.name.split("-")[2]).exists():
            shutil.rmtree(left, ignore_errors=True)
