"""
Near things: a rule that fires when several of them, close to each other, are beyond a limit at once.

The alert is about the first thing that was found to have enough neighbors; those near it join it and
raise none of their own while it stands.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import asin, cos, radians, sin, sqrt
from typing import Any, NamedTuple, cast

from dothi.alerts.engine.evidence import Again, Evidence, basic
from dothi.alerts.engine.latch import allowed, beyond, recovered
from dothi.alerts.engine.rule import Near, Rule
from dothi.alerts.engine.samples import SECOND, Decision, Sample, is_number

EARTH_M = 6_371_008.8
"""Mean radius of the earth (IUGG)."""
Position = tuple[float, float]
"""Longitude and latitude in degrees."""


@dataclass(frozen=True, slots=True)
class Together:
    """The things whose last sample is beyond the limit, and those about which an alert stands."""

    samples: Mapping[str, Sample] = field(default_factory=dict)
    last: Mapping[str, int] = field(default_factory=dict)
    on: tuple[str, ...] = ()
    late: int = 0
    rejected: int = 0


def fold_near(
    rule: Rule, memory: Together, samples: Iterable[tuple[str, Sample]], places: Mapping[str, Position], *,
    rejects: int, now: int | None = None,
) -> tuple[Together, list[Decision]]:  # fmt: skip
    """
    Fold samples of many things, in any order; things without a place are not looked at.

    With `now`, time goes on to that instant, less the time after which samples are settled.
    """
    turn = _Turn(rule, memory, places, rejects)
    for thing, sample in sorted(samples, key=lambda one: (one[1].at, one[0])):
        turn.take(thing, sample)
    if now is not None:
        turn.go_on(now - max(rule.late.wait_s, rule.late.settle_s) * SECOND)
    return turn.memory(), turn.decisions


def due_near(rule: Rule, memory: Together) -> int | None:
    """Return when time alone may end an alert, microseconds since 1970; None when never."""
    if not memory.on:
        return None
    oldest = min((sample.at for sample in memory.samples.values()), default=None)
    settled = max(rule.late.wait_s, rule.late.settle_s) * SECOND
    return None if oldest is None else oldest + _part(rule).over_s * SECOND + 1 + settled


def together_to_json(memory: Together) -> dict[str, Any]:
    """Return what `together_from_json` makes the same memory of."""
    return {
        "samples": {thing: list(sample) for thing, sample in memory.samples.items()},
        "last": dict(memory.last), "on": list(memory.on), "late": memory.late, "rejected": memory.rejected,
    }  # fmt: skip


def together_from_json(kept: Mapping[str, Any]) -> Together:
    """Return the memory that `together_to_json` wrote."""
    samples = {thing: Sample(*row) for thing, row in kept.get("samples", {}).items()}
    return Together(
        samples, kept.get("last", {}), tuple(kept.get("on", ())), kept.get("late", 0), kept.get("rejected", 0)
    )


def meters(here: Position, there: Position) -> float:
    """Return the distance of two positions on the sphere, in meters (haversine)."""
    (lon, lat), (lon_2, lat_2) = here, there
    up, across = radians(lat_2 - lat) / 2, radians(lon_2 - lon) / 2
    part = sin(up) ** 2 + cos(radians(lat)) * cos(radians(lat_2)) * sin(across) ** 2
    return 2 * EARTH_M * asin(min(1.0, sqrt(part)))


def again_near(rule: Rule, evidence: Evidence) -> Again:
    """Make the decision again from its evidence and the rule alone. Raises ValueError for another rule."""
    if evidence["sha256"] != rule.sha256:
        raise ValueError("the evidence is of another version")
    part = _part(rule)
    samples = {thing: Sample(*row) for thing, row in evidence["things"].items()}
    places = {thing: (lon, lat) for thing, (lon, lat) in evidence["places"].items()}
    at = max(sample.at for sample in samples.values())
    counted = [
        thing for thing, sample in samples.items()
        if _is_beyond(rule, sample) and at - sample.at <= part.over_s * SECOND
        and meters(places[evidence["thing"]], places[thing]) <= part.within_m
    ]  # fmt: skip
    level = float(len(counted))
    return Again(True, at, level) if beyond(rule.limit, level) else Again(False, None, None)


class _Counted(NamedTuple):
    thing: str
    sample: Sample
    meters: float


def _part(rule: Rule) -> Near:
    return cast(Near, rule.correlation)


def _is_beyond(rule: Rule, sample: Sample) -> bool:
    part = _part(rule)
    return sample.value >= part.each_at if part.each == "above" else sample.value <= part.each_at


@dataclass(slots=True)
class _Turn:
    rule: Rule
    before: Together
    places: Mapping[str, Position]
    rejects: int
    decisions: list[Decision] = field(default_factory=list)
    samples: dict[str, Sample] = field(init=False)
    last: dict[str, int] = field(init=False)
    on: list[str] = field(init=False)
    late: int = field(init=False)
    rejected: int = field(init=False)

    def __post_init__(self) -> None:
        before = self.before
        self.samples, self.last, self.on = dict(before.samples), dict(before.last), list(before.on)
        self.late, self.rejected = before.late, before.rejected

    def memory(self) -> Together:
        return Together(self.samples, self.last, tuple(self.on), self.late, self.rejected)

    def take(self, thing: str, sample: Sample) -> None:
        if thing not in self.places or not is_number(sample.value) or sample.flags & self.rejects:
            self.rejected += 1
        elif sample.at <= self.last.get(thing, sample.at - 1):
            self.late += 1
        else:
            self.go_on(sample.at - 1)
            self.last[thing] = sample.at
            self._place(thing, sample)

    def go_on(self, now: int) -> None:
        """Let samples grow too old, in the order in which they do."""
        over = _part(self.rule).over_s * SECOND
        for at, thing in sorted((sample.at + over + 1, thing) for thing, sample in self.samples.items()):
            if at > now:
                return
            del self.samples[thing]
            self._end(at)

    def _place(self, thing: str, sample: Sample) -> None:
        if not _is_beyond(self.rule, sample):
            self.samples.pop(thing, None)
            self._end(sample.at)
            return
        self.samples[thing] = sample
        if any(self._near(anchor, thing) <= _part(self.rule).within_m for anchor in self.on):
            return
        counted = self._around(thing)
        if beyond(self.rule.limit, float(len(counted))) and allowed(self.rule.only, sample.at):
            self.on.append(thing)
            self._raise(thing, counted, sample.at)

    def _end(self, at: int) -> None:
        for anchor in list(self.on):
            level = float(len(self._around(anchor)))
            if recovered(self.rule.limit, level):
                self.on.remove(anchor)
                self.decisions.append(Decision("clear", anchor, at, level, {}))

    def _around(self, thing: str) -> list[_Counted]:
        within = _part(self.rule).within_m
        near = [_Counted(one, sample, self._near(thing, one)) for one, sample in self.samples.items()]
        return sorted((one for one in near if one.meters <= within), key=lambda one: (one.meters, one.thing))

    def _near(self, here: str, there: str) -> float:
        return meters(self.places[here], self.places[there])

    def _raise(self, thing: str, counted: list[_Counted], at: int) -> None:
        level = float(len(counted))
        found = basic(self.rule, at, level, min(one.sample.at for one in counted))
        found["thing"], found["late"], found["rejected"] = thing, self.late, self.rejected
        found["things"] = {one.thing: list(one.sample) for one in counted}
        found["places"] = {one.thing: list(self.places[one.thing]) for one in counted}
        found["meters"] = {one.thing: one.meters for one in counted}
        found["looked_at"] = sum(self._near(thing, one) <= _part(self.rule).within_m for one in self.places)
        self.decisions.append(Decision("raise", thing, at, level, found))
