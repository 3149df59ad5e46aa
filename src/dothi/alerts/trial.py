"""
A rule tried on history: what it would have raised, how often, on what, for how long.

History is the readings of telemetry, or rows of a CSV file. Nothing is written.
"""

import csv
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

from dothi.alerts import past
from dothi.alerts.engine.correlation import Position
from dothi.alerts.engine.latch import HANOI
from dothi.alerts.engine.looking import Reading, samples_of
from dothi.alerts.engine.rule import Rule
from dothi.alerts.engine.running import run
from dothi.alerts.engine.samples import Decision, Memory, Sample
from dothi.alerts.indexing import Index, Read, Series
from dothi.alerts.keeping import entered_before, series_after, things
from dothi.alerts.minds import Mind, mind_of
from dothi.alerts.types import RuleId
from dothi.alerts.watched import Watching, instant, microseconds
from dothi.kernel.ids import new_id
from dothi.telemetry.types import Flag

Tell = Callable[[int, int], None]
FAR = datetime.max.replace(tzinfo=UTC) - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a CSV file; without one of measures, every row is of the rule's measure."""

    thing: str
    at: str
    value: str
    measure: str = ""


@dataclass(frozen=True, slots=True)
class History:
    """Samples of things and where these are; `skipped` rows had no number or no instant."""

    samples: Sequence[tuple[str, Sample]]
    places: Mapping[str, Position]
    skipped: int = 0


@dataclass(frozen=True, slots=True)
class Span:
    """One alert that the rule would have raised; `cleared_at` None where it went on to the end."""

    thing: str
    raised_at: datetime
    cleared_at: datetime | None
    signal: float

    @property
    def lasted(self) -> tuple[datetime, datetime]:
        """From when to when; to the end of time where it was not cleared."""
        return self.raised_at, self.cleared_at or FAR


@dataclass(frozen=True, slots=True)
class Trial:
    """What a rule would have done, in the order of raising."""

    rule: Rule
    samples: int
    things: int
    rejected: int
    skipped: int
    spans: Sequence[Span]
    failed: str = ""
    """Class of the first exception that its evaluation raised; what it was raised on is left out."""

    @property
    def by_thing(self) -> Counter[str]:
        """How many alerts each thing would have had."""
        return Counter(span.thing for span in self.spans)

    @property
    def by_month(self) -> Counter[str]:
        """How many alerts there would have been in each month, as 2025-09."""
        return Counter(span.raised_at.astimezone(HANOI).strftime("%Y-%m") for span in self.spans)


def tried(rule: Rule, history: History, rejects: int, until: datetime | None = None) -> Trial:
    """
    Return what `rule` would have done by `until`, without it by the last sample.

    `rejects` are the flags that it never counts, to be told.
    """
    decisions = run(rule, history.samples, history.places, microseconds(until) if until else None)
    rejected = sum(bool(sample.flags & rejects) for _, sample in history.samples)
    spans = sorted(_spans(decisions), key=lambda span: (span.raised_at, span.thing))
    seen = {thing for thing, _ in history.samples}
    return Trial(rule, len(history.samples), len(seen), rejected, history.skipped, spans)


def tried_on_past(
    rules: Sequence[Rule], start: datetime, end: datetime, tell: Tell = lambda _done, _all: None
) -> list[Trial]:
    """
    Return what each rule would have done by `end` with the readings in [start, end), as the watcher would.

    What never says a word is silent from `start`, or from the instant at which it was entered, as it is for
    the watcher. `tell` hears after each day how many of how many are done. Three statements and one for each
    day.
    """
    index, minds = (
        Index(things()),
        [mind_of(Watching(RuleId(new_id()), one, new_id(), True)) for one in rules],
    )
    index.set_minds(minds)
    index.add(Series(*row) for row in series_after(0))
    counted, spans = Counting(minds, index, entered_before(end)), past.days(start, end)
    for place, rows in enumerate(past.readings(index.looked_at(), spans), 1):
        counted.expect(*spans[place - 1])
        counted.take(rows)
        tell(place, len(spans))
    counted.pass_time(end)
    return [counted.trial(mind) for mind in minds]


