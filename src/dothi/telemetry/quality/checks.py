"""
Range, skew, step, gap and stuck of many readings at once.

Readings stand as columns, ordered by series and instant, each instant of a series once. What is compared with
the reading before is only what is later than the last good value of its series; what comes late is held
against its limits alone.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from dothi.telemetry.quality.limits import Limits, Numbers, Values
from dothi.telemetry.types import REJECTED, Flag

Flags = npt.NDArray[np.int16]
Truths = npt.NDArray[np.bool_]

NEVER: Final = np.iinfo(np.int64).min // 4
"""Microseconds: before any reading."""
EARLY_US: Final = 600_000_000
"""A reading further ahead of the node's clock than ten minutes has a wrong one."""


@dataclass(frozen=True)
class Block:
    """Readings (n,): number of the series, microseconds since 1970, and value; NaN where it has words."""

    series: Numbers
    at_us: Numbers
    value: Values

    def only(self, chosen: Truths | Numbers) -> "Block":
        """Return the chosen readings, told by truths (n,) or by their places."""
        return Block(self.series[chosen], self.at_us[chosen], self.value[chosen])

    def starts(self) -> Numbers:
        """Return where each series begins: (k,)."""
        if not len(self.series):
            return np.empty(0, np.int64)
        return np.flatnonzero(np.concatenate(([True], self.series[1:] != self.series[:-1])))


@dataclass(frozen=True)
class State:
    """
    What is known of each series of a block (k,), in its order, in microseconds since 1970 or NEVER.

    `at_us` and `value` of the last good reading, `since_us` when it first had this value, `seen_us` the
    latest instant of any reading.
    """

    at_us: Numbers
    value: Values
    since_us: Numbers
    seen_us: Numbers

    def believable(self, now_us: int) -> "State":
        """Return the state without last values from the future, which a clock that jumped has left."""
        gone = self.at_us > now_us + EARLY_US
        return State(
            np.where(gone, NEVER, self.at_us), np.where(gone, np.nan, self.value),
            np.where(gone, NEVER, self.since_us), self.seen_us,
        )  # fmt: skip


@dataclass(frozen=True)
class Checked:
    """Flags of a block (n,), the state after it (k,), and places of last values in it (k,), -1 for none."""

    flags: Flags
    state: State
    last: Numbers


def skewed(at_us: Numbers, now_us: int) -> Truths:
    """Tell which instants are further ahead than any clock may be."""
    return at_us > now_us + EARLY_US


def check(block: Block, limits: Limits, before: State, now_us: int) -> Checked:
    """Return what speaks against each reading, and what is known of each series afterwards."""
    flags = _alone(block, limits, now_us)
    group, later = _later(block, flags == 0, before)
    chain = _chain(block, later, group[later], before)
    found, since = _against_before(chain, block.series[later], limits)
    flags[later] |= found
    return _concluded(block, flags, before, chain, since, later, group[later])


def recheck(block: Block, flags: Flags, before: State) -> Checked:
    """Return what is known of each series afterwards, from what spoke against its readings at the time."""
    group, later = _later(block, flags & REJECTED == 0, before)
    chain = _chain(block, later, group[later], before)
    since = _since(chain, chain.known & (flags[later] & Flag.GAP == 0) & (chain.value == chain.before_value))
    return _concluded(block, flags, before, chain, since, later, group[later])


def _later(block: Block, good: Truths, before: State) -> tuple[Numbers, Numbers]:
    """Return the place of each reading's series (n,), and the places of good ones later than its last."""
    starts = block.starts()
    group = np.repeat(np.arange(len(starts)), np.diff(np.append(starts, len(block.series))))
    return group, np.flatnonzero(good & (block.at_us > before.at_us[group]))


def _alone(block: Block, limits: Limits, now_us: int) -> Flags:
    low, high = limits.of("low", block.series), limits.of("high", block.series)
    flags = np.where((block.value < low) | (block.value > high), np.int16(Flag.RANGE), np.int16(0))
    flags[skewed(block.at_us, now_us)] |= Flag.SKEW
    return flags


@dataclass(frozen=True)
class _Chain:
    """Good readings, each with the one before it (m,); `first` tells the first of its series in the block."""

    at: Numbers
    value: Values
    before_at: Numbers
    before_value: Values
    before_since: Numbers
    first: Truths

    @property
    def known(self) -> Truths:
        """Tell which have one before."""
        return self.before_at > NEVER


def _chain(block: Block, later: Numbers, group: Numbers, before: State) -> _Chain:
    at, value = block.at_us[later], block.value[later]
    first = np.concatenate(([True], group[1:] != group[:-1]))[: len(group)]
    return _Chain(
        at, value,
        np.where(first, before.at_us[group], np.concatenate(([0], at[:-1]))[: len(at)]),
        np.where(first, before.value[group], np.concatenate(([0.0], value[:-1]))[: len(at)]),
        before.since_us[group], first,
    )  # fmt: skip


def _against_before(chain: _Chain, series: Numbers, limits: Limits) -> tuple[Flags, Numbers]:
    """Return flags of a chain, and since when each has its value."""
    passed = (chain.at - chain.before_at).astype(np.float64)
    known = chain.known
    gap = known & (passed > limits.of("gap_us", series))
    change = np.abs(chain.value - chain.before_value)
    step = known & ~gap & (change > limits.of("step", series))
    since = _since(chain, known & ~gap & (chain.value == chain.before_value))
    stuck = (chain.at - since >= limits.of("stuck_us", series)) & (chain.value != limits.of("rest", series))
    flags = step * Flag.STEP.value + gap * Flag.GAP.value + stuck * Flag.STUCK.value
    return flags.astype(np.int16), since


def _since(chain: _Chain, same: Truths) -> Numbers:
    """Return when each reading's value was first there: of the last one that was not the `same` as before."""
    anchors = chain.first | ~same
    instants = np.where(chain.first & same, chain.before_since, chain.at)
    return instants[np.maximum.accumulate(np.where(anchors, np.arange(len(same)), 0))]


def _concluded(
    block: Block, flags: Flags, before: State, chain: _Chain, since: Numbers, later: Numbers, group: Numbers
) -> Checked:
    starts = block.starts()
    ends = np.flatnonzero(np.append(chain.first[1:], True)[: len(later)])
    at, value, same, last = before.at_us.copy(), before.value.copy(), before.since_us.copy(), None
    last = np.full(len(starts), -1, np.int64)
    of = group[ends]
    at[of], value[of], same[of], last[of] = chain.at[ends], chain.value[ends], since[ends], later[ends]
    instants = np.where(flags & Flag.SKEW, NEVER, block.at_us)
    seen = (
        np.maximum(before.seen_us, np.maximum.reduceat(instants, starts)) if len(starts) else before.seen_us
    )
    return Checked(flags, State(at, value, same, seen), last)
