"""
Which rules look at which series: found once for each series, and again when rules or things change.

So a reading at which no rule looks is not even fetched, and one that is goes straight to those that do.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from math import nan
from typing import NamedTuple

from dothi.alerts.engine.correlation import Position
from dothi.alerts.engine.looking import Reading, covers, samples_of
from dothi.alerts.engine.samples import Sample
from dothi.alerts.keeping import fits, places_of
from dothi.alerts.minds import Mind
from dothi.alerts.types import RuleId
from dothi.alerts.watched import Thing


class Series(NamedTuple):
    """One measure of one device."""

    number: int
    device: str
    measure: str


class Read(NamedTuple):
    """One reading; `at` in microseconds since 1970, `value` None where it is words."""

    series: int
    at: int
    value: float | None
    flags: int


Work = dict[RuleId, list[tuple[str, Sequence[Sample]]]]


class Index:
    """The minds that look at each series of the things that are in service."""

    def __init__(self, things: Mapping[str, Thing]) -> None:
        self.things = things
        self.places: Mapping[str, Position] = places_of(things)
        self.newest = 0
        """Number of the newest series that is known."""
        self.strange = False
        """Whether a series of a thing was seen that is not known."""
        self._series: dict[int, Series] = {}
        self._minds: Sequence[Mind] = ()
        self._looking: dict[int, tuple[Mind, ...]] = {}

    def add(self, series: Iterable[Series]) -> None:
        """Take series that are new."""
        for one in series:
            self.newest = max(self.newest, one.number)
            if one.device in self.things:
                self._series[one.number] = one
                self._place(one)
            else:
                self.strange = True

    def set_minds(self, minds: Sequence[Mind]) -> None:
        """Let other minds look."""
        self._minds, self._looking = minds, {}
        for one in self._series.values():
            self._place(one)

    def looked_at(self) -> list[int]:
        """Return the numbers of the series at which some mind looks."""
        return list(self._looking)

    def expected_of(self, mind: Mind) -> list[str]:
        """Return the things whose silence a mind counts though they have never said a word."""
        if mind.watching.rule.kind != "absence":
            return []
        return [key for key, thing in self.things.items() if covers(mind.watching.rule.looks_at, fits(thing))]

    def shared_out(self, reads: Iterable[Read]) -> Work:
        """Return the samples that each mind is to fold, by thing; `reads` in order of time."""
        by_series: dict[int, list[Read]] = defaultdict(list)
        for one in reads:
            by_series[one[0]].append(one)
        work: Work = defaultdict(list)
        fenced: dict[tuple[RuleId, str], list[int]] = defaultdict(list)
        for number, own in by_series.items():
            device = self._series[number].device
            samples = [Sample(at, nan if value is None else value, flags) for _, at, value, flags in own]
            for mind in self._looking.get(number, ()):
                if mind.watching.rule.geofence is None:
                    work[mind.watching.id].append((device, samples))
                else:
                    fenced[mind.watching.id, device].append(number)
        for (rule_id, device), numbers in fenced.items():
            reads_of = (one for number in numbers for one in by_series[number])
            work[rule_id].append((device, self._positions(rule_id, reads_of)))
        return work

    def _positions(self, rule_id: RuleId, reads: Iterable[Read]) -> list[Sample]:
        rule = next(mind.watching.rule for mind in self._minds if mind.watching.id == rule_id)
        told = (
            Reading(self._series[one.series].device, self._series[one.series].measure, *one[1:])
            for one in reads
        )
        return [sample for _, sample in samples_of(rule, told)]

    def _place(self, one: Series) -> None:
        found = tuple(mind for mind in self._minds if self._looks(mind, one))
        if found:
            self._looking[one.number] = found

    def _looks(self, mind: Mind, one: Series) -> bool:
        rule = mind.watching.rule
        measures = (rule.looks_at.measure, rule.geofence.latitude if rule.geofence else "")
        return one.measure in measures and covers(rule.looks_at, fits(self.things[one.device]))
