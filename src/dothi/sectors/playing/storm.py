"""
The storm as samples: what bulletins told, and between them rain spread evenly and levels on a straight line.

The sums of the spread rain are those of the bulletins. The series `origin` says which value is which.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import chain, pairwise
from typing import Final

from dothi.sectors.doors.mqtt import Sample
from dothi.sectors.importing.storm import BEGIN, END, Storm, Told
from dothi.sectors.models.origins import ASSUMED, BEFORE, SPREAD, TOLD

TICK: Final = timedelta(minutes=10)
PERIOD: Final = timedelta(days=3)
"""After which the storm begins anew, where it is played in a circle."""
WORST: Final = BEGIN + timedelta(days=1, hours=15)
"""15:00 on 30 September, all points flooded and more rain to come: where a city that is shown begins."""
DECIMALS: Final = 4


def samples(storm: Storm) -> list[Sample]:
    """Return every sample of the storm, by instant and device."""
    told = chain(
        *(_rain(one) for one in storm.rain), *(_levels(one) for one in storm.levels),
        *(_flood(one) for one in storm.floods),
    )  # fmt: skip
    return sorted(told, key=lambda one: (one.at, one.device, one.name))


def circle(once: Sequence[Sample], since: datetime) -> Iterator[Sample]:
    """Yield samples of the storm again and again, from an instant on; in between it is dry."""
    turn = max(0, (since - BEGIN) // PERIOD)
    yield from (one._replace(at=since) for one in standing(once, since - turn * PERIOD))
    dry = [one for one in once if one.at == BEGIN and one.name == "rain"]
    ticks = range(1, int((BEGIN + PERIOD - END) / TICK))
    whole = [*once, *(one._replace(at=END + number * TICK, said=0.0) for number in ticks for one in dry)]
    while True:
        for one in whole:
            at = one.at + turn * PERIOD
            if at >= since:
                yield one._replace(at=at)
        turn += 1


def standing(once: Iterable[Sample], since: datetime) -> list[Sample]:
    """Return what each device last said of the origin of its values before an instant, as said then."""
    last = {one.device: one for one in once if one.name == "origin" and one.at < since}
    return [one._replace(at=since) for one in last.values()]


def _rain(told: Told) -> Iterator[Sample]:
    """Yield what fell in each interval, at its end."""
    device = told.station.id
    yield Sample(BEGIN, device, "rain", 0.0)
    yield Sample(BEGIN, device, "origin", SPREAD)
    for (since, before), (until, after) in pairwise(told.values):
        ticks = round((until - since) / TICK)
        mm = (after - before) / ticks
        for number in range(1, ticks + 1):
            yield Sample(since + number * TICK, device, "rain", round(mm, DECIMALS))


def _levels(told: Told) -> Iterator[Sample]:
    """Yield levels, those of bulletins as they are."""
    device = told.station.id
    first = told.values[0]
    yield Sample(first[0], device, "level", first[1])
    yield Sample(first[0], device, "origin", TOLD)
    for (since, before), (until, after) in pairwise(told.values):
        ticks = round((until - since) / TICK)
        for number in range(1, ticks):
            level = round(before + (after - before) * number / ticks, 3)
            yield Sample(since + number * TICK, device, "level", level)
        if ticks > 1:
            yield Sample(since + TICK, device, "origin", SPREAD)
        yield Sample(until, device, "level", after)
        yield Sample(until, device, "origin", TOLD)


def _flood(told: Told) -> Iterator[Sample]:
    device = told.station.id
    yield Sample(BEGIN, device, "flooded", 0.0)
    yield Sample(BEGIN, device, "origin", BEFORE)
    for number, (at, flooded) in enumerate(told.values):
        yield Sample(at, device, "flooded", flooded)
        yield Sample(at, device, "origin", TOLD if number else ASSUMED)
