"""Which things a rule looks at, and the samples that readings are to it."""

from collections.abc import Iterable, Iterator
from math import nan
from typing import NamedTuple

from dothi.alerts.engine.rule import Looks, Rule
from dothi.alerts.engine.samples import Sample


class Fits(NamedTuple):
    """What a rule may choose a thing by."""

    device: str
    profile: str = ""
    group: str = ""
    ward_code: str = ""


class Reading(NamedTuple):
    """One reading of a device; `at` in microseconds since 1970, `value` None where it is words."""

    device: str
    measure: str
    at: int
    value: float | None
    flags: int


def covers(looks: Looks, thing: Fits) -> bool:
    """Tell whether the rule looks at this thing: it fits each list that is not empty."""
    return (
        (not looks.devices or thing.device in looks.devices)
        and (not looks.profiles or thing.profile in looks.profiles)
        and (not looks.groups or thing.group in looks.groups)
        and (not looks.wards or thing.ward_code in looks.wards)
    )


def samples_of(rule: Rule, readings: Iterable[Reading]) -> Iterator[tuple[str, Sample]]:
    """
    Yield thing and sample of readings that the rule's measure gives.

    A position is two readings of one device at one instant, of one message and so of one batch; one
    without the other is none. Words are no number: they count as a sign of life only.
    """
    held = list(readings)
    if rule.geofence is None:
        for one in held:
            if one.measure == rule.looks_at.measure:
                yield one.device, Sample(one.at, nan if one.value is None else one.value, one.flags)
        return
    latitudes = {(one.device, one.at): one for one in held if one.measure == rule.geofence.latitude}
    for one in held:
        other = latitudes.get((one.device, one.at))
        if one.measure == rule.looks_at.measure and one.value is not None and other is not None:
            yield one.device, Sample(one.at, one.value, one.flags | other.flags, other.value)
