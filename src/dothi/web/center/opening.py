"""Opening an incident: what an alert already says, and what an operator says of a call or a report."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import gettext

from dothi.alerts.queries import one
from dothi.alerts.types import AlertId, AlertRow
from dothi.foundation.clock import civil_date
from dothi.incidents import kinds
from dothi.incidents.types import NewIncident, Origin, Place
from dothi.kernel.problems import NotFound
from dothi.operations.places import middle_of
from dothi.registers.agencies.queries import area_names
from dothi.web.center.acts import line, select
from dothi.web.center.alerts import title
from dothi.web.center.joining import ORIGINS
from dothi.web.center.wording import name
from dothi.web.components.rows import Choice, Field

ACT = "open"
TYPES: Mapping[str, str] = {
    "rain": "flood",
    "flood": "flood",
    "river": "river-rise",
    "water": "river-rise",
    "air": "air",
}
"""What an alert of a hazard most likely is, until the operator says otherwise."""


def fields(alert: AlertRow | None, sent: QueryDict, at: datetime) -> list[Field]:
    """Return the form, filled with what the alert says or with what was sent."""
    types = [(key, name(one.name)) for key, one in kinds.types().items()]
    severities = [(key, name(one.name)) for key, one in kinds.severities().items()]
    wards = [Choice(code, said) for code, said in area_names(civil_date(at))]
    known = alert.place.ward_code if alert else ""
    asked = [
        line("title", gettext("What happened"), sent.get("title", title(alert) if alert else ""), act=ACT),
        select("type", gettext("Type"), types, sent.get("type", _type(alert)), act=ACT),
        select("severity", gettext("Severity"), severities,
               sent.get("severity", alert.severity.value if alert else "Moderate"), act=ACT),
        Field("ward_picker", "ward", gettext("Ward or commune"), value=sent.get("ward", known), choices=wards,
              id="open-ward", small=True),
    ]  # fmt: skip
    if alert is None:
        origins = [(key.value, gettext(said)) for key, said in ORIGINS.items()]
        asked.insert(
            0, select("origin", gettext("How it became known"), origins, sent.get("origin", ""), act=ACT)
        )
    return asked


def new_incident(alert: AlertRow | None, sent: QueryDict) -> NewIncident:
    """Return what was sent as a new incident; without a point, the middle of the ward stands for it."""
    ward = sent.get("ward", "")[:10]
    told = sent.get("origin", "")
    origin = Origin.ALERT if alert else Origin(told) if told in set(ORIGINS) else Origin.CALL
    return NewIncident(
        sent.get("type", "")[:40], sent.get("severity", "")[:20], _place(alert, ward),
        sent.get("title", "").strip()[:200], origin, (UUID(str(alert.id)),) if alert else (),
    )  # fmt: skip


def _type(alert: AlertRow | None) -> str:
    return TYPES.get(alert.hazard, "other") if alert else "other"


def _place(alert: AlertRow | None, ward: str) -> Place:
    if alert and alert.place.lon is not None and alert.place.lat is not None:
        return Place(alert.place.lon, alert.place.lat, ward)
    middle = middle_of(ward)
    return Place(*middle, ward) if middle else Place(float("nan"), float("nan"), ward)


def alert_named(named: str, at: datetime) -> AlertRow | None:
    """Return the alert that an address names, None where it names none. Raises NotFound, AlertUnknown."""
    if not named:
        return None
    try:
        return one(AlertId(UUID(named)), at)
    except ValueError as error:
        raise NotFound from error
