"""The stopwatch of one term: started, made to stand still, run on, extended; it counts on the term's axis."""

from dataclasses import dataclass
from datetime import datetime

from dothi.kernel.clock.axis import Axis
from dothi.kernel.clock.types import Amount


@dataclass(slots=True)
class Stopwatch:
    """What is counted since the last start. Its numbers are positions and lengths on `axis`."""

    axis: Axis
    origin: int = 0
    budget: int = 0
    paused: int = 0
    standing_since: int | None = None

    def start(self, at: datetime, term: Amount) -> None:
        """Count the whole term from `at`; earlier pauses are forgotten."""
        self.origin, self.budget = self.axis.origin(at), self.axis.size(term)
        self.paused, self.standing_since = 0, None

    def stand_still(self, at: datetime) -> None:
        """Count nothing from `at` on."""
        self.standing_since = self.position(at)

    def run_on(self, at: datetime) -> Amount:
        """Go on where it stood still, and return how long it stood."""
        stood = self.position(at) - (self.standing_since or 0)
        self.paused, self.standing_since = self.paused + stood, None
        return self.axis.amount(stood)

    def extend(self, amount: Amount) -> None:
        """Make the term longer."""
        self.budget += self.axis.size(amount)

    def is_more(self, amount: Amount, than: Amount) -> bool:
        """Tell whether one amount is longer than another here."""
        return self.axis.size(amount) > self.axis.size(than)

    def position(self, at: datetime) -> int:
        """Return the position of `at`, not before the origin: what lies before it is not counted."""
        return max(self.origin, self.axis.position(at))

    def due(self) -> datetime:
        """Return the instant at which the term ends if it does not stand still again."""
        return self.axis.due(self._end)

    def allowed(self) -> Amount:
        """Return the whole term, extended or not."""
        return self.axis.amount(self.budget)

    def stood(self) -> Amount:
        """Return how long it has stood still since the start."""
        return self.axis.amount(self.paused)

    def remaining(self, at: datetime) -> Amount:
        """Return what is left of the term at `at`; nothing when it has passed."""
        now = self.position(at) if self.standing_since is None else self.standing_since
        return self.axis.amount(max(0, self._end - now))

    def late(self, due_at: datetime, at: datetime) -> Amount:
        """Return how much later than `due_at` it is at `at`."""
        return self.axis.amount(self.axis.late(due_at, at))

    @property
    def _end(self) -> int:
        return self.origin + self.budget + self.paused
