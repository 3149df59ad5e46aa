"""
The signal of each kind of rule: one number made of the samples that the rule still holds.

Sums are exact (`math.fsum`): the same samples give the same bits, in whatever order they came.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from math import fsum
from typing import cast

from shapely import Point, Polygon, prepare

from dothi.alerts.engine.rule import Geofence, Rate, Rule, Window
from dothi.alerts.engine.samples import SECOND, Sample

Signal = Callable[[Rule, Sequence[Sample]], float | None]


def span_us(rule: Rule) -> int:
    """Return how far back the signal looks, in microseconds; 0 when it is of the last sample alone."""
    part = rule.window or rule.rate or rule.flag
    return part.over_s * SECOND if part else 0


def signal(rule: Rule, samples: Sequence[Sample]) -> float | None:
    """Return the signal of `samples`, which lie in its span, the last one now; None when there is none."""
    return _OF[rule.kind](rule, samples)


def _last(_rule: Rule, samples: Sequence[Sample]) -> float | None:
    return samples[-1].value


def _window(rule: Rule, samples: Sequence[Sample]) -> float | None:
    window = cast(Window, rule.window)
    if len(samples) < window.min_samples:
        return None
    values = [sample.value for sample in samples]
    match window.what:
        case "sum":
            return fsum(values)
        case "mean":
            return fsum(values) / len(values)
        case "max":
            return max(values)
        case "min":
            return min(values)


def _rate(rule: Rule, samples: Sequence[Sample]) -> float | None:
    rate, first, last = cast(Rate, rule.rate), samples[0], samples[-1]
    if last.at - first.at < rate.min_span_s * SECOND:
        return None
    return (last.value - first.value) * (rate.per_s * SECOND) / (last.at - first.at)


def _count(_rule: Rule, samples: Sequence[Sample]) -> float | None:
    return fsum(sample.value for sample in samples)


def _inside(rule: Rule, samples: Sequence[Sample]) -> float | None:
    last = samples[-1]
    if last.latitude is None:
        return None
    return float(_area(cast(Geofence, rule.geofence).area).covers(Point(last.value, last.latitude)))


def is_area(ring: tuple[tuple[float, ...], ...]) -> bool:
    """Tell whether a ring of points encloses an area and does not cross itself."""
    return len(set(ring)) >= 3 and bool(Polygon(ring).is_valid)


@lru_cache(maxsize=256)
def _area(ring: tuple[tuple[float, ...], ...]) -> Polygon:
    area = Polygon(ring)
    prepare(area)
    return area


_OF: dict[str, Signal] = {
    "threshold": _last,
    "window": _window,
    "rate": _rate,
    "flag": _count,
    "geofence": _inside,
}
