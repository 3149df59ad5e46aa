"""What the form of a public warning is filled with first: by an incident, an alert, or an earlier message."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from dothi.alerts.queries import wards_of
from dothi.alerts.types import AlertId, AlertRow
from dothi.incidents.queries import timeline
from dothi.incidents.types import IncidentRow
from dothi.incidents.warning_types import WarningRow

PARTS = ("headline", "description", "instruction")
OF_TYPE = {"flood": "flood", "river-rise": "flood", "air": "air"}
"""The hazard that an incident of a type most likely brings, until the drafter says otherwise."""


@dataclass(frozen=True, slots=True)
class Known:
    """
    What a form is filled with before anybody types: by name of the field; and the wards.

    `told` are those that alerts are about, offered as one group.
    """

    values: Mapping[str, str]
    wards: Sequence[str] = ()
    told: Sequence[str] = ()
    lon: float | None = None
    lat: float | None = None


def of_incident(incident: IncidentRow | None, at: datetime) -> Known:
    """Return what an incident says of the warning about it."""
    if incident is None:
        return Known({"severity": "Moderate"})
    told = {"hazard": OF_TYPE.get(incident.type, ""), "severity": incident.severity}
    place = incident.place
    return Known(told, [place.ward_code], _told(incident, at), place.lon, place.lat)


def _told(incident: IncidentRow, at: datetime) -> list[str]:
    """Return the wards of all alerts that an incident has gathered."""
    lines = timeline(incident.id, at)
    return wards_of({AlertId(one.alert_id) for one in lines if one.alert_id is not None})


def of_alert(alert: AlertRow) -> Known:
    """Return what an alert says: its hazard, how grave it is, and all wards that it is about."""
    told = {"hazard": alert.hazard, "severity": alert.severity.value}
    return Known(told, wards_of([alert.id]), lon=alert.place.lon, lat=alert.place.lat)


def of_earlier(row: WarningRow) -> Known:
    """Return what an issued message says, for the one that is to stand for it."""
    told = {"severity": row.severity, "urgency": row.urgency, "certainty": row.certainty}
    return Known(told | _worded(row), row.wards)


def _worded(row: WarningRow) -> dict[str, str]:
    return {
        f"{part}_{language}": getattr(row.words[language], part) for language in row.words for part in PARTS
    }
