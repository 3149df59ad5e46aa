"""
What rules fold over, and what they remember between samples.

Instants are whole microseconds since 1970 (UTC), so that they stand in JSON exactly; values are IEEE 754
doubles, which JSON carries exactly too.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal, NamedTuple

SECOND = 1_000_000
LARGEST = 1e15
"""No city measures more of anything; without a bound a sum could overflow, and stop the watcher."""


class Sample(NamedTuple):
    """One reading; `flags` are its quality flags. Of a position `value` is the longitude."""

    at: int
    value: float
    flags: int = 0
    latitude: float | None = None


class Decision(NamedTuple):
    """A rule raises or clears an alert about `thing` at the instant `at`, at this signal."""

    act: Literal["raise", "clear"]
    thing: str
    at: int
    signal: float
    evidence: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Memory:
    """
    What a rule remembers of one thing.

    `samples` are those that the signal and the evidence still need, `waiting` those held back for late
    ones, both in order. `on` is whether an alert was raised and not cleared; `since` begins the run of
    signals that lead to the next change. `late` and `rejected` count what was not looked at. `added` is
    what follows from the samples and is not kept: where those of the span begin, and their exact sum.
    """

    samples: tuple[Sample, ...] = ()
    waiting: tuple[Sample, ...] = ()
    last: int | None = None
    on: bool = False
    since: int | None = None
    late: int = 0
    rejected: int = 0
    added: tuple[int, int] | None = field(default=None, compare=False)


NOTHING = Memory()
_PLAIN = (0, None)
"""Flags and latitude of nearly every sample: they are not written."""
_NAMES = tuple(one.name for one in fields(Memory) if one.compare)


def is_number(value: float) -> bool:
    """Tell whether a value is a number that can be counted with: neither infinite nor absurd nor none."""
    return -LARGEST <= value <= LARGEST


def to_json(memory: Memory) -> dict[str, Any]:
    """Return what `from_json` makes the same memory of, bit for bit."""
    kept = {name: getattr(memory, name) for name in _NAMES}
    for runs in ("samples", "waiting"):
        kept[runs] = tuple(sample if sample[2:] != _PLAIN else sample[:2] for sample in kept[runs])
    return {name: value for name, value in kept.items() if value != getattr(NOTHING, name)}


def from_json(kept: Mapping[str, Any]) -> Memory:
    """Return the memory that `to_json` wrote."""
    runs = {name: read_samples(kept[name]) for name in ("samples", "waiting") if name in kept}
    return Memory(**{**kept, **runs})


def read_samples(rows: Any) -> tuple[Sample, ...]:
    """Return samples that were written as JSON lists; flags and latitude may be left out."""
    return tuple(Sample(at, float(value), *rest) for at, value, *rest in rows)
