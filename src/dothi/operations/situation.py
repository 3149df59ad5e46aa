"""The whole screen at one moment: figures, wards, points, and what is wrong."""

from datetime import datetime, timedelta

from dothi.alerts.queries import alerts_at
from dothi.foundation.clock import civil_date
from dothi.incidents.queries import incidents_at, units_at
from dothi.incidents.queries.warnings import warnings_at
from dothi.operations import figures, places, readings
from dothi.operations.types import Situation

GENERATED = "generated"
"""Group of devices that no hardware stands behind (`sectors.doors.registry`)."""
BEHIND_THE_INDEX = timedelta(hours=12)
"""What VN_AQI of an hour is made of."""


def situation(at: datetime, known_at: datetime | None = None, *, live: bool = False) -> Situation:
    """
    Return the city as it was at `at`, of what was recorded by `known_at` (None: of all that is known).

    `live` says that `at` is the present. Bounded by what there is: wards, devices, open alerts, incidents
    and units of the city. Ten statements.
    """
    series = readings.latest(at, known_at, live=live)
    fallen = readings.fallen([one.series for one in figures.told("rain", series)], at, known_at)
    air = [one.series for one in figures.told("air", series)]
    breathed = readings.between(air, at - BEHIND_THE_INDEX, at, known_at)
    incidents, units = incidents_at(at, known_at), units_at(at, known_at)
    return Situation(
        at, known_at,
        [
            figures.rain(series, fallen, at), figures.river(series, at), figures.floods(series),
            figures.air(series, breathed, at), figures.incidents(incidents, at), *figures.of_dossiers(at),
        ],
        places.wards(series, fallen, civil_date(at), at),
        [
            *places.hospitals(), *places.points(series, fallen, at), *places.of_units(units),
            *places.of_incidents(incidents),
        ],
        series, alerts_at(at, known_at), incidents, units, warnings_at(at, known_at),
        generated=any(one.group == GENERATED for one in series),
    )  # fmt: skip
