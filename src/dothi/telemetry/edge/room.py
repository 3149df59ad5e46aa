"""What requests under way may take together: so many, so many bytes, and of one device a share of both."""

import contextlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

REQUESTS: Final = 4_096
BYTES: Final = 32 * 1_048_576
EACH: Final = 64
"""Of one device: enough for a network server that speaks for many, and no more than others leave."""
SHARE: Final = BYTES // 8
"""Bytes of one device, 16 of the longest messages: no one or two devices take what is there for all."""


class Full(Exception):
    """There is no room now; `own` where the device itself takes all of what it may."""

    def __init__(self, *, own: bool) -> None:
        super().__init__("this device has too much under way" if own else "too much is under way")
        self.own = own


@dataclass
class Room:
    """Counts what is under way."""

    _bytes: int = 0
    _of_device: Counter[str] = field(default_factory=Counter)
    _bytes_of_device: Counter[str] = field(default_factory=Counter)

    @contextlib.contextmanager
    def taken(self, device: str, size: int) -> Iterator[None]:
        """Let a request of so many bytes be under way while the block lasts. Raises Full."""
        if self._of_device[device] >= EACH or self._bytes_of_device[device] + size > SHARE:
            raise Full(own=True)
        if self._bytes + size > BYTES or self._of_device.total() >= REQUESTS:
            raise Full(own=False)
        self._bytes += size
        self._of_device[device] += 1
        self._bytes_of_device[device] += size
        try:
            yield
        finally:
            self._bytes -= size
            self._of_device[device] -= 1
            self._bytes_of_device[device] -= size
            if not self._of_device[device]:
                del self._of_device[device], self._bytes_of_device[device]
