"""
What the rules at work remember, in the process that watches.

A mind is that of one version of a rule: it folds the samples of each thing into what it remembers of it.
Nothing is read or written here; what has changed waits until it is kept.
"""

import heapq
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any, NamedTuple

from dothi.alerts.engine.correlation import (
    Position,
    Together,
    due_near,
    fold_near,
    together_from_json,
    together_to_json,
)
from dothi.alerts.engine.flags import counted_by, rejected_by
from dothi.alerts.engine.fold import due, fold
from dothi.alerts.engine.samples import NOTHING, Decision, Memory, Sample, from_json, to_json
from dothi.alerts.watched import ALL, Watching

LONGEST_S = 20.0
"""How long one rule may think in one turn. One that takes longer would hold up all others."""
AT_ONCE = 500
"""Samples of a rule about several things between two looks at the clock."""
ENOUGH = 20
"""Failures of one turn after which a rule is asked no further in it."""

Work = Sequence[tuple[str, Sequence[Sample]]]


class TookTooLong(Exception):
    """A rule thought longer in one turn than the others can wait."""


class Failure(NamedTuple):
    """The evaluation of a rule raised `error` on a sample of a thing (None: only time went on)."""

    thing: str
    sample: Sample | None
    error: Exception


class Dues:
    """When time alone will change what is remembered of a thing; in microseconds since 1970."""

    def __init__(self) -> None:
        self._at: dict[str, int] = {}
        self._queue: list[tuple[int, str]] = []
        self._queued: dict[str, int] = {}

    def set(self, thing: str, at: int | None) -> None:
        """Say when it is due; None: never."""
        if at is None:
            self._at.pop(thing, None)
            return
        self._at[thing] = at
        # One that is due later than was said before stays queued, and is put back when its turn comes.
        if at < self._queued.get(thing, at + 1):
            self._queued[thing] = at
            heapq.heappush(self._queue, (at, thing))

    def until(self, now: int) -> list[str]:
        """Return the things that are due, the longest due first, and queue them no more."""
        found = list[str]()
        while self._queue and self._queue[0][0] <= now:
            queued, thing = heapq.heappop(self._queue)
            if self._queued.get(thing) != queued:
                continue
            del self._queued[thing]
            at = self._at.get(thing)
            if at is not None and at <= now:
                found.append(thing)
            else:
                self.set(thing, at)
        return found

    def any_until(self, now: int) -> bool:
        """Tell whether something may be due."""
        return bool(self._queue) and self._queue[0][0] <= now


