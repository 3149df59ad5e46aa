"""
When a sample is due and which instant it tells; the one way in which anything is played.

A timeline is played from an instant of its own, `begin`, which meets the wall clock's `start`. What lies
before `begin` is due at once: it is the past that a window of rain needs. With `shifted` samples tell the
instants at which they are due, closer together the faster they are played; else their own.
"""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Final

from dothi.sectors.doors.mqtt import Sample

AT_ONCE: Final = 20_000
"""Overdue samples that are told together."""
Tell = Callable[[Sequence[Sample]], Awaitable[None]]


@dataclass(frozen=True)
class Pace:
    """How a timeline meets the wall clock; `speed` is its seconds in one of ours, 0 as fast as can be."""

    begin: datetime
    start: datetime
    speed: float = 1.0
    shifted: bool = False

    def __post_init__(self) -> None:
        if self.speed < 0 or (self.shifted and self.speed == 0):
            raise ValueError("what is shifted to now has a speed above 0")

    def due(self, at: datetime) -> datetime:
        """Return when a sample of the timeline's instant is to be told."""
        if self.speed == 0 or at <= self.begin:
            return min(self.start, self.start + (at - self.begin))
        return self.start + (at - self.begin) / self.speed

    def tells(self, at: datetime) -> datetime:
        """Return the instant that a sample of the timeline's instant tells."""
        return self.start + (at - self.begin) / self.speed if self.shifted else at

    def at(self, now: datetime) -> datetime:
        """Return the timeline's instant that is due now."""
        return self.begin + (now - self.start) * self.speed


async def play(
    samples: Iterable[Sample], pace: Pace, tell: Tell, now: Callable[[], datetime],
    sleep: Callable[[float], Awaitable[object]],
) -> int:  # fmt: skip
    """Tell samples, which are in their order, when each is due; returns how many were told."""
    waiting: list[Sample] = []
    count = 0
    for at, group in groupby(samples, key=lambda one: one.at):
        ahead = (pace.due(at) - now()) / timedelta(seconds=1)
        if waiting and (ahead > 0 or len(waiting) >= AT_ONCE):
            await tell(waiting)
            waiting = []
            ahead = (pace.due(at) - now()) / timedelta(seconds=1)
        if ahead > 0:
            await sleep(ahead)
        told = [one._replace(at=pace.tells(at)) for one in group]
        waiting += told
        count += len(told)
    if waiting:
        await tell(waiting)
    return count