class Counting:
    """Rules in trial: what they decide, without their evidence, and what they looked at."""

    def __init__(self, minds: Sequence[Mind], index: Index, entered: Mapping[str, datetime]) -> None:
        self._minds, self._index = minds, index
        expected = ((mind, thing) for mind in minds for thing in index.expected_of(mind) if thing in entered)
        told = [(mind, thing, entered[thing]) for mind, thing in expected]
        self._unheard = sorted(told, key=lambda one: one[2], reverse=True)
        self._decisions: dict[RuleId, list[Decision]] = defaultdict(list)
        self._samples, self._rejected = Counter[RuleId](), Counter[RuleId]()
        self._things: dict[RuleId, set[str]] = defaultdict(set)

    def expect(self, start: datetime, end: datetime) -> None:
        """Begin to count the silence of what has been entered by `end` and has not said a word yet."""
        while self._unheard and self._unheard[-1][2] < end:
            mind, thing, entered_at = self._unheard.pop()
            self._things[mind.watching.id].add(thing)
            if thing not in mind.memories:
                mind.begin(thing, Memory(last=microseconds(max(start, entered_at))))

    def take(self, rows: Iterable[Sequence[Any]]) -> None:
        """Fold readings in order of time."""
        work = self._index.shared_out(Read(*row) for row in rows)
        for mind in self._minds:
            key = mind.watching.id
            for thing, samples in work.get(key, ()):
                self._samples[key] += len(samples)
                self._rejected[key] += sum(bool(sample.flags & mind.rejects) for sample in samples)
                self._things[key].add(thing)
            self._keep(mind, mind.take(work.get(key, ()), self._index.places))

    def pass_time(self, now: datetime) -> None:
        """Let time go on after the last reading: things fall silent, samples leave their window."""
        for mind in self._minds:
            self._keep(mind, mind.pass_time(microseconds(now), self._index.places))

    def _keep(self, mind: Mind, found: Iterable[Decision]) -> None:
        self._decisions[mind.watching.id] += (one._replace(evidence={}) for one in found)

    def trial(self, mind: Mind) -> Trial:
        """Return what one of them would have done."""
        key = mind.watching.id
        spans = sorted(_spans(self._decisions[key]), key=lambda span: (span.raised_at, span.thing))
        failed = mind.failures[0].error if mind.failures else None
        return Trial(
            mind.watching.rule, self._samples[key], len(self._things[key]), self._rejected[key], 0, spans,
            type(failed).__name__ if failed else "",
        )  # fmt: skip


def of_csv(
    rule: Rule, path: Path, columns: Columns, bounds: tuple[float, float] | None = None,
    between: tuple[datetime, datetime] | None = None,
) -> History:  # fmt: skip
    """
    Return the rows of a CSV file as readings; an instant without zone is local time of the node.

    Values outside `bounds` get the flag range, as ingest would give it. Raises OSError, KeyError.
    """
    skipped, found = 0, []
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            reading = _reading(rule, row, columns, bounds)
            if reading is None:
                skipped += 1
            elif between is None or between[0] <= instant(reading.at) < between[1]:
                found.append(reading)
    return History(list(samples_of(rule, found)), {}, skipped)


def _reading(
    rule: Rule, row: Mapping[str, str], columns: Columns, bounds: tuple[float, float] | None
) -> Reading | None:
    try:
        at = datetime.fromisoformat(row[columns.at])
        value = float(row[columns.value])
    except ValueError:
        return None
    if value != value:
        return None
    at = at if at.tzinfo else at.replace(tzinfo=HANOI)
    outside = bounds is not None and not bounds[0] <= value <= bounds[1]
    measure = row[columns.measure] if columns.measure else rule.looks_at.measure
    return Reading(row[columns.thing], measure, microseconds(at), value, Flag.RANGE if outside else 0)


def _spans(decisions: Iterable[Decision]) -> Iterator[Span]:
    """Yield each raising with its clearing."""
    ordered = sorted(decisions, key=lambda one: one.thing)
    for thing, own in groupby(ordered, key=lambda one: one.thing):
        raised: Decision | None = None
        for one in own:
            if one.act == "raise":
                raised = one
            elif raised is not None:
                yield Span(thing, instant(raised.at), instant(one.at), raised.signal)
                raised = None
        if raised is not None:
            yield Span(thing, instant(raised.at), None, raised.signal)
