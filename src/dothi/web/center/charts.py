"""A line over time as SVG, drawn here so that it needs no JavaScript; its table stands beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import floor, log10

from django.utils.timezone import localtime

from dothi.web.center.wording import number

WIDTH, HEIGHT = 720.0, 240.0
LEFT, RIGHT, TOP, BOTTOM = 56.0, 12.0, 14.0, 28.0
LEAST = 1e-6
"""What differs by less is drawn as one value: marks have nine digits after the point."""
Value = tuple[datetime, float]


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark of an axis: where, in the units of the drawing, and what it says."""

    at: float
    said: str


@dataclass(frozen=True, slots=True)
class Chart:
    """
    A drawing of WIDTH by HEIGHT: `line` is a path, `limit` where the limit lies, None out of sight.

    `label` says all of it in a sentence, for who does not see it.
    """

    label: str
    line: str
    dots: Sequence[tuple[float, float]]
    across: Sequence[Mark]
    up: Sequence[Mark]
    limit: float | None = None
    limit_said: str = ""


def chart(values: Sequence[Value], label: str, limit: float | None = None) -> Chart | None:
    """Return the drawing of values in order of time, None of fewer than two."""
    if len(values) < 2:
        return None
    first, last = values[0][0], values[-1][0]
    shown = [value for _, value in values] + ([limit] if limit is not None else [])
    marks = steps(min(0.0, *shown), max(shown))
    low, high = marks[0], marks[-1]
    span = (last - first).total_seconds() or 1.0

    def x(at: datetime) -> float:
        return round(LEFT + (at - first).total_seconds() / span * (WIDTH - LEFT - RIGHT), 1)

    def y(value: float) -> float:
        return round(HEIGHT - BOTTOM - (value - low) / (high - low) * (HEIGHT - TOP - BOTTOM), 1)

    quarters = [first + (last - first) * part / 4 for part in range(5)]
    dots = [(x(at), y(value)) for at, value in values]
    return Chart(
        label, "M" + "L".join(f"{across} {up}" for across, up in dots), dots if len(dots) <= 60 else [],
        [Mark(x(at), _hour(at)) for at in quarters],
        [Mark(y(value), number(value)) for value in marks],
        y(limit) if limit is not None else None, number(limit),
    )  # fmt: skip


def steps(low: float, high: float) -> list[float]:
    """Return round values that enclose both, four to eight of them."""
    span = high - low if high - low > LEAST else 1.0
    unit = 10.0 ** floor(log10(span / 4))
    step = next(unit * times for times in (1, 2, 5, 10) if span / (unit * times) <= 6)
    begin, end = floor(low / step), -floor(-high / step)
    return [round(place * step, 9) for place in range(begin, max(end, begin + 1) + 1)]


def _hour(at: datetime) -> str:
    return f"{localtime(at):%H:%M %d/%m}"
