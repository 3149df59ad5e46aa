"""The segments of a term: which part of the work is going on, and how much of its own time each has used."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from dothi.kernel.clock.errors import SegmentUnknown
from dothi.kernel.clock.stopwatch import Stopwatch
from dothi.kernel.clock.types import SegmentReading, SegmentRule


@dataclass(slots=True)
class Segments:
    """Who holds the work in the present round: a start of the watch clears what was used."""

    rules: Sequence[SegmentRule]
    watch: Stopwatch
    now: str = ""
    since: int = 0
    used: dict[str, int] = field(default_factory=dict)

    def start(self, at: datetime) -> None:
        """Begin with the first segment, if there are any."""
        self.used = {}
        if self.rules:
            self.enter(self.rules[0].key, at)

    def enter(self, key: str, at: datetime) -> Mapping[str, str]:
        """Let a segment hold the work from `at`, and return its title. Raises SegmentUnknown."""
        title = self._title(key)
        self.now, self.since = key, self.watch.position(at)
        return title

    def leave(self, at: datetime) -> None:
        """Add up what the segment that holds the work has used until `at`."""
        if self.now:
            self.used[self.now] = self.used.get(self.now, 0) + self._spent(at)

    def run_on(self, at: datetime) -> None:
        """Let the segment that held the work hold it again."""
        if self.now:
            self.enter(self.now, at)

    def read(self, at: datetime, *, running: bool, ended: bool) -> Iterator[SegmentReading]:
        """Yield what each segment shows at `at`."""
        for rule in self.rules:
            holds = rule.key == self.now and not ended
            yield self._read(rule, at, holds=holds, counts=holds and running)

    def _read(self, rule: SegmentRule, at: datetime, *, holds: bool, counts: bool) -> SegmentReading:
        axis = self.watch.axis
        used, budget = self.used.get(rule.key, 0), axis.size(rule.budget)
        due_at = self._due(budget - used) if counts else None
        used += self._spent(at) if counts else 0
        late_by = axis.amount(used - budget) if used > budget else None
        return SegmentReading(rule.key, rule.title, rule.budget, axis.amount(used), holds, due_at, late_by)

    def _due(self, left: int) -> datetime:
        return self.watch.axis.due(max(self.watch.origin + 1, self.since + left))

    def _spent(self, at: datetime) -> int:
        return self.watch.position(at) - self.since

    def _title(self, key: str) -> Mapping[str, str]:
        for rule in self.rules:
            if rule.key == key:
                return rule.title
        raise SegmentUnknown(segment=key)
