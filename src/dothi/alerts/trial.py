"""
A rule tried on history: what it would have raised, how often, on what, for how long.

History is the readings of telemetry, or rows of a CSV file. Nothing is written.
"""

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path

from dothi.alerts.engine.correlation import Position
from dothi.alerts.engine.latch import HANOI
from dothi.alerts.engine.looking import Reading, covers, samples_of
from dothi.alerts.engine.rule import Rule
from dothi.alerts.engine.running import run
from dothi.alerts.engine.samples import Decision, Sample
from dothi.alerts.keeping import fits, places_of, things
from dothi.alerts.raising import instant, microseconds
from dothi.foundation.statements import Statement, ask
from dothi.telemetry.types import Flag

_SERIES = """
select number, device, name from telemetry.series
where name = any(%(names)s) and device = any(%(devices)s) order by number
"""
_READINGS = """
select series, at, value, flags from telemetry.readings_between(%(series)s, %(from)s, %(until)s)
"""


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


@dataclass(frozen=True, slots=True)
class Trial:
    """What a rule would have done, in the order of raising."""

    rule: Rule
    samples: int
    things: int
    rejected: int
    skipped: int
    spans: Sequence[Span]

    @property
    def by_thing(self) -> Counter[str]:
        """How many alerts each thing would have had."""
        return Counter(span.thing for span in self.spans)

    @property
    def by_month(self) -> Counter[str]:
        """How many alerts there would have been in each month, as 2025-09."""
        return Counter(span.raised_at.astimezone(HANOI).strftime("%Y-%m") for span in self.spans)


def tried(rule: Rule, history: History, rejects: int) -> Trial:
    """Return what `rule` would have done; `rejects` are the flags that it never counts, to be told."""
    decisions = run(rule, history.samples, history.places)
    rejected = sum(bool(sample.flags & rejects) for _, sample in history.samples)
    spans = sorted(_spans(decisions), key=lambda span: (span.raised_at, span.thing))
    seen = {thing for thing, _ in history.samples}
    return Trial(rule, len(history.samples), len(seen), rejected, history.skipped, spans)


def of_telemetry(rule: Rule, start: datetime, end: datetime) -> History:
    """Return the readings in [start, end) of the things that `rule` looks at; three statements."""
    known = {key: thing for key, thing in things().items() if covers(rule.looks_at, fits(thing))}
    names = [rule.looks_at.measure, *([rule.geofence.latitude] if rule.geofence else [])]
    series = {
        number: (device, name)
        for number, device, name in ask(Statement(_SERIES, {"names": names, "devices": list(known)}))[0]
    }
    window = {"series": list(series), "from": start, "until": end}
    readings = [
        Reading(*series[number], microseconds(at), value, flags)
        for number, at, value, flags in ask(Statement(_READINGS, window))[0]
    ]
    return History(list(samples_of(rule, readings)), places_of(known))


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