@dataclass
class Mind:
    """What one version of a rule remembers of each thing; `changed` are those that wait to be kept."""

    watching: Watching
    memories: dict[str, Memory] = field(default_factory=dict)
    changed: set[str] = field(default_factory=set)
    failures: list[Failure] = field(default_factory=list)
    dues: Dues = field(default_factory=Dues)
    rejects: int = field(init=False)
    flag: int = field(init=False)

    def __post_init__(self) -> None:
        self.rejects, self.flag = rejected_by(self.watching.rule), counted_by(self.watching.rule)

    def remember(self, thing: str, state: Mapping[str, Any]) -> None:
        """Take back what was kept."""
        self._hold(thing, from_json(state))

    def begin(self, thing: str, memory: Memory) -> None:
        """Remember of a thing what no sample has told."""
        self._hold(thing, memory)
        self.changed.add(thing)

    def kept(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield what has changed, as `remember` takes it back; from here on it is kept."""
        changed, self.changed = self.changed, set()
        yield from ((thing, to_json(self.memories[thing])) for thing in sorted(changed))

    def forget(self, things: Iterable[str]) -> None:
        """Remember nothing of some things."""
        for thing in things:
            self.memories.pop(thing, None)
            self.changed.discard(thing)
            self.dues.set(thing, None)

    def take(self, work: Work, places: Mapping[str, Position]) -> list[Decision]:  # noqa: ARG002 - for several
        """Fold samples of things; what cannot be folded is left out, and told in `failures`."""
        return self._each(work, None)

    def pass_time(self, now: int, places: Mapping[str, Position]) -> list[Decision]:  # noqa: ARG002 - as above
        """Let time go on to `now` for the things that are due."""
        return self._each([(thing, ()) for thing in self.dues.until(now)], now)

    def _each(self, work: Work, now: int | None) -> list[Decision]:
        found, deadline = list[Decision](), perf_counter() + LONGEST_S
        for thing, samples in work:
            found += self._fold(thing, samples, now)
            if self._stops(thing, deadline):
                break
        return found

    def _stops(self, thing: str, deadline: float) -> bool:
        """Tell whether the rule is to be asked no further in this turn."""
        if perf_counter() > deadline:
            self.failures.append(Failure(thing, None, TookTooLong(f"more than {LONGEST_S:g} s")))
            return True
        return len(self.failures) >= ENOUGH

    def _fold(self, thing: str, samples: Sequence[Sample], now: int | None) -> list[Decision]:
        before = self.memories.get(thing, NOTHING)
        try:
            memory, decisions = fold(
                self.watching.rule, thing, before, samples, rejects=self.rejects, flag=self.flag, now=now
            )
        except Exception as error:  # noqa: BLE001 - whatever a rule does, the others go on
            self._hold(thing, before)
            return self._failed(error, thing, samples, now)
        self._hold(thing, memory)
        self.changed.add(thing)
        return decisions

    def _failed(
        self, error: Exception, thing: str, samples: Sequence[Sample], now: int | None
    ) -> list[Decision]:
        """Find the sample on which it failed: that one is left out, the others are not."""
        if len(samples) < 2:
            self.failures.append(Failure(thing, samples[0] if samples else None, error))
            return []
        found = list[Decision]()
        for sample in samples:
            if len(self.failures) < ENOUGH:
                found += self._fold(thing, [sample], now)
        return found

    def _hold(self, thing: str, memory: Memory) -> None:
        self.memories[thing] = memory
        self.dues.set(thing, due(self.watching.rule, memory))


class NearMind(Mind):
    """The mind of a rule about several things at once: one memory of all."""

    together: Together = Together()

    def remember(self, thing: str, state: Mapping[str, Any]) -> None:  # noqa: ARG002 - one for all
        self._hold_all(together_from_json(state))

    def kept(self) -> Iterator[tuple[str, dict[str, Any]]]:
        if self.changed:
            self.changed = set()
            yield ALL, together_to_json(self.together)

    def forget(self, things: Iterable[str]) -> None:
        """Of things together nothing is forgotten: their samples grow old."""

    def take(self, work: Work, places: Mapping[str, Position]) -> list[Decision]:
        samples = sorted(
            ((thing, sample) for thing, own in work for sample in own), key=lambda one: (one[1].at, one[0])
        )
        found, deadline = list[Decision](), perf_counter() + LONGEST_S
        for begin in range(0, len(samples), AT_ONCE):
            found += self._fold_all(samples[begin : begin + AT_ONCE], places, None)
            if self._stops(ALL, deadline):
                break
        return found

    def pass_time(self, now: int, places: Mapping[str, Position]) -> list[Decision]:
        return self._fold_all([], places, now) if self.dues.until(now) else []

    def _fold_all(
        self, samples: Sequence[tuple[str, Sample]], places: Mapping[str, Position], now: int | None
    ) -> list[Decision]:
        rule = self.watching.rule
        try:
            together, decisions = fold_near(
                rule, self.together, samples, places, rejects=self.rejects, now=now
            )
        except Exception as error:  # noqa: BLE001 - as above
            self._hold_all(self.together)
            return self._failed_all(error, samples, places, now)
        self._hold_all(together)
        self.changed.add(ALL)
        return decisions

    def _failed_all(
        self, error: Exception, samples: Sequence[tuple[str, Sample]], places: Mapping[str, Position],
        now: int | None,
    ) -> list[Decision]:  # fmt: skip
        if len(samples) < 2:
            thing, sample = samples[0] if samples else (ALL, None)
            self.failures.append(Failure(thing, sample, error))
            return []
        found = list[Decision]()
        for one in samples:
            if len(self.failures) < ENOUGH:
                found += self._fold_all([one], places, now)
        return found

    def _hold_all(self, together: Together) -> None:
        self.together = together
        self.dues.set(ALL, due_near(self.watching.rule, together))


def mind_of(watching: Watching) -> Mind:
    """Return a mind that remembers nothing yet."""
    return NearMind(watching) if watching.rule.kind == "correlation" else Mind(watching)
