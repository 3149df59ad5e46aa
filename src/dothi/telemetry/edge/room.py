"""What requests under way may take together: so many, so many bytes, and so many of one device."""

import contextlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

REQUESTS: Final = 4_096
BYTES: Final = 32 * 1_048_576
EACH: Final = 64
"""Of one device: enough for a network server that speaks for many, and no more than others leave."""


class Full(Exception):
    """There is no room now; `own` where the device itself takes all of what it may."""

    def __init__(self, *, own: bool) -> None:
        super().__init__("this device has too many requests under way" if own else "too much is under way")
        self.own = own


@dataclass
class Room:
    """Counts what is under way."""

    _bytes: int = 0
    _of_device: Counter[str] = field(default_factory=Counter)

    @contextlib.contextmanager
    def taken(self, device: str, size: int) -> Iterator[None]:
        """Let a request of so many bytes be under way while the block lasts. Raises Full."""
        if self._of_device[device] >= EACH:
            raise Full(own=True)
        if self._bytes + size > BYTES or self._of_device.total() >= REQUESTS:
            raise Full(own=False)
        self._bytes += size
        self._of_device[device] += 1
        try:
            yield
        finally:
            self._bytes -= size
            self._of_device[device] -= 1
            if not self._of_device[device]:
                del self._of_device[device]
