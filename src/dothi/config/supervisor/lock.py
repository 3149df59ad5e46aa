"""The lock of a var folder: two supervisors on one data folder would destroy it."""

import fcntl
import os
from pathlib import Path


class Held(Exception):
    """Another supervisor holds the folder. `holder` is its process id, 0 when unknown."""

    def __init__(self, path: Path, holder: int) -> None:
        super().__init__(f"{path} is held by process {holder or 'unknown'}")
        self.holder = holder


def take(path: Path) -> int:
    """Lock `path` until this process is gone and return the descriptor. Raises Held."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.read(descriptor, 20).decode().strip()
        os.close(descriptor)
        raise Held(path, int(holder or "0")) from None
    os.ftruncate(descriptor, 0)
    os.write(descriptor, f"{os.getpid()}\n".encode())
    return descriptor


def holder(path: Path) -> int:
    """Return the process id that holds `path`, or 0 when nobody does."""
    if not path.exists():
        return 0
    with path.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return int(file.read().strip() or "0")
    return 0
