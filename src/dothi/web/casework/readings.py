"""What the city measures in the reader's words: measures, units, states, how values came to be."""

from collections.abc import Mapping

from django.utils.translation import gettext

from dothi.kernel.problems import msg
from dothi.sectors.models import origins

MEASURES: Mapping[str, str] = {
    "rain": msg("rain"),
    "rain_day": msg("rain of a day"),
    "level": msg("water level"),
    "flooded": msg("flooded"),
    "depth": msg("depth of water"),
    "pm25": msg("PM2.5 dust"),
    "pm10": msg("PM10 dust"),
    "intensity": msg("vehicles counted"),
    "speed": msg("speed"),
    "origin": msg("how the values came to be"),
}
"""What the product's own devices measure; a measure of a device that joined later keeps its own name."""
ORIGINS: Mapping[str, str] = {
    origins.TOLD: msg("told by a bulletin"),
    origins.SPREAD: msg("spread between bulletins"),
    origins.ASSUMED: msg("assumed: no bulletin says since when"),
    origins.BEFORE: msg("assumed: before the storm"),
    origins.COMPUTED: msg("computed from the US index"),
    origins.GENERATED: msg("made up by a generator"),
}
"""What the product's own players and importers say of how values came to be; other words stay as sent."""
STATES: Mapping[str, tuple[str, str]] = {"flooded": (msg("Not under water"), msg("Under water"))}
"""Measures whose value is 0 or 1, and what each says."""
UNITS: Mapping[str, str] = {"ug/m3": "µg/m³"}
"""Units that devices write otherwise than people."""


def measure(name: str) -> str:
    """Return what a measure is called."""
    return gettext(MEASURES[name]) if name in MEASURES else name


def origin(said: str) -> str:
    """Return how a value came to be."""
    return gettext(ORIGINS[said]) if said in ORIGINS else said


def state(measure_of: str, value: float | None) -> str:
    """Return what a value says that is no quantity; empty for a quantity."""
    return gettext(STATES[measure_of][value > 0]) if measure_of in STATES and value is not None else ""


def unit(name: str) -> str:
    """Return a unit as people write it."""
    return UNITS.get(name, name)
