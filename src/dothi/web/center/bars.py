"""Bars of counts by month as SVG, drawn here so that they need no JavaScript; their table stands beside."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from dothi.web.center.charts import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, Mark, steps
from dothi.web.center.wording import number

GAP = 0.2
"""Part of a month's width that stays free."""
WIDEST = 64.0
"""So that few months do not look like walls."""
MARKS = 6


@dataclass(frozen=True, slots=True)
class Bar:
    """One count: `kind` 0 or 1 says of which series; in units of the drawing."""

    x: float
    y: float
    width: float
    height: float
    kind: int


@dataclass(frozen=True, slots=True)
class Bars:
    """A drawing of WIDTH by HEIGHT; `label` says all of it in a sentence, for who does not see it."""

    label: str
    bars: Sequence[Bar]
    across: Sequence[Mark]
    up: Sequence[Mark]


def months(first: date, last: date) -> list[str]:
    """Return the months from first to last, as 2025-09."""
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    every = [first.year * 12 + first.month - 1 + one for one in range(count)]
    return [f"{one // 12}-{one % 12 + 1:02}" for one in every]


def bars(names: Sequence[str], series: Sequence[Mapping[str, int]], label: str) -> Bars | None:
    """Return the drawing of counts by month, of one or two series; None where all are 0."""
    highest = max((count for one in series for count in one.values()), default=0)
    if not highest or not names:
        return None
    # Of fewer than four the marks would stand at parts of an alert.
    marks = steps(0.0, float(max(highest, 4)))
    slot = (WIDTH - LEFT - RIGHT) / len(names)
    width = min(slot * (1 - GAP) / len(series), WIDEST)

    def y(count: float) -> float:
        return round(HEIGHT - BOTTOM - count / marks[-1] * (HEIGHT - TOP - BOTTOM), 1)

    def bar(place: int, kind: int, count: int) -> Bar:
        x = LEFT + (place + 0.5) * slot + (kind - len(series) / 2) * width
        return Bar(round(x, 1), y(count), round(width, 1), round(HEIGHT - BOTTOM - y(count), 1), kind)

    found = [
        bar(place, kind, one[name])
        for place, name in enumerate(names) for kind, one in enumerate(series) if one.get(name)
    ]  # fmt: skip
    every = max(1, -(-len(names) // MARKS))
    across = [
        Mark(round(LEFT + (place + 0.5) * slot, 1), f"{name[5:]}/{name[:4]}")
        for place, name in enumerate(names) if place % every == 0
    ]  # fmt: skip
    return Bars(label, found, across, [Mark(y(one), number(one)) for one in marks])
