"""The whole screen at one moment: figures, wards, points, and what is wrong."""

from datetime import datetime, timedelta

from dothi.alerts.queries import alerts_at
from dothi.foundation.clock import civil_date
from dothi.incidents.assignments.queries import assignments_at
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
    and units of the city. At most a dozen statements.
    """
    told = readings.told(at, known_at, live=live)
    series = told.measured()
    by = figures.by_indicator(series)
    fallen = told.fallen([one.thing.series for one in by["rain"]])
    breathed = told.past([one.thing.series for one in by["air"]], BEHIND_THE_INDEX)
    incidents, units = incidents_at(at, known_at), units_at(at, known_at)
    return Situation(
        at, known_at,
        [
            figures.rain(by["rain"], fallen), figures.river(by["river"]), figures.floods(by["floods"]),
            figures.air(by["air"], breathed, at), figures.incidents(incidents, at),
            *figures.of_dossiers(at, known_at),
        ],
        places.wards(by["rain"], fallen, civil_date(at)),
        [
            *places.hospitals(), *places.points(series, fallen), *places.of_units(units),
            *places.of_incidents(incidents),
        ],
        series, alerts_at(at, known_at), incidents, units, warnings_at(at, known_at),
        assignments_at(at, known_at),
        generated=any(one.thing.group == GENERATED for one in series),
    )  # fmt: skip
