"""What sources may tell: for one request, and for all requests that are under way together."""

from dataclasses import dataclass
from types import TracebackType
from typing import Final

from dothi.context.outbound import SMALL, TooLarge

MOST_BYTES: Final = 16 * 1024 * 1024
"""Of one answer."""
MOST_TOGETHER: Final = 2 * MOST_BYTES
"""What all sources together may tell for one request."""
MOST_HELD: Final = 4 * MOST_BYTES
"""What requests under way may hold of it together; it takes 5 to 10 times that as objects."""


@dataclass
class Held:
    """The bytes of all answers whose objects are held for requests under way."""

    bytes: int = 0

    def has_room(self, size: int) -> bool:
        """Tell whether an answer fits; a small one has as much room again, as most answers are small."""
        return self.bytes + size <= (2 * MOST_HELD if size <= SMALL else MOST_HELD)


@dataclass
class Budget:
    """What sources may still tell for a request; at the end of `with` what was taken is given back."""

    left: int = MOST_TOGETHER
    _taken: int = 0
    _held: Held | None = None

    def take(self, size: int, held: Held) -> None:
        """Take an answer of so many bytes in. Raises TooLarge where there is no room for it."""
        if not held.has_room(size):
            raise TooLarge("there is no room for the answer beside those to other requests")
        self.left -= size
        self._taken += size
        held.bytes += size
        self._held = held

    def __enter__(self) -> "Budget":
        """Return it."""
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        """Give back what was taken."""
        if self._held:
            self._held.bytes -= self._taken
        self._taken = 0
